import type { Host } from '../host/host.ts';
import { isPinName, proposeName } from '../lockfile/names.ts';
import type { AdoptedEntry, AdoptPlan, AdoptResult } from '../model/adoption-results.ts';
import { artifactLabel } from '../model/artifact.ts';
import { digestValue } from '../model/digest.ts';
import type { Disclosure } from '../model/disclosure.ts';
import { GuardError, withWhy } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import type { Approval, LockScope, Pin } from '../model/pin.ts';
import { isoTime } from '../model/time.ts';
import { evaluate } from '../policy/evaluate.ts';
import { type Home, readLock } from '../store/home.ts';
import { appendLedger } from '../store/ledger.ts';
import { type Policies, readPolicies } from '../store/policies.ts';
import { type Considered, considered, type EntryChoice } from './adopt-candidates.ts';
import { adoptRemote, standsForRemote } from './adopt-remote.ts';
import { type Adoptable, type AdoptableLaunch, sameServer, subjectShown } from './adoptable.ts';
import { commandFindings, namedArtifact } from './command-pin.ts';
import { atTerminal, consent, type Person } from './consent.ts';
import { decide } from './decide.ts';
import { type Disclosed, disclose } from './disclose.ts';
import type { ProbeChoice } from './look.ts';
import { knownSubjects } from './lookalikes.ts';
import type { Progress } from './progress.ts';
import { homeOf } from './scope-home.ts';
import { loginCommand } from './sign-in-token.ts';
import { type Adopting, writeAdoptions } from './write-adoptions.ts';

export interface AdoptRequest extends EntryChoice, HowToAdopt {}

export interface HowToAdopt {
  readonly probe: Exclude<ProbeChoice, 'unsandboxed'>;
  /** Answers the question: adopting only tightens. */
  readonly yes: boolean;
  readonly reason: string | null;
  /** The command line that comes to the same question, with its answer. */
  readonly command: string;
  readonly show: (plan: AdoptPlan) => void;
}

/** Entries that one pin stands for. */
interface Group {
  readonly members: readonly [Adoptable, ...Adoptable[]];
  readonly home: Home;
  readonly policies: Policies;
}

/**
 * Puts entries that are there behind the guard, as they are: npm packages with every byte, everything else with its
 * command line; words from the sandbox, or from the first real launch. One table, one question; all entries of one lock
 * are one transaction. Runs no code of a server on this machine. What cannot be adopted is told, and the others go on.
 *
 * @throws GuardError as `considered`, `consent` and `applyChange`.
 */
export async function adopt(request: AdoptRequest, host: Host, progress: Progress): Promise<AdoptResult> {
  return adoptThese(await considered(request, host), request, host, progress);
}

/** The same for entries that were looked at already. */
export async function adoptThese(
  all: readonly Considered[],
  request: HowToAdopt,
  host: Host,
  progress: Progress,
  person: Person = atTerminal(host),
): Promise<AdoptResult> {
  const prepared: Adopting[] = [];
  const rows = new Map<Considered['one'], AdoptedEntry>();
  for (const { one, verdict } of all) {
    if ('how' in verdict) rows.set(one, row(one, { how: verdict.how, why: verdict.why, hint: verdict.hint }));
  }
  for (const group of await groups(all, host)) {
    const made = await prepare(group, prepared, request, host, progress);
    for (const member of group.members) rows.set(member.one, made.row(member));
    if (made.adopting !== null) prepared.push(made.adopting);
  }
  const plan: AdoptPlan = { entries: all.flatMap(({ one }) => rows.get(one) ?? []) };
  if (prepared.length === 0) return { ...plan, headersIn: [] };
  const approval = await agreed(plan, request, host, person);
  const headersIn = await writeAdoptions(prepared, approval, host, progress);
  for (const { home, name, members } of prepared) {
    await appendLedger({ event: 'adopted', server: `${home.scope}:${name}`, detail: { entries: members.length, by: approval.by } }, host);
  }
  return { ...plan, headersIn };
}

