/**
 * What came of checking one piece of evidence. Never a boolean: "there is none" (`absent`), "it could not be looked at"
 * (`unavailable`: no network, a mirror that serves none, a deadline) and "it is wrong" (`invalid`) need different answers.
 */
export type Outcome = 'verified' | 'absent' | 'unavailable' | 'invalid';

/** One line of evidence on a card: where it was looked for, what came of it, and what was compared. */
export interface Evidence {
  /** Stable id of the source, for example `npm-integrity`, `npm-signature`, `probe`. */
  readonly source: string;
  readonly outcome: Outcome;
  /** Lower-case English fragment; may hold remote text, so render it through `printable()`. */
  readonly detail: string;
}

/** The source of a revocation feed's evidence. */
export function feedSource(name: string): string {
  return `feed ${name}`;
}
