import { z } from 'zod';
import type { Artifact } from '../model/artifact.ts';
import type { BuildCircumstances, BuildIdentity } from '../model/build-identity.ts';
import { strictJsonOrNull } from '../model/strict-json.ts';
import { type VerifiedBundle, verifyBundle } from './bundle.ts';
import { agrees, isSlsa } from './slsa.ts';
import { readStatement, type Statement } from './statement.ts';
import type { TrustRoot } from './trust-root.ts';

/** What the registry's record of the version says that there is; unsigned, so it can only ask for more. */
export interface Promised {
  readonly publish: boolean;
  readonly provenance: boolean;
}

/** What attestations have to be about. */
export interface AttestedPackage {
  /** Its integrity is what the bytes were, or will be, compared with. */
  readonly artifact: Artifact;
  readonly promised: Promised;
  /** Base URLs, without a slash at the end, of the registries that it may have been published to. */
  readonly registries: readonly string[];
}

export type AttestationVerdict =
  | {
      readonly outcome: 'verified';
      /** The registry signed that it was published there. */
      readonly published: boolean;
      /** Who built it; null = only the registry says anything. */
      readonly builder: BuildIdentity | null;
      readonly circumstances: BuildCircumstances | null;
    }
  | { readonly outcome: 'invalid' | 'unavailable'; readonly why: string };

const publishType = 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1';
/** npm serves two. Each costs tens of milliseconds. */
const maxAttestations = 8;

const responseSchema = z.object({ attestations: z.array(z.object({ predicateType: z.string(), bundle: z.unknown() })) });
const publishSchema = z.object({ name: z.string(), version: z.string(), registry: z.string() });

/**
 * A whole answer of npm's attestations endpoint. Every bundle in it has to verify and to be about exactly this package and
 * these bytes; each kind stands there once; what was promised is there; and what the provenance claims is what its
 * certificate says. `unavailable` = nothing is wrong with what could be read, but not all of it could.
 *
 * @param response attacker-controlled
 */
export function verifyAttestations(response: Uint8Array, about: AttestedPackage, trust: TrustRoot): AttestationVerdict {
  const parsed = responseSchema.safeParse(strictJsonOrNull(response));
  if (!parsed.success) return invalid('it is no list of attestations');
  const { attestations } = parsed.data;
  if (attestations.length === 0) return invalid('it is an empty list');
  if (attestations.length > maxAttestations) return invalid(`it has ${attestations.length} attestations, where npm has two`);
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(about.artifact.integrity))
    return { outcome: 'unavailable', why: 'the package has no SHA-512 to compare them with' };
  const verdicts = attestations.map(({ predicateType, bundle }) => attested(predicateType, bundle, about, trust));
  const wrong = verdicts.find(({ outcome }) => outcome === 'invalid') ?? verdicts.find(({ outcome }) => outcome === 'unavailable');
  if (wrong !== undefined && wrong.outcome !== 'verified') return wrong;
  return together(
    verdicts.flatMap((verdict) => (verdict.outcome === 'verified' ? [verdict] : [])),
    about.promised,
  );
}

type Verdict =
  | { readonly outcome: 'verified'; readonly kind: 'publish' | 'provenance' | 'other'; readonly bundle: VerifiedBundle }
  | { readonly outcome: 'invalid' | 'unavailable'; readonly why: string };

function attested(predicateType: string, json: unknown, about: AttestedPackage, trust: TrustRoot): Verdict {
  const verdict = verifyBundle(json, trust, null);
  if (verdict.outcome !== 'verified') return verdict;
  const { bundle } = verdict;
  const statement = readStatement(bundle);
  if (statement === null) return invalid('what it signs is no statement that can be read in one way only');
  if (statement.predicateType !== predicateType) return invalid('what it signs is of another kind than it says');
  const bound = bindingFault(statement, about.artifact);
  if (bound !== null) return invalid(bound);
  if (predicateType === publishType) return published(statement, bundle, about);
  if (isSlsa(predicateType)) return built(statement, bundle);
  return { outcome: 'verified', kind: 'other', bundle };
}

/** What is wrong with what a statement is about; null = it is exactly this package, and exactly these bytes. */
function bindingFault({ subjects }: Statement, { subject, version, integrity }: Artifact): string | null {
  const [only] = subjects;
  if (only === undefined || subjects.length > 1) return `it is about ${subjects.length} things, not about one package`;
  if (only.name !== `${subject}@${version}`) return `it is about ${only.name}`;
  const sha512 = Object.hasOwn(only.digests, 'sha512') ? only.digests['sha512'] : undefined;
  const expected = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
  return sha512 === expected ? null : 'it is about other bytes';
}

function published(statement: Statement, bundle: VerifiedBundle, { artifact, registries }: AttestedPackage): Verdict {
  if (bundle.keyId === null) return invalid("that it was published is signed by somebody else than the registry's key");
  const claim = publishSchema.safeParse(statement.predicate);
  if (!claim.success) return invalid('it does not say what was published');
  const { name, version, registry } = claim.data;
  if (name !== artifact.name || version !== artifact.version) return invalid(`it says that ${name}@${version} was published`);
  if (!registries.includes(registry.replace(/\/$/, ''))) return invalid(`it was published at ${registry}`);
  return { outcome: 'verified', kind: 'publish', bundle };
}

function built(statement: Statement, bundle: VerifiedBundle): Verdict {
  const { builder, circumstances, envelopeKeyId } = bundle;
  if (builder === null || circumstances === null) return invalid('its provenance is signed with a bare key, not by a builder');
  if (envelopeKeyId !== '') return invalid('its provenance names a key beside its certificate');
  const agreement = agrees(statement, builder, circumstances);
  return agreement.outcome === 'verified' ? { outcome: 'verified', kind: 'provenance', bundle } : agreement;
}

function together(verdicts: readonly Extract<Verdict, { outcome: 'verified' }>[], promised: Promised): AttestationVerdict {
  const of = (kind: 'publish' | 'provenance') => verdicts.filter((verdict) => verdict.kind === kind);
  const [publish, provenance] = [of('publish'), of('provenance')];
  if (publish.length > 1 || provenance.length > 1) return invalid('it has two attestations of one kind');
  if (promised.publish && publish.length === 0) return invalid('the attestation of its publishing, which is promised, is missing');
  if (promised.provenance && provenance.length === 0) return invalid('the provenance, which is promised, is missing');
  const bundle = provenance[0]?.bundle;
  return {
    outcome: 'verified',
    published: publish.length > 0,
    builder: bundle?.builder ?? null,
    circumstances: bundle?.circumstances ?? null,
  };
}

function invalid(why: string): { readonly outcome: 'invalid'; readonly why: string } {
  return { outcome: 'invalid', why };
}
