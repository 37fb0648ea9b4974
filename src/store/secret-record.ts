import type { Host } from '../host/host.ts';
import type { Digest } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { parseRecord } from './json-file.ts';
import type { PlannedWrite } from './planned-write.ts';
import { readOptional } from './read-optional.ts';
import { type ServerPlace, serverFile } from './server-place.ts';

export type SecretPlace = 'keychain' | 'file';

/**
 * The kind of a secret, and a name of its kind: a variable, a word of the command line, a lower-case header, what a sign-in
 * left, an adopted entry's id.
 */
export type SecretName = `${'env' | 'word' | 'header' | 'oauth' | 'entry'} ${string}`;

/** The name of its kind. */
export function ownName(name: SecretName): string {
  return name.slice(name.indexOf(' ') + 1);
}

/** True for what is given to a server at its start, and that a person may put back: a variable or a word. */
export function isForServer(name: SecretName): boolean {
  return name.startsWith('env ') || name.startsWith('word ');
}

/** True for what is sent to a server elsewhere with every request. */
export function isHeader(name: SecretName): boolean {
  return name.startsWith('header ');
}

/** What a person got by signing in. */
export const tokensName: SecretName = 'oauth tokens';

/** True for tokens that are used by nothing any more, and still have to be taken back where they came from. */
export function isLeaving(name: SecretName): boolean {
  return name.startsWith('oauth leaving ');
}

/** Where a value lies: an item of the keychain (long ones in several), or here. */
export type SecretItem = { readonly account: string; readonly pieces: number } | { readonly value: string };

/** Everything that is known about the secrets of one server. Values only where there is no keychain. */
export interface SecretRecord {
  /** By name, sorted. */
  readonly kept: readonly {
    readonly name: SecretName;
    readonly purpose: Digest;
    readonly at: string;
    readonly item: SecretItem;
    /** How often it was tried to take them back, for tokens that leave; absent = never. */
    readonly tries?: number;
  }[];
  /** Items of the keychain that nothing names (yet, or any more), and since when, milliseconds since the epoch. */
  readonly loose: readonly { readonly account: string; readonly pieces: number; readonly sinceMs: number }[];
}

/** The record of a server with its bytes; without any, an empty one. @throws GuardError `file-unreadable` when it is damaged, or others may use it. */
export async function readSecretRecord(
  place: ServerPlace,
  host: Host,
): Promise<{ readonly record: SecretRecord; readonly bytes: Uint8Array | null }> {
  const path = serverFile('secrets', place, host);
  const bytes = await readOptional(path, limits.secretsMaxBytes, host);
  if (bytes === null) return { record: { kept: [], loose: [] }, bytes };
  const stat = await host.files.stat(path);
  const { platform, uid } = host.machine;
  if (stat !== null && stat.kind !== 'file') throw unreadable(place, path, 'it is a link');
  if (stat !== null && platform !== 'win32' && ((stat.mode & 0o077) !== 0 || stat.uid !== uid))
    throw unreadable(place, path, 'others may read it');
  const record = asRecord(parseRecord(bytes));
  if (record === null) throw unreadable(place, path, 'it is damaged');
  return { record, bytes };
}

/** The write of a record, for its user alone; an empty one is no file. */
export function planRecord(place: ServerPlace, before: Uint8Array | null, record: SecretRecord, host: Host): PlannedWrite {
  const kept = record.kept.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const empty = kept.length === 0 && record.loose.length === 0;
  const after = empty ? null : Buffer.from(`${JSON.stringify({ version: 1, kept, loose: record.loose })}\n`);
  return { path: serverFile('secrets', place, host), before, after, mode: 0o600 };
}

function asRecord(value: JsonValue | undefined): SecretRecord | null {
  if (!isObject(value) || value['version'] !== 1) return null;
  const { kept, loose } = value;
  const sound = Array.isArray(kept) && kept.every(isKept) && Array.isArray(loose) && loose.every(isLoose);
  return sound ? ({ kept, loose } as unknown as SecretRecord) : null;
}

function isKept(one: JsonValue): boolean {
  if (!isObject(one)) return false;
  const { name, purpose, at, item, tries = 0 } = one as { readonly [member: string]: JsonValue | undefined };
  const named = typeof name === 'string' && /^(?:env|word|header|oauth|entry) ./.test(name);
  const lies = isObject(item as JsonValue) && (isItem(item as JsonValue) || isText((item as { value?: JsonValue }).value));
  return named && isText(purpose) && isText(at) && lies && Number.isInteger(tries);
}

function isLoose(one: JsonValue): boolean {
  return isItem(one) && isObject(one) && typeof one['sinceMs'] === 'number';
}

function isItem(one: JsonValue): boolean {
  if (!isObject(one)) return false;
  const { account, pieces } = one;
  return isText(account) && Number.isInteger(pieces) && Number(pieces) >= 1 && Number(pieces) <= limits.secretMaxBytes;
}

function isText(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && value !== '';
}

function unreadable({ name }: ServerPlace, path: string, why: string): GuardError {
  return new GuardError('file-unreadable', `the secrets of \`${name}\` cannot be used`, {
    why: `${path}: ${why}`,
    hint:
      why === 'others may read it'
        ? `chmod 600 ${path}, and change the secrets if somebody may have read them`
        : `remove ${path} and give them again`,
  });
}
