import type { verifyBundle } from '../../src/provenance/bundle.ts';
import type { verifyKeyedBundle } from '../../src/provenance/keyed-bundle.ts';
import type { verifyAttestations } from '../../src/provenance/npm-attestations.ts';
import type { shippedTrustRoot, trustRoot } from '../../src/provenance/trust-root.ts';

export interface Verifiers {
  readonly verifyBundle: typeof verifyBundle;
  readonly verifyKeyedBundle: typeof verifyKeyedBundle;
  readonly verifyAttestations: typeof verifyAttestations;
  readonly shippedTrustRoot: typeof shippedTrustRoot;
  readonly trustRoot: typeof trustRoot;
}

export interface CaseRow {
  readonly group: string;
  readonly name: string;
  readonly expected: string;
  readonly got: string;
  readonly why: string;
  /** Why another verdict than the expected one is known and safe. */
  readonly allowed: string | null;
}

export function judgeAll(folder: string, verifiers: Verifiers): readonly CaseRow[];
