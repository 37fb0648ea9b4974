import type { Transport } from '../model/client-entry.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { EntryCodec, EntryValues } from './client.ts';
import { splitCommandLine } from './split-command-line.ts';

/** How a client spells one server, as data: which member holds what, and how the transport is told. */
export interface EntryShape {
  /**
   * `text`: the program alone. `command-line`: the same, but a whole line with spaces is split into words. `argv`: one
   * list of program and arguments. `text-or-argv`: either.
   */
  readonly command?: { readonly at?: string; readonly form?: 'text' | 'command-line' | 'argv' | 'text-or-argv' };
  /** Members by name; the defaults are `args`, `env`, `cwd`. null = the client has none. */
  readonly args?: string;
  readonly env?: string;
  readonly cwd?: string | null;
  /** Members that may hold the address, the first one present counts; the first is written. Default: `url`. */
  readonly urls?: readonly { readonly at: string; readonly transport?: Transport }[];
  /** Paths of the maps whose member names are header names; the first is written. Default: `headers`. */
  readonly headers?: readonly (readonly string[])[];
  /** Words of the member that names the transport; the first of each is written. null = the client has none. */
  readonly type?: EntryTypes | null;
  /** What an address without a type is; text = why the client does not start it. `by-scheme`: ws(s) is ws, else sse. */
  readonly untyped?: 'http' | 'sse' | 'by-scheme' | { readonly refused: string };
  /** Which one counts when both are there and no type says it. Default: the command. */
  readonly prefers?: 'command' | 'url';
  /** The client starts stdio servers only. */
  readonly stdioOnly?: boolean;
  /** Members that the client wants in every new entry. */
  readonly fixed?: (name: string) => JsonObject;
  /** More members, besides those of addresses and headers, that only a remote entry has: they go when it is guarded. */
  readonly remoteOnly?: readonly string[];
}

export interface EntryTypes {
  /** Default: `type`. */
  readonly at?: string;
  readonly stdio?: readonly string[];
  readonly http?: readonly string[];
  readonly sse?: readonly string[];
  readonly ws?: readonly string[];
  /** Which new entries must carry it. Default: none. */
  readonly required?: 'always' | 'remote';
  /** Kinds of things that are no servers at all. */
  readonly other?: readonly string[];
  /** The client infers the transport and reads the type only to choose between http and sse; unknown words do no harm. */
  readonly hint?: boolean;
}

/** Reading and writing of entries of one shape. Nothing of it throws, whatever `raw` is. */
export function entryCodec(shape: EntryShape): EntryCodec {
  const names = namesOf(shape);
  return {
    decode: (raw) => {
      const kind = isObject(raw) ? raw[names.type] : undefined;
      if (typeof kind === 'string' && shape.type?.other?.includes(kind) === true) return null;
      const read = readEntry(raw, shape, names);
      const { transport, problems, command, args, env, cwd, url, headers } = read;
      return { transport, enabled: true, command, args, envNames: Object.keys(env), cwd, url, headerNames: Object.keys(headers), problems };
    },
    values: (raw) => {
      const { problems, transport, ...values } = readEntry(raw, shape, names);
      if (transport === 'invalid' || problems.length > 0 || holdsNull(raw, [[names.env], ...names.headers])) return null;
      return { transport, ...values };
    },
    encode: (launch, previous, name) => {
      const remote = new Set([...names.urls.map(({ at }) => at), ...names.headers.map(([at]) => at), ...(shape.remoteOnly ?? [])]);
      const kept: JsonObject =
        previous === null ? (shape.fixed?.(name) ?? {}) : Object.fromEntries(Object.entries(previous).filter(([at]) => !remote.has(at)));
      const keptEnv = kept[names.env];
      const env =
        launch.env === undefined ? {} : { [names.env]: { ...(keptEnv !== undefined && isObject(keptEnv) ? keptEnv : {}), ...launch.env } };
      const type = previous === null ? shape.type?.required === 'always' : Object.hasOwn(previous, names.type);
      return {
        ...(type || shape.type?.required === 'always' ? typeMember(shape, names, 'stdio') : {}),
        ...kept,
        ...(type || shape.type?.required === 'always' ? typeMember(shape, names, 'stdio') : {}),
        ...commandMembers(launch.command, launch.args, shape, names),
        ...env,
      };
    },
    envMember: names.env,
    write: (values, name) => writeEntry(values, name, shape, names),
  };
}

