import { hazardousName } from '../model/hazardous-environment.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { decodeConfig } from './config-text.ts';
import { valueAt } from './edit/json-value.ts';
import { openText } from './edit/open-text.ts';
import type { ConfigFile } from './locations.ts';
import { entriesIn, type FoundEntry } from './read.ts';

/** One entry with what tells it from every other, and what it would start. Both hold the user's secrets: they are digested and never shown. */
export interface IdentifiedEntry {
  readonly entry: FoundEntry;
  /** Where it is: stays the same when other entries of a list come and go. */
  readonly place: JsonValue;
  /** All of it that matters for what is started: switched on or off, it is the same. */
  readonly meaning: JsonValue;
}

/**
 * Members that clients themselves write while people use them: which tools may run unasked, and how long to wait. They
 * start nothing else.
 */
const tuning: ReadonlySet<string> = new Set(
  `alwaysAllow autoApprove autoApproved autoAllow autoApproveTools allowedTools allowed_tools enabledTools enabled_tools
   disabledTools disabled_tools includeTools excludeTools disabledAutoApproveTools toolPermissions timeout toolTimeout
   tool_timeout_sec startup_timeout_sec startup_timeout_ms description lastUsed`.split(/\s+/),
);

/** True when an entry hands on something that would load code into whatever it starts, also into the guard: a variable, or a file of them. */
export function loadsCode({ entry, meaning }: Pick<IdentifiedEntry, 'entry' | 'meaning'>): boolean {
  return (
    hazardousName(entry.envNames) !== undefined || (isObject(meaning) && Object.keys(meaning).some((name) => /^env_?file$/i.test(name)))
  );
}

/** True when two places are in one map or list: in a list the index may have moved. */
export function sameContainer(one: FoundEntry['rawPath'], other: FoundEntry['rawPath']): boolean {
  return JSON.stringify(one.slice(0, -1)) === JSON.stringify(other.slice(0, -1));
}

/** Every entry of one file's bytes, in its order; empty when the client could not read it. */
export function identifiedEntries(bytes: Uint8Array | null, file: ConfigFile, project: string | null): readonly IdentifiedEntry[] {
  const entries = entriesIn(bytes, file, project);
  if (bytes === null || entries.length === 0) return [];
  const document = openText(decodeConfig(bytes).text, file.dialect).value;
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const where = [entry.client, entry.scope, entry.file, entry.rawPath.slice(0, -1), entry.name];
    const key = JSON.stringify(where);
    const occurrence = seen.get(key) ?? 0;
    seen.set(key, occurrence + 1);
    return { entry, place: [...where, occurrence] as JsonValue, meaning: meaningOf(valueAt(document, entry.rawPath), file) };
  });
}

function meaningOf(raw: JsonValue | undefined, { client }: ConfigFile): JsonValue {
  if (raw === undefined || !isObject(raw)) return raw ?? null;
  const [first, ...more] = client.switch.kind === 'member' ? client.switch.at : [];
  const members = Object.entries(raw).filter(([name]) => !tuning.has(name));
  return Object.fromEntries(
    members.flatMap(([name, value]) => {
      if (name !== first) return [[name, value]];
      return more.length === 0 || !isObject(value) ? [] : [[name, without(value, more)]];
    }),
  );
}

function without(value: JsonObject, [first, ...more]: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (name !== first) return [[name, inner]];
      return more.length === 0 || !isObject(inner) ? [] : [[name, without(inner, more)]];
    }),
  );
}
