import type { BuildIdentity } from './build-identity.ts';
import type { Finding } from './finding.ts';
import type { Evidence } from './outcome.ts';

/** What was found out about who stands behind an artifact. */
export interface Vouched {
  /** One line for each thing that was looked at, also when nothing was found. */
  readonly evidence: readonly Evidence[];
  /** Who built it, from a certificate that verified and that is bound to these bytes; null = nothing verified says so. */
  readonly builder: BuildIdentity | null;
  readonly findings: readonly Finding[];
}

/** Nobody was asked. */
export const nothingVouched: Vouched = { evidence: [], builder: null, findings: [] };