interface Names {
  readonly command: string;
  readonly args: string;
  readonly env: string;
  readonly cwd: string | null;
  readonly type: string;
  readonly urls: readonly { readonly at: string; readonly transport?: Transport }[];
  readonly headers: readonly (readonly [string, ...string[]])[];
}

function namesOf(shape: EntryShape): Names {
  return {
    command: shape.command?.at ?? 'command',
    args: shape.args ?? 'args',
    env: shape.env ?? 'env',
    cwd: shape.cwd === undefined ? 'cwd' : shape.cwd,
    type: shape.type?.at ?? 'type',
    urls: shape.urls ?? [{ at: 'url' }],
    headers: (shape.headers ?? [['headers']]) as readonly (readonly [string, ...string[]])[],
  };
}

interface ReadEntry extends Omit<EntryValues, 'transport'> {
  readonly transport: Transport;
  readonly problems: readonly string[];
}

function readEntry(raw: JsonValue, shape: EntryShape, names: Names): ReadEntry {
  if (!isObject(raw)) return { ...nothing, problems: ['it is not an object'] };
  const problems: string[] = [];
  const { command, args } = readCommand(raw, shape, names, problems);
  const address = readUrl(raw, names, problems);
  const read = {
    command,
    args,
    env: texts(raw[names.env], names.env, problems),
    cwd: names.cwd === null ? null : text(raw[names.cwd], names.cwd, problems),
    url: address.url,
    headers: Object.assign(Object.create(null), ...names.headers.map((at) => texts(memberAt(raw, at), at.join('.'), problems))),
  };
  const transport = transportOf(raw[names.type], command, address, shape, names);
  if (typeof transport === 'object') problems.push(transport.why);
  return { ...read, transport: typeof transport === 'string' && problems.length === 0 ? transport : 'invalid', problems };
}

const nothing: ReadEntry = {
  transport: 'invalid',
  command: null,
  args: [],
  env: {},
  cwd: null,
  url: null,
  headers: {},
  problems: [],
};

function readCommand(raw: JsonObject, shape: EntryShape, names: Names, problems: string[]) {
  const form = shape.command?.form ?? 'text';
  const value = raw[names.command];
  const list = form === 'argv' || (form === 'text-or-argv' && Array.isArray(value));
  if (list) {
    const [command, ...args] = words(value, names.command, problems);
    return { command: command ?? null, args: form === 'argv' ? args : [...args, ...words(raw[names.args], names.args, problems)] };
  }
  const command = text(value, names.command, problems);
  const args = words(raw[names.args], names.args, problems);
  const split = form === 'command-line' && command !== null ? splitCommandLine(command) : null;
  return split === null ? { command, args } : { command: split[0] ?? null, args: [...split.slice(1), ...args] };
}

interface Address {
  readonly url: string | null;
  readonly transport: Transport | null;
}

function readUrl(raw: JsonObject, names: Names, problems: string[]): Address {
  const all = names.urls.map(({ at, transport }) => ({ url: text(raw[at], at, problems), transport: transport ?? null }));
  return all.find(({ url }) => url !== null && url !== '') ?? { url: all.find(({ url }) => url !== null)?.url ?? null, transport: null };
}

type Told = Transport | { readonly why: string };

function transportOf(type: JsonValue | undefined, command: string | null, address: Address, shape: EntryShape, names: Names): Told {
  const [hasCommand, hasUrl] = [command !== null && command !== '', address.url !== null && address.url !== ''];
  if (shape.stdioOnly === true) return hasCommand ? 'stdio' : { why: 'it has no `command`, and this client starts nothing else' };
  const types = shape.type ?? null;
  const named = types === null ? null : typeNamed(type, types);
  const hint = types?.hint === true;
  if (named === 'unknown' && !hint) return { why: `its \`${names.type}\` is unknown` };
  if (named === null || named === 'unknown' || hint) {
    if (hasCommand && !(hasUrl && shape.prefers === 'url')) return 'stdio';
    if (!hasUrl) return { why: `it has neither \`${names.command}\` nor \`${names.urls[0]?.at ?? 'url'}\`` };
    if (named === 'sse' || named === 'http' || named === 'ws') return named;
    return address.transport ?? untypedTransport(address.url ?? '', shape);
  }
  if (named === 'stdio') return hasCommand ? 'stdio' : { why: `it has no \`${names.command}\`` };
  return hasUrl ? named : { why: `it has no \`${names.urls[0]?.at ?? 'url'}\`` };
}

