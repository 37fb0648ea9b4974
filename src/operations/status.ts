import type { Host } from '../host/host.ts';
import { artifactLabel } from '../model/artifact.ts';
import { GuardError } from '../model/errors.ts';
import type { LedgerCheck, LedgerEntry } from '../model/ledger.ts';
import { type LockScope, type Pin, pinnedSandbox } from '../model/pin.ts';
import type { AdvisoryAge } from '../model/results.ts';
import type { PinnedSandbox } from '../model/sandbox-profile.ts';
import { sinceMs } from '../model/time.ts';
import { serverSandboxState } from '../sandbox/state.ts';
import { readHits, stoppingNow } from '../store/hits.ts';
import { readLock } from '../store/home.ts';
import { readLedger } from '../store/ledger-read.ts';
import { listPending, readPending } from '../store/pending.ts';
import { readPolicies } from '../store/policies.ts';
import { listQuarantined } from '../store/quarantine.ts';
import { ownName } from '../store/secret-record.ts';
import { keptForServer } from '../store/secrets.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { ageOf, recallKnowledge } from './advisories/knowledge.ts';
import { projectFolder } from './project-folder.ts';
import { heldEntry } from './quarantine.ts';
import { isCommandName } from './run-command.ts';
import { homeOf } from './scope-home.ts';

/** How one pinned server fares. */
export interface ServerStatus {
  readonly scope: LockScope;
  readonly name: string;
  /** Name and version, as the lock says them. */
  readonly artifact: string;
  readonly status: Pin['status'];
  readonly mode: Pin['mode'];
  /** What it is contained in; null = it runs with the rights of its user. */
  readonly sandbox: PinnedSandbox | null;
  /** Items that were withheld and wait for a person. */
  readonly waiting: number;
  /** Items that the server lists in another form than the pinned one, and that are let through. */
  readonly equivalent: number;
  /** ISO 8601; null = not since the ledger begins. */
  readonly lastLaunch: string | null;
  /** Counts of the last 30 days. */
  readonly launches: number;
  readonly refused: number;
  readonly withheld: number;
  readonly asked: number;
  /** Ids of advisories and revocations that keep it from being started. */
  readonly stoppedBy: readonly string[];
  /** Variables that are kept for it, and where; both empty = none. */
  readonly secrets: { readonly names: readonly string[]; readonly where: readonly ('keychain' | 'file')[] };
}

/** The pins that are only started in a sandbox, and whether this machine has one. */
export interface SandboxStatus {
  readonly servers: number;
  /** Why there is no sandbox here, so that none of them is started and nothing is probed, and what to do; null = there is one. */
  readonly unavailable: { readonly why: string; readonly hint: string } | null;
}

export interface Status {
  /** User scope first, by name. */
  readonly servers: readonly ServerStatus[];
  /** Entries of clients that nobody approved, kept from starting. */
  readonly quarantined: number;
  /** Servers of `run -- <command>`, which no lock pins, that said something that waits. */
  readonly commandsWaiting: number;
  /**
   * Questions to a person, links that a client was asked to show among them, per pinned server and 30 days, over the time that
   * the ledger covers; null = nothing is pinned.
   */
  readonly promptsPerServerPerMonth: number | null;
  readonly prompts: number;
  /** Whole days that the ledger covers, at most. */
  readonly days: number;
  readonly ledger: LedgerCheck;
  /** How old what the next launches rest on is. */
  readonly advisories: AdvisoryAge;
  /** null = nothing is pinned. */
  readonly sandbox: SandboxStatus | null;
}

const dayMs = 86_400_000;

/** What is pinned, what waits, what happened lately, and how often people were asked. Changes nothing. @throws as `readLedger`, `readLock`. */
export async function status(host: Host): Promise<Status> {
  const project = await projectFolder(null, host);
  const { entries, check } = await readLedger(host);
  const servers: ServerStatus[] = [];
  const times: (string | null)[] = [];
  for (const scope of project === null ? (['user'] as const) : (['user', 'project'] as const)) {
    const home = await homeOf(scope, project, host);
    const { lock } = await readLock(home, host);
    for (const [name, pin] of Object.entries(lock.pins)) {
      const { items, leftOut, equivalent } = await readPending({ name, scope, project: home.project }, host);
      const known = await readHits({ name, scope, project: home.project }, host).catch(damagedHits);
      times.push(known?.at ?? null);
      servers.push({
        scope,
        name,
        artifact: artifactLabel(pin.artifact),
        status: pin.status,
        mode: pin.mode,
        sandbox: pinnedSandbox(pin),
        waiting: items.length + leftOut,
        equivalent: equivalent.length,
        stoppedBy: stoppingNow(known, artifactLabel(pin.artifact), host.now()).map(({ id }) => id),
        secrets: await keptFor({ name, scope, project: home.project }, pin, host),
        ...lately(entries, `${scope}:${name}`, host.now()),
      });
    }
  }
  const commands = (await listPending(null, host)).filter(isCommandName);
  const waits = await Promise.all(
    commands.map(async (name) => {
      const { items, leftOut } = await readPending({ name, scope: 'user', project: null }, host);
      return items.length + leftOut > 0;
    }),
  );
  const prompts = entries.filter(isQuestion).length;
  const first = sinceMs(entries[0]?.at ?? '', host.now()) ?? host.now();
  const days = Math.max(0, Math.ceil((host.now() - first) / dayMs));
  const held = await Promise.all((await listQuarantined(host)).map((kept) => heldEntry(kept, host)));
  return {
    servers,
    quarantined: held.filter((entry) => entry !== null).length,
    commandsWaiting: waits.filter(Boolean).length,
    // A first month is a month: three questions of the first day are not ninety a month.
    promptsPerServerPerMonth: servers.length === 0 ? null : prompts / servers.length / Math.max(1, days / 30),
    prompts,
    days,
    ledger: check,
    advisories: ageOf(times, { why: null, registry: null }, await recallKnowledge((await readPolicies(host, project)).layers, host), host),
    sandbox: servers.length === 0 ? null : await sandboxStatus(servers.filter(({ sandbox }) => sandbox !== null).length, host),
  };
}

/** The launch says so, and how to mend it. */
function damagedHits(cause: unknown): null {
  if (cause instanceof GuardError && cause.code !== 'interrupted') return null;
  throw cause;
}

async function sandboxStatus(servers: number, host: Host): Promise<SandboxStatus> {
  const state = await serverSandboxState(host);
  return { servers, unavailable: state.available ? null : { why: state.why, hint: state.hint } };
}

async function keptFor(place: ServerPlace, pin: Pin, host: Host): Promise<ServerStatus['secrets']> {
  const kept = await keptForServer(place, pin, host);
  return { names: kept.map(({ name }) => ownName(name)), where: [...new Set(kept.map(({ where }) => where))].sort() };
}

/** A person was asked: at the terminal or on the page, or by a client that was to show a link. */
function isQuestion({ event }: LedgerEntry): boolean {
  return event === 'asked' || event === 'link-offered';
}

function lately(all: readonly LedgerEntry[], server: string, nowMs: number) {
  const own = all.filter((entry) => entry.server === server);
  const recent = own.filter(({ at }) => (sinceMs(at, nowMs) ?? 0) >= nowMs - 30 * dayMs);
  const count = (event: LedgerEntry['event']) => recent.filter((entry) => entry.event === event).length;
  return {
    lastLaunch: own.findLast(({ event }) => event === 'launched')?.at ?? null,
    launches: count('launched'),
    refused: count('refused'),
    withheld: count('withheld'),
    asked: recent.filter(isQuestion).length,
  };
}
