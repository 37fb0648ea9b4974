import { isDeepStrictEqual } from 'node:util';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, VerificationError, Verifier } from '@sigstore/verify';
import type { BuildCircumstances, BuildIdentity } from '../model/build-identity.ts';
import { type CertificateExtension, identityOf } from './certificate.ts';
import type { TrustRoot } from './trust-root.ts';

/** What a bundle says once its signature, its certificate and its log entry hold. */
export interface VerifiedBundle {
  /** null = signed with a bare key. */
  readonly builder: BuildIdentity | null;
  readonly circumstances: BuildCircumstances | null;
  /** The hint of the bare key; null = a certificate. */
  readonly keyId: string | null;
  /** The key that the envelope itself names; empty = none. */
  readonly envelopeKeyId: string;
  /** The signed text of an envelope, still unparsed; null = the signature is over the artifact itself. */
  readonly payload: { readonly type: string; readonly bytes: Uint8Array } | null;
  /** When a log that promised it took it in, milliseconds since the epoch; null = only a timestamp authority says when. */
  readonly loggedAtMs: number | null;
}

/** How many of each a bundle needs: entries of a transparency log, promises of a certificate log, and proofs of when. */
export interface Thresholds {
  readonly tlog: number;
  readonly ctlog: number;
  readonly timestamp: number;
}

/** What every public bundle has. */
const publicThresholds: Thresholds = { tlog: 1, ctlog: 1, timestamp: 1 };

export type BundleVerdict =
  | { readonly outcome: 'verified'; readonly bundle: VerifiedBundle }
  | { readonly outcome: 'invalid' | 'unavailable'; readonly why: string };

/**
 * Verifies one Sigstore bundle (media types 0.1 to 0.3) against a trust root, without network. Whose signature it is says
 * the answer; whether that is somebody to believe, the caller decides by exact comparison.
 *
 * @param bundle attacker-controlled JSON value
 * @param artifact the bytes that a signature without an envelope is about; null = only envelopes are expected
 * @param needs for an authority without public logs
 */
export function verifyBundle(
  bundle: unknown,
  trust: TrustRoot,
  artifact: Uint8Array | null,
  needs: Thresholds = publicThresholds,
): BundleVerdict {
  let parsed: Bundle;
  try {
    parsed = bundleFromJSON(bundle);
  } catch (cause) {
    return { outcome: 'invalid', why: `it is no bundle: ${words(cause)}` };
  }
  const entries = parsed.verificationMaterial.tlogEntries;
  const excess = excessOf(parsed);
  if (excess !== null) return { outcome: 'invalid', why: excess };
  // The library counts entries, so that the same one twice would pass for two.
  if (entries.some((entry, at) => entries.slice(at + 1).some((other) => isDeepStrictEqual(entry, other))))
    return { outcome: 'invalid', why: 'the same log entry stands in it twice' };
  const unknown = unknownEncoding(parsed);
  if (unknown !== null) return { outcome: 'unavailable', why: `unknown encoding: ${unknown}` };
  const { content } = parsed;
  if (content.$case === 'messageSignature' && artifact === null) return { outcome: 'invalid', why: 'it signs no statement' };
  try {
    const entity =
      content.$case === 'messageSignature' && artifact !== null ? toSignedEntity(parsed, Buffer.from(artifact)) : toSignedEntity(parsed);
    const signer = new Verifier(trust.material, {
      tlogThreshold: needs.tlog,
      ctlogThreshold: needs.ctlog,
      timestampThreshold: needs.timestamp,
    }).verify(entity);
    const identity = identityOf(signer.identity?.subjectAlternativeName, (signer.identity?.oids ?? []) as readonly CertificateExtension[]);
    const hint = parsed.verificationMaterial.content;
    if (hint.$case !== 'publicKey' && identity === null) return { outcome: 'invalid', why: 'its certificate names nobody' };
    // The time of an entry that nobody promised is not signed: anybody may write it there.
    const promised = entries.filter(({ inclusionPromise }) => inclusionPromise !== undefined);
    const loggedAt = promised.map(({ integratedTime }) => Number(integratedTime) * 1_000).filter((time) => time > 0);
    const envelopeKeyId = content.$case === 'dsseEnvelope' ? (content.dsseEnvelope.signatures[0]?.keyid ?? '') : '';
    if (hint.$case === 'publicKey' && envelopeKeyId !== '' && envelopeKeyId !== hint.publicKey.hint)
      return { outcome: 'invalid', why: 'its envelope names another key than the one that signed it' };
    return {
      outcome: 'verified',
      bundle: {
        builder: identity?.builder ?? null,
        circumstances: identity?.circumstances ?? null,
        keyId: hint.$case === 'publicKey' ? hint.publicKey.hint : null,
        envelopeKeyId,
        payload: content.$case === 'dsseEnvelope' ? { type: content.dsseEnvelope.payloadType, bytes: content.dsseEnvelope.payload } : null,
        loggedAtMs: loggedAt.length === 0 ? null : Math.min(...loggedAt),
      },
    };
  } catch (cause) {
    if (cause instanceof VerificationError && cause.code === 'NOT_IMPLEMENTED_ERROR')
      return { outcome: 'unavailable', why: `unknown encoding: ${cause.message}` };
    if (cause instanceof VerificationError && cause.code === 'SIGNATURE_ERROR') return { outcome: 'invalid', why: bySomebodyElse };
    return { outcome: 'invalid', why: words(cause) };
  }
}

