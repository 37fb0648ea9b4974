import type { EntryChange } from '../clients/plan-edit.ts';
import type { FoundEntry } from '../clients/read.ts';
import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { isPinName, proposeName } from '../lockfile/names.ts';
import type { AdoptPlan } from '../model/adoption-results.ts';
import type { ExecDecision } from '../model/entry-results.ts';
import { GuardError, withWhy } from '../model/errors.ts';
import { hazardousName } from '../model/hazardous-environment.ts';
import { withoutCredentials } from '../model/printable.ts';
import type { InstallPlan } from '../model/results.ts';
import type { ParsedLaunch } from '../sources/launch.ts';
import { readLock } from '../store/home.ts';
import { appendLedger } from '../store/ledger.ts';
import { acceptAsTheyAre } from './accept.ts';
import { adoptThese } from './adopt.ts';
import { adoptable, startsShown } from './adoptable.ts';
import { applyEdits } from './apply-edits.ts';
import type { Person } from './consent.ts';
import { install } from './install.ts';
import type { ProbeChoice } from './look.ts';
import type { Progress } from './progress.ts';
import { type UnderstoodEntry, understand } from './read-clients.ts';
import { homeOf } from './scope-home.ts';

/** How a person is shown what somebody else wrote, and asked. */
export interface HowToSettle {
  readonly probe: Exclude<ProbeChoice, 'unsandboxed'>;
  /** Answers yes where policy approves by itself, and nowhere else. */
  readonly yes: boolean;
  /** The card of a package. */
  readonly show: (plan: InstallPlan) => void;
  /** The line of the table for what is pinned by its command line. */
  readonly showAdoption: (plan: AdoptPlan) => void;
  /** Who is asked. */
  readonly person: Person;
  /** Some lines about an entry that has no card. Attacker-controlled. */
  readonly tell: (lines: readonly string[]) => void;
}

export interface Settle extends HowToSettle {
  readonly entry: FoundEntry;
  /** What has to be done to the entry as it stands in its file before it is the one above; with the decision, or not at all. */
  readonly first: readonly EntryChange[];
}

export type Settled = Pick<ExecDecision, 'outcome' | 'why'>;

/**
 * Decides about one entry that somebody else wrote: what starts an npm package goes through the card, every other command
 * is pinned by its command line; both end behind the guard. What a pin already answers for is kept; a remote server needs
 * a person's yes. A no, a block, a failure or an entry that cannot be understood is `refused`, never `kept`.
 */
export async function settle(request: Settle, host: Host, progress: Progress): Promise<Settled> {
  const { entry } = request;
  const understood = understand(entry, host);
  try {
    if (understood.pin !== null) return await settleGuarded(understood, host);
    if (entry.transport === 'invalid') return refused('its client would not start it as it is written');
    const npm = understood.launch?.npm ?? null;
    if (npm !== null) return await settlePackage(request, npm, host, progress);
    if (entry.command !== null) return await settleCommand(request, understood, host, progress);
    return await settleRemote(request, host);
  } catch (cause) {
    if (cause instanceof GuardError) return refused(withWhy(cause));
    throw cause;
  }
}

/** A guarded entry is as good as the pin that it names. */
async function settleGuarded({ pin, found }: UnderstoodEntry, host: Host): Promise<Settled> {
  if (pin === null) return refused('it names no pin');
  const loading = hazardousName(found.envNames);
  if (loading !== undefined) return refused(`it hands on ${loading}, which loads code into the guard itself`);
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
  const { entry, first } = request;
  const scope = entry.scope === 'project' ? 'project' : 'user';
  await install(
    {
      reference,
      typed: reference.name,
      probe: request.probe,
      name: await freeName(entry.name, reference.name, scope, entry.project, host),
      clients: null,
      replaces: [{ entry, first }],
      scope,
      project: entry.project,
      env: {},
      inFile: false,
      yes: request.yes,
      hold: false,
      sandbox: { wanted: false, masks: [] },
      reason: null,
      show: request.show,
    },
    host,
    progress,
    request.person,
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

/** What has no bytes to pin: policy never approves it by itself, a person does. */
async function settleCommand(request: Settle, one: UnderstoodEntry, host: Host, progress: Progress): Promise<Settled> {
  const verdict = await adoptable(one, [], host);
  if ('how' in verdict) return refused(verdict.why);
  const { entry } = one;
  request.tell([`${entry.client}: \`${entry.name}\` starts ${startsShown(one) ?? 'nothing that could be understood'}`]);
  const how = { probe: request.probe, yes: false, reason: null, command: 'pinfold review', show: request.showAdoption };
  const { entries } = await adoptThese([{ one, verdict: { ...verdict, first: request.first } }], how, host, progress, request.person);
  const [row] = entries;
  if (row?.pin === null || row === undefined) return refused(row?.why ?? 'it could not be put behind the guard');
  return { outcome: 'guarded', why: row.unpinned === null ? 'approved' : 'approved; its bytes are not pinned' };
}

async function settleRemote({ entry, first, tell, person }: Settle, host: Host): Promise<Settled> {
  tell([
    `${entry.client}: \`${entry.name}\` is the remote server ${withoutCredentials(entry.url ?? '')}`,
    '  what it does cannot be verified',
  ]);
  if (!person.present) return refused('a person has to say yes at a terminal, and this is none');
  const question = { text: `keep \`${entry.name}\` in ${entry.client}, without the guard?`, typed: null };
  const answer = await person.answer(question, `${question.text} [y/N] `);
  const said = /^y(es)?$/i.test(answer);
  await appendLedger({ event: 'asked', server: null, detail: { answer: said ? 'yes' : 'no', gain: null } }, host);
  if (!said) return refused('a person said no');
  if (first.length === 0) await acceptAsTheyAre([entry], host);
  else
    await applyEdits(
      first.map((change) => ({ target: entry, change })),
      async () => [],
      host,
    );
  return { outcome: 'kept', why: 'a person said yes; it is not behind the guard' };
}

function refused(why: string): Settled {
  return { outcome: 'refused', why };
}
