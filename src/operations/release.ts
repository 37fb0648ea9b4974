import { planEdit } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import type { Lock } from '../lockfile/lock.ts';
import type { Released, ReleasedEntry, ReleasePlan } from '../model/adoption-results.ts';
import { digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import { type KeptAdoption, listAdoptions, planAdoptionRemoval } from '../store/adoption.ts';
import { type Home, readLock } from '../store/home.ts';
import { appendLedger } from '../store/ledger.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import { settleSecrets } from '../store/secrets.ts';
import { chosen, type EntryChoice } from './adopt-candidates.ts';
import { applyChange } from './apply.ts';
import { applyEdits } from './apply-edits.ts';
import { consent } from './consent.ts';
import { keptAlone } from './kept-alone.ts';
import { planUnpins } from './pin-writes.ts';
import { planForgetPrevious } from './previous.ts';
import { readClients, type UnderstoodEntry } from './read-clients.ts';
import { type GuardedEntry, type Releasing, releaseOf } from './release-plan.ts';
import { planForgetTexts, settleReleased, withKeptWords, withSecrets } from './release-secrets.ts';
import { homeOf } from './scope-home.ts';
import { withSignInsEnded } from './sign-out.ts';

export interface ReleaseRequest extends EntryChoice {
  /** Every adopted entry of every project of this machine, not of `project` alone. */
  readonly everywhere: boolean;
  readonly yes: boolean;
  /** Pins stay, also when nothing starts them any more. */
  readonly keepPins: boolean;
  /** The command line that comes to the same question, with its answer. */
  readonly command: string;
  readonly show: (plan: ReleasePlan) => void;
}

/** The entries of one lock. */
interface Group {
  readonly home: Home;
  /** null = it cannot be read: entries come back all the same, pins stay. */
  readonly lock: Lock | null;
  readonly releasing: readonly Releasing[];
  /** Pins that nothing starts any more, and that go. */
  readonly unused: readonly string[];
  /** Values, by pin, that would go with it and stand nowhere else: it stays for them. */
  readonly alone: ReadonlyMap<string, readonly string[]>;
}

/**
 * Takes entries out from behind the guard: each one's text exactly as it was before `adopt`, and pins that nothing
 * starts any more are forgotten, and tokens of whoever signed in to them are taken back where they came from. A pin for
 * which values are kept that stand in no entry stays, with them: only `remove`, which asks, deletes those. Works with
 * whatever is left: damaged locks, tickets and trees are not needed. One table, one question; all entries of one lock are
 * one transaction.
 *
 * @throws GuardError as `chosen`, `consent` and `applyChange`.
 */
export async function release(request: ReleaseRequest, host: Host): Promise<Released> {
  const records = await listAdoptions(host);
  const groups: Group[] = [];
  for (const project of await projects(request, records, host)) {
    const { entries } = await readClients({ client: null, project }, host);
    const wanted = chosenHere(entries, request, project);
    for (const scope of ['user', 'project'] as const) {
      // Entries of user scope are the same from every project.
      if (scope === 'user' && project !== request.project) continue;
      if (scope === 'project' && project === null) continue;
      const own = wanted.filter(({ pin }) => pin?.scope === scope);
      if (own.length > 0) groups.push(await groupOf(await homeOf(scope, project, host), own, entries, records, request, host));
    }
  }
  const plan: ReleasePlan = { entries: groups.flatMap(rowsOf) };
  if (!plan.entries.some(({ how }) => how !== 'left')) return { ...plan, signedOut: [] };
  await agree(plan, request, host);
  const signedOut: Released['signedOut'][number][] = [];
  for (const group of groups) signedOut.push(...(await apply(group, host)));
  for (const { pin, how } of plan.entries) {
    if (how !== 'left') await appendLedger({ event: 'released', server: `${pin.scope}:${pin.name}`, detail: { how } }, host);
  }
  return { ...plan, signedOut };
}

/** The project that was asked for first, then those that records name and that are still there. */
async function projects(request: ReleaseRequest, records: readonly KeptAdoption[], host: Host): Promise<readonly (string | null)[]> {
  const named = request.everywhere ? records.flatMap(({ adoption }) => adoption.project ?? []) : [];
  const there: (string | null)[] = [request.project];
  for (const folder of new Set(named)) {
    const real = await host.files.realPath(folder).catch(() => null);
    if (real !== null && !there.includes(folder)) there.push(folder);
  }
  return there;
}

function chosenHere(entries: readonly UnderstoodEntry[], request: ReleaseRequest, project: string | null): readonly UnderstoodEntry[] {
  const names = project === request.project ? request.names : [];
  return chosen(entries, { ...request, names }).filter(({ pin }) => pin !== null);
}

async function groupOf(
  home: Home,
  own: readonly UnderstoodEntry[],
  all: readonly UnderstoodEntry[],
  records: readonly KeptAdoption[],
  request: ReleaseRequest,
  host: Host,
): Promise<Group> {
  const lock = await readLock(home, host).then(
    (file) => file.lock,
    (cause: unknown) => {
      if (cause instanceof GuardError) return null;
      throw cause;
    },
  );
  const releasing: Releasing[] = [];
  const seen = new Set<string>();
  for (const one of own) {
    const place = JSON.stringify([await host.files.realPath(one.entry.file).catch(() => one.entry.file), one.entry.rawPath]);
    if (seen.has(place)) continue; // another client reads the same file
    seen.add(place);
    const free = records.filter((record) => !releasing.some((other) => other.record === record));
    const guarded = await guardedEntry(one, host);
    if (guarded === null) continue;
    const filled = await withKeptWords(guarded, home, lock, host);
    releasing.push(await withSecrets(releaseOf(filled, free, lock, host), home, lock, host));
  }
  const going = new Set(releasing.flatMap(({ edits }) => edits.map(({ target }) => placeOf(target))));
  const used = all.filter(({ entry, pin }) => pin?.scope === home.scope && !going.has(placeOf(entry))).map(({ pin }) => pin?.name);
  const names = new Set(releasing.flatMap(({ edits, row }) => (edits.length === 0 ? [] : [row.pin.name])));
  const pinned = (name: string) => lock !== null && Object.hasOwn(lock.pins, name);
  const unused = request.keepPins ? [] : [...names].filter((name) => pinned(name) && !used.includes(name));
  const alone = new Map<string, readonly string[]>();
  for (const name of unused) alone.set(name, await keptAlone({ name, scope: home.scope, project: home.project }, releasing, host));
  return { home, lock, releasing, unused: unused.filter((name) => alone.get(name)?.length === 0), alone };
}

function placeOf({ file, rawPath }: Pick<UnderstoodEntry['entry'], 'file' | 'rawPath'>): string {
  return JSON.stringify([file, rawPath]);
}

/** The entry with its text, from a plan that changes nothing of value. */
async function guardedEntry(one: UnderstoodEntry, host: Host): Promise<GuardedEntry | null> {
  const { pin, found } = one;
  if (pin === null) return null;
  try {
    // Planned as a change to itself: what comes back is how the entry stands there now.
    const { entryBefore } = await planEdit(found, { kind: 'remove' }, host);
    if (entryBefore === null) return null;
    const [same] = (await planEdit(found, { kind: 'restore', entryText: entryBefore }, host)).entries;
    return { one, pin, now: { text: entryBefore, value: same?.value ?? null }, refusal: null };
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return { one, pin, now: null, refusal: { why: cause.why ?? cause.message, hint: cause.hint ?? null } };
  }
}

function rowsOf({ releasing, unused, alone }: Group): readonly ReleasedEntry[] {
  return releasing.map(({ row }) => {
    const back = row.how !== 'left';
    return { ...row, forgotten: back && unused.includes(row.pin.name), keeps: back ? (alone.get(row.pin.name) ?? []) : [] };
  });
}

async function agree(plan: ReleasePlan, request: ReleaseRequest, host: Host): Promise<void> {
  const show = () => request.show(plan);
  if (request.yes) return show();
  const decision = { verdict: 'review', reasons: [], autoApproved: false } as const;
  const card = digestValue(plan as unknown as JsonValue);
  const question = { text: 'take these out from behind the guard?', typed: null };
  await consent({ server: null, decision, card, question, yes: false, command: request.command, reason: null, show }, host);
}

/** Returns the sign-ins that went with pins. */
async function apply({ home, lock, releasing, unused }: Group, host: Host): Promise<Released['signedOut']> {
  const edits = releasing.flatMap((one) => one.edits);
  if (edits.length === 0) return [];
  const forgotten = releasing.flatMap(({ record }): PlannedWrite[] => (record === null ? [] : [planAdoptionRemoval(record)]));
  if (lock === null) {
    await applyEdits(edits, async () => [...forgotten, ...(await planForgetTexts(home, releasing, [], host))], host);
    await settleReleased(home, releasing, host);
    return [];
  }
  const places = unused.map((name) => ({ name, scope: home.scope, project: home.project }));
  const change = async () => {
    await applyChange(
      {
        home,
        edits,
        writes: async (lockFile) => [
          ...(await planUnpins(home, lockFile, unused, host)),
          ...(await Promise.all(unused.map((name) => planForgetPrevious(home, name, host)))).flat(),
          ...(await planForgetTexts(home, releasing, unused, host)),
          ...forgotten,
        ],
      },
      host,
    );
    for (const place of places) await settleSecrets(place, host);
    await settleReleased(home, releasing, host);
  };
  const ended = await withSignInsEnded(places, change, host);
  return ended.map(({ place: { scope, name }, ...one }) => ({ ...one, pin: { scope, name } }));
}
