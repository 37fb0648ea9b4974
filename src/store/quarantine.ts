import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { QuarantinedEntry } from '../model/entry-results.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { parseRecord } from './json-file.ts';
import type { PlannedWrite } from './planned-write.ts';
import { readOptional } from './read-optional.ts';

/** An entry that nobody approved and that was kept from starting, with all that brings it back. Holds the user's secrets. */
export interface Quarantined extends QuarantinedEntry {
  readonly rawPath: readonly (string | number)[];
  readonly project: string | null;
  /** The entry as somebody wrote it: the engine's text, opaque. */
  readonly entryText: string;
  /** The accepted entry that it took the place of; null = there was none, or it is not known any more. */
  readonly earlierText: string | null;
}

/** A record with the file that it is kept in. */
export interface KeptQuarantine {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly entry: Quarantined;
}

function fileOf(id: string, host: Host): string {
  return join(host.places.data, 'quarantine', `${id}.json`);
}

/** The write that keeps a record, only for this user, for a transaction. */
export function planQuarantine(entry: Quarantined, host: Host): PlannedWrite {
  return { path: fileOf(entry.id, host), before: null, after: Buffer.from(`${JSON.stringify({ version: 1, entry })}\n`), mode: 0o600 };
}

/** The write that forgets one. */
export function planQuarantineRemoval({ path, bytes }: KeptQuarantine): PlannedWrite {
  return { path, before: bytes, after: null };
}

/** Every readable record of this machine, by the name of the entry, then the client; damaged ones are left out. */
export async function listQuarantined(host: Host): Promise<readonly KeptQuarantine[]> {
  const kept: KeptQuarantine[] = [];
  for (const name of await host.files.list(join(host.places.data, 'quarantine'))) {
    if (!name.endsWith('.json') || name.startsWith('.')) continue;
    const path = join(host.places.data, 'quarantine', name);
    const bytes = await readOptional(path, limits.configMaxBytes, host).catch(() => null);
    const entry = bytes === null ? null : asQuarantined(parseRecord(bytes));
    if (bytes !== null && entry !== null && fileOf(entry.id, host) === path) kept.push({ path, bytes, entry });
  }
  const orderOf = ({ entry: { name, client, at } }: KeptQuarantine) => [name, client, at].join('\0');
  return kept.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

function asQuarantined(record: JsonValue | undefined): Quarantined | null {
  const found = isObject(record) && record['version'] === 1 ? record['entry'] : undefined;
  if (!isObject(found)) return null;
  const { id, client, scope, file, rawPath, name, project, change, how, at, starts, entryText, earlierText } = found as {
    readonly [member: string]: JsonValue | undefined;
  };
  const texts = [client, file, name, entryText, at].every((text) => typeof text === 'string');
  const optional = [project, starts, earlierText].every((text) => text === null || typeof text === 'string');
  const place =
    (scope === 'user' || scope === 'project' || scope === 'local') &&
    Array.isArray(rawPath) &&
    rawPath.every((step: JsonValue) => typeof step === 'string' || typeof step === 'number');
  const kind = (change === 'added' || change === 'changed') && (how === 'off' || how === 'blocked');
  return typeof id === 'string' && isQuarantineId(id) && texts && optional && place && kind ? (found as unknown as Quarantined) : null;
}

/** True for what `Host.randomId` makes; it becomes a file name and a word of a command line. */
export function isQuarantineId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}
