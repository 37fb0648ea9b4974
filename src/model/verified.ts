import type { Finding } from './finding.ts';
import type { Evidence } from './outcome.ts';

/** What `verify` found out about one server, a line for each thing that was compared. */
export interface VerifiedServer {
  /** `name@version`, or where a server without bytes is. */
  readonly label: string;
  /** `scope:name`; null = a reference that nobody pinned. */
  readonly pin: string | null;
  /** In the order of a launch: what is here, what it was made from, who stands behind it. */
  readonly evidence: readonly Evidence[];
  /** What an outcome rests on, where a word is not enough. */
  readonly findings: readonly Finding[];
}

export interface Verified {
  /** Sorted by scope and name; empty = nothing is pinned. */
  readonly servers: readonly VerifiedServer[];
}

/** True when something that was compared is wrong, or a finding blocks. What is absent or could not be checked is not wrong. */
export function isWrong({ evidence, findings }: VerifiedServer): boolean {
  return evidence.some(({ outcome }) => outcome === 'invalid') || findings.some(({ severity }) => severity === 'block');
}
