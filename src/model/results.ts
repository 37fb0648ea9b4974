import type { GainTier } from './capability.ts';
import type { ConfigProblem, UnpinnedReason } from './client-entry.ts';
import type { Decision } from './decision.ts';
import type { Digest } from './digest.ts';
import type { Disclosure } from './disclosure.ts';
import type { Finding } from './finding.ts';
import type { JsonValue } from './json.ts';
import type { ItemKind } from './manifest.ts';
import type { Evidence, Outcome } from './outcome.ts';
import type { LockScope, PinStatus } from './pin.ts';
import type { PinnedSandbox, SandboxPlan } from './sandbox-profile.ts';
import type { EndedSignIn } from './sign-in.ts';

/** One place in a client where an entry will be, or was, written. */
export interface EntryPlace {
  readonly client: string;
  /** Absolute path. */
  readonly file: string;
  readonly name: string;
  /** `replace`: an entry that starts the same server without the guard, or an older guarded one. */
  readonly action: 'add' | 'replace';
}

/** What `install` will do when somebody says yes. */
export interface InstallPlan {
  readonly disclosure: Disclosure;
  readonly name: string;
  readonly scope: LockScope;
  readonly places: readonly EntryPlace[];
  /** The exact command that the clients will run. */
  readonly clientCommand: readonly string[];
  /** What the words of the server are pinned from. */
  readonly words: 'probe' | 'first-use' | 'held';
  /** The version that is pinned under this name until now; null = none. Every client that starts it gets the new one. */
  readonly was: string | null;
  /** Variables whose values go into the keychain and into no file of a client; sorted. Never a value. */
  readonly secrets: readonly string[];
  readonly replaced: ReplacedSecrets;
  /** What it will be contained in; absent = it runs with the rights of its user. */
  readonly sandbox?: SandboxPlan;
}

/** What of entries that an install takes the place of stood in clear. Names of variables, never values. */
export interface ReplacedSecrets {
  /** How many entries without the guard that are: `release` brings each of them back. */
  readonly entries: number;
  /** Those whose values leave the clients' files, sorted; `secrets` of the plan has them too. */
  readonly moved: readonly string[];
  /** Those that stay there, each with the reason. */
  readonly left: readonly { readonly name: string; readonly why: string }[];
}

export interface Installed {
  readonly plan: InstallPlan;
  readonly status: PinStatus;
  readonly card: Digest;
  /** Where the secrets lie; null = there are none. */
  readonly kept: 'keychain' | 'file' | null;
}

/** What a pin's sandbox lets its server do, and what it will when somebody says yes. */
export interface SandboxChange {
  readonly name: string;
  readonly scope: LockScope;
  readonly before: PinnedSandbox;
  /** The same as `before`: nothing has to be approved. */
  readonly after: PinnedSandbox;
  readonly decision: Decision;
}

/** What a pin's sandbox is, and whether this machine has one. */
export interface ShownSandbox {
  readonly name: string;
  readonly scope: LockScope;
  /** null = it runs with the rights of its user. */
  readonly profile: PinnedSandbox | null;
  /** Why there is no sandbox here; null = there is one. */
  readonly unavailable: string | null;
  /** As `SandboxPlan.gap`. */
  readonly gap: string | null;
  readonly hint: string | null;
}

/** One item that a running server showed and that was withheld. Attacker-controlled. */
export interface WithheldItem {
  readonly kind: ItemKind | 'instructions' | 'agentSurface' | 'ui' | 'scope';
  readonly name: string;
  /** As pinned; null = new. */
  readonly before: JsonValue;
  /** As observed. */
  readonly after: JsonValue;
  /** Of the item as it would be pinned: what an approval is for. */
  readonly digest: Digest;
  /** ISO 8601, UTC. */
  readonly firstSeen: string;
  /** The clients that it was withheld from, by what they can do. Absent = the pin has one view for all. */
  readonly clients?: readonly (readonly string[])[];
  /** It differs in nothing but what is mounted on this machine, and would be pinned on this machine only. */
  readonly onThisMachine?: true;
}

/** What would be approved, as it is shown; its digest is the card of the approval. */
export interface ApprovePlan {
  readonly name: string;
  readonly scope: LockScope;
  /** True when every byte that runs is the approved one; false when only the command line is. */
  readonly samePackage: boolean;
  /** The pin that the words would be added to. */
  readonly pin: Digest;
  readonly items: readonly WithheldItem[];
  readonly findings: readonly Finding[];
  readonly gain: GainTier;
  readonly decision: Decision;
}

/** What is done with withheld words. `keep`: forgotten, and asked about again; `block`: never asked about again. */
export type WordsDecision = 'approve' | 'keep' | 'block';

export interface Approved {
  readonly name: string;
  readonly scope: LockScope;
  readonly approved: number;
  readonly rejected: number;
  readonly blocked: number;
}

/** What was blocked for ever and is not any more. */
export interface Unblocked {
  readonly name: string;
  readonly scope: LockScope;
  /** `<kind>/<name>`, oldest first. Attacker-controlled. */
  readonly items: readonly string[];
}

export interface Removed {
  readonly name: string;
  readonly places: readonly { readonly client: string; readonly file: string; readonly name: string }[];
  /** False while another client still uses the pin. */
  readonly pinForgotten: boolean;
  /** Variables that were kept for it, and that are gone with its pin; sorted. */
  readonly secretsForgotten: readonly string[];
  /** The sign-in that went with the pin; null = there was none. */
  readonly signedOut: EndedSignIn | null;
}

