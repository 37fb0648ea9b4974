/** The 16 capability classes with the words that a person reads. DESIGN §7; definitions in reference/guards.md §5.2. */
export const capabilityClasses = {
  'exec.install': { phrase: 'runs code during install, before you start it', gain: 'red' },
  'exec.spawn': { phrase: 'runs other programs', gain: 'red' },
  'exec.dynamic': { phrase: 'builds or downloads code and runs it', gain: 'red' },
  'code.opaque': { phrase: 'contains code that cannot be read', gain: 'amber' },
  'fs.read': { phrase: 'reads files', gain: 'grey' },
  'fs.write': { phrase: 'changes files', gain: 'amber' },
  'secrets.read': { phrase: 'touches credential stores', gain: 'red' },
  'env.read': { phrase: 'reads environment variables', gain: 'grey' },
  'net.connect': { phrase: 'connects to the network', gain: 'amber' },
  'net.listen': { phrase: 'opens a port', gain: 'amber' },
  'host.control': { phrase: 'controls other apps or this machine', gain: 'red' },
  'user.capture': { phrase: 'captures clipboard, screen, camera, microphone or keys', gain: 'red' },
  persist: { phrase: 'stays after you stop it', gain: 'red' },
  'agent.modify': { phrase: 'can change your AI setup', gain: 'red' },
  'agent.surface': { phrase: 'offers tools to the model or asks it for things', gain: 'amber' },
  'supply.mutable': { phrase: 'what runs can change without a new approval', gain: 'amber' },
} as const satisfies Record<string, { phrase: string; gain: GainTier }>;

export type CapabilityClass = keyof typeof capabilityClasses;

/** How serious it is to gain something, least first. */
export const gainTiers = ['none', 'grey', 'amber', 'red'] as const;
export type GainTier = (typeof gainTiers)[number];

export type Verdict = 'seen' | 'not-seen' | 'cannot-tell';

/** Whose code: the package's own, its closure beyond what every server brings, or that usual plumbing (folded). */
export type Reach = 'own' | 'closure' | 'baseline';

/** How sure, least first. */
export type EvidenceLevel = 'declared' | 'import' | 'call-site' | 'literal-scoped' | 'observed';

export interface CapabilityEvidence {
  /** POSIX path relative to the tree, or `package.json`. */
  readonly file: string;
  /** 1-based; 0 = the whole file. */
  readonly line: number;
  readonly level: EvidenceLevel;
  /** The dependency through which it is reached, `name@version`, or null for own code. */
  readonly through: string | null;
  /**
   * How starting the server leads there: files relative to the tree, from the bin to `file`, each loaded by the one
   * before; empty = nothing leads there by a named import (metadata, a whole package opened). Attacker-controlled names.
   */
  readonly path: readonly string[];
  /** For code that nobody can read: the rule that says why (`native`, `minified`, …); null = it was read. */
  readonly unread: string | null;
}

export interface Capability {
  readonly class: CapabilityClass;
  readonly verdict: Verdict;
  readonly reach: Reach;
  /** Hosts, paths, binaries, variable names, ports that are listened on (`:3000`); sorted; `*` = any; empty = not known. Attacker-controlled text. */
  readonly scopes: readonly string[];
  /** Strongest first; capped by the analysis, never empty for `seen`. */
  readonly evidence: readonly CapabilityEvidence[];
}

/** What the analysis of a closure found: one entry per class, in the order of `capabilityClasses`. */
export interface CapabilityReport {
  /** Id of the rules, so that "newly visible" is never mistaken for "newly gained". */
  readonly ruleset: string;
  readonly capabilities: readonly Capability[];
  /** Names of environment variables that the code reads: those of the package's own code first, then of its dependencies, each sorted. */
  readonly environment: readonly string[];
  /** How much code can run and was looked at; null = not counted. */
  readonly read: { readonly packages: number; readonly files: number } | null;
}
