import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { Digest } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import type { LockSigner } from '../model/lock-signer.ts';
import type { Ticket } from '../model/ticket.ts';
import { isoTime } from '../model/time.ts';
import { parseRecord } from './json-file.ts';
import type { PlannedWrite } from './planned-write.ts';
import { readOptional } from './read-optional.ts';
import { transact } from './transaction.ts';

/** Absolute path of the record of trusted project locks. */
export function trustPath(host: Host): string {
  return join(host.places.data, 'trust.json');
}

interface TrustRecord {
  /** Digest of the lock file's bytes. */
  readonly lock: Digest;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Absent = a person on this machine said so. */
  readonly signed?: SignedTrust;
}

/** A lock that counts because somebody signed it whom policy names. It ends when policy no longer does. */
export interface SignedTrust {
  readonly signer: LockSigner;
  /** The policy files under which the signature was verified. */
  readonly policy: Ticket['policy'];
}

/**
 * Why exactly these bytes of the project's lock count on this machine: because a person said so, or because of a signature
 * that was verified then (whether policy still names its signer is the caller's to see). null = they do not; so it is for a
 * damaged or unreadable record.
 *
 * @param project real path of the project's folder
 * @param lockDigest of the bytes of its `.pinfold/lock.json`
 */
export async function trustOf(project: string, lockDigest: Digest, host: Host): Promise<'person' | SignedTrust | null> {
  const path = trustPath(host);
  try {
    const record = parseTrust(await readOptional(path, limits.trustMaxBytes, host), path).get(project);
    return record?.lock === lockDigest ? (record.signed ?? 'person') : null;
  } catch {
    return null;
  }
}

/** Remembers on this machine that these bytes of the project's lock count. @throws GuardError `config-invalid` as `planTrust`. */
export async function trustLock(project: string, lockDigest: Digest, host: Host, signed?: SignedTrust): Promise<void> {
  await host.files.locked(trustPath(host), async () => {
    await transact([await planTrust(project, lockDigest, host, signed)], host);
  });
}

/**
 * The write that trusts a project's lock (null = no longer), for a transaction that also writes that lock. What a person
 * said of the same bytes stays said.
 *
 * @param signed by whose signature; absent = a person says so
 * @throws GuardError `config-invalid` when the record is damaged: overwriting it would forget other projects.
 */
export async function planTrust(project: string, lockDigest: Digest | null, host: Host, signed?: SignedTrust): Promise<PlannedWrite> {
  const path = trustPath(host);
  const before = await readOptional(path, limits.trustMaxBytes, host);
  const records = new Map(parseTrust(before, path));
  const known = records.get(project);
  if (lockDigest === null) records.delete(project);
  else if (known?.lock !== lockDigest || known.signed !== undefined) {
    records.set(project, { lock: lockDigest, at: isoTime(host.now()), ...(signed === undefined ? {} : { signed }) });
  }
  return { path, before, after: Buffer.from(print(records)), mode: 0o600 };
}

function print(records: ReadonlyMap<string, TrustRecord>): string {
  const projects = Object.fromEntries([...records].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ version: 1, projects }, null, 2)}\n`;
}

function parseTrust(bytes: Uint8Array | null, path: string): ReadonlyMap<string, TrustRecord> {
  if (bytes === null) return new Map();
  const value = parseRecord(bytes);
  const projects = isObject(value) && value['version'] === 1 ? value['projects'] : undefined;
  if (!isObject(projects) || !Object.values(projects).every(isRecord)) {
    throw new GuardError('config-invalid', 'the record of trusted project locks is damaged', {
      why: path,
      hint: `remove ${path}, then run \`pinfold trust\` in each project again`,
    });
  }
  return new Map(Object.entries(projects) as unknown as [string, TrustRecord][]);
}

function isRecord(value: JsonValue): boolean {
  if (!isObject(value) || typeof value['lock'] !== 'string' || typeof value['at'] !== 'string') return false;
  return !Object.hasOwn(value, 'signed') || isSignedTrust(value['signed']);
}

/** One that is half there must not count as a person's word. */
function isSignedTrust(value: JsonValue | undefined): boolean {
  if (!isObject(value) || !isObject(value['signer']) || !Array.isArray(value['policy'])) return false;
  const { key, identity } = value['signer'];
  const isFile = (file: JsonValue) => isObject(file) && typeof file['path'] === 'string' && isTextOrNull(file['digest']);
  return (typeof key === 'string' || (isObject(identity) && Object.values(identity).every(isTextOrNull))) && value['policy'].every(isFile);
}

function isTextOrNull(value: JsonValue | undefined): boolean {
  return value === null || typeof value === 'string';
}