/** Why, where everything holds but the signature under the key that was tried. */
export const bySomebodyElse = 'signature verification failed';

/** Honest bundles have one entry, one timestamp and at most a chain of four. */
const maxParts = 8;
/** A log with more leaves than this is none. */
const maxProofHashes = 64;
/** The library makes a regular expression of this name: one that is more than letters could hold it for ever. */
const checkpointName = /^\u2014 [\w.:/~-]+ \S+$/u;

/** Why the verifier is not asked: there is too much of something, or something that it would trip over. */
function excessOf({ verificationMaterial }: Bundle): string | null {
  const { tlogEntries, timestampVerificationData, content } = verificationMaterial;
  const certificates = content.$case === 'x509CertificateChain' ? content.x509CertificateChain.certificates.length : 1;
  const timestamps = timestampVerificationData?.rfc3161Timestamps.length ?? 0;
  if (Math.max(tlogEntries.length, certificates, timestamps) > maxParts) return 'it has more entries than any honest one';
  for (const { inclusionProof } of tlogEntries) {
    if ((inclusionProof?.hashes.length ?? 0) > maxProofHashes) return 'its proof of inclusion is longer than any log needs';
    const lines = (inclusionProof?.checkpoint?.envelope ?? '').split('\n').filter((line) => line.startsWith('\u2014'));
    if (lines.length > maxParts || lines.some((line) => !checkpointName.test(line))) return 'its checkpoint is signed by no name of a log';
  }
  return null;
}

const knownEntries: ReadonlySet<string> = new Set(['dsse 0.0.1', 'dsse 0.0.2', 'intoto 0.0.2', 'hashedrekord 0.0.1', 'hashedrekord 0.0.2']);
const knownMediaType = /^application\/vnd\.dev\.sigstore\.bundle(?:\+json;version=0\.[123]|\.v0\.[123]\+json)$/;

/** What the installed verifier has no reading for, rather than what is wrong; null = it knows all of it. */
function unknownEncoding({ mediaType, content, verificationMaterial }: Bundle): string | null {
  if (!knownMediaType.test(mediaType)) return 'its format is newer than this version reads';
  for (const { kindVersion } of verificationMaterial.tlogEntries) {
    const kind = `${kindVersion.kind} ${kindVersion.version}`;
    // A hash of the envelope in the log (Rekor v2) where the installed verifier expects one of the artifact.
    const overEnvelope = content.$case === 'dsseEnvelope' && kind === 'hashedrekord 0.0.2';
    if (!knownEntries.has(kind) || overEnvelope) return 'its log entry is of a kind that cannot be read yet';
  }
  return null;
}

function words(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'it cannot be read';
}