async function groups(all: readonly Considered[], host: Host): Promise<readonly Group[]> {
  const byServer = new Map<string, [Adoptable, ...Adoptable[]]>();
  for (const { verdict } of all) {
    if ('how' in verdict) continue;
    const key = sameServer(verdict);
    const known = byServer.get(key);
    byServer.set(key, known === undefined ? [verdict] : [...known, verdict]);
  }
  const found: Group[] = [];
  for (const members of byServer.values()) {
    const [{ scope, project }] = members;
    const home = await homeOf(scope, project, host);
    found.push({ members, home, policies: await readPolicies(host, home.project) });
  }
  return found;
}

interface Prepared {
  /** null when it stays as it is. */
  readonly adopting: Adopting | null;
  readonly row: (member: Adoptable) => AdoptedEntry;
}

async function prepare(group: Group, others: readonly Adopting[], request: HowToAdopt, host: Host, progress: Progress): Promise<Prepared> {
  const { members, home, policies } = group;
  const [{ what, one }] = members;
  const envNames = [...new Set(members.flatMap((member) => member.one.entry.envNames))].sort();
  const { lock } = await readLock(home, host);
  const common = { home, policies, members, envNames };
  const known = await pinFor(lock.pins, group, envNames, host);
  if (known !== undefined) {
    const [name, pin] = known;
    return { adopting: { ...common, name, kind: 'known' }, row: (member) => adoptedRow(member, home.scope, name, pin) };
  }
  const taken = [...Object.keys(lock.pins), ...others.filter((other) => other.home.folder === home.folder).map(({ name }) => name)];
  const name = freeName(one.entry.name, taken);
  if (what.kind === 'remote') {
    const place = { name, scope: home.scope, project: home.project };
    const given = { listed: request.probe !== 'none', policies, attended: !request.yes, login: loginCommand(place) };
    const looked = await adoptRemote(what, place, given, host, progress);
    if (looked.how !== 'remote') return stays(looked.how, looked.why, looked.hint);
    const { disclosed, hint } = looked;
    const artifact = { subject: disclosed.facts.origin, name: disclosed.facts.name, version: '', integrity: null };
    return {
      adopting: { ...common, name, kind: 'remote', what, disclosed },
      row: (member) => ({ ...adoptedRow(member, home.scope, name, { artifact }), how: 'remote', hint }),
    };
  }
  if (what.kind === 'command') {
    const artifact = namedArtifact(what, host);
    const decision = evaluate(policies.layers, {
      ...artifact,
      builder: null,
      findings: commandFindings(name, what),
      gain: 'none',
      action: 'audit',
    });
    if (decision.verdict === 'block') return stays('blocked', decision.reasons[0] ?? 'policy does not allow it', 'pinfold audit');
    const shown = { artifact, unpinned: what.unpinned };
    return { adopting: { ...common, name, kind: 'command', what }, row: (member) => adoptedRow(member, home.scope, name, shown) };
  }
  const disclosed = await tryDisclose(
    {
      reference: what.reference,
      typed: what.reference.name,
      probe: request.probe,
      envNames,
      known: await knownSubjects(policies.layers, host),
    },
    host,
    progress,
  );
  if (disclosed instanceof GuardError) {
    const why = withWhy(disclosed);
    return stays('failed', why, disclosed.hint ?? 'run the same command again when the registry answers');
  }
  const decision = decide(disclosed.facts, policies.layers, 'audit');
  if (decision.verdict === 'block')
    return stays('blocked', decision.reasons[0] ?? 'a finding at block level', `pinfold info ${what.reference.name}`);
  const shown = { artifact: disclosed.facts.artifact, lookalikes: disclosed.facts.lookalikes };
  return { adopting: { ...common, name, kind: 'npm', what, disclosed }, row: (member) => adoptedRow(member, home.scope, name, shown) };
}

async function tryDisclose(request: Parameters<typeof disclose>[0], host: Host, progress: Progress): Promise<Disclosed | GuardError> {
  try {
    return await disclose(request, host, progress);
  } catch (cause) {
    if (cause instanceof GuardError && cause.code !== 'interrupted') return cause;
    throw cause;
  }
}

