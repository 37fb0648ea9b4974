import type { Host } from '../host/host.ts';
import type { ConfigScope } from '../model/client-entry.ts';
import { GuardError } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { pathStyle } from '../model/path-style.ts';
import { anyMember, type ClientAdapter, type ConfigLocation, type EntryCodec, type Surroundings } from './client.ts';
import { valueAt } from './edit/json-value.ts';
import { openText } from './edit/open-text.ts';
import { expandPattern, remembering, statOrNull } from './expand-pattern.ts';
import { type ReadOptions, readConfig, surroundingsOf } from './found-config.ts';
import { clientById, clients } from './index.ts';

/** The place of one entry that an edit is about; it may not exist yet. */
export interface EditTarget {
  readonly client: string;
  readonly scope: ConfigScope;
  /** Absolute path as the client names it, symlinks not followed. */
  readonly file: string;
  /** Member names and indexes from the root to the entry. In a map the last one is its name; an index just behind a list adds to it. */
  readonly rawPath: readonly (string | number)[];
  readonly name: string;
  /** The project whose folder the file must not lead out of; null for user scope. */
  readonly project: string | null;
}

/** One concrete file of a client; `path` has no patterns left. */
export interface ConfigFile extends Omit<ConfigLocation, 'below' | 'preferredWhen'> {
  readonly client: ClientAdapter;
  /** Set where a listing reads less than `limits.configMaxBytes`, and says so; `exec` and `watch`, which say nothing, read it all. */
  readonly maxBytes?: number;
  /** Set for the folder of a family that was not looked at as a whole: why. */
  readonly cut?: string;
}

/** How entries of a file are spelled. */
export function codecOf({ codec, client }: ConfigFile): EntryCodec {
  return codec ?? client;
}

/** Every place where the chosen clients may keep servers, in table order, each file once. Files may not exist. */
export async function configFiles(options: ReadOptions, host: Host): Promise<readonly ConfigFile[]> {
  const surroundings = surroundingsOf(options, host);
  if (options.only !== undefined) return options.only.map((named) => namedFile(named, surroundings));
  const chosen = options.client === undefined ? clients : [clientById(options.client)];
  const files: ConfigFile[] = [];
  const looking = remembering(host);
  for (const client of chosen) {
    const known = new Set<string>();
    for (const location of client.locations(surroundings)) {
      const writable = location.writable && client.confidence !== 'low';
      const bound = location.below === undefined || location.writable ? {} : { maxBytes: limits.unpackedConfigMaxBytes };
      const { paths, cut } = await expandPattern(location.path, location.below ?? [], looking);
      for (const path of paths) {
        // A project that is the home itself has user files only.
        if (!known.has(path)) files.push({ ...location, writable, client, path, ...bound });
        known.add(path);
      }
      if (cut !== null) files.push({ ...location, writable: false, client, path: location.path, cut });
    }
  }
  return files;
}

/** A file that somebody named: read as the client's own one of user scope, else its first; never edited. */
function namedFile({ client: id, path }: { readonly client: string; readonly path: string }, surroundings: Surroundings): ConfigFile {
  const client = clientById(id);
  const places = client.locations({ ...surroundings, project: surroundings.project ?? surroundings.places.cwd });
  const usual = places.find(({ containers }) => containers.some(({ scope }) => scope === 'user')) ?? places[0];
  const containers = usual?.containers ?? [{ scope: 'user', at: ['mcpServers'] }];
  const codec = usual?.codec === undefined ? {} : { codec: usual.codec };
  return { client, path, dialect: usual?.dialect ?? 'json', containers, writable: false, ...codec };
}

