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
 * Entries that somebody answered for on this machine, as keyed digests, because entries hold secrets: the file tells
 * nobody which server is meant, nor lets a value be guessed.
 */
export interface EntryRecord {
  /** 256 random bits, hexadecimal. */
  readonly key: string;
  /** Digest of a place → digest of the entry that may stand there. */
  readonly entries: Readonly<Record<string, string>>;
}

/**
 * `accepted`: what `watch` leaves alone, all that was there when it was first started and what commands of ours wrote
 * since. `trusted`: entries in the files of a project that a person let count.
 */
export type EntryRecordKind = keyof typeof kinds;

const kinds = {
  accepted: {
    file: 'accepted.json',
    title: 'the record of accepted entries is damaged',
    hint: 'look at your servers (pinfold list), then accept them as they are: pinfold watch --accept',
  },
  trusted: {
    file: 'trusted-entries.json',
    title: 'the record of trusted entries is damaged',
    hint: 'remove that file, then run `pinfold trust` in each project again',
  },
} as const;

/** An entry as `clients/entry-identity.ts` tells it: hostile, and secret. */
export interface Identified {
  readonly place: JsonValue;
  readonly meaning: JsonValue;
}

export type Standing = 'known' | 'changed' | 'added';

function path(kind: EntryRecordKind, host: Host): string {
  return join(host.places.data, kinds[kind].file);
}

/** What is on record on this machine; null when nothing ever was. @throws GuardError `file-unreadable` when the record is damaged. */
export async function readEntryRecord(kind: EntryRecordKind, host: Host): Promise<EntryRecord | null> {
  const bytes = await readOptional(path(kind, host), limits.acceptedMaxBytes, host);
  if (bytes === null) return null;
  const record = parseRecord(bytes);
  const { version, key, entries } = (isObject(record) ? record : {}) as { readonly [member: string]: JsonValue | undefined };
  const valid = version === 1 && typeof key === 'string' && /^[0-9a-f]{64}$/.test(key) && isObject(entries);
  if (!valid || !Object.values(entries).every((digest) => typeof digest === 'string')) {
    throw new GuardError('file-unreadable', kinds[kind].title, { why: path(kind, host), hint: kinds[kind].hint });
  }
  return { key, entries: entries as Record<string, string> };
}

/** Starts the record anew with exactly these entries. @throws GuardError `file-unwritable`, `busy`. */
export async function recordExactly(kind: EntryRecordKind, found: readonly Identified[], host: Host): Promise<void> {
  await host.files.locked(path(kind, host), () => write(kind, adding({ key: newKey(host), entries: {} }, found), host));
}

/** Adds entries to the record, which is made when there is none. @throws GuardError as `readEntryRecord`; `file-unwritable`, `busy`. */
export async function recordMore(kind: EntryRecordKind, found: readonly Identified[], host: Host): Promise<void> {
  if (found.length === 0) return;
  await host.files.locked(path(kind, host), async () => {
    const before = (await readEntryRecord(kind, host)) ?? { key: newKey(host), entries: {} };
    await write(kind, adding(before, found), host);
  });
}

/** Whether an entry is the one on record for its place. */
export function standingOf({ key, entries }: EntryRecord, { place, meaning }: Identified): Standing {
  const digest = keyed(key, place);
  if (!Object.hasOwn(entries, digest)) return 'added';
  return entries[digest] === keyed(key, [place, meaning]) ? 'known' : 'changed';
}

function adding({ key, entries }: EntryRecord, found: readonly Identified[]): EntryRecord {
  const more = found.map(({ place, meaning }) => [keyed(key, place), keyed(key, [place, meaning])] as const);
  // Added again: a place that was just recorded is the newest, and the oldest go first.
  const fresh = new Set(more.map(([place]) => place));
  const kept = Object.entries(entries).filter(([place]) => !fresh.has(place));
  return { key, entries: Object.fromEntries([...kept, ...more].slice(-limits.acceptedMaxEntries)) };
}

async function write(kind: EntryRecordKind, { key, entries }: EntryRecord, host: Host): Promise<void> {
  await host.files.writeAtomic(path(kind, host), `${JSON.stringify({ version: 1, key, entries })}\n`, { mode: 0o600 });
}

function newKey(host: Host): string {
  return host.randomId() + host.randomId();
}

function keyed(key: string, value: JsonValue): string {
  return createHmac('sha256', Buffer.from(key, 'hex')).update(canonical(value)).digest('hex');
}