/** One server as `audit` sees it: a pin with the entries that use it, or an unguarded entry. */
export interface AuditedServer {
  readonly name: string;
  readonly places: readonly { readonly client: string; readonly scope: string; readonly file: string; readonly name: string }[];
  /** purl with version, origin, or null when it cannot be identified. */
  readonly subject: string | null;
  /** `user:<name>` or `project:<name>`; null = unguarded. */
  readonly pin: string | null;
  /** What its pin is contained in; null = it runs with the rights of its user, or has no pin. */
  readonly sandbox: PinnedSandbox | null;
  readonly findings: readonly Finding[];
  readonly decision: Decision;
  /** The command that deals with the most serious finding; null = nothing to do. */
  readonly remedy: string | null;
}

/** How old what is known of advisories is. */
export interface AdvisoryAge {
  /** Since when the oldest part of it is known, ISO 8601; null = something that is pinned was never asked about, or nothing is pinned. */
  readonly at: string | null;
  /** Pins of which something was never asked about. */
  readonly never: number;
  /** Why public advisories could not be asked now; null = they were, or nobody tried. */
  readonly why: string | null;
  /** Why the MCP registry could not be asked now about names that pins keep; null = it was, there are none, or nobody tried. */
  readonly registry: string | null;
  readonly feeds: readonly { readonly name: string; readonly outcome: Outcome; readonly detail: string; readonly expires: string | null }[];
  /** What a person let pass and is not over yet. */
  readonly overrides: readonly { readonly id: string; readonly subject: string; readonly until: string; readonly reason: string }[];
  /** The file of overrides is damaged, so that nothing is let pass. */
  readonly overridesDamaged: boolean;
}

export interface AuditResult {
  /** Sorted: most serious first, then by name. */
  readonly servers: readonly AuditedServer[];
  /** Findings that belong to no server: unused policy entries, an untrusted lock. */
  readonly findings: readonly Finding[];
  /** What could be had of advisories and feeds; findings rest on what is known, whatever its age. */
  readonly advisories: AdvisoryAge;
  /** Config files that could not be read as their client reads them: what they start is not known. */
  readonly problems: readonly ConfigProblem[];
  readonly summary: {
    readonly servers: number;
    readonly entries: number;
    readonly guarded: number;
    readonly grandfathered: number;
    readonly findings: { readonly block: number; readonly review: number; readonly warn: number; readonly info: number };
  };
}

export interface TrustPlan {
  /** Absolute path of the project, or of the user's config folder. */
  readonly place: string;
  /** null = there is no lock here, entries alone. */
  readonly lockDigest: Digest | null;
  /** What each pin of the lock is, sorted by name. */
  readonly pins: readonly {
    readonly name: string;
    readonly subject: string;
    readonly version: string;
    readonly tools: readonly string[];
    readonly status: PinStatus;
    readonly approvedBy: string;
    readonly decision: Decision;
    /** The command that would run, where its bytes are not pinned, and why they are not; null = every byte is pinned. */
    readonly unpinned: { readonly reason: UnpinnedReason; readonly command: string } | null;
    /** What it is contained in; null = it runs with the rights of its user. */
    readonly sandbox: PinnedSandbox | null;
  }[];
  /** Entries in the project's own files that nobody here answered for, in table order; all text is attacker-controlled. */
  readonly entries: readonly UntrustedEntry[];
  /** What the signatures of a project's lock come to; null = a lock of the user, which nobody signs. */
  readonly signature: Evidence | null;
  readonly decision: Decision;
}

export interface UntrustedEntry {
  readonly client: string;
  readonly file: string;
  readonly name: string;
  /** What it starts or calls, without anything that looks like a secret; null = its client would not start it. */
  readonly starts: string | null;
  /** Names of the variables and headers that it hands on. */
  readonly hands: readonly string[];
  readonly decision: Decision;
}

export interface Trusted {
  readonly place: string;
  /** null = there is no lock here. */
  readonly lockDigest: Digest | null;
  readonly pins: readonly string[];
  /** Name of a pin → what it is contained in; those that run with the rights of their user are left out. */
  readonly sandbox: Readonly<Record<string, PinnedSandbox>>;
  /** The entries that count now: `<client>:<name>`. */
  readonly entries: readonly string[];
  /** As in the plan. */
  readonly signature: Evidence | null;
}

export interface PrunedStore {
  /** Names of the folders that were removed, sorted. */
  readonly removed: readonly string[];
  readonly bytes: number;
  /** What was kept of analyses and is too old, or too much. */
  readonly analyses: { readonly files: number; readonly bytes: number };
}

export interface VerifiedStore {
  /** Sorted by name. */
  readonly trees: readonly {
    readonly name: string;
    readonly state: 'sound' | 'changed' | 'missing';
    /** At most 20; printable. */
    readonly differences: readonly string[];
    /** Names of the pins that use the tree. */
    readonly pins: readonly string[];
  }[];
}

/** What was found in a saved listing. */
export interface Inspection {
  /** The file as it was typed; `-` = standard input. */
  readonly source: string;
  /** In the order of the file. */
  readonly servers: readonly {
    readonly name: string | null;
    readonly items: { readonly tools: number; readonly prompts: number; readonly resources: number; readonly resourceTemplates: number };
    /** Most severe first. */
    readonly findings: readonly Finding[];
  }[];
  /** Numbers of lines that are no JSON and were not read. */
  readonly strayLines: readonly number[];
}