function typeNamed(type: JsonValue | undefined, types: EntryTypes): Transport | 'unknown' | null {
  if (type === undefined || type === null) return null;
  const kinds = ['stdio', 'http', 'sse', 'ws'] as const;
  return kinds.find((kind) => typeof type === 'string' && types[kind]?.includes(type) === true) ?? 'unknown';
}

function untypedTransport(url: string, { untyped }: EntryShape): Told {
  if (typeof untyped === 'object') return { why: untyped.refused };
  if (untyped === 'by-scheme') return /^wss?:/i.test(url) ? 'ws' : 'sse';
  return untyped ?? 'http';
}

function typeMember(shape: EntryShape, names: Names, transport: 'stdio' | 'http' | 'sse' | 'ws'): JsonObject {
  const word = shape.type?.[transport]?.[0];
  return word === undefined ? {} : { [names.type]: word };
}

function commandMembers(command: string, args: readonly string[], shape: EntryShape, names: Names): JsonObject {
  return shape.command?.form === 'argv' ? { [names.command]: [command, ...args] } : { [names.command]: command, [names.args]: args };
}

function writeEntry(values: EntryValues, name: string, shape: EntryShape, names: Names): JsonObject | null {
  const fixed = shape.fixed?.(name) ?? {};
  const env = Object.keys(values.env).length === 0 ? {} : { [names.env]: values.env };
  if (values.transport === 'stdio') {
    if (values.command === null || (values.cwd !== null && names.cwd === null)) return null;
    const cwd = values.cwd === null || names.cwd === null ? {} : { [names.cwd]: values.cwd };
    const type = shape.type?.required === 'always' ? typeMember(shape, names, 'stdio') : {};
    return { ...type, ...fixed, ...type, ...commandMembers(values.command, values.args, shape, names), ...env, ...cwd };
  }
  return remoteEntry(values, shape, names, fixed);
}

function remoteEntry(values: EntryValues, shape: EntryShape, names: Names, fixed: JsonObject): JsonObject | null {
  const { transport, url } = values;
  if (transport === 'stdio' || url === null) return null;
  const at = names.urls.find((one) => one.transport === transport) ?? names.urls[0];
  if (at === undefined) return null;
  const type = shape.type == null ? {} : typeMember(shape, names, transport);
  const told = transportOf(type[names.type], null, { url, transport: at.transport ?? null }, shape, names);
  if (told !== transport) return null;
  const [path] = names.headers;
  const headers = path === undefined || Object.keys(values.headers).length === 0 ? {} : nested(path, values.headers);
  return { ...type, ...fixed, ...type, [at.at]: url, ...headers };
}

/** A variable that is null means the client's own one, or none: no other client can be told that. */
function holdsNull(raw: JsonValue, maps: readonly (readonly [string, ...string[]])[]): boolean {
  return isObject(raw) && maps.some((at) => Object.values(memberAt(raw, at) ?? {}).includes(null));
}

function nested([at, ...rest]: readonly [string, ...string[]], value: JsonObject): JsonObject {
  const [next, ...more] = rest;
  return { [at]: next === undefined ? value : nested([next, ...more], value) };
}

function memberAt(raw: JsonObject, [at, ...rest]: readonly [string, ...string[]]): JsonValue | undefined {
  const value = Object.hasOwn(raw, at) ? raw[at] : undefined;
  const [next, ...more] = rest;
  if (next === undefined) return value;
  return value !== undefined && isObject(value) ? memberAt(value, [next, ...more]) : undefined;
}

function text(value: JsonValue | undefined, at: string, problems: string[]): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  problems.push(`\`${at}\` is not text`);
  return null;
}

function words(value: JsonValue | undefined, at: string, problems: string[]): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    problems.push(`\`${at}\` is not a list`);
    return [];
  }
  if (!value.every((item) => typeof item === 'string')) problems.push(`\`${at}\` holds something other than text`);
  // A client that turns numbers into text would start it: they are shown as it would.
  return value.map((item: JsonValue) => (typeof item === 'string' ? item : JSON.stringify(item)));
}

/** Values stay what they are when they are text; anything else is written as its JSON, which is what clients do with numbers. */
function texts(value: JsonValue | undefined, at: string, problems: string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = Object.create(null);
  if (value === undefined || value === null) return found;
  if (!isObject(value)) problems.push(`\`${at}\` is not a map`);
  else for (const [name, one] of Object.entries(value)) found[name] = typeof one === 'string' ? one : JSON.stringify(one);
  return found;
}
