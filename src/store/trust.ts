import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { Digest } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
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
}

/**
 * True when a person on this machine said that exactly these bytes of the project's lock count. A damaged or
 * unreadable record trusts nothing.
 *
 * @param project real path of the project's folder
 * @param lockDigest of the bytes of its `.pinfold/lock.json`
 */
export async function isTrusted(project: string, lockDigest: Digest, host: Host): Promise<boolean> {
  const path = trustPath(host);
  try {
    return parseTrust(await readOptional(path, limits.trustMaxBytes, host), path).get(project)?.lock === lockDigest;
  } catch {
    return false;
  }
}

/** Remembers on this machine that these bytes of the project's lock count. @throws GuardError `config-invalid` as `planTrust`. */
export async function trustLock(project: string, lockDigest: Digest, host: Host): Promise<void> {
  await host.files.locked(trustPath(host), async () => {
    await transact([await planTrust(project, lockDigest, host)], host);
  });
}

/**
 * The write that trusts a project's lock (null = no longer), for a transaction that also writes that lock.
 *
 * @throws GuardError `config-invalid` when the record is damaged: overwriting it would forget other projects.
 */
export async function planTrust(project: string, lockDigest: Digest | null, host: Host): Promise<PlannedWrite> {
  const path = trustPath(host);
  const before = await readOptional(path, limits.trustMaxBytes, host);
  const records = new Map(parseTrust(before, path));
  const known = records.get(project);
  if (lockDigest === null) records.delete(project);
  else if (known?.lock !== lockDigest) records.set(project, { lock: lockDigest, at: isoTime(host.now()) });
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
  return isObject(value) && typeof value['lock'] === 'string' && typeof value['at'] === 'string';
}
