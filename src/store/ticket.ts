import type { Host } from '../host/host.ts';
import { pinDigest } from '../lockfile/pin-digest.ts';
import { artifactLabel } from '../model/artifact.ts';
import type { GateMode } from '../model/decision.ts';
import { digestValue } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { type CommandPin, isRemotePin, type LockScope, type Pin, type RemotePin, type TreePin } from '../model/pin.ts';
import type { SealedPlace, Ticket } from '../model/ticket.ts';
import { parseRecord } from './json-file.ts';
import type { PlannedWrite } from './planned-write.ts';
import { readOptional } from './read-optional.ts';
import { type ServerPlace, serverFile } from './server-place.ts';
import { asTicket } from './ticket-shape.ts';

/** A pin with the tree that it was laid out in; null where there are no pinned bytes. */
export type PlacedPin =
  | { readonly pin: TreePin; readonly tree: SealedPlace }
  | { readonly pin: CommandPin | RemotePin; readonly tree: null };

/** A pin with its tree, where it has pinned bytes; null when they do not belong together. */
export function placed(pin: Pin, tree: SealedPlace | null): PlacedPin | null {
  if (pin.closure === null) return tree === null ? { pin, tree } : null;
  return tree === null ? null : { pin, tree };
}

/** What a ticket is made of, beyond what the pin says. */
interface TicketContext {
  readonly name: string;
  readonly scope: LockScope;
  /** Absolute path of the lock that the pin lives in. */
  readonly lockPath: string;
  /** Absolute path of the Node that was approved. */
  readonly runtime: string;
  /** The strictest of pin and policies. */
  readonly mode: GateMode;
  readonly templates: Ticket['templates'];
  readonly policy: Ticket['policy'];
  readonly kept?: Ticket['kept'];
  /** Of the policies; absent = none. */
  readonly elicitationHosts?: Ticket['elicitationHosts'];
}

/** The ticket of a pin. A pin that is blocked or revoked gives a ticket that never starts. */
export function buildTicket(facts: TicketContext & PlacedPin): Ticket {
  const { pin, name, scope, lockPath, runtime, mode, templates, policy, kept, elicitationHosts: hosts = [] } = facts;
  const common = {
    version: 1,
    name,
    scope,
    lockPath,
    pinDigest: pinDigest(pin),
    label: artifactLabel(pin.artifact),
    state: stateOf(pin),
    mode,
    manifest: pin.manifest,
    templates,
    policy,
    ...(kept === undefined ? {} : { kept }),
    ...(hosts.length === 0 ? {} : { elicitationHosts: hosts }),
  } as const;
  if (facts.tree === null) {
    if (isRemotePin(facts.pin)) {
      const { url, transport, headerNames } = facts.pin.launch;
      return { ...common, tree: null, launch: { url, transport, headerNames, authorization: facts.pin.authorization } };
    }
    const { command, args } = facts.pin.launch;
    return { ...common, tree: null, launch: { command, args, cwd: null } };
  }
  const { path, index, indexDigest, contentDigest } = facts.tree;
  const { entry, args, cwd } = facts.pin.launch;
  const { sandbox } = facts.pin;
  return {
    ...common,
    tree: { path, index, indexDigest, contentDigest },
    launch: { runtime, entry, args, cwd },
    ...(sandbox === undefined ? {} : { sandbox }),
  };
}

function stateOf(pin: Pin): Ticket['state'] {
  if (pin.status === 'blocked' || pin.status === 'revoked') return 'refused';
  const learns = pin.status === 'first-use' || pin.status === 'grandfathered';
  return learns && pin.manifest === null ? 'first-use' : 'pinned';
}

/** The write that files a ticket (null = that removes it), for a transaction. */
export async function planTicket(ticket: Ticket | null, place: ServerPlace, host: Host): Promise<PlannedWrite> {
  const path = ticketPath(place, host);
  const before = await readOptional(path, limits.ticketMaxBytes, host);
  return { path, before, after: ticket === null ? null : Buffer.from(printTicket(ticket)), mode: 0o600 };
}

/** Absolute path of a server's ticket. */
export function ticketPath(place: ServerPlace, host: Host): string {
  return serverFile('tickets', place, host);
}

function printTicket(ticket: Ticket): string {
  return `${JSON.stringify({ seal: digestValue(ticket as unknown as JsonValue), ticket })}\n`;
}

/**
 * The ticket of a server; null = there is none. The seal inside the file shows damage and edits by hand; it is no
 * signature: who can write this folder as the user can forge it (docs/threat-model.md).
 *
 * @throws GuardError `ticket-invalid` for a damaged, edited or misplaced ticket.
 */
export async function readTicket(name: string, scope: LockScope, project: string | null, host: Host): Promise<Ticket | null> {
  const path = ticketPath({ name, scope, project }, host);
  const bytes = await readOptional(path, limits.ticketMaxBytes, host);
  if (bytes === null) return null;
  const ticket = parseTicket(bytes);
  if (typeof ticket === 'string') throw invalid(name, ticket);
  // A ticket of another server, copied over this one, has a whole seal.
  if (ticket.name !== name || ticket.scope !== scope) throw invalid(name, `it was written for \`${ticket.scope}:${ticket.name}\``);
  return ticket;
}

/** The ticket in a file's bytes, or why there is none. */
export function parseTicket(bytes: Uint8Array): Ticket | string {
  const file = parseRecord(bytes);
  if (!isObject(file)) return 'it is not JSON';
  const body = file['ticket'];
  if (!isObject(body) || file['seal'] !== sealOf(body)) return 'it does not fit its seal';
  return asTicket(body) ?? 'this version of pinfold does not understand it';
}

function sealOf(body: JsonValue): string | null {
  try {
    return digestValue(body);
  } catch {
    return null; // a lone surrogate has no canonical form
  }
}

function invalid(name: string, why: string): GuardError {
  return new GuardError('ticket-invalid', `the launch ticket of \`${name}\` is damaged`, { why, hint: 'pinfold audit' });
}