/** Clients that keep their servers inside and are installed here: why they have no entries in a listing. */
export async function keptInside(
  options: ReadOptions,
  host: Host,
): Promise<readonly { readonly client: string; readonly file: string; readonly why: string }[]> {
  const surroundings = surroundingsOf(options, host);
  const found: { client: string; file: string; why: string }[] = [];
  for (const client of clients) {
    if (client.keptInside === undefined || (options.client !== undefined && options.client !== client.id)) continue;
    for (const file of client.traces(surroundings)) {
      if ((await statOrNull(file, host)) !== null) found.push({ client: client.id, file, why: client.keptInside });
    }
  }
  return found;
}

/** The ids of the clients that are set up here, in table order. */
export async function clientsHere(options: ReadOptions, host: Host): Promise<readonly string[]> {
  const surroundings = surroundingsOf(options, host);
  const here: string[] = [];
  for (const client of clients) {
    for (const trace of client.traces(surroundings)) {
      if ((await statOrNull(trace, host)) === null) continue;
      here.push(client.id);
      break;
    }
  }
  return here;
}

/**
 * Where a new entry of a client belongs. @throws GuardError `client-not-found`; `config-unwritable` when the client has no
 * place of that scope.
 */
export async function targetFor(
  wanted: { client: string; scope: ConfigScope; name: string },
  options: ReadOptions,
  host: Host,
): Promise<EditTarget> {
  const client = clientById(wanted.client);
  const surroundings = surroundingsOf(options, host);
  for (const location of client.locations(surroundings)) {
    const written = location.containers.filter(({ scope, writable }) => scope === wanted.scope && writable !== false);
    const document = written.some(({ unless }) => unless !== undefined) ? await documentAt(location, host) : undefined;
    const container = written.find(({ unless }) => unless?.some((member) => valueAt(document, [member]) !== undefined) !== true);
    if (container === undefined || client.confidence === 'low' || !location.writable || location.below !== undefined) continue;
    if (container.holds === 'references' || container.holds === 'entry') continue;
    if (location.preferredWhen !== undefined && (await statOrNull(location.preferredWhen, host)) === null) continue;
    const at = container.at.includes(anyMember)
      ? await projectMember(location, container.at, surroundings, host)
      : (container.at as readonly string[]);
    const project = wanted.scope === 'project' ? surroundings.project : null;
    const last = container.holds === 'list' ? await listLength(location, at, host) : wanted.name;
    return { client: client.id, scope: wanted.scope, file: location.path, rawPath: [...at, last], name: wanted.name, project };
  }
  throw new GuardError('config-unwritable', `${client.title} has no configuration of scope \`${wanted.scope}\``, {
    why: wanted.scope === 'user' ? 'this client keeps no file of its own' : 'this client is configured per user, or no project was given',
    hint: 'use --scope user',
  });
}

async function listLength(location: ConfigLocation, at: readonly string[], host: Host): Promise<number> {
  const list = valueAt(await documentAt(location, host), at);
  return Array.isArray(list) ? list.length : 0;
}

async function documentAt({ path, dialect }: ConfigLocation, host: Host): Promise<JsonValue | undefined> {
  const config = await readConfig(path, host);
  return config.state === 'read' ? openText(config.text.text, dialect).value : undefined;
}

/** The member of a per-project map that stands for the project, under whichever spelling the client wrote it. */
async function projectMember(
  location: ConfigLocation,
  at: readonly (string | typeof anyMember)[],
  { project, platform }: Surroundings,
  host: Host,
): Promise<readonly string[]> {
  if (project === null)
    throw new GuardError('config-unwritable', 'no project was given', { why: 'entries of this scope belong to one project' });
  const map = at.slice(0, at.indexOf(anyMember)) as readonly string[];
  const names = Object.keys(valueAt(await documentAt(location, host), map) ?? {});
  const wanted = spelling(project, platform);
  const name = names.find((known) => known === project) ?? names.find((known) => spelling(known, platform) === wanted) ?? project;
  return at.map((segment) => (segment === anyMember ? name : segment));
}

function spelling(path: string, platform: Surroundings['platform']): string {
  if (platform !== 'win32') return path;
  return pathStyle('C:\\').normalize(path).toLowerCase();
}