async function pinFor(
  pins: Readonly<Record<string, Pin>>,
  group: Group,
  envNames: readonly string[],
  host: Host,
): Promise<readonly [string, Pin] | undefined> {
  const {
    members: [{ what }],
    home: { scope, project },
  } = group;
  for (const [name, pin] of Object.entries(pins)) {
    const place = { name, scope, project };
    if (what.kind === 'remote' ? await standsForRemote(pin, what, place, host) : standsFor(pin, what, envNames)) return [name, pin];
  }
  return undefined;
}

/** True for a pin that would be made again for these entries: the same server, words and variables. */
function standsFor(pin: Pin, what: Exclude<AdoptableLaunch, { kind: 'remote' }>, envNames: readonly string[]): boolean {
  if (pin.status === 'blocked' || pin.status === 'revoked' || !envNames.every((name) => pin.launch.envNames.includes(name))) return false;
  const same = pin.launch.args.length === what.args.length && pin.launch.args.every((word, at) => word === what.args[at]);
  if (!same) return false;
  if (pin.closure === null) return what.kind === 'command' && pin.launch.runtime === 'command' && pin.launch.command === what.command;
  if (what.kind !== 'npm' || pin.artifact.name !== what.reference.name) return false;
  const { spec, bin } = what.reference;
  return (bin === null || bin === pin.launch.bin) && (spec === null || spec === 'latest' || spec === pin.artifact.version);
}

/** The entry's own name where a pin can have it, else one made from it. Names are file names: some disks fold case. */
function freeName(name: string, taken: readonly string[]): string {
  const lower = taken.map((one) => one.toLowerCase());
  return isPinName(name) && !lower.includes(name.toLowerCase()) ? name : proposeName(name, new Set(taken));
}

/** The approval of the whole table. @throws GuardError `approval-needed`, `approval-refused`. */
async function agreed(plan: AdoptPlan, request: HowToAdopt, host: Host, person: Person): Promise<Approval> {
  const card = digestValue(plan as unknown as JsonValue);
  const show = () => request.show(plan);
  const reason = request.reason ?? 'adopted as it was';
  if (request.yes) {
    show();
    return { by: 'person', who: host.machine.user, at: isoTime(host.now()), card, reason };
  }
  const decision = { verdict: 'review', reasons: [], autoApproved: false } as const;
  const going = plan.entries.filter(({ pin }) => pin !== null).length;
  const question = { text: `put ${going === 1 ? 'it' : 'these'} behind the guard?`, typed: null };
  return consent({ server: null, decision, card, question, yes: false, command: request.command, reason, show }, host, person);
}

function stays(how: 'failed' | 'blocked' | 'left', why: string, hint: string): Prepared {
  return { adopting: null, row: (member) => row(member.one, { how, why, hint }) };
}

function adoptedRow(
  { one, values }: Adoptable,
  scope: LockScope,
  name: string,
  pin: Pick<Pin, 'artifact'> & { readonly unpinned?: AdoptedEntry['unpinned']; readonly lookalikes?: Disclosure['lookalikes'] },
): AdoptedEntry {
  const unpinned = pin.unpinned ?? null;
  const how = one.entry.url !== null ? 'remote' : unpinned === null ? 'bytes' : 'command';
  return {
    ...row(one, { how, why: null, hint: null }),
    pin: { scope, name },
    subject: artifactLabel(pin.artifact),
    unpinned,
    // Using a brand's name is no reason to doubt an entry that is there.
    resembles: (pin.lookalikes ?? []).filter(({ strength }) => strength !== 'uses-name').map(({ target }) => target.name),
    kept: values.length,
  };
}

function row(one: Considered['one'], more: Pick<AdoptedEntry, 'how' | 'why' | 'hint'>): AdoptedEntry {
  const { client, scope, file, name } = one.entry;
  return { client, scope, file, name, pin: null, subject: subjectShown(one), unpinned: null, resembles: [], kept: 0, ...more };
}
