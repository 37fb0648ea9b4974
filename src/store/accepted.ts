import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { canonical } from '../model/canonical.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { parseRecord } from './json-file.ts';
import { readOptional } from './read-optional.ts';

/**
 * Entries that `watch` leaves alone: what was there when it was first started, and what was written by a command of ours
 * since. As keyed digests, because entries hold secrets: the file tells nobody which server is meant, or guess a value.
 */
export interface Accepted {
  /** 256 random bits, hexadecimal. */
  readonly key: string;
  /** Digest of a place → digest of the entry that may stand there. */
  readonly entries: Readonly<Record<string, string>>;
}

/** An entry as `clients/entry-identity.ts` tells it: hostile, and secret. */
export interface Identified {
  readonly place: JsonValue;
  readonly meaning: JsonValue;
}

export type Standing = 'accepted' | 'changed' | 'added';

function path(host: Host): string {
  return join(host.places.data, 'accepted.json');
}

/** What was accepted on this machine; null when `watch` never ran. @throws GuardError `file-unreadable` when the record is damaged. */
export async function readAccepted(host: Host): Promise<Accepted | null> {
  const bytes = await readOptional(path(host), limits.acceptedMaxBytes, host);
  if (bytes === null) return null;
  const record = parseRecord(bytes);
  const { version, key, entries } = (isObject(record) ? record : {}) as { readonly [member: string]: JsonValue | undefined };
  const valid = version === 1 && typeof key === 'string' && /^[0-9a-f]{64}$/.test(key) && isObject(entries);
  if (!valid || !Object.values(entries).every((digest) => typeof digest === 'string')) {
    throw new GuardError('file-unreadable', 'the record of accepted entries is damaged', {
      why: path(host),
      hint: 'look at your servers (pinfold list), then accept them as they are: pinfold watch --accept',
    });
  }
  return { key, entries: entries as Record<string, string> };
}

/** Starts the record anew with exactly these entries. @throws GuardError `file-unwritable`, `busy`. */
export async function acceptExactly(found: readonly Identified[], host: Host): Promise<void> {
  await host.files.locked(path(host), () => write(adding({ key: newKey(host), entries: {} }, found), host));
}

/** Adds entries, where there is a record; nothing happens without one. @throws GuardError as `readAccepted`; `file-unwritable`, `busy`. */
export async function acceptMore(found: readonly Identified[], host: Host): Promise<void> {
  if (found.length === 0 || (await host.files.stat(path(host))) === null) return;
  await host.files.locked(path(host), async () => {
    const before = await readAccepted(host);
    if (before !== null) await write(adding(before, found), host);
  });
}

/** Whether an entry is the accepted one of its place. */
export function standingOf({ key, entries }: Accepted, { place, meaning }: Identified): Standing {
  const digest = keyed(key, place);
  if (!Object.hasOwn(entries, digest)) return 'added';
  return entries[digest] === keyed(key, [place, meaning]) ? 'accepted' : 'changed';
}

function adding({ key, entries }: Accepted, found: readonly Identified[]): Accepted {
  const more = found.map(({ place, meaning }) => [keyed(key, place), keyed(key, [place, meaning])] as const);
  // Added again: a place that was just accepted is the newest, and the oldest go first.
  const kept = Object.entries(entries).filter(([place]) => !more.some(([other]) => other === place));
  return { key, entries: Object.fromEntries([...kept, ...more].slice(-limits.acceptedMaxEntries)) };
}

async function write({ key, entries }: Accepted, host: Host): Promise<void> {
  await host.files.writeAtomic(path(host), `${JSON.stringify({ version: 1, key, entries })}\n`, { mode: 0o600 });
}

function newKey(host: Host): string {
  return host.randomId() + host.randomId();
}

function keyed(key: string, value: JsonValue): string {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(canonical(value)).digest('hex');
}
