import { driftBetween, type EntryDrift, type Snapshot, takeSnapshot } from '../clients/snapshot.ts';
import type { Host } from '../host/host.ts';
import type { ExecDecision, ExecResult } from '../model/entry-results.ts';
import { abandonedExecs, writeExecJournal } from '../store/exec-journal.ts';
import { appendLedger } from '../store/ledger.ts';
import { holdBack } from './hold-back.ts';
import type { Progress } from './progress.ts';
import { projectFolder } from './project-folder.ts';
import { understand } from './read-clients.ts';
import { type HowToSettle, settle } from './settle.ts';
import { takeBack } from './take-back.ts';

export interface ExecRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly project: string | null;
  readonly settle: HowToSettle;
}

/**
 * Runs any command with this terminal and then decides about every entry that it added or changed in any client; until
 * then none of them can start. What is approved ends behind the guard, what is not is taken back, byte for byte. A journal of what the files held before
 * outlives a kill: the next command takes back what nobody decided (`takeBackAbandoned`).
 *
 * @throws GuardError `command-not-found`; as `takeSnapshot` and `settle`.
 */
export async function exec(request: ExecRequest, host: Host, progress: Progress): Promise<ExecResult> {
  const project = await projectFolder(request.project, host);
  const before = await takeSnapshot({ project }, host);
  const journal = await writeExecJournal(before, host);
  let ended: { readonly code: number | null; readonly signal: NodeJS.Signals | null };
  try {
    ended = await host.processes.runAttached(request.command, request.args, { cwd: host.places.cwd, env: host.env });
  } catch (cause) {
    await host.files.remove(journal);
    throw cause;
  }
  const drift = await driftBetween(before, await takeSnapshot({ project }, host), host);
  const held = await holdBack(drift, before, host);
  const decisions: ExecDecision[] = [];
  const refused: EntryDrift[] = [];
  for (const one of drift) {
    const { outcome, why } =
      one.kind === 'removed'
        ? ({ outcome: 'kept', why: 'the command removed it' } as const)
        : await settle({ ...request.settle, entry: one.entry, first: held.get(one) ?? [] }, host, progress);
    if (outcome === 'refused') refused.push(one);
    decisions.push({ ...placeOf(one), change: one.kind, outcome, why });
  }
  const left = await takeBack(before, refused, host);
  await host.files.remove(journal);
  await remember(decisions, host);
  return { code: ended.code, signal: ended.signal, decisions, left };
}

/**
 * Takes back what commands under `pinfold exec` added or changed before they were killed: nobody decided about it.
 * Returns the decisions, all `refused`; empty when nothing was left over, which is the usual case and costs one listing.
 */
export async function takeBackAbandoned(host: Host): Promise<Pick<ExecResult, 'decisions' | 'left'>> {
  const decisions: ExecDecision[] = [];
  const left: ExecResult['left'][number][] = [];
  for (const { path, journal } of await abandonedExecs(host)) {
    const before: Snapshot = { project: journal.project, files: journal.files };
    const drift = await driftBetween(before, await takeSnapshot({ project: journal.project }, host), host);
    // What was approved before the kill is behind the guard already.
    const undecided = drift.filter(({ kind, entry }) => kind !== 'removed' && understand(entry, host).pin === null);
    left.push(...(await takeBack(before, undecided, host)));
    decisions.push(
      ...undecided.map((one) => ({
        ...placeOf(one),
        change: one.kind,
        outcome: 'refused' as const,
        why: 'its command was killed before anybody decided',
      })),
    );
    await host.files.remove(path);
  }
  if (decisions.length > 0) await remember(decisions, host);
  return { decisions, left };
}

async function remember(decisions: readonly ExecDecision[], host: Host): Promise<void> {
  for (const { client, name, outcome, change } of decisions) {
    const event = outcome === 'refused' ? 'exec-refused' : 'exec-approved';
    await appendLedger({ event, server: name, detail: { client, change, outcome } }, host);
  }
}

function placeOf({ entry: { client, scope, file, name } }: EntryDrift) {
  return { client, scope, file, name };
}
