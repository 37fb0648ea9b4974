import type { Artifact, NamedArtifact } from './artifact.ts';
import type { BuildIdentity } from './build-identity.ts';
import type { CapabilityClass, Reach, Verdict } from './capability.ts';
import type { UnpinnedReason } from './client-entry.ts';
import type { GateMode } from './decision.ts';
import type { Digest } from './digest.ts';
import type { ManifestPin } from './manifest.ts';
import type { Evidence } from './outcome.ts';
import type { PinnedRelease } from './release.ts';
import type { RemoteAuthorization, RemoteTransport } from './remote.ts';
import type { PinnedSandbox } from './sandbox-profile.ts';

export type PinStatus = 'reviewed' | 'first-use' | 'grandfathered' | 'blocked' | 'revoked';

/**
 * Server arguments as a lock says them. The user's home is written `{{home}}` (no absolute home paths in a lock), and what
 * only the client's entry knows `{{client}}`: placeholders that the client fills in, and values that look like secrets
 * (model/filled.ts). The whole argument then comes from the entry, and must fit the text around.
 */
export type PinnedWord = string;

/** Started from the tree, by the pinned runtime, never through a package runner. */
export interface TreeLaunch {
  readonly runtime: 'node';
  /** The bin's name as the package declares it. */
  readonly bin: string;
  /** The script to start, POSIX, relative to the tree. */
  readonly entry: string;
  readonly args: readonly PinnedWord[];
  /** Working directory, same template; null = the client's. */
  readonly cwd: string | null;
  /** Names (never values) of the environment variables that the server is given beyond the client's own. Sorted. */
  readonly envNames: readonly string[];
}

/** Started by the command of the entry that was adopted, as its client would: by PATH, without a shell. */
export interface CommandLaunch {
  readonly runtime: 'command';
  readonly command: PinnedWord;
  readonly args: readonly PinnedWord[];
  /** It stays in the entry, so the client sets it. */
  readonly cwd: null;
  readonly envNames: readonly string[];
}

/** Asked over HTTP, by the bridge; nothing is started here. */
export interface RemoteLaunch {
  readonly runtime: 'remote';
  /** Without credentials. */
  readonly url: string;
  readonly transport: RemoteTransport;
  /** Names (never values) of the headers that it is sent; lower case, sorted. */
  readonly headerNames: readonly string[];
  /** Empty: nothing is started. */
  readonly args: readonly PinnedWord[];
  readonly cwd: null;
  /** Empty. */
  readonly envNames: readonly string[];
}

export type Launch = TreeLaunch | CommandLaunch | RemoteLaunch;

export interface Approval {
  readonly by: 'person' | 'policy';
  /** Login name of the person, or the id of the policy that said yes. */
  readonly who: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Digest of the disclosure that was shown. */
  readonly card: Digest;
  readonly reason: string | null;
  /** The yes was given on the review page; absent = at a terminal, or by a policy. */
  readonly on?: 'page';
}

/** One class of the capability snapshot in a pin: enough to compare, without evidence. */
export interface PinnedCapability {
  readonly class: CapabilityClass;
  readonly verdict: Verdict;
  readonly reach: Reach;
  readonly scopes: readonly string[];
}

interface PinBase {
  readonly launchDigest: Digest;
  /** null = never seen: the first real launch is pinned (`status` first-use or grandfathered), or nothing is forwarded. */
  readonly manifest: ManifestPin | null;
  readonly capabilities: { readonly ruleset: string; readonly classes: readonly PinnedCapability[] };
  readonly evidence: readonly (Evidence & { readonly at: string })[];
  /** What the gate does with words that are not pinned; policy may only make it stricter. */
  readonly mode: GateMode;
  readonly approval: Approval;
  readonly status: PinStatus;
}

/** Every byte that runs is pinned. */
export interface TreePin extends PinBase {
  readonly artifact: Artifact;
  readonly closure: { readonly digest: Digest; readonly packages: number; readonly installScripts: readonly string[] };
  readonly launch: TreeLaunch;
  /** Who built and published this version, to hold the next one to; absent = nothing is known. */
  readonly release?: PinnedRelease;
  /** What it is contained in; absent = it runs with the rights of its user. */
  readonly sandbox?: PinnedSandbox;
}

/** The command line is pinned and the words pass the gate, but what the command loads that day is not known. */
export interface CommandPin extends PinBase {
  /** What the command line says it starts; nothing of it was verified. */
  readonly artifact: NamedArtifact;
  readonly closure: null;
  readonly unpinned: UnpinnedReason;
  readonly launch: CommandLaunch;
}

/** A server elsewhere: where it is, what it says and who lets clients in is pinned; what runs there is not known. */
export interface RemotePin extends PinBase {
  /** Its subject is the origin, and its name host and path. */
  readonly artifact: NamedArtifact;
  readonly closure: null;
  readonly authorization: RemoteAuthorization;
  readonly launch: RemoteLaunch;
  /** Names of the MCP registry that it was approved under, sorted, never empty; absent = it was named by its address alone. */
  readonly registryNames?: readonly string[];
}

/** The record of an approval in the lock. DESIGN §5.2. Holds no secret and no absolute home path. `closure` and `authorization` tell which. */
export type Pin = TreePin | CommandPin | RemotePin;

/** True for the pin of a server elsewhere. */
export function isRemotePin(pin: Pin): pin is RemotePin {
  return 'authorization' in pin;
}

/** Who verifiably built what is pinned; null = nothing verified said so when it was approved. */
export function pinnedBuilder(pin: Pin): BuildIdentity | null {
  return pin.closure === null || pin.release === undefined ? null : pin.release.builder;
}

/** Names of the MCP registry that it was approved under, sorted; empty = none. A lock is somebody else's file: they are claims. */
export function pinnedRegistryNames(pin: Pin): readonly string[] {
  if (isRemotePin(pin)) return pin.registryNames ?? [];
  return pin.closure === null ? [] : (pin.release?.registryNames ?? []);
}

/** What it is contained in; null = it runs with the rights of its user. */
export function pinnedSandbox(pin: Pin): PinnedSandbox | null {
  return pin.closure === null ? null : (pin.sandbox ?? null);
}

/** Where a lock belongs. */
export type LockScope = 'user' | 'project';
