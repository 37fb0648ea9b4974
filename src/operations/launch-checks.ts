import { dirname, join } from 'node:path';
import type { Host } from '../host/host.ts';
import { pinDigestIn } from '../lockfile/pin-digest.ts';
import { type Digest, digestBytes } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import type { Ticket, TreeTicket } from '../model/ticket.ts';
import { readHits, type StoppingHit, stoppingNow } from '../store/hits.ts';
import { arePolicies } from '../store/policy-files.ts';
import { readOptional, utf8 } from '../store/read-optional.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { readTicket } from '../store/ticket.ts';
import { checkTree } from '../store/tree-check.ts';
import { trustOf } from '../store/trust.ts';
import { scopedCommand, trustCommand } from './command-line.ts';

/** A launch that nothing speaks against. */
export interface ClearedLaunch {
  readonly ticket: Ticket;
  /** Of the pin; the environment variables that were declared, sorted. */
  readonly envNames: readonly string[];
  /** The tree was last hashed more than a day ago. */
  readonly stale: boolean;
}

/** The ticket of a server that may be started at all. @throws GuardError `pin-not-found`, `ticket-invalid`, `pin-blocked`. */
export async function launchTicket({ name, scope, project }: ServerPlace, host: Host): Promise<Ticket> {
  const ticket = await readTicket(name, scope, project, host);
  if (ticket === null)
    throw notFound(name, 'nobody approved it on this machine; `npx pinfold release --all` takes adopted entries out from behind the guard');
  if (ticket.state !== 'refused') return ticket;
  throw new GuardError('pin-blocked', `\`${name}\` is blocked`, { why: `${ticket.label} was blocked or revoked`, hint: 'pinfold audit' });
}

/**
 * Everything else that must hold before code of a server is loaded: a lock that still says what the ticket was made from
 * (and is trusted, in a project), policies that still allow it, a tree that is byte for byte what was sealed, and no advisory
 * or revocation that was heard of before.
 *
 * @throws GuardError `pin-not-found`, `lock-invalid`, `lock-too-new`, `approval-needed`, `lock-untrusted`,
 *   `policy-denied`, `policy-invalid`, `tree-changed`, `tree-missing`, `revoked`, `advisories-damaged`.
 */
export async function clearLaunch(ticket: Ticket, place: ServerPlace, host: Host): Promise<ClearedLaunch> {
  const { project } = place;
  const [pin, allowed, tree] = await Promise.all([
    pinOf(ticket, place, host),
    // Every policy file is the one that the ticket was written under, and there is no other.
    arePolicies(ticket.policy, project, host),
    // Where no bytes are pinned there is nothing to compare, and everything else holds.
    ticket.tree === null ? null : checkTree(ticket.tree, 'stat', host),
    assertNotRevoked(ticket, place, host),
  ]);
  const cleared = allowed ? ticket : { ...ticket, ...(await askPolicy(pin, ticket, project, host)) };
  if (cleared.tree === null) return { ticket: cleared, envNames: envNamesOf(pin), stale: false };
  if (tree !== null && tree.state !== 'sound') throw unsound(cleared, tree.state, tree.differences);
  assertNoStrayModules(cleared, host);
  return { ticket: cleared, envNames: envNamesOf(pin), stale: tree === null || tree.stale };
}

/** What was compared before: no network, and one small file. */
async function assertNotRevoked(ticket: Ticket, place: ServerPlace, host: Host): Promise<void> {
  const record = await readHits(place, host);
  const [first, ...more] = stoppingNow(record, ticket.label, host.now());
  if (first !== undefined) throw revoked(ticket, first, more.length, record?.at ?? null);
}

/** With the words of the record, and how old they are at most. */
function revoked({ name, scope, tree }: Ticket, hit: StoppingHit, more: number, at: string | null): GuardError {
  const what = hit.kind === 'revoked' ? 'is revoked' : 'is malicious, an advisory says';
  const known = at === null ? '' : `, as known on ${at.slice(0, 10)}`;
  return new GuardError('revoked', `\`${name}\` ${what}, and is not started`, {
    why: `${hit.id}: ${hit.summary || 'its words could not be read'} (about ${hit.subject}, from ${hit.source}${known})${more === 0 ? '' : `; and ${more} more`}`,
    hint: tree === null ? 'pinfold audit' : scopedCommand('update', scope, name),
  });
}

/** The pin in the lock, which is the one that the ticket was made from. */
async function pinOf(ticket: Ticket, place: ServerPlace, host: Host): Promise<JsonObject> {
  const { name, project } = place;
  const bytes = await readLockBytes(ticket, host);
  const lock = parseLock(bytes, ticket);
  const digest = pinDigestIn(lock, name);
  if (digest === null) throw notFound(name, `${ticket.lockPath} does not hold it`);
  const untrusted = project === null ? null : await whyUntrusted(project, digestBytes(bytes), ticket, host);
  if (untrusted !== null)
    throw new GuardError('lock-untrusted', `nobody trusts the lock of this project on this machine`, {
      why: untrusted,
      hint: 'pinfold trust',
    });
  if (digest !== ticket.pinDigest) {
    throw new GuardError('approval-needed', `the pin of \`${name}\` changed and nobody approved that here`, {
      why: `${ticket.lockPath} is not what was approved`,
      hint: trustCommand(ticket.scope),
    });
  }
  const pins = isObject(lock) && isObject(lock['pins']) ? lock['pins'] : {};
  const pin = pins[name];
  return isObject(pin) ? pin : {};
}

