import type { Host } from '../host/host.ts';
import { withPin } from '../lockfile/lock.ts';
import type { ReadableManifest } from '../lockfile/manifest-file.ts';
import { pinDigest } from '../lockfile/pin-digest.ts';
import type { Closure } from '../model/artifact.ts';
import { digestBytes, digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { itemKey } from '../model/item-digest.ts';
import type { JsonObject } from '../model/json.ts';
import { type ItemKind, itemKinds } from '../model/manifest.ts';
import { isRemotePin, type Pin } from '../model/pin.ts';
import { placeholdersOf } from '../model/surroundings.ts';
import type { Ticket } from '../model/ticket.ts';
import { viewTemplate } from '../model/view-digest.ts';
import { effectiveMode, elicitationHosts, sandboxRequired } from '../policy/layers.ts';
import { blockedIn, readBlocked } from '../store/blocked.ts';
import { scopesBlockedFor } from '../store/blocked-scopes.ts';
import { firstUseFile, planFirstUse, planFirstUseRemoval, readFirstUse } from '../store/first-use.ts';
import { planHits } from '../store/hits.ts';
import { type Home, type LockFile, lockPath, planClosure, planLock, planManifest } from '../store/home.ts';
import { planMachineWordsRemoval } from '../store/machine-words.ts';
import { type PendingItem, planPendingRemoval } from '../store/pending.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import type { Policies } from '../store/policies.ts';
import type { SecretName } from '../store/secret-record.ts';
import { keptForServer, keptOf, planForget } from '../store/secrets.ts';
import { type ServerPlace, serverFile } from '../store/server-place.ts';
import { buildTicket, type PlacedPin, planTicket } from '../store/ticket.ts';
import { planTrust } from '../store/trust.ts';
import { askedOfPin, hitsAbout, hitsRecord, recallKnowledge } from './advisories/knowledge.ts';
import { unblockCommand } from './command-line.ts';

/** A pin that is to count on this machine, with what belongs to it. */
export type NewPin = PlacedPin & {
  readonly name: string;
  readonly readable: ReadableManifest | null;
  /** null where there are no pinned bytes. */
  readonly closure: Closure | null;
  /** What was decided of the words that waited; the others go on waiting. Absent = all of them are forgotten. */
  readonly decided?: readonly PendingItem[];
  /** What is kept for it from this transaction on, beside what is kept already; default nothing. */
  readonly keeping?: readonly SecretName[];
};

interface Place {
  readonly home: Home;
  readonly policies: Policies;
}

export type PinWrite = Place & NewPin & { readonly lockFile: LockFile };

/**
 * Every write that makes a pin count on this machine: lock, readable manifest, closure, ticket, what is known that stops it; what waited for
 * approval or was seen at first use is forgotten. A project's lock is trusted here, because it was approved here.
 */
export async function planPin(write: PinWrite, host: Host): Promise<readonly PlannedWrite[]> {
  return planPins(write, write.lockFile, [write], host);
}

/**
 * The same for a pin whose words stay what they are: what waits goes on waiting, and what was seen at first use belongs
 * to the new pin as it did to the old one.
 */
export async function planSameWords(write: PinWrite, old: Pin, host: Host): Promise<readonly PlannedWrite[]> {
  const place = { name: write.name, scope: write.home.scope, project: write.home.project };
  const seen = firstUseFile(place, pinDigest(old), host);
  const record = await readFirstUse(seen, host);
  const left = [seen.path, serverFile('pending', place, host)];
  const writes = (await planPin(write, host)).filter(({ path }) => !left.includes(path));
  if (record === null) return writes;
  return [...writes, await planFirstUse(seen.path, record, { ...record, pinDigest: pinDigest(write.pin) }, host)];
}

/**
 * The same for several pins of one lock; empty when there are none.
 *
 * @throws GuardError `policy-denied` when a pin would let through what was blocked for ever, whoever approved it.
 */
export async function planPins(
  { home, policies }: Place,
  lockFile: LockFile,
  pins: readonly NewPin[],
  host: Host,
): Promise<readonly PlannedWrite[]> {
  if (pins.length === 0) return [];
  const lock = pins.reduce((all, { name, pin }) => withPin(all, name, pin), lockFile.lock);
  const records: PlannedWrite[] = [];
  const knowledge = await recallKnowledge(policies.layers, host);
  for (const one of pins) {
    const place = { name: one.name, scope: home.scope, project: home.project };
    await assertNothingBlocked(place, one, host);
    const asked = await askedOfPin(one.pin, one.closure, async () => one.tree, host);
    records.push(
      await planManifest(home, one.name, one.readable, host),
      await planClosure(home, one.name, one.closure, host),
      await planTicket(await ticketOf({ ...one, home, policies }, host), place, host),
      await planPendingRemoval(place, host, one.decided ?? null),
      await planFirstUseRemoval(place, host),
      await planHits(place, hitsRecord(one.pin, await hitsAbout(asked, knowledge, host)), host),
    );
  }
  return withTrust(home, planLock(home, lockFile, lock), records, host);
}

/**
 * Every way to a ticket passes here, so that nothing that was blocked for ever is let through by another command.
 *
 * @throws GuardError `policy-denied`; `file-unreadable` when what is blocked cannot be known.
 */
export async function assertNothingBlocked(place: ServerPlace, { name, pin }: Pick<NewPin, 'name' | 'pin'>, host: Host): Promise<void> {
  const denied = (what: string, at: string, hint: string) =>
    new GuardError('policy-denied', `\`${name}\` says something that you blocked for ever; nothing was changed`, {
      why: `${what}, blocked on ${at.slice(0, 10)}`,
      hint,
    });
  const scopes = isRemotePin(pin) ? pin.authorization.scopes : [];
  const barred = isRemotePin(pin) ? await scopesBlockedFor(place, pin.launch.url, host) : [];
  const scope = barred.find((one) => scopes.includes(one.name));
  if (scope !== undefined) throw denied(`scope ${scope.name}`, scope.at, unblockCommand(scope.by.scope, scope.by.name));
  const found = pin.manifest === null ? null : blockedIn(await readBlocked(place, host), pin.manifest);
  if (found !== null)
    throw denied(`${found.kind}${found.name === '' ? '' : ` ${found.name}`}`, found.at, unblockCommand(place.scope, name));
}

async function withTrust(home: Home, lock: PlannedWrite, records: readonly PlannedWrite[], host: Host): Promise<readonly PlannedWrite[]> {
  const trusted = home.project === null || lock.after === null ? [] : [await planTrust(home.project, digestBytes(lock.after), host)];
  return [lock, ...records, ...trusted];
}

/** The ticket of a pin on this machine. @throws GuardError `file-unreadable` when it cannot be known what is kept for it. */
export async function ticketOf(write: Place & PlacedPin & Pick<NewPin, 'name' | 'readable' | 'keeping'>, host: Host): Promise<Ticket> {
  const { home, name, policies, readable, keeping = [], ...placed } = write;
  const before = await keptForServer({ name, scope: home.scope, project: home.project }, placed.pin, host);
  const kept = keptOf(placed.pin, [...before.map((one) => one.name), ...keeping]);
  return buildTicket({
    ...placed,
    ...(kept === undefined ? {} : { kept }),
    name,
    scope: home.scope,
    lockPath: lockPath(home),
    runtime: host.machine.nodePath,
    mode: effectiveMode(policies.layers, placed.pin.mode),
    elicitationHosts: elicitationHosts(policies.layers),
    templates: readable === null ? {} : templatesOf(readable),
    // Asked at every launch, since the answer is no: a ticket that names the files of now would be a yes.
    policy: sandboxRequired(policies.layers) && !('sandbox' in placed.pin) ? [] : policies.files,
  });
}

/** Every write that forgets a pin; `settleSecrets` afterwards takes what it was sent out of the keychain. */
export async function planUnpin(home: Home, lockFile: LockFile, name: string, host: Host): Promise<readonly PlannedWrite[]> {
  return planUnpins(home, lockFile, [name], host);
}

/** The same for several pins of one lock; empty when there are none. */
export async function planUnpins(home: Home, lockFile: LockFile, names: readonly string[], host: Host): Promise<readonly PlannedWrite[]> {
  if (names.length === 0) return [];
  const records: PlannedWrite[] = [];
  for (const name of names) {
    const place = { name, scope: home.scope, project: home.project };
    records.push(
      await planManifest(home, name, null, host),
      await planClosure(home, name, null, host),
      await planTicket(null, place, host),
      await planPendingRemoval(place, host),
      await planFirstUseRemoval(place, host),
      await planMachineWordsRemoval(place, host),
      await planHits(place, null, host),
      await planForget(place, 'all', host),
    );
  }
  const lock = names.reduce((rest, name) => withPin(rest, name, null), lockFile.lock);
  return withTrust(home, planLock(home, lockFile, lock), records, host);
}

/** The items whose text names surroundings, by `<kind>/<key>`: all that a ticket needs of the readable words. */
function templatesOf(readable: ReadableManifest): Ticket['templates'] {
  const items = itemKinds.flatMap((kind: ItemKind) =>
    readable[kind].flatMap((item): [string, JsonObject][] => {
      const key = itemKey(kind, item);
      return key === null || !isTemplate(item) ? [] : [[`${kind}/${key}`, item]];
    }),
  );
  const { instructions } = readable;
  const own: [string, JsonObject | string][] = instructions !== null && isTemplate(instructions) ? [['instructions', instructions]] : [];
  const { views } = readable;
  const others = views === undefined ? [] : [...itemKinds.flatMap((kind) => views[kind]), ...views.instructions];
  const ofViews = others.filter(isTemplate).map((text) => [`${viewTemplate}${digestValue(text)}`, text] as const);
  return Object.fromEntries([...items, ...own, ...ofViews]);
}

/** Also true for an escaped `{{` without any placeholder: the listed text differs from the template form then too. */
function isTemplate(value: JsonObject | string): boolean {
  return placeholdersOf(value).length > 0 || JSON.stringify(value).includes('{{');
}
