import type { Host } from '../../host/host.ts';
import type { Artifact } from '../../model/artifact.ts';
import type { BuildCircumstances, BuildIdentity } from '../../model/build-identity.ts';
import { finding } from '../../model/finding.ts';
import type { Vouched } from '../../model/vouched.ts';
import type { AttestationVerdict, AttestedPackage, Promised } from '../../provenance/npm-attestations.ts';
import type { TrustRoot } from '../../provenance/trust-root.ts';
import { fetchAttestations } from '../../sources/npm/attestations.ts';
import { keepEvidence, readEvidence } from '../../store/evidence-cache.ts';
import { line, type NpmSubject, type NpmVouching, npmSubject, registryHostOf, servesAny } from './npm-registry.ts';
import type { Voucher } from './voucher.ts';

const id = 'npm-provenance';
const kept = 'npm-attestations';

/** Who built it, from the attestations that the registry serves for exactly these bytes. */
export function npmProvenanceVoucher(vouching: NpmVouching): Voucher {
  return {
    id,
    appliesTo: (subject) => npmSubject(subject) !== null,
    async vouch(subject, host) {
      const npm = npmSubject(subject);
      return npm === null ? { evidence: [], builder: null, findings: [] } : vouchProvenance(npm, vouching, host);
    },
  };
}

async function vouchProvenance(subject: NpmSubject, vouching: NpmVouching, host: Host): Promise<Vouched> {
  const { artifact, npm } = subject;
  const registry = await registryHostOf(artifact.name, host);
  const promised = promisedBy(npm?.published.dist?.attestations);
  const isWhole = servesAny(npm, 'signatures') || servesAny(npm, 'attestations');
  const mayHave = promised.publish || !isWhole;
  const found = await attestationsOf(artifact, promised, mayHave, vouching, host);
  if (found !== null) return said(found, artifact, registry);
  if (!mayHave) return nothing('absent', `${registry} has no attestations for it: nothing says who built it`);
  const why = promised.publish ? `${registry} names attestations and serves none` : `${registry} serves no attestations`;
  return nothing('unavailable', why);
}

/** What the attestations of a version come to. */
export interface Found {
  readonly verdict: AttestationVerdict;
  readonly trust: TrustRoot;
}

/**
 * The attestations of a version, as they were kept or as its registry serves them now, and verified either way. null =
 * none are kept, and the registry serves none or was not to be asked.
 */
export async function attestationsOf(
  artifact: Artifact,
  promised: Promised,
  mayAsk: boolean,
  vouching: NpmVouching,
  host: Host,
): Promise<Found | null> {
  const { name, version, integrity } = artifact;
  const before = await readEvidence(integrity, kept, host);
  if (before !== null) {
    const known = await verified(before, artifact, promised, vouching, host);
    // An answer that somebody edited neither verifies nor accuses: it is asked for again.
    if (known.verdict.outcome === 'verified') return known;
  }
  const response = mayAsk ? await fetchAttestations(name, version, vouching.timeoutMs, host) : null;
  if (response === null) return null;
  const found = await verified(response, artifact, promised, vouching, host);
  if (found.verdict.outcome === 'verified') await keepEvidence(integrity, kept, response, host);
  return found;
}

async function verified(
  response: Uint8Array,
  artifact: Artifact,
  promised: Promised,
  { trustOf }: NpmVouching,
  host: Host,
): Promise<Found> {
  const { verifyAttestations } = await import('../../provenance/npm-attestations.ts');
  const trust = await trustOf(host);
  const registries = [await host.npm.registryFor(artifact.name), ...(trust.keysOf === null ? [] : [`https://${trust.keysOf}`])];
  const about: AttestedPackage = { artifact, promised, registries: registries.map((url) => url.replace(/\/$/, '')) };
  return { verdict: verifyAttestations(response, about, trust), trust };
}

function said({ verdict, trust }: Found, { name, version }: NpmSubject['artifact'], registry: string): Vouched {
  if (verdict.outcome === 'verified') {
    const { builder, circumstances, published } = verdict;
    if (builder === null)
      return nothing(
        'absent',
        published ? 'the registry signed its publishing, and nothing says who built it' : 'nothing says who built it',
      );
    return { evidence: [line(id, 'verified', builtWords(builder, circumstances), trust)], builder, findings: [] };
  }
  const findings =
    verdict.outcome === 'invalid'
      ? [finding('provenance-invalid', `${name}@${version}`, { source: id, why: `${verdict.why}; asked was ${registry}` })]
      : [];
  const detail = verdict.outcome === 'invalid' ? `an attestation is wrong: ${verdict.why}` : verdict.why;
  return { evidence: [line(id, verdict.outcome, detail, trust)], builder: null, findings };
}

/** Where it was built, in the words that stand on every card. */
export function builtFrom(builder: BuildIdentity): string {
  return `built from ${builder.repository?.replace(/^https:\/\//, '') ?? builder.subject}`;
}

/** Up to the first comma is what a card has room for. */
function builtWords(builder: BuildIdentity, circumstances: BuildCircumstances | null): string {
  const facts = [
    builder.workflow,
    circumstances?.ref,
    circumstances?.commit == null ? null : `commit ${circumstances.commit.slice(0, 12)}`,
    circumstances?.trigger,
    builder.runner,
  ].filter((fact) => fact !== null && fact !== undefined);
  return [builtFrom(builder), ...facts].join(', ');
}

function nothing(outcome: 'absent' | 'unavailable', detail: string): Vouched {
  return { evidence: [line(id, outcome, detail, null)], builder: null, findings: [] };
}

/** Any such member counts as a promise: it can only ask for more. */
export function promisedBy(attestations: unknown): Promised {
  const isThere = attestations !== undefined && attestations !== null && attestations !== false;
  const provenance = isThere && typeof attestations === 'object' ? (attestations as { provenance?: unknown }).provenance : undefined;
  return { publish: isThere, provenance: provenance !== undefined && provenance !== null };
}
