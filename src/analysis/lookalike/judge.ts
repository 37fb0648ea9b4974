import type { BuildIdentity } from '../../model/build-identity.ts';
import type { Lookalike, LookalikeStrength } from '../../model/lookalike.ts';
import type { Publisher } from '../../model/publisher.ts';
import { ageDays } from '../../model/time.ts';
import type { Found } from './find.ts';
import { officialAlternative } from './vendor.ts';

/** reference/guards.md §9.3: younger than this beside a target that is older than that is what typosquats are. */
const youngDays = 90;
const oldDays = 365;
/** Somebody keeps this up: two years and twenty versions. */
const establishedDays = 730;
const establishedVersions = 20;

/** What a registry says of a target, and whether its own page names the candidate. */
export interface TargetFacts {
  readonly publisher: Publisher;
  /** The target's README, which its owner wrote, names the candidate; null = not known. */
  readonly mentions: boolean | null;
}

/** What is known of the name that is looked at. */
export interface CandidateFacts {
  readonly publisher: Publisher;
  /** From a certificate that verified, bound to these bytes; null = nothing verified says who built it. */
  readonly builder: BuildIdentity | null;
}

/**
 * The verdict about one resemblance; null = the benign filter let it go: the same account maintains both, the target's
 * own page names the candidate, or it was verifiably built from the repository that the target names as its own or from one
 * of the vendor's organisation. What only the candidate says (its repository) never clears it: copying that costs nothing.
 * What is not known (null everywhere) neither clears nor accuses.
 *
 * @param target null = could not be asked
 * @param nowMs milliseconds since the epoch
 */
export function judge(
  found: Found,
  { publisher: candidate, builder }: CandidateFacts,
  target: TargetFacts | null,
  nowMs: number,
): Lookalike | null {
  const other = target?.publisher ?? null;
  const sameOwner = shareOwner(candidate, other);
  if (sameOwner === true || target?.mentions === true || isBuiltThere(builder, found, other)) return null;
  const age = ageDays(candidate.firstPublished, nowMs);
  const otherAge = ageDays(other?.firstPublished ?? null, nowMs);
  const older = age !== null && otherAge !== null && age > otherAge;
  const established = age !== null && age >= establishedDays && (candidate.versions ?? 0) >= establishedVersions;
  const fresh = age !== null && otherAge !== null && age < youngDays && otherAge >= oldDays;
  const reasons = [
    sameOwner === null ? 'owner-unknown' : 'owner-differs',
    ...(candidate.repository !== null && candidate.repository === other?.repository ? ['repository-claimed'] : []),
    ...(age === null ? ['age-unknown'] : []),
    ...(older ? ['older'] : []),
    ...(fresh ? ['younger'] : []),
    ...(established ? ['established'] : []),
    'popularity-unknown',
  ];
  const { resemblance, vendor } = found;
  return {
    resemblance,
    strength: strengthOf(found, { isDoubtful: older || established, isFresh: fresh && sameOwner === false }),
    target: { ...found.target, vendor: vendor?.brand ?? null, publisher: other },
    alternative: vendor === null ? null : officialAlternative(vendor),
    reasons,
  };
}

function strengthOf({ resemblance }: Found, { isDoubtful, isFresh }: { isDoubtful: boolean; isFresh: boolean }): LookalikeStrength {
  if (resemblance === 'brand') return 'uses-name';
  if (resemblance === 'skeleton') return isDoubtful ? 'likely' : 'certain';
  if (isDoubtful) return 'uses-name';
  return isFresh ? 'certain' : 'likely';
}

/** By the registry's accounts alone; null = one side is not known. */
function shareOwner(candidate: Publisher, target: Publisher | null): boolean | null {
  const [mine, theirs] = [candidate.maintainers, target?.maintainers ?? null];
  if (mine === null || theirs === null || mine.length === 0 || theirs.length === 0) return null;
  return mine.some((account) => theirs.includes(account));
}

/** The issuer of the tokens of builds on github.com, compared letter by letter: a customer's own has a suffix. */
const githubActions = 'https://token.actions.githubusercontent.com';

/** Which repository a build came from is the certificate's word; which one the target is from, its own owner's. */
function isBuiltThere(builder: BuildIdentity | null, { vendor }: Found, target: Publisher | null): boolean {
  const built = /^https:\/\/github\.com\/(([\w.-]+)\/[\w.-]+)$/i.exec(builder?.repository ?? '');
  const [, repository, owner] = built ?? [];
  if (builder?.issuer !== githubActions || repository === undefined || owner === undefined) return false;
  if (target?.repository === `github.com/${repository}`.toLowerCase()) return true;
  return vendor?.github.some((organisation) => organisation.toLowerCase() === owner.toLowerCase()) ?? false;
}
