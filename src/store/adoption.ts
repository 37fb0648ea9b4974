import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { ConfigScope } from '../model/client-entry.ts';
import { type Digest, digestBytes, digestValue } from '../model/digest.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import type { LockScope } from '../model/pin.ts';
import { parseRecord } from './json-file.ts';
import type { PlannedWrite } from './planned-write.ts';
import { readOptional } from './read-optional.ts';
import type { SecretName } from './secret-record.ts';

/** What an entry was before it went behind the guard: all that brings it back. Holds the user's secrets. */
export interface Adoption {
  readonly client: string;
  readonly scope: ConfigScope;
  /** Absolute path as the client names it. */
  readonly file: string;
  readonly rawPath: readonly (string | number)[];
  readonly name: string;
  readonly project: string | null;
  /** The entry as it was written: the engine's, opaque. Empty when it is kept as a secret. */
  readonly entryText: string;
  /** What of it is kept as secrets; absent = nothing. */
  readonly secrets?: AdoptedSecrets;
  /** The guarded entry that was written in its place: of its text, and of each of its members. */
  readonly guarded: { readonly text: Digest; readonly members: Readonly<Record<string, Digest>> };
  readonly pin: { readonly scope: LockScope; readonly name: string };
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** What of an adopted entry was taken out of every file. */
export interface AdoptedSecrets {
  /** Under which its whole text is kept for its pin: `entry …`. */
  readonly text: SecretName;
  /** Names of the variables that were moved, sorted. */
  readonly variables: readonly string[];
  /** Names of the words of its command line that were, sorted; absent = none were. */
  readonly words?: readonly string[];
}

/** An adoption with the file that it is kept in. */
export interface KeptAdoption {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly adoption: Adoption;
}

/** The digest of each member of an entry; of the whole under an empty name when it has no members. */
export function memberDigests(value: JsonValue): Readonly<Record<string, Digest>> {
  if (!isObject(value)) return { '': digestValue(value) };
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, digestValue(inner)]));
}

/** The digest of an entry's text. */
export function entryDigest(text: string): Digest {
  return digestBytes(text);
}

function folder(host: Host): string {
  return join(host.places.data, 'adopted');
}

/** The write that keeps an adoption, only for this user, for a transaction. */
export function planAdoption(adoption: Adoption, host: Host): PlannedWrite {
  const path = join(folder(host), `${host.randomId()}.json`);
  return { path, before: null, after: Buffer.from(`${JSON.stringify({ version: 1, adoption })}\n`), mode: 0o600 };
}

/** The write that says something else of the same entry. */
export function planAdoptionChange({ path, bytes }: KeptAdoption, adoption: Adoption): PlannedWrite {
  return { path, before: bytes, after: Buffer.from(`${JSON.stringify({ version: 1, adoption })}\n`), mode: 0o600 };
}

/** The write that forgets one. */
export function planAdoptionRemoval({ path, bytes }: KeptAdoption): PlannedWrite {
  return { path, before: bytes, after: null };
}

/** Every readable adoption of this machine, newest first; damaged ones are left out. */
export async function listAdoptions(host: Host): Promise<readonly KeptAdoption[]> {
  const kept: KeptAdoption[] = [];
  for (const name of await host.files.list(folder(host))) {
    if (!name.endsWith('.json') || name.startsWith('.')) continue;
    const path = join(folder(host), name);
    const bytes = await readOptional(path, limits.configMaxBytes, host).catch(() => null);
    const adoption = bytes === null ? null : asAdoption(parseRecord(bytes));
    if (bytes !== null && adoption !== null) kept.push({ path, bytes, adoption });
  }
  return kept.toSorted((a, b) => (a.adoption.at < b.adoption.at ? 1 : -1));
}

const scopes: readonly unknown[] = ['user', 'project', 'local'] satisfies readonly ConfigScope[];

function asAdoption(record: JsonValue | undefined): Adoption | null {
  const found = isObject(record) && record['version'] === 1 ? record['adoption'] : undefined;
  if (!isObject(found)) return null;
  const { client, scope, file, rawPath, name, project, entryText, secrets, guarded, pin, at } = found as {
    readonly [member: string]: JsonValue | undefined;
  };
  const texts = [client, file, name, entryText, at].every((text) => typeof text === 'string');
  const place =
    scopes.includes(scope) &&
    (project === null || typeof project === 'string') &&
    Array.isArray(rawPath) &&
    rawPath.length > 0 &&
    rawPath.every((step: JsonValue) => typeof step === 'string' || typeof step === 'number');
  const started = isObject(pin) && typeof pin['name'] === 'string' && (pin['scope'] === 'user' || pin['scope'] === 'project');
  const written = isObject(guarded) && typeof guarded['text'] === 'string' && isObject(guarded['members']);
  return texts && place && started && written && (secrets === undefined || areSecrets(secrets)) ? (found as unknown as Adoption) : null;
}

function areSecrets(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const { text, variables, words = [] } = value;
  const names = [variables, words];
  return (
    typeof text === 'string' &&
    /^entry ./.test(text) &&
    names.every((list) => Array.isArray(list) && list.every((name: JsonValue) => typeof name === 'string'))
  );
}
