import type { Host } from '../host/host.ts';
import { withPin } from '../lockfile/lock.ts';
import type { ReadableManifest } from '../lockfile/manifest-file.ts';
import type { Closure } from '../model/artifact.ts';
import { digestBytes } from '../model/digest.ts';
import { itemKey } from '../model/item-digest.ts';
import type { JsonObject } from '../model/json.ts';
import { type ItemKind, itemKinds } from '../model/manifest.ts';
import type { Pin } from '../model/pin.ts';
import { placeholdersOf } from '../model/surroundings.ts';
import type { Ticket } from '../model/ticket.ts';
import { effectiveMode } from '../policy/layers.ts';
import { planFirstUseRemoval } from '../store/first-use.ts';
import { type Home, type LockFile, lockPath, planClosure, planLock, planManifest } from '../store/home.ts';
import { planPendingRemoval } from '../store/pending.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import type { Policies } from '../store/policies.ts';
import { buildTicket, planTicket } from '../store/ticket.ts';
import { planTrust } from '../store/trust.ts';

export interface PinWrite {
  readonly home: Home;
  readonly lockFile: LockFile;
  readonly name: string;
  readonly pin: Pin;
  readonly readable: ReadableManifest | null;
  readonly closure: Closure;
  readonly tree: Ticket['tree'];
  readonly policies: Policies;
}

/**
 * Every write that makes a pin count on this machine: lock, readable manifest, closure, ticket; what waited for
 * approval or was seen at first use is forgotten. A project's lock is trusted here, because it was approved here.
 */
export async function planPin(write: PinWrite, host: Host): Promise<readonly PlannedWrite[]> {
  const { home, name, pin } = write;
  const lock = planLock(home, write.lockFile, withPin(write.lockFile.lock, name, pin));
  const place = { name, scope: home.scope, project: home.project };
  const ticket = ticketOf(write, host);
  return [
    lock,
    await planManifest(home, name, write.readable, host),
    await planClosure(home, name, write.closure, host),
    await planTicket(ticket, place, host),
    await planPendingRemoval(place, host),
    await planFirstUseRemoval(place, host),
    ...(home.project === null || lock.after === null ? [] : [await planTrust(home.project, digestBytes(lock.after), host)]),
  ];
}

/** The ticket of a pin on this machine. */
export function ticketOf(write: Omit<PinWrite, 'lockFile' | 'closure'>, host: Host): Ticket {
  const { home, name, pin, tree, policies } = write;
  return buildTicket({
    pin,
    name,
    scope: home.scope,
    lockPath: lockPath(home),
    tree,
    runtime: host.machine.nodePath,
    mode: effectiveMode(policies.layers, pin.mode),
    templates: write.readable === null ? {} : templatesOf(write.readable),
    policy: policies.files,
  });
}

/** Every write that forgets a pin. */
export async function planUnpin(home: Home, lockFile: LockFile, name: string, host: Host): Promise<readonly PlannedWrite[]> {
  const lock = planLock(home, lockFile, withPin(lockFile.lock, name, null));
  const place = { name, scope: home.scope, project: home.project };
  return [
    lock,
    await planManifest(home, name, null, host),
    await planClosure(home, name, null, host),
    await planTicket(null, place, host),
    await planPendingRemoval(place, host),
    await planFirstUseRemoval(place, host),
    ...(home.project === null || lock.after === null ? [] : [await planTrust(home.project, digestBytes(lock.after), host)]),
  ];
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
  return Object.fromEntries([...items, ...own]);
}

/** Also true for an escaped `{{` without any placeholder: the listed text differs from the template form then too. */
function isTemplate(value: JsonObject | string): boolean {
  return placeholdersOf(value).length > 0 || JSON.stringify(value).includes('{{');
}
