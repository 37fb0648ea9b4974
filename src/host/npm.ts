import type { Integrity } from '../model/digest.ts';

/** One node of a resolved dependency tree, as the resolver sees it. All text is attacker-controlled. */
export interface ResolvedPackage {
  /** POSIX, relative: `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** Where its tarball is; null for a bundled package. May be git or a URL: the source refuses those. */
  readonly resolved: string | null;
  readonly integrity: Integrity | null;
  readonly bundled: boolean;
  readonly optional: boolean;
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc: readonly string[];
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
  /** The dependency tree of one exact version, with every optional package of every platform; the package itself included. Any order. */
  resolveTree(name: string, version: string): Promise<readonly ResolvedPackage[]>;
  /** A tarball's bytes, at most `maxBytes`. They are not verified here: the source does that before anything is unpacked. */
  tarball(resolved: string, maxBytes: number): Promise<Uint8Array>;
}
