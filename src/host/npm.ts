import type { Integrity } from '../model/digest.ts';

/** One node of a resolved dependency tree, as the resolver sees it. All text is attacker-controlled. */
export interface ResolvedPackage {
  /** POSIX, relative: `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** Where its tarball is; null when the registry does not say. */
  readonly resolved: string | null;
  readonly integrity: Integrity | null;
  /** Names of the packages that it declares to carry inside its own tarball; they are not resolved and not in the tree. */
  readonly bundles: readonly string[];
  /** Dependencies that are not registry packages (git, URL, file, folder), as `name@spec`. They are never resolved or fetched. */
  readonly unpinnable: readonly string[];
  /** Its author marked this version as deprecated. */
  readonly deprecated: boolean;
  readonly optional: boolean;
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc: readonly string[];
}

export interface DocumentBounds {
  /** After decompression. */
  readonly maxBytes: number;
  /** For the whole request, tries and redirects included. */
  readonly timeoutMs: number;
}

export interface RegistryDocument {
  readonly status: number;
  /** Attacker-controlled; empty when the status is none of success. */
  readonly body: Uint8Array;
}

/**
 * The npm registry (or registries) that the user's own npm configuration names: user, global and environment settings
 * with scopes, auth, proxy and CA. A project's `.npmrc` is not read: it may have come with a hostile clone.
 * Nothing here ever runs a script. @throws GuardError `registry-unreachable`, `registry-answer-invalid`,
 * `package-not-found`, `version-not-found`, `offline`, `file-too-large`.
 */
export interface NpmPort {
  /** The registry's base URL for a package, without credentials, for messages. */
  registryFor(name: string): Promise<string>;
  /** The full packument, unparsed. */
  packument(name: string): Promise<unknown>;
  /**
   * Another document of the registry that a package comes from, asked with the user's login and proxy, never from a cache.
   * Any status but a refused login is an answer.
   *
   * @param path below the registry's base: `-/npm/v1/keys`
   * @throws GuardError `registry-unreachable` also after `timeoutMs`, `file-too-large`, `offline`
   */
  document(name: string, path: string, bounds: DocumentBounds): Promise<RegistryDocument>;
  /** The dependency tree of one exact version, with every optional package of every platform; the package itself included. Any order. */
  resolveTree(name: string, version: string): Promise<readonly ResolvedPackage[]>;
  /**
   * A tarball's bytes, at most `maxBytes`. They are not verified here: the source does that before anything is unpacked.
   * `cacheKey`, the integrity that is hoped for, only lets npm's download cache answer.
   */
  tarball(resolved: string, maxBytes: number, cacheKey: Integrity | null): Promise<Uint8Array>;
}
