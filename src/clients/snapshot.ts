import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import { decodeConfig, encodeConfig } from './config-text.ts';
import { sameJson, valueAt } from './edit/json-value.ts';
import { openText } from './edit/open-text.ts';
import { type ReadOptions, readConfig } from './found-config.ts';
import { type ConfigFile, configFiles } from './locations.ts';
import { entriesIn, type FoundEntry } from './read.ts';

/** The bytes of every config file at one moment. They hold the users' secrets. */
export interface Snapshot {
  readonly project: string | null;
  /** By absolute path; null = there was no file, or none that could be read. */
  readonly files: ReadonlyMap<string, Uint8Array | null>;
}

/** What somebody did to one entry. The raw values hold secrets: they are compared and never shown. */
export interface EntryDrift {
  readonly kind: 'added' | 'changed' | 'removed';
  /** As it is now; as it was when it is gone. */
  readonly entry: FoundEntry;
}

/** Every config file of every client as it is now. */
export async function takeSnapshot(options: ReadOptions, host: Host): Promise<Snapshot> {
  const files = new Map<string, Uint8Array | null>();
  for (const { path } of await configFiles(options, host)) {
    const config = await readConfig(path, host);
    files.set(path, config.state === 'read' ? config.bytes : null);
  }
  return { project: options.project ?? null, files };
}

/**
 * What differs between two moments, in table order: entries that were added, changed in any member, or removed. A file
 * that appeared since counts as one that was empty before.
 */
export async function driftBetween(before: Snapshot, after: Snapshot, host: Host): Promise<readonly EntryDrift[]> {
  const drift: EntryDrift[] = [];
  for (const file of await configFiles({ project: after.project }, host)) {
    const [was, is] = [before.files.get(file.path) ?? null, after.files.get(file.path) ?? null];
    if (sameBytes(was, is)) continue;
    drift.push(...fileDrift(was, is, file, after.project));
  }
  return drift;
}

function fileDrift(was: Uint8Array | null, is: Uint8Array | null, file: ConfigFile, project: string | null): readonly EntryDrift[] {
  const [old, now] = [keyed(was, file, project), keyed(is, file, project)];
  const drift: EntryDrift[] = [];
  for (const [key, { entry, raw }] of now) {
    const earlier = old.get(key);
    if (earlier === undefined) drift.push({ kind: 'added', entry });
    else if (!sameJson(earlier.raw, raw) || earlier.entry.enabled !== entry.enabled) drift.push({ kind: 'changed', entry });
  }
  for (const [key, { entry }] of old) if (!now.has(key)) drift.push({ kind: 'removed', entry });
  return drift;
}

interface Keyed {
  readonly entry: FoundEntry;
  readonly raw: JsonValue | undefined;
}

/** Entries by where they are; in a list by name and occurrence, because indexes move. */
function keyed(bytes: Uint8Array | null, file: ConfigFile, project: string | null): ReadonlyMap<string, Keyed> {
  const found = new Map<string, Keyed>();
  const document = bytes === null ? undefined : documentOf(bytes, file);
  for (const entry of entriesIn(bytes, file, project)) {
    const place = entry.rawPath.slice(0, -1);
    for (let occurrence = 0; ; occurrence += 1) {
      const key = JSON.stringify([file.client.id, place, entry.name, occurrence]);
      if (found.has(key)) continue;
      found.set(key, { entry, raw: valueAt(document, entry.rawPath) });
      break;
    }
  }
  return found;
}

/**
 * The bytes of a file with some drift taken back: added entries go, changed ones get their old text. When nothing else
 * of the document differs, exactly the old bytes (null = the file goes again).
 *
 * @throws GuardError `config-invalid` when the file cannot be edited safely; `config-changed` when an entry is not there any more.
 */
export function takenBack(file: ConfigFile, was: Uint8Array | null, is: Uint8Array, drift: readonly EntryDrift[]): Uint8Array | null {
  const { dialect } = file;
  const config = decodeConfig(is);
  const old = openText(was === null ? '' : decodeConfig(was).text, dialect);
  const oldEntries = keyed(was, file, drift[0]?.entry.project ?? null);
  let now = openText(config.text, dialect);
  // From the end of a list to its start, so that the indexes of the others stay what they are.
  for (const { kind, entry } of drift.toReversed()) {
    if (kind === 'removed') throw new GuardError('config-changed', `${entry.file} changed meanwhile`, { hint: 'pinfold list' });
    const earlier = [...oldEntries.values()].find(({ entry: one }) => one.name === entry.name && samePlace(one, entry));
    const oldText = kind === 'added' || earlier === undefined ? null : old.textAt(earlier.entry.rawPath);
    now = oldText === null ? now.remove(entry.rawPath) : now.setText(entry.rawPath, oldText);
  }
  if (sameJson(withoutEmpty(now.value), withoutEmpty(old.value))) return was;
  return encodeConfig(now.text, config);
}

function samePlace(one: FoundEntry, other: FoundEntry): boolean {
  return sameJson([...one.rawPath.slice(0, -1)], [...other.rawPath.slice(0, -1)]);
}

/** Maps and lists of servers that hold nothing say nothing: an installer that made one is undone with it. */
function withoutEmpty(value: JsonValue | undefined): JsonValue | undefined {
  if (value === undefined || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, withoutEmpty(member)] as const);
  const kept = members.filter(([, member]) => member !== undefined && !(Array.isArray(member) && member.length === 0));
  return kept.length === 0 ? undefined : Object.assign(Object.create(null), Object.fromEntries(kept));
}

function documentOf(bytes: Uint8Array, file: ConfigFile): JsonValue | undefined {
  return openText(decodeConfig(bytes).text, file.dialect).value;
}

function sameBytes(one: Uint8Array | null, other: Uint8Array | null): boolean {
  return one === null || other === null ? one === other : Buffer.compare(one, other) === 0;
}
