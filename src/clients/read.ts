import type { Host } from '../host/host.ts';
import type { ClientEntry, ConfigProblem, ConfigScope, ProblemCode } from '../model/client-entry.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { pathStyle } from '../model/path-style.ts';
import { anyMember, type Container, type EntrySwitch } from './client.ts';
import type { TextPath } from './edit/editable-text.ts';
import { sameJson, valueAt } from './edit/json-value.ts';
import { openText } from './edit/open-text.ts';
import { type FoundConfig, foundIn, type ReadOptions, readConfig } from './found-config.ts';
import { type ConfigFile, codecOf, configFiles, type EditTarget, keptInside } from './locations.ts';

/** One server as its client's file holds it; what its command line means is for the launch grammar. Also the target of an edit. */
export interface FoundEntry extends Omit<ClientEntry, 'runner' | 'package' | 'packages' | 'guarded' | 'pin'>, EditTarget {
  /** False for managed files and places that pinfold only reads. */
  readonly writable: boolean;
}

/** One place that was looked at. */
interface FoundFile {
  readonly client: string;
  readonly scope: ConfigScope;
  readonly file: string;
  readonly state: FoundConfig['state'];
  readonly writable: boolean;
}

export interface Reading {
  /** In table order, then in the order of the files and of their members. */
  readonly entries: readonly FoundEntry[];
  readonly problems: readonly ConfigProblem[];
  readonly files: readonly FoundFile[];
}

/**
 * Every server of every client. A broken file is a problem in the list, never the end of it. Values of environment and
 * headers stay here: not in entries, not in problems. All text returned is attacker-controlled.
 *
 * @throws GuardError `client-not-found`.
 */
export async function readEntries(options: ReadOptions, host: Host): Promise<Reading> {
  const entries: FoundEntry[] = [];
  const problems: ConfigProblem[] = [];
  const files: FoundFile[] = [];
  for (const file of await configFiles(options, host)) {
    if (file.cut !== undefined) {
      problems.push({ code: 'too-large', message: `${file.cut}: not all of them are listed`, client: file.client.id, file: file.path });
      continue;
    }
    const config = await readConfig(file.path, host, file.maxBytes);
    const project = options.project ?? null;
    const parsed = config.state === 'read' ? parseConfig(config, file) : { document: undefined, problems: broken(config) };
    const found = parsed.document === undefined ? [] : entriesOf(parsed.document, file, project);
    entries.push(...found.flatMap(({ entry }) => (entry === null ? [] : [entry])));
    const all = [...parsed.problems, ...found.flatMap((one) => one.problems)];
    problems.push(...all.map((problem) => ({ ...problem, client: file.client.id, file: file.path })));
    const scope = file.containers[0]?.scope ?? 'user';
    const state = config.state === 'read' && parsed.document === undefined && all.length > 0 ? 'broken' : config.state;
    files.push({ client: file.client.id, scope, file: file.path, state, writable: file.writable });
  }
  for (const { client, file, why } of options.only === undefined ? await keptInside(options, host) : [])
    problems.push({ code: 'kept-inside', client, file, message: why });
  return { entries, problems, files };
}

interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
}

function broken(config: FoundConfig): readonly Problem[] {
  return config.state === 'broken' ? [{ code: config.code, message: config.message }] : [];
}

/** One file's entries from bytes that are at hand; empty when the client could not read it. */
export function entriesIn(bytes: Uint8Array | null, file: ConfigFile, project: string | null): readonly FoundEntry[] {
  const config = bytes === null ? null : foundIn(bytes);
  const document = config?.state === 'read' ? parseConfig(config, file).document : undefined;
  return document === undefined ? [] : entriesOf(document, file, project).flatMap(({ entry }) => (entry === null ? [] : [entry]));
}

function parseConfig(
  config: FoundConfig & { state: 'read' },
  file: ConfigFile,
): { document: JsonObject | undefined; problems: readonly Problem[] } {
  const { text, encoding } = config.text;
  const problems: Problem[] = [];
  if (encoding === 'not-utf-8' || encoding === 'not-utf-16')
    problems.push({ code: 'encoding', message: `it is not valid ${encoding.slice('not-'.length).toUpperCase()}` });
  else if (encoding !== 'utf-8')
    problems.push({ code: 'encoding', message: `it is ${encoding.toUpperCase()}, which the client may not read` });
  const parsed = openText(text, file.dialect);
  const [syntax] = parsed.problems;
  const code = file.dialect === 'script' ? 'kept-inside' : 'syntax';
  if (syntax !== undefined) return { document: undefined, problems: [...problems, { code, message: syntax.message }] };
  if (parsed.value === undefined) {
    const empty: Problem = { code: 'syntax', message: 'it is empty' };
    return { document: undefined, problems: file.client.emptyIsConfiguration ? problems : [...problems, empty] };
  }
  if (!isObject(parsed.value))
    return { document: undefined, problems: [...problems, { code: 'wrong-type', message: 'the document is not an object' }] };
  const twice = parsed.duplicates.filter((path) => file.containers.some(({ at }) => concerns(path, at)));
  const which =
    file.client.repeated === 'not-known' ? 'which one the client takes is not known, and the last one is listed' : 'the last one counts';
  problems.push(
    ...twice.map((path) => ({
      code: 'duplicate-key' as const,
      message: `${JSON.stringify(path.at(-1))} occurs twice in the same object; ${which}`,
    })),
  );
  return { document: parsed.value, problems };
}

