import type { Transport } from '../model/client-entry.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { DecodedEntry, GuardedLaunch } from './client.ts';

/** How a client tells the transport of an entry whose fields were read: the transport, or why it has none. */
export type TransportRule = (entry: {
  readonly type: JsonValue | undefined;
  readonly command: string | null;
  readonly url: string | null;
}) => Transport | string;

/**
 * Reads the members that nearly all clients share: `command`, `args`, `env`, `cwd`, `url`, `headers`. A member of the
 * wrong type is a problem and makes the entry invalid, but what can be shown of it is still shown.
 */
export function decodeEntry(raw: JsonValue, transportOf: TransportRule): DecodedEntry {
  if (!isObject(raw)) return { ...nothing, problems: ['it is not an object'] };
  const problems: string[] = [];
  const command = text(raw, 'command', problems);
  const url = text(raw, 'url', problems);
  const shared = {
    enabled: true,
    command,
    args: texts(raw, 'args', problems),
    envNames: names(raw, 'env', problems),
    cwd: text(raw, 'cwd', problems),
    url,
    headerNames: names(raw, 'headers', problems),
  };
  const transport = transportOf({ type: raw['type'], command, url });
  const known = isTransport(transport);
  if (!known) problems.push(transport);
  return { ...shared, transport: known && problems.length === 0 ? transport : 'invalid', problems };
}

/** The raw entry of a guarded stdio server: what named the old launch goes, everything else of `previous` stays in its order. */
export function encodeEntry(launch: GuardedLaunch, previous: JsonObject | null, fixed: JsonObject = {}): JsonObject {
  const kept = Object.fromEntries(Object.entries(previous ?? {}).filter(([name]) => !remoteMembers.has(name)));
  const env = launch.env === undefined ? {} : { env: { ...(isObject(kept['env']) ? kept['env'] : {}), ...launch.env } };
  return { ...fixed, ...kept, ...fixed, command: launch.command, args: launch.args, ...env };
}

const remoteMembers = new Set(['url', 'headers', 'headersHelper', 'oauth', 'auth']);

const nothing: DecodedEntry = {
  transport: 'invalid',
  enabled: true,
  command: null,
  args: [],
  envNames: [],
  cwd: null,
  url: null,
  headerNames: [],
  problems: [],
};

function text(raw: JsonObject, name: string, problems: string[]): string | null {
  const value = raw[name];
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  problems.push(`\`${name}\` is not text`);
  return null;
}

function texts(raw: JsonObject, name: string, problems: string[]): readonly string[] {
  const value = raw[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    problems.push(`\`${name}\` is not a list`);
    return [];
  }
  if (!value.every((item) => typeof item === 'string')) problems.push(`\`${name}\` holds something other than text`);
  // A client that turns numbers into text would start it: they are shown as it would.
  return value.map((item: JsonValue) => (typeof item === 'string' ? item : JSON.stringify(item)));
}

function names(raw: JsonObject, name: string, problems: string[]): readonly string[] {
  const value = raw[name];
  if (value === undefined || value === null) return [];
  if (isObject(value)) return Object.keys(value);
  problems.push(`\`${name}\` is not a map`);
  return [];
}

function isTransport(value: Transport | string): value is Transport {
  return value === 'stdio' || value === 'http' || value === 'sse' || value === 'ws' || value === 'invalid';
}
