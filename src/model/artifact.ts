import type { Digest, Integrity } from './digest.ts';

/** The immutable thing that a reference resolves to: one published version with the hash of its bytes. */
export interface Artifact {
  /** Package URL without version, the identity that policy and pins use: `pkg:npm/%40scope/name`. */
  readonly subject: string;
  readonly name: string;
  readonly version: string;
  readonly integrity: Integrity;
}

/** What a command line names without a hash: whatever is there, or is served, that day. */
export interface NamedArtifact {
  /** A package URL (`pkg:pypi/name`), or `<type>:<name>` where there is none (`binary:…`, `local:…`). */
  readonly subject: string;
  readonly name: string;
  /** As the command line says it; empty when it names none. */
  readonly version: string;
  readonly integrity: null;
}

/** `subject@version`, or the subject alone when no version is named. */
export function artifactLabel({ subject, version }: Artifact | NamedArtifact): string {
  return version === '' ? subject : `${subject}@${version}`;
}

/** One package of a closure. */
export interface ClosurePackage {
  /** Where it lies in the tree, POSIX, relative: `node_modules/a/node_modules/b`. Identity is the path, not the name. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** SHA-512 SRI where the registry has one, else what it has; null only for a package bundled inside its parent's tarball. */
  readonly integrity: Integrity | null;
  /** Path of the package whose tarball carries this one, or null. */
  readonly bundledIn: string | null;
  /** True when its absence on another platform is allowed (optionalDependencies). */
  readonly optional: boolean;
  /** Platform conditions as published; empty = everywhere. */
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc: readonly string[];
}

/**
 * An artifact plus everything that it loads, each with an integrity hash. Holds the optional packages of other platforms
 * too, so that one closure digest means the same on every machine of a team.
 */
export interface Closure {
  /** Over the canonical form of `packages`. */
  readonly digest: Digest;
  /** Sorted by path, code-unit order; the artifact itself is at `node_modules/<name>`. */
  readonly packages: readonly ClosurePackage[];
}

/** One package's verified bytes. */
export interface FetchedPackage {
  readonly package: ClosurePackage;
  /** The tarball, already equal to `package.integrity`. Its content is attacker-controlled. */
  readonly tarball: Uint8Array;
}

/** One file of an unpacked package; content is attacker-controlled. */
export interface PackageFile {
  /** POSIX path relative to the package's root. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

/** The machine's side of a platform condition, in npm's words. */
export interface Platform {
  readonly os: string;
  readonly cpu: string;
  /** `glibc` or `musl` on Linux, null elsewhere. */
  readonly libc: string | null;
}
