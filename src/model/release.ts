import type { BuildIdentity } from './build-identity.ts';
import type { Integrity } from './digest.ts';

/**
 * What a registry says of how a version came to be, weakest first: nothing, built with provenance, published by a build
 * that it trusts, approved by a person besides. Claims of the registry: they trigger a look at the proof, and are none.
 *
 * @see https://pnpm.io/settings#trustpolicy
 */
export const trustLevels = ['none', 'provenance', 'trusted-publisher', 'staged'] as const;
export type TrustLevel = (typeof trustLevels)[number];

/** One published version, as its registry says. Text is chosen by the publisher or by whoever runs the registry. */
export interface Release {
  readonly version: string;
  /** ISO 8601; null = not known: a mirror has times of its own. */
  readonly publishedAt: string | null;
  /** The account that published it; null = not known. */
  readonly publisher: string | null;
  /** null = the registry says of no version. */
  readonly trust: TrustLevel | null;
  readonly integrity: Integrity | null;
  /** A script that npm would run at install; null = not known. */
  readonly hasInstallScript: boolean | null;
  /** Names of its programs, sorted. */
  readonly bins: readonly string[];
}

/** Every version of a package that its registry lists now, and what `latest` means. */
export interface ReleaseHistory {
  /** In the order of semver, lowest first. */
  readonly releases: readonly Release[];
  /** null = there is no such tag. */
  readonly latest: string | null;
}

/** What is remembered of an approved version, to compare the next one with. */
export interface PinnedRelease {
  /** null = nothing verified said who built it. */
  readonly builder: BuildIdentity | null;
  readonly publisher: string | null;
  readonly trust: TrustLevel | null;
  /** Names of the official registry that it goes by, sorted: what a revocation may name it by. */
  readonly registryNames: readonly string[];
}

/** An approved version. */
export interface PinnedVersion {
  readonly version: string;
  readonly integrity: Integrity;
  readonly release: PinnedRelease;
}
