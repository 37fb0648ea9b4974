import type { BuildIdentity } from '../model/build-identity.ts';
import { type GainTier, gainTiers } from '../model/capability.ts';
import type { Decision, Verdict } from '../model/decision.ts';
import { type Finding, isRed } from '../model/finding.ts';
import type { Evidence } from '../model/outcome.ts';
import { freshnessReasons } from './freshness.ts';
import { autoApproval, ignoredRelaxations, noMatchOf, type PolicyLayer, provenanceRequired } from './layers.ts';
import { type AllowEntry, allowMatches, builderMisses, denyMatch } from './match.ts';
import { parseSubject, type Subject } from './subject.ts';

/** What a decision is about. */
export interface PolicyFacts {
  /** Package URL without version, or origin. */
  readonly subject: string;
  /** For the reasons only; never compared. */
  readonly name: string;
  /** Exact version; empty for a remote origin. */
  readonly version: string;
  readonly findings: readonly Finding[];
  /** What was looked for when it was disclosed; absent = nothing is disclosed anew. */
  readonly evidence?: readonly Evidence[];
  /** Who built it, from a verified certificate; null = nothing verified says so. */
  readonly builder: BuildIdentity | null;
  /** What would be gained over what is approved now; everything it can do, for a first install. */
  readonly gain: GainTier;
  /** `install`, `update`, `approve`: something is to be approved. `run`, `audit`: something approved is used or looked at. */
  readonly action: 'install' | 'update' | 'approve' | 'run' | 'audit';
  /** Who signed the lock that brings it, and the policy that names them; null or absent = nobody who is named. */
  readonly signed?: { readonly who: string; readonly by: PolicyLayer } | null;
}

/** A verdict with its reason and how much the reason weighs among equals. */
interface Opinion {
  readonly verdict: Verdict;
  readonly reason: string;
  /** Only a person can answer it: the policy wants one to look. */
  readonly person?: true;
}

const verdicts = ['allow', 'warn', 'review', 'block'] as const satisfies readonly Verdict[];

/**
 * What the policies say of one server. The strictest opinion of any layer wins and deny entries always block: no layer,
 * mode or `autoApprove` turns a block into anything else.
 *
 * Where something is to be approved, `allow` and `warn` mean that policy itself approves it (`autoApproved`), and
 * `review` that a person has to. Where something approved is used, the approval has answered what a policy wanted a
 * person to look at, so that only `review` findings remain.
 */
export function evaluate(layers: readonly PolicyLayer[], facts: PolicyFacts): Decision {
  const isApproval = facts.action === 'install' || facts.action === 'update' || facts.action === 'approve';
  const opinions = [
    ...subjectOpinions(layers, facts, isApproval),
    ...facts.findings.flatMap(findingOpinion),
    ...(isApproval ? freshnessReasons(layers, facts.evidence ?? []) : []).map((reason): Opinion => ({ verdict: 'block', reason })),
    ...provenanceOpinions(layers, facts),
    ...relaxationOpinions(layers),
  ];
  const worst = strictest(opinions);
  if (worst === 'block') return { verdict: 'block', reasons: withMessages(layers, reasonsOf(opinions)), autoApproved: false };
  if (!isApproval) return { verdict: worst, reasons: reasonsOf(opinions), autoApproved: false };
  const approval = autoApproval(layers);
  const { signed = null } = facts;
  const person = opinions.some((opinion) => opinion.person === true);
  const gain = weighed(facts.findings, facts.gain);
  const isApproved = signed !== null || (approval !== null && gainTiers.indexOf(gain) <= gainTiers.indexOf(approval.tier));
  if (person || !isApproved) {
    const why: Opinion = { verdict: 'review', reason: approvalReason(approval, person, gain) };
    return { verdict: 'review', reasons: reasonsOf([...opinions, why]), autoApproved: false };
  }
  const reason = approvedReason(signed, approval);
  const notes = opinions.filter(({ verdict }) => verdict !== 'allow');
  return { verdict: notes.length > 0 ? 'warn' : 'allow', reasons: [reason, ...reasonsOf(notes)], autoApproved: true };
}

/**
 * A gain with what its findings weigh. One that wants a person to look (words that nobody saw, a field that changes from run
 * to run) weighs like an amber gain: a policy that approves only harmless gains by itself does not wave it through. One that
 * says that somebody else may be behind it now weighs like a red one.
 */
export function weighed(findings: readonly Finding[], gain: GainTier): GainTier {
  if (findings.some(isRed)) return 'red';
  const unclear = findings.some(({ severity }) => severity === 'review');
  return unclear && gainTiers.indexOf(gain) < gainTiers.indexOf('amber') ? 'amber' : gain;
}

