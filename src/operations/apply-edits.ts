import { backUp, backupFiles } from '../clients/backup.ts';
import { leavingNoTrace } from '../clients/leave-no-trace.ts';
import { type PlannedChange, type PlannedEdit, planEdits } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { limits } from '../model/limits.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import { readOptional } from '../store/read-optional.ts';
import { recover, transact } from '../store/transaction.ts';
import { acceptEdited } from './accept.ts';
import { againWhenChanged } from './again-when-changed.ts';

/** Who wants the edits: what a person's command writes is accepted by `watch`, what `watch` itself writes is not. */
export type Wanted = 'by-a-person' | 'by-watch';

/**
 * Applies edits of clients' files and the writes of other files of ours as one transaction: all of them or none, under
 * the lock of every config file. What an earlier command that was killed left half done is undone first.
 *
 * @throws GuardError as `planEdits` and `transact` do; `config-changed` when a client kept writing.
 */
export async function applyEdits(
  edits: readonly PlannedChange[],
  writes: (edits: readonly PlannedEdit[]) => Promise<readonly PlannedWrite[]>,
  host: Host,
  wanted: Wanted = 'by-a-person',
): Promise<void> {
  await applyLocked([], edits, writes, wanted, host);
}

/** The same under more locks, which are taken together with those of the config files. */
export async function applyLocked(
  locks: readonly string[],
  edits: readonly PlannedChange[],
  writes: (edits: readonly PlannedEdit[]) => Promise<readonly PlannedWrite[]>,
  wanted: Wanted,
  host: Host,
): Promise<void> {
  await recover(host);
  // Refusals come before the locks, which may have to make a folder.
  const planned = await planEdits(edits, host);
  const paths = [...new Set([...locks, ...planned.map(({ path }) => path)])].sort();
  const once = async () => {
    const now = (await areUnchanged(planned, host)) ? planned : await planEdits(edits, host);
    const own = await writes(now);
    const changing = now.filter(changesBytes);
    // Where the change itself says what becomes of the copy, none is taken: it would keep what shall not be there any more.
    const decided = new Set(own.map(({ path }) => path));
    for (const edit of changing) if (!decided.has(backupFiles(edit.path, host).record)) await backUp(edit, host);
    if (wanted === 'by-a-person') await acceptEdited(edits, now, host);
    // Clients' files come last: an entry must never name a pin that is not there yet.
    const written = await Promise.all(changing.map((edit) => asWrite(edit, edits, host)));
    await transact([...own, ...written], host);
  };
  await allLocked(paths, host, async () => {
    // Who held a lock before us may have been killed in the middle since: no plan may rest on half of its transaction.
    await recover(host, paths);
    await againWhenChanged(once);
  });
}

/** True while a plan rests on what is there: then it is not made again, because parsing is most of what an edit costs. */
async function areUnchanged(planned: readonly PlannedEdit[], host: Host): Promise<boolean> {
  for (const { path, before } of planned) {
    const now = await readOptional(path, limits.configMaxBytes, host);
    if (now === null || before === null ? now !== before : Buffer.compare(now, before) !== 0) return false;
  }
  return true;
}

/** Locks are taken in one order everywhere (sorted by path), so that two commands never wait for each other. */
async function allLocked(paths: readonly string[], host: Host, action: () => Promise<void>): Promise<void> {
  const [path, ...rest] = paths;
  if (path === undefined) return action();
  await host.files.locked(path, () => allLocked(rest, host, action));
}

/** A file from which entries were only taken out becomes what it was before there was anything of ours in it. */
async function asWrite(edit: PlannedEdit, edits: readonly PlannedChange[], host: Host): Promise<PlannedWrite> {
  const own = edits.filter(({ target }) => edit.entries.some((entry) => entry.target === target));
  if (!own.every(({ change }) => change.kind === 'remove')) return edit;
  return { path: edit.path, before: edit.before, after: await leavingNoTrace(edit, host) };
}

function changesBytes({ before, after }: PlannedEdit): boolean {
  return before === null || Buffer.compare(before, after) !== 0;
}