/** A repeated member on the way to a map of servers, or inside it. */
function concerns(path: TextPath, at: Container['at']): boolean {
  return path.every((segment, index) => index >= at.length || at[index] === anyMember || at[index] === segment);
}

interface FoundOne {
  readonly entry: FoundEntry | null;
  readonly problems: readonly Problem[];
}

function entriesOf(document: JsonObject, file: ConfigFile, project: string | null): readonly FoundOne[] {
  return file.containers.flatMap((container) => {
    if (container.unless?.some((member) => Object.hasOwn(document, member)) === true) return [];
    return concretePaths(document, container.at).flatMap((path) => {
      const held = valueAt(document, path);
      if (held === undefined || held === null) return [];
      const found = heldEntries(held, container, file.path);
      if (found === null) return [{ entry: null, problems: [{ code: 'wrong-type' as const, message: wrongType(held, container, path) }] }];
      return found.map(({ at, name, raw }) => toEntry(document, file, container, { rawPath: [...path, ...at], name, raw }, project));
    });
  });
}

interface HeldEntry {
  readonly at: readonly (string | number)[];
  readonly name: string;
  readonly raw: JsonValue;
}

function wrongType(held: JsonValue, { holds }: Container, path: readonly string[]): string {
  // A plugin may name a file of its own instead; following it would let a text choose what is read.
  if (typeof held === 'string') return `\`${path.join('.')}\` names another file, whose servers are not listed`;
  return `\`${path.join('.')}\` is not ${holds === undefined || holds === 'map' ? 'a map' : 'a list'} of servers`;
}

/** The entries in a container's value, in its order; null when it is of another shape. */
function heldEntries(held: JsonValue, container: Container, file: string): readonly HeldEntry[] | null {
  const { holds = 'map', nameAt = 'name' } = container;
  if (holds === 'entry') return [{ at: [], name: nameAfter(file, container), raw: held }];
  if (holds === 'map') return isObject(held) ? Object.entries(held).map(([name, raw]) => ({ at: [name], name, raw })) : null;
  if (!Array.isArray(held)) return null;
  const items: readonly JsonValue[] = held;
  if (holds === 'list') return items.map((raw, index) => ({ at: [index], name: textAt(raw, nameAt), raw }));
  // A bare name refers to a server that is listed where it is defined.
  return items.flatMap((item, index) =>
    isObject(item) ? Object.entries(item).map(([name, raw]) => ({ at: [index, name], name, raw })) : [],
  );
}

function textAt(raw: JsonValue, member: string): string {
  const text = isObject(raw) ? raw[member] : undefined;
  return typeof text === 'string' ? text : '';
}

function nameAfter(file: string, { namedAfter }: Container): string {
  const { basename, dirname, extname } = pathStyle(file);
  return namedAfter === 'folder' ? basename(dirname(file)) : basename(file, extname(file));
}

/** The paths of a container in this document, with every member that `anyMember` stands for. */
function concretePaths(document: JsonObject, at: Container['at']): readonly (readonly string[])[] {
  let paths: readonly (readonly string[])[] = [[]];
  for (const segment of at) {
    paths = paths.flatMap((path) => {
      if (segment !== anyMember) return [[...path, segment]];
      const map = valueAt(document, path);
      return isObject(map) ? Object.keys(map).map((name) => [...path, name]) : [];
    });
  }
  return paths;
}

function toEntry(
  document: JsonObject,
  file: ConfigFile,
  { scope, writable, holds }: Container,
  held: { rawPath: TextPath; name: string; raw: JsonValue },
  project: string | null,
): FoundOne {
  const { client } = file;
  const { rawPath, name, raw } = held;
  const found = codecOf(file).decode(raw);
  if (found === null) return { entry: null, problems: [] };
  const { problems, ...decoded } = found;
  const on = isSwitchedOn(client.switch, document, { ...held, scope }, project) && (client.enabledIn?.(document, rawPath, project) ?? true);
  const own = scope === 'project' ? project : null;
  const entry = {
    client: client.id,
    scope,
    file: file.path,
    rawPath,
    name,
    ...decoded,
    enabled: decoded.enabled && on,
    project: own,
    writable: file.writable && writable !== false && holds !== 'entry',
  };
  const nameless = name === '' ? ['it has no name'] : [];
  return {
    entry,
    problems: [...nameless, ...problems].map((why) => ({ code: 'invalid-entry', message: `${JSON.stringify(name)}: ${why}` })),
  };
}

/** Whether the client's own switch for one entry is on; a switch that is kept elsewhere counts as on. */
function isSwitchedOn(
  how: EntrySwitch,
  document: JsonObject,
  { rawPath, name, raw, scope }: { rawPath: TextPath; name: string; raw: JsonValue; scope: ConfigScope },
  project: string | null,
): boolean {
  if (how.kind === 'elsewhere') return true;
  if (how.kind === 'member') return !sameJson(valueAt(raw, how.at), how.off);
  const at = how.at(rawPath, project, scope);
  const off = at === null ? undefined : valueAt(document, at);
  return !(Array.isArray(off) && off.includes(name));
}
