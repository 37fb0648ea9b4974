import type { Machine, Places } from '../host/host.ts';
import type { ConfigScope, Transport } from '../model/client-entry.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { Dialect } from './edit/editable-text.ts';
import type { Syntax } from './interpolation.ts';

/** What an adapter needs to know to say where a client keeps its servers. */
export interface Surroundings {
  readonly places: Places;
  readonly platform: Machine['platform'];
  /** For the variables with which users move a client's files. Values are secrets: names may be printed, values never. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path of the project whose files are wanted as well; null = none. */
  readonly project: string | null;
}

/** Stands for every member name at its place: Claude Code keeps one map of servers per project path. */
export const anyMember = Symbol('any member');

type ContainerPath = readonly (string | typeof anyMember)[];

/** Where the map of servers is in a file, from the root; one dotted key (`mcp.servers`) is one segment. */
export interface Container {
  readonly scope: ConfigScope;
  readonly at: ContainerPath;
  /**
   * `map` (default): member name → entry. `list`: entries that carry their own name; names may repeat. `references`: a
   * list of maps of one entry, or of names of servers that are defined elsewhere (agent files). `entry`: one server, named
   * after its file or the folder that it lies in; only read.
   */
  readonly holds?: 'map' | 'list' | 'references' | 'entry';
  /** The member in which entries of a list carry their name; default `name`. */
  readonly nameAt?: string;
  /** What an `entry` is named after; default its file, without the ending. */
  readonly namedAfter?: 'file' | 'folder';
  /** The container counts only where the document has none of these members: a plugin's file is flat, or has the usual map. */
  readonly unless?: readonly string[];
  /** False: only read, though other containers of the file are written. */
  readonly writable?: false;
}

/** One file, or a family of files, that may hold servers. */
export interface ConfigLocation {
  /** Absolute. With `below`, the folder to look in. */
  readonly path: string;
  /** Segments under `path`, each with at most one `*` (any name), or `**` (up to four folders): all profiles of an editor. */
  readonly below?: readonly string[];
  readonly dialect: Dialect;
  readonly containers: readonly Container[];
  /** False: read and reported, never edited. Managed files, and old places that the client migrates by itself. */
  readonly writable: boolean;
  /** How entries are spelled here, where that is not the client's usual way: what it takes over from others. */
  readonly codec?: EntryCodec;
  /** The place is used instead of the later ones of its scope when this path exists (a Store build with a folder of its own). */
  readonly preferredWhen?: string;
}

/** An entry in the words of the model, before any launch grammar. `problems` never quote values. */
export interface DecodedEntry {
  readonly transport: Transport;
  readonly enabled: boolean;
  readonly command: string | null;
  readonly args: readonly string[];
  readonly envNames: readonly string[];
  readonly cwd: string | null;
  readonly url: string | null;
  readonly headerNames: readonly string[];
  /** Why the client will not start it as written; lower case, no full stop. Empty when it will. */
  readonly problems: readonly string[];
}

/** An entry with its values, for writing it into another client. They are secrets: they go from file to file and nowhere else. */
export interface EntryValues {
  readonly transport: Exclude<Transport, 'invalid'>;
  readonly command: string | null;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | null;
  readonly url: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * How the client itself switches an entry off. `member`: a member of the entry has this value when it is off; it is taken
 * out, or set to `on`, when it is on. `names`: a list of names elsewhere in the same document. `elsewhere`: not in this
 * file, so pinfold cannot switch it; the text says where it is done.
 */
export type EntrySwitch =
  | { readonly kind: 'member'; readonly at: readonly string[]; readonly off: JsonValue; readonly on?: JsonValue }
  | {
      readonly kind: 'names';
      /** null = not in this document: for this scope, or as long as no project is named. */
      at(rawPath: readonly (string | number)[], project: string | null, scope: ConfigScope): readonly string[] | null;
      /** Where entries of project scope are switched, when that is elsewhere. */
      readonly projectScope?: string;
    }
  | { readonly kind: 'elsewhere'; readonly where: string };

/** What a guarded entry starts. `env` holds only what the user gave with `--env`; an existing entry keeps its own. */
export interface GuardedLaunch {
  /** Absolute path of the launcher. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Reading and writing of entries in one spelling. */
export interface EntryCodec {
  /** `raw` is attacker-controlled and may be of any shape. Never throws. null = something else than a server, which the client keeps in the same map. */
  decode(raw: JsonValue): DecodedEntry | null;
  /** The raw entry of a guarded stdio server; members of `previous` that are not about starting it stay as they are. */
  encode(launch: GuardedLaunch, previous: JsonObject | null, name: string): JsonObject;
  /** The values of an entry that the client would start; null for every other. */
  values(raw: JsonValue): EntryValues | null;
  /** The member that holds the variables of an entry. */
  readonly envMember: string;
  /** A new entry with these values; null = the client cannot say it (a transport or a folder that it does not have). */
  write(values: EntryValues, name: string): JsonObject | null;
}

/**
 * One MCP client. A table row: it says where files are and what their members mean, and never touches a file.
 * Adding a client is one file with such a constant, one folder in `fixtures/clients`, and one line in `index.ts`.
 */
export interface ClientAdapter extends EntryCodec {
  /** Kebab-case, permanent: it is typed after `--client`. */
  readonly id: string;
  readonly title: string;
  /** Documentation of the format, and the day it was read. */
  readonly docs: string;
  readonly docsChecked: string;
  readonly confidence: 'high' | 'medium' | 'low';
  /** The client reads an empty file as an empty configuration. When false, an empty file is refused for editing. */
  readonly emptyIsConfiguration: boolean;
  /** Paths of which one exists where the client is set up. */
  traces(surroundings: Surroundings): readonly string[];
  /** In the order of preference for a new entry. Files may not exist. */
  locations(surroundings: Surroundings): readonly ConfigLocation[];
  /** False when something else than its `switch`, in the same document, keeps the entry from starting. */
  enabledIn?(document: JsonObject, rawPath: readonly (string | number)[], project: string | null): boolean;
  readonly switch: EntrySwitch;
  /** The placeholders that the client fills in itself before it starts or calls a server, in any of its texts. */
  readonly interpolation: readonly Syntax[];
  /** Members of an entry, or other places, that let tools run without asking; for the documentation. */
  readonly autoApprove?: string;
  /** Lower case sentences for the documentation: what surprised, what is not verified. */
  readonly quirks: readonly string[];
  /**
   * Which of several members with one name the client takes. `last` (default): its parser is one of those that do
   * (JSON.parse, serde_json, Go, Python, .NET). `not-known`: its parser is not known. TOML and YAML refuse the file.
   */
  readonly repeated?: 'last' | 'not-known';
  /** Set where servers are kept in the application's own store: why they are not listed, and what to do instead. Files of old versions may be listed. */
  readonly keptInside?: string;
  /** Why the client would not take this name for a new entry; null = it takes it. */
  nameProblem?(name: string): string | null;
}
