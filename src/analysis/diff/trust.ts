import { type BuilderChange, type BuildIdentity, builderChanges } from '../../model/build-identity.ts';
import type { GainTier } from '../../model/capability.ts';
import type { Evidence, Outcome } from '../../model/outcome.ts';
import { highest } from './gain.ts';

/** What stands behind one side and not behind the other. */
export interface TrustDiff {
  /** Accounts that may publish it; null = not known of both sides. */
  readonly owners: { readonly added: readonly string[]; readonly removed: readonly string[] } | null;
  /** What differs between two verified builders; empty = nothing, or one side is not verified. */
  readonly builder: readonly BuilderChange[];
  /** Sources with another outcome, sorted by source; null = the side was not asked about. */
  readonly evidence: readonly { readonly source: string; readonly before: Outcome | null; readonly after: Outcome | null }[];
}

interface Side {
  readonly owners: readonly string[] | null;
  readonly evidence: readonly Evidence[];
  /** From a verified certificate; null = none. */
  readonly builder: BuildIdentity | null;
}

/** Whether a side was started is a choice of whoever compares, not a property of a version. */
const choices = new Set(['probe']);

/** What came, went or turned out differently between two sides. */
export function diffTrust(before: Side, after: Side): TrustDiff {
  const [old, now] = [before.owners, after.owners];
  const outcomes = ({ evidence }: Side) => new Map(evidence.map(({ source, outcome }) => [source, outcome]));
  const [was, is] = [outcomes(before), outcomes(after)];
  return {
    owners:
      old === null || now === null
        ? null
        : { added: now.filter((name) => !old.includes(name)), removed: old.filter((name) => !now.includes(name)) },
    builder: before.builder === null || after.builder === null ? [] : builderChanges(before.builder, after.builder),
    evidence: [...new Set([...was.keys(), ...is.keys()])]
      .filter((source) => !choices.has(source) && was.get(source) !== is.get(source))
      .sort()
      .map((source) => ({ source, before: was.get(source) ?? null, after: is.get(source) ?? null })),
  };
}

/** A proof that was there and is gone or wrong; an account that may now publish. Not being able to look is neither. */
export function trustTier({ owners, evidence, builder }: TrustDiff): GainTier {
  return highest([
    ...((owners?.added.length ?? 0) > 0 ? (['amber'] as const) : []),
    ...builder.map(({ isOwnership }): GainTier => (isOwnership ? 'red' : 'amber')),
    ...evidence.map(
      ({ before, after }): GainTier => (after === 'invalid' ? 'red' : before === 'verified' && after === 'absent' ? 'amber' : 'none'),
    ),
  ]);
}
