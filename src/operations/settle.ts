import type { EntryDrift } from '../clients/snapshot.ts';
import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { isPinName, proposeName } from '../lockfile/names.ts';
import type { ExecDecision } from '../model/entry-results.ts';
import { GuardError } from '../model/errors.ts';
import { withoutCredentials } from '../model/printable.ts';
import type { InstallPlan } from '../model/results.ts';
import type { ParsedLaunch } from '../sources/launch.ts';
import { readLock } from '../store/home.ts';
import type { ProbeChoice } from './disclose.ts';
import { install } from './install.ts';
import type { Progress } from './progress.ts';
import { type UnderstoodEntry, understand } from './read-clients.ts';
import { homeOf } from './scope-home.ts';

export interface Settle {
  readonly drift: EntryDrift;
  readonly probe: ProbeChoice;
  /** Answers yes where policy approves by itself, and nowhere else. */
  readonly yes: boolean;
  readonly show: (plan: InstallPlan) => void;
  /** Shows one line about an entry that has no card. */
  readonly tell: (line: string) => void;
}

export type Settled = Pick<ExecDecision, 'outcome' | 'why'>;

/**
 * Decides about one entry that somebody else wrote: what starts an npm package goes through the card and ends behind
 * the guard; what a pin already answers for is kept; everything else needs a person's yes, and is refused without one.
 * A no, a block, a failure or an entry that cannot be understood is `refused`, never `kept`.
 */
export async function settle(request: Settle, host: Host, progress: Progress): Promise<Settled> {
  const { kind, entry } = request.drift;
  if (kind === 'removed') return { outcome: 'kept', why: 'the command removed it' };
  const understood = understand(entry, host);
  try {
    if (understood.pin !== null) return await settleGuarded(understood, host);
    if (entry.transport === 'invalid') return refused('its client would not start it as it is written');
    const npm = understood.launch?.npm ?? null;
    if (npm !== null) return await settlePackage(request, npm, host, progress);
    return await settleByPerson(request, understood, host);
  } catch (cause) {
    if (cause instanceof GuardError) return refused(cause.why === undefined ? cause.message : `${cause.message}: ${cause.why}`);
    throw cause;
  }
}

/** A guarded entry is as good as the pin that it names. */
async function settleGuarded({ pin, found }: UnderstoodEntry, host: Host): Promise<Settled> {
  if (pin === null) return refused('it names no pin');
  const home = await homeOf(pin.scope, found.project, host);
  const known = isPinName(pin.name) && pinOf((await readLock(home, host)).lock, pin.name) !== null;
  return known ? { outcome: 'kept', why: `it starts the pin \`${pin.name}\`` } : refused(`nothing is pinned as \`${pin.name}\``);
}

async function settlePackage(
  request: Settle,
  reference: NonNullable<ParsedLaunch['npm']>,
  host: Host,
  progress: Progress,
): Promise<Settled> {
  const { entry } = request.drift;
  const scope = entry.scope === 'project' ? 'project' : 'user';
  await install(
    {
      reference,
      typed: reference.name,
      probe: request.probe,
      name: await freeName(entry.name, reference.name, scope, entry.project, host),
      clients: null,
      replaces: [entry],
      scope,
      env: {},
      yes: request.yes,
      hold: false,
      reason: null,
      show: request.show,
    },
    host,
    progress,
  );
  return { outcome: 'guarded', why: 'approved' };
}

/** The entry's own name where a pin can have it and no other package has, else one made from it. */
async function freeName(name: string, subject: string, scope: 'user' | 'project', project: string | null, host: Host): Promise<string> {
  const { lock } = await readLock(await homeOf(scope, project, host), host);
  const proposed = isPinName(name) ? name : proposeName(name, new Set());
  const taken = pinOf(lock, proposed);
  return taken === null || taken.artifact?.name === subject ? proposed : proposeName(proposed, new Set(Object.keys(lock.pins)));
}

async function settleByPerson({ drift, tell }: Settle, { launch, entry }: UnderstoodEntry, host: Host): Promise<Settled> {
  const remote = entry.url !== null && entry.command === null;
  const what = remote ? `the remote server ${withoutCredentials(entry.url ?? '')}` : [entry.command, ...entry.args].join(' ');
  const why = remote ? 'a remote server: what it does cannot be verified' : (launch?.unresolved ?? 'it cannot be identified');
  tell(`${drift.entry.client}: \`${entry.name}\` starts ${what}\n  its bytes cannot be pinned: ${why}`);
  if (!host.terminal.interactive) return refused('a person has to say yes at a terminal, and this is none');
  const answer = await host.terminal.ask(`keep \`${entry.name}\` in ${entry.client}, without the guard? [y/N] `);
  return /^y(es)?$/i.test(answer) ? { outcome: 'kept', why: 'a person said yes; it is not behind the guard' } : refused('a person said no');
}

function refused(why: string): Settled {
  return { outcome: 'refused', why };
}
