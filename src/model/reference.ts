/**
 * What a user typed, understood. `npm` is the only source so far; each source adds one member.
 */
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
}

export type Reference = NpmReference;
