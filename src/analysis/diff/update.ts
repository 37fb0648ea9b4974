import type { Decision } from '../../model/decision.ts';
import type { Finding } from '../../model/finding.ts';
import type { ServerDiff } from './server.ts';

/** What `update` will pin when somebody says yes. */
export interface UpdatePlan {
  readonly name: string;
  readonly diff: ServerDiff;
  /** Findings of the version that would be pinned. */
  readonly findings: readonly Finding[];
  readonly decision: Decision;
}

export interface Updated {
  readonly name: string;
  readonly outcome: 'updated' | 'up-to-date' | 'rolled-back';
  readonly from: string;
  readonly to: string;
  /** null when nothing changed. */
  readonly diff: ServerDiff | null;
}
