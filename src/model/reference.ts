/** An npm package. */
export interface NpmReference {
  readonly source: 'npm';
  /** The registry name, verbatim (`@scope/name` or `name`). */
  readonly name: string;
  /** What follows the `@`: exact version, range or dist-tag; null = the registry's `latest`. */
  readonly spec: string | null;
  readonly specKind: 'exact' | 'range' | 'tag' | 'none';
  /** The bin to start, where the launch command named one (`npx -p pkg bin`); null = the package's only bin. */
  readonly bin: string | null;
  /** Arguments for the server itself, in order; never the runner's own flags. */
  readonly serverArgs: readonly string[];
  readonly listedAs?: ListedName;
}

/** The name in the MCP registry that led here (`io.github.owner/server`); absent = it was named directly. */
type ListedName = string;

/** A Python package of the index that pip and uv are set up for. It can be looked at, not installed yet. */
export interface PypiReference {
  readonly source: 'pypi';
  /** PEP 503 normalised. */
  readonly name: string;
  /** PEP 440 specifiers (`==1.2.3`, `>=1,<2`); '' = the newest version. */
  readonly specifier: string;
  /** Normalised names of extras. */
  readonly extras: readonly string[];
  /** The console script to start; null = the package's own choice. */
  readonly bin: string | null;
  /** Arguments for the server itself, in order; never the runner's own flags. */
  readonly serverArgs: readonly string[];
  readonly listedAs?: ListedName;
}

/** A server that runs elsewhere: nothing of it is downloaded or started here. */
export interface RemoteReference {
  readonly source: 'remote';
  /** Host and path, for messages. */
  readonly name: string;
  /** As `URL` writes it. */
  readonly url: string;
  readonly listedAs?: ListedName;
}

/** A package that a user typed, understood; each source of packages adds one member. */
export type Reference = NpmReference | PypiReference;
