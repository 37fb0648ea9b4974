import type { BuildIdentity } from './build-identity.ts';
import type { Finding } from './finding.ts';
import type { Evidence } from './outcome.ts';

/** What was found out about who stands behind an artifact. */
export interface Vouched {
  /** One line for each thing that was looked at, also when nothing was found. */
  readonly evidence: readonly Evidence[];
  /** Who built it, from a certificate that verified and that is bound to these bytes; null = nothing verified says so. */
  readonly builder: BuildIdentity | null;
  /** Who built the version before it, verified the same way; absent = not looked up, or nothing verified says so. */
  readonly predecessor?: Predecessor;
  readonly findings: readonly Finding[];
}

/** The newest earlier version of the same line that was built with provenance. */
export interface Predecessor {
  readonly version: string;
  readonly builder: BuildIdentity;
}

/** Nobody was asked. */
export const nothingVouched: Vouched = { evidence: [], builder: null, findings: [] };
