import type { Digest } from './digest.ts';
import type { JsonObject } from './json.ts';

/** What is worth remembering. Names are permanent: `log`, `status` and other programs search for them. */
export const ledgerEvents = [
  'launched',
  'ended',
  'refused',
  'withheld',
  'contained',
  'passed-unpinned',
  'passed-equivalent',
  'hidden-characters',
  'elicitation-url',
  'link-offered',
  'first-use',
  'tree-changed',
  'asked',
  'installed',
  'updated',
  'approved',
  'removed',
  'trusted',
  'pruned',
  'recovered',
  'enabled',
  'disabled',
  'synced',
  'restored',
  'exec-refused',
  'exec-approved',
  'adopted',
  'released',
  'secrets-moved',
  'secrets-set',
  'quarantined',
  'reviewed',
  'blocked',
  'unblocked',
  'revoked',
  'overridden',
  'signed-in',
  'signed-out',
] as const;
export type LedgerEventName = (typeof ledgerEvents)[number];

export interface LedgerEvent {
  readonly event: LedgerEventName;
  /** The server, `user:<name>` or `project:<name>`; null when it is about none. */
  readonly server: string | null;
  /** Facts, never values of environment variables or headers. May hold attacker-controlled text. */
  readonly detail: JsonObject;
}

/** A line of the ledger. */
export interface LedgerEntry extends LedgerEvent {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Digest of the bytes of the line that was the last one when this was written; null = there was none. */
  readonly prev: Digest | null;
}

/** Whether the lines of the ledger are the ones that were written. */
export interface LedgerCheck {
  readonly lines: number;
  /** Lines that are no events: half of one from a disk that was full, or something that did not come from here. */
  readonly damaged: number;
  /** Where a line names one before it that is not there (any more), in order. Empty = nothing was taken out or changed. */
  readonly breaks: readonly { readonly file: string; readonly line: number; readonly at: string | null }[];
  /** Lines besides the last that no later one names: two processes wrote at the same moment. Taking one of them out would go unnoticed. */
  readonly unnamed: number;
  /** Lines before the first were rotated away. */
  readonly rotated: boolean;
}
