import type { Host } from '../../host/host.ts';
import type { Artifact, Closure, NamedArtifact, PackageFile } from '../../model/artifact.ts';
import type { PinnedVersion, ReleaseHistory } from '../../model/release.ts';
import type { Vouched } from '../../model/vouched.ts';
import type { NpmResolution } from '../../sources/npm/resolve.ts';
import type { PypiResolution } from '../../sources/pypi/resolve.ts';

/** What a source knew when it resolved the reference; where nothing was resolved there is only a place. */
export type Resolution =
  /** `npm` null: the registry could not be asked, or no longer lists the version; the hash is known all the same. */
  | { readonly ecosystem: 'npm'; readonly npm: Pick<NpmResolution, 'packument' | 'published'> | null }
  | { readonly ecosystem: 'pypi'; readonly pypi: PypiResolution }
  | { readonly ecosystem: 'remote'; readonly url: string };

/** Whom to vouch for. */
export interface VouchSubject {
  readonly artifact: Artifact | NamedArtifact;
  /** null = nobody knows what it loads. */
  readonly closure: Closure | null;
  readonly resolution: Resolution;
  /** The verified files of the artifact itself, content attacker-controlled; absent = they were not read. */
  readonly ownFiles?: readonly PackageFile[] | null;
  /** Every version that its registry lists; null or absent = not known. */
  readonly history?: ReleaseHistory | null;
  /**
   * The approved version that it would follow, and null = none is approved; absent = it is the approved one, or is not
   * compared with anything earlier.
   */
  readonly follows?: PinnedVersion | null;
  /** The name in the MCP registry that led to it; absent = it was named directly. */
  readonly listedAs?: string | undefined;
  /** Names in the MCP registry that its pin was approved under; they count where none led to it. Absent = it has no pin. */
  readonly approvedAs?: readonly string[];
}

/** One source of evidence about who stands behind an artifact. Adding one = its file and one line in vouch.ts. */
export interface Voucher {
  /** In messages and as the first word of its evidence's sources: `npm-signature`. */
  readonly id: string;
  /** True when it has anything to say about such a thing. */
  readonly appliesTo: (subject: VouchSubject) => boolean;
  /**
   * Asks and verifies. Bounds its own time (`limits.evidenceTimeoutMs`); what cannot be had is `unavailable` evidence.
   * @throws whatever went wrong: the caller makes `unavailable` evidence of a GuardError, and lets a bug pass.
   */
  readonly vouch: (subject: VouchSubject, host: Host) => Promise<Vouched>;
}