/**
 * null = the lock counts: a person said so, or somebody signed it whom policy names. The signature was verified when that was
 * written down; here only its signer is compared, and only where a policy is not the one of then.
 */
async function whyUntrusted(project: string, lock: Digest, { lockPath }: Ticket, host: Host): Promise<string | null> {
  const trust = await trustOf(project, lock, host);
  if (trust === null) return `${lockPath} came with the project, or changed since it was trusted`;
  if (trust === 'person' || (await arePolicies(trust.policy, project, host))) return null;
  const { isStillNamed } = await import('./launch-policy.ts');
  return (await isStillNamed(trust.signer, project, host)) ? null : `policy no longer names who signed ${lockPath}`;
}

async function readLockBytes(ticket: Ticket, host: Host): Promise<Uint8Array> {
  let bytes: Uint8Array | null;
  try {
    bytes = await readOptional(ticket.lockPath, limits.lockMaxBytes, host);
  } catch (cause) {
    throw lockInvalid(ticket, cause instanceof GuardError ? (cause.why ?? cause.message) : 'it cannot be read', cause);
  }
  if (bytes === null) throw notFound(ticket.name, `${ticket.lockPath} does not exist`);
  return bytes;
}

/** The shape of the rest does not matter here: the pin's digest is compared with the ticket's. */
function parseLock(bytes: Uint8Array, ticket: Ticket): JsonValue {
  let lock: JsonValue;
  try {
    lock = JSON.parse(utf8(bytes) ?? '') as JsonValue;
  } catch (cause) {
    throw lockInvalid(ticket, 'it is not JSON', cause);
  }
  const version = isObject(lock) ? lock['version'] : undefined;
  if (version === 1) return lock;
  if (typeof version === 'number' && version > 1) {
    throw new GuardError('lock-too-new', `${ticket.lockPath} was written by a newer pinfold`, {
      why: `it has version ${version}; this pinfold knows version 1`,
      hint: 'npm install -g pinfold@latest',
    });
  }
  throw lockInvalid(ticket, 'it has no known version');
}

function lockInvalid(ticket: Ticket, why: string, cause?: unknown): GuardError {
  const hint =
    ticket.scope === 'project'
      ? `restore ${ticket.lockPath} from version control`
      : `restore ${ticket.lockPath}, or remove it and approve again`;
  return new GuardError('lock-invalid', `${ticket.lockPath} is damaged`, { why, hint, cause });
}

async function askPolicy(
  pin: JsonObject,
  ticket: Ticket,
  project: string | null,
  host: Host,
): Promise<Required<Pick<Ticket, 'mode' | 'elicitationHosts'>>> {
  const { launchVerdict } = await import('./launch-policy.ts');
  const artifact = isObject(pin['artifact']) ? pin['artifact'] : {};
  const { subject, version } = artifact;
  const mode = pin['mode'];
  const known = mode === 'warn' || mode === 'observe' ? mode : 'block';
  const server = {
    name: ticket.name,
    subject: String(subject ?? ''),
    version: String(version ?? ''),
    release: pin['release'],
    mode: known,
    sandboxed: pin['sandbox'] !== undefined,
  } as const;
  const verdict = await launchVerdict(server, project, host);
  if (verdict.allowed) return { mode: verdict.mode, elicitationHosts: verdict.elicitationHosts };
  const { code, what, why, hint } = verdict;
  throw new GuardError(code, what, { ...(why === null ? {} : { why }), ...(hint === null ? {} : { hint }) });
}

function unsound(ticket: TreeTicket, state: 'changed' | 'missing', differences: readonly string[]): GuardError {
  const hint = trustCommand(ticket.scope);
  const why = differences.slice(0, 3).join('; ') || ticket.tree.path;
  return state === 'missing'
    ? new GuardError('tree-missing', `the approved bytes of \`${ticket.name}\` are not on this machine`, { why, hint })
    : new GuardError('tree-changed', `the bytes of \`${ticket.name}\` are not the ones that were approved`, { why, hint });
}

/**
 * Node looks for a package that the tree does not hold in every `node_modules` further up. Nothing puts one into the
 * folders of the store; what lies above them is the user's own.
 */
function assertNoStrayModules(ticket: TreeTicket, host: Host): void {
  const { data } = host.places;
  for (let folder = dirname(ticket.tree.path); folder.startsWith(data) && folder !== dirname(folder); folder = dirname(folder)) {
    const [stray = null] = host.files.statMany(folder, ['node_modules']);
    if (stray === null) continue;
    const path = join(folder, 'node_modules');
    throw new GuardError('tree-changed', `\`${ticket.name}\` would find packages that nobody approved`, {
      why: `${path} was added`,
      hint: `remove ${path}`,
    });
  }
}

function envNamesOf(pin: JsonObject): readonly string[] {
  const launch = isObject(pin['launch']) ? pin['launch'] : {};
  const names = launch['envNames'];
  return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : [];
}

function notFound(name: string, why: string): GuardError {
  return new GuardError('pin-not-found', `there is no pin \`${name}\``, { why, hint: 'pinfold list' });
}
