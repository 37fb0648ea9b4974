import type { BuildIdentity } from './build-identity.ts';
import type { Decision } from './decision.ts';
import type { Finding } from './finding.ts';
import type { ProbeAbsence, ProbedManifest } from './manifest.ts';
import type { Evidence } from './outcome.ts';

/** What is known of every server before approval, wherever it runs. */
export interface Looked {
  readonly probed: ProbedManifest | null;
  readonly probeAbsence: { readonly why: ProbeAbsence; readonly detail: string } | null;
  readonly evidence: readonly Evidence[];
  /** Who built it, as a verified certificate bound to these bytes says; null = nothing verified says so. */
  readonly builder: BuildIdentity | null;
  /** What nobody can check, in words; never empty (DESIGN G8). */
  readonly notVerifiable: readonly string[];
  readonly findings: readonly Finding[];
  readonly decision: Decision;
}
