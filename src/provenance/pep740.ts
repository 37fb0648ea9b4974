import { z } from 'zod';
import type { BuildIdentity } from '../model/build-identity.ts';
import type { Outcome } from '../model/outcome.ts';
import { type VerifiedBundle, verifyBundle } from './bundle.ts';
import { readStatement } from './statement.ts';
import type { TrustRoot } from './trust-root.ts';

const maxAttestations = 50;

const attestationSchema = z.object({
  version: z.literal(1),
  envelope: z.object({ statement: z.string(), signature: z.string() }),
  verification_material: z.object({ certificate: z.string(), transparency_entries: z.array(z.unknown()) }),
});

/** @see PEP 740, https://docs.pypi.org/api/integrity/ */
const provenanceSchema = z.object({
  version: z.literal(1),
  attestation_bundles: z
    .array(
      z.object({ publisher: z.looseObject({ kind: z.string() }), attestations: z.array(attestationSchema).min(1).max(maxAttestations) }),
    )
    .min(1)
    .max(maxAttestations),
});

/** The file that a provenance must be about. */
export interface AttestedFile {
  readonly filename: string;
  /** Lower-case hexadecimal, of the bytes that were fetched. */
  readonly sha256: string;
}

/** What came of it, with the words for a card. */
export interface FileVerdict {
  readonly outcome: Outcome;
  /** May hold text of the signer. */
  readonly detail: string;
  /** null unless verified. */
  readonly builder: BuildIdentity | null;
}

/** What PyPI itself signs nothing of: who uploaded it, as it says. Compared with the certificate, never believed alone. */
type Publisher = z.infer<typeof provenanceSchema>['attestation_bundles'][number]['publisher'];

const publishPredicate = 'https://docs.pypi.org/attestations/publish/v1';
const predicates = [publishPredicate, 'https://slsa.dev/provenance/v1'];

/**
 * Verifies the provenance object of one file: every attestation in it must hold, be about this file and these bytes, and
 * come from the publisher that the index names; one of them must say that it was published.
 *
 * @param provenance attacker-controlled JSON value
 */
export function verifyProvenance(provenance: unknown, file: AttestedFile, trust: TrustRoot): FileVerdict {
  const parsed = provenanceSchema.safeParse(provenance);
  if (!parsed.success) return invalid(`it is no provenance: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
  let builder: BuildIdentity | null = null;
  let published = false;
  for (const { publisher, attestations } of parsed.data.attestation_bundles) {
    for (const attestation of attestations) {
      const verdict = verifyAttestation(attestation, file, trust);
      if (verdict.outcome !== 'verified') return { ...verdict, builder: null };
      const { builder: signer, predicateType } = verdict;
      const disagreement = publisherDisagreement(publisher, signer);
      if (disagreement !== null) return { ...disagreement, builder: null };
      if (builder !== null && builder.repository !== signer.repository)
        return invalid(`two repositories sign it: ${builder.repository} and ${signer.repository}`);
      builder ??= signer;
      published ||= predicateType === publishPredicate;
    }
  }
  if (builder === null || !published) return invalid('nobody says in it that the file was published');
  return { outcome: 'verified', detail: `signed by ${builder.subject}; the index says the same publisher`, builder };
}

type AttestationVerdict =
  | { readonly outcome: 'verified'; readonly builder: BuildIdentity; readonly predicateType: string }
  | { readonly outcome: 'invalid' | 'unavailable'; readonly detail: string };

/** One attestation alone. @param attestation attacker-controlled JSON value */
export function verifyAttestation(attestation: unknown, file: AttestedFile, trust: TrustRoot): AttestationVerdict {
  const parsed = attestationSchema.safeParse(attestation);
  if (!parsed.success) return { outcome: 'invalid', detail: 'it is no attestation of version 1' };
  const verdict = verifyBundle(asBundle(parsed.data), trust, null);
  if (verdict.outcome !== 'verified') return { outcome: verdict.outcome, detail: verdict.why };
  const { builder } = verdict.bundle;
  if (builder === null) return { outcome: 'invalid', detail: 'it is signed with a bare key, which names nobody' };
  const said = isAbout(verdict.bundle, file);
  return 'why' in said ? { outcome: 'invalid', detail: said.why } : { outcome: 'verified', builder, predicateType: said.predicateType };
}

/** The same content in the form of a Sigstore bundle. @see PEP 740, "Attestation object" */
function asBundle({ envelope, verification_material: material }: z.infer<typeof attestationSchema>): unknown {
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { certificate: { rawBytes: material.certificate }, tlogEntries: material.transparency_entries },
    dsseEnvelope: {
      payload: envelope.statement,
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ sig: envelope.signature }],
    },
  };
}

function isAbout(bundle: VerifiedBundle, { filename, sha256 }: AttestedFile): { predicateType: string } | { why: string } {
  const statement = readStatement(bundle);
  const [subject, ...more] = statement?.subjects ?? [];
  if (statement === null || subject === undefined) return { why: 'it signs no statement' };
  if (more.length > 0) return { why: 'its statement is about several files' };
  if (subject.name !== filename) return { why: `it is about ${subject.name}` };
  if (subject.digests['sha256'] !== sha256) return { why: `it is about other bytes: sha256 ${subject.digests['sha256'] ?? 'not said'}` };
  if (!predicates.includes(statement.predicateType)) return { why: `it says something else: ${statement.predicateType}` };
  return { predicateType: statement.predicateType };
}

/** null = certificate and index name the same publisher. Names of repositories are the same in either case of letters at both forges. */
function publisherDisagreement(publisher: Publisher, signer: BuildIdentity): { outcome: 'invalid' | 'unavailable'; detail: string } | null {
  const said = (member: string) => (typeof publisher[member] === 'string' ? publisher[member] : '');
  const repository = (origin: string) => `${origin}/${said('repository')}`.toLowerCase();
  const differs = (what: string, claimed: string, found: string | null) =>
    ({ outcome: 'invalid', detail: `the index says ${what} ${claimed}, the certificate ${found ?? 'none'}` }) as const;
  const forge = (issuer: string, origin: string) => {
    if (signer.issuer !== issuer) return differs('issuer', issuer, signer.issuer);
    return signer.repository?.toLowerCase() === repository(origin) ? null : differs('repository', said('repository'), signer.repository);
  };
  switch (publisher.kind) {
    case 'GitHub': {
      const workflow = `.github/workflows/${said('workflow')}`;
      const other = forge('https://token.actions.githubusercontent.com', 'https://github.com');
      return other ?? (signer.workflow === workflow ? null : differs('workflow', workflow, signer.workflow));
    }
    case 'GitLab': {
      const other = forge('https://gitlab.com', 'https://gitlab.com');
      const workflow = `/${said('workflow_filepath')}`;
      return other ?? (signer.workflow === workflow ? null : differs('workflow', workflow, signer.workflow));
    }
    case 'Google':
      if (signer.issuer !== 'https://accounts.google.com') return differs('issuer', 'https://accounts.google.com', signer.issuer);
      return signer.subject === said('email') ? null : differs('account', said('email'), signer.subject);
    default:
      return { outcome: 'unavailable', detail: `a publisher of the kind ${publisher.kind} cannot be compared with its certificate yet` };
  }
}

function invalid(detail: string): FileVerdict {
  return { outcome: 'invalid', detail, builder: null };
}
