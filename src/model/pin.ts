import type { Artifact } from './artifact.ts';
import type { CapabilityClass, Reach, Verdict } from './capability.ts';
import type { GateMode } from './decision.ts';
import type { Digest } from './digest.ts';
import type { ManifestPin } from './manifest.ts';
import type { Evidence } from './outcome.ts';

export type PinStatus = 'reviewed' | 'first-use' | 'grandfathered' | 'blocked' | 'revoked';

/** How the server is started: from the tree, by the pinned runtime, never through a package runner. */
export interface Launch {
  readonly runtime: 'node';
  /** The bin's name as the package declares it. */
  readonly bin: string;
  /** The script to start, POSIX, relative to the tree. */
  readonly entry: string;
  /** Server arguments; the user's home is written `{{home}}` (no absolute home paths in a lock). */
  readonly args: readonly string[];
  /** Working directory, same template; null = the client's. */
  readonly cwd: string | null;
  /** Names (never values) of the environment variables that the server is given beyond the client's own. Sorted. */
  readonly envNames: readonly string[];
}

export interface Approval {
  readonly by: 'person' | 'policy';
  /** Login name of the person, or the id of the policy that said yes. */
  readonly who: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Digest of the disclosure that was shown. */
  readonly card: Digest;
  readonly reason: string | null;
}

/** One class of the capability snapshot in a pin: enough to compare, without evidence. */
export interface PinnedCapability {
  readonly class: CapabilityClass;
  readonly verdict: Verdict;
  readonly reach: Reach;
  readonly scopes: readonly string[];
}

/** The record of an approval in the lock. DESIGN §5.2. Holds no secret and no absolute home path. */
export interface Pin {
  readonly artifact: Artifact;
  readonly closure: { readonly digest: Digest; readonly packages: number; readonly installScripts: readonly string[] };
  readonly launch: Launch;
  readonly launchDigest: Digest;
  /** null = never seen: the first real launch is pinned (`status` first-use), or nothing is forwarded. */
  readonly manifest: ManifestPin | null;
  readonly capabilities: { readonly ruleset: string; readonly classes: readonly PinnedCapability[] };
  readonly evidence: readonly (Evidence & { readonly at: string })[];
  /** What the gate does with words that are not pinned; policy may only make it stricter. */
  readonly mode: GateMode;
  readonly approval: Approval;
  readonly status: PinStatus;
}

/** Where a lock belongs. */
export type LockScope = 'user' | 'project';