function approvedReason(signed: NonNullable<PolicyFacts['signed']> | null, approval: ReturnType<typeof autoApproval>): string {
  if (signed !== null) return `approved by the ${signed.by.layer} policy: it accepts a lock that is ${signed.who} (${signed.by.path})`;
  return `approved by the ${approval?.by.layer} policy: it approves gains up to ${approval?.tier} (${approval?.by.path})`;
}

function approvalReason(approval: ReturnType<typeof autoApproval>, person: boolean, gain: GainTier): string {
  if (person) return 'a person has to approve it: policy says so';
  if (approval === null) return 'a person has to approve it: no policy approves by itself';
  return `a person has to approve it: the gain is ${gain}, policy approves up to ${approval.tier}`;
}

function subjectOpinions(layers: readonly PolicyLayer[], facts: PolicyFacts, isApproval: boolean): readonly Opinion[] {
  const server = parseSubject(facts.subject);
  if (server === null || server.kind === 'scope') {
    return layers.length === 0 ? [] : [{ verdict: 'block', reason: `\`${facts.subject}\` is nothing that a policy can be about` }];
  }
  return layers.map((layer) => layerOpinion(layer, server, facts, isApproval));
}

function layerOpinion({ layer, path, policy }: PolicyLayer, server: Subject, facts: PolicyFacts, isApproval: boolean): Opinion {
  const denied = denyMatch(policy, server, facts.version);
  const what = facts.version === '' ? facts.name : `${facts.name}@${facts.version}`;
  if (denied !== null) {
    const instead = denied.useInstead === undefined ? '' : `; use ${denied.useInstead} instead`;
    return { verdict: 'block', reason: `the ${layer} policy denies ${what}: ${denied.reason}${instead} (${path})` };
  }
  const named = allowMatches(policy, server, facts.version);
  const allowed = named.find((entry) => builderMisses(entry, facts.builder).length === 0);
  if (allowed !== undefined) return { verdict: 'allow', reason: `the ${layer} policy allows ${what}: ${allowed.reason}` };
  const [other] = named;
  // Named, and built by somebody else: that is what the entry is there to stop.
  if (other !== undefined)
    return {
      verdict: 'block',
      reason: `the ${layer} policy allows ${what} only from another builder: ${builderReason(other, facts.builder)} (${path})`,
    };
  switch (noMatchOf(policy)) {
    case 'deny':
      return { verdict: 'block', reason: `the ${layer} policy allows only what it names, and ${what} is not named (${path})` };
    case 'review':
      return isApproval
        ? { verdict: 'review', person: true, reason: `the ${layer} policy wants a person to look at what it does not name (${path})` }
        : { verdict: 'allow', reason: `the ${layer} policy does not name ${what}; it was approved` };
    case 'allow':
      return { verdict: 'allow', reason: `the ${layer} policy has no objection` };
  }
}

function builderReason(entry: AllowEntry, verified: BuildIdentity | null): string {
  if (verified === null) return 'nothing verified says who built it';
  const [member = 'issuer'] = builderMisses(entry, verified) as readonly (keyof NonNullable<AllowEntry['builder']>)[];
  return `${member} is ${verified[member] ?? 'not named'}, and must be ${entry.builder?.[member] ?? ''}`;
}

function provenanceOpinions(layers: readonly PolicyLayer[], { builder, name }: PolicyFacts): readonly Opinion[] {
  const wanting = builder === null ? provenanceRequired(layers) : null;
  if (wanting === null) return [];
  return [{ verdict: 'block', reason: `the ${wanting.layer} policy wants verified provenance, and ${name} has none (${wanting.path})` }];
}

function findingOpinion(found: Finding): readonly Opinion[] {
  if (found.severity === 'info') return [];
  return [{ verdict: found.severity, reason: `finding ${found.code}: ${found.subject}` }];
}

function relaxationOpinions(layers: readonly PolicyLayer[]): readonly Opinion[] {
  return ignoredRelaxations(layers).map(({ args }) => ({
    verdict: 'warn',
    reason: `the ${String(args['layer'])} policy's \`${String(args['member'])}: ${String(args['value'])}\` is ignored: it may only tighten`,
  }));
}

function strictest(opinions: readonly Opinion[]): Verdict {
  return verdicts.findLast((verdict) => opinions.some((opinion) => opinion.verdict === verdict)) ?? 'allow';
}

/** Strictest first; among equals in the order of layers and findings. */
function reasonsOf(opinions: readonly Opinion[]): readonly string[] {
  return verdicts
    .toReversed()
    .flatMap((verdict) => opinions.filter((one) => one.verdict === verdict && verdict !== 'allow').map(({ reason }) => reason));
}

function withMessages(layers: readonly PolicyLayer[], reasons: readonly string[]): readonly string[] {
  return [...reasons, ...layers.flatMap(({ policy }) => (policy.message === undefined ? [] : [policy.message]))];
}
