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
  /** The signed text of an envelope, still unparsed; null = the signature is over the artifact itself. */
  readonly payload: { readonly type: string; readonly bytes: Uint8Array } | null;
  /** When the log took it in, milliseconds since the epoch; null = only a timestamp authority says when. */
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
  // The library counts entries, so that the same one twice would pass for two.
  if (entries.some((entry, at) => entries.slice(at + 1).some((other) => isDeepStrictEqual(entry, other))))
    return { outcome: 'invalid', why: 'the same log entry stands in it twice' };
  if (isUnknownEncoding(parsed))
    return { outcome: 'unavailable', why: 'unknown encoding: its log entry is of a kind that cannot be read yet' };
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
    const loggedAt = entries.map(({ integratedTime }) => Number(integratedTime) * 1_000).filter((time) => time > 0);
    return {
      outcome: 'verified',
      bundle: {
        builder: identity?.builder ?? null,
        circumstances: identity?.circumstances ?? null,
        keyId: hint.$case === 'publicKey' ? hint.publicKey.hint : null,
        payload: content.$case === 'dsseEnvelope' ? { type: content.dsseEnvelope.payloadType, bytes: content.dsseEnvelope.payload } : null,
        loggedAtMs: loggedAt.length === 0 ? null : Math.min(...loggedAt),
      },
    };
  } catch (cause) {
    if (cause instanceof VerificationError && cause.code === 'NOT_IMPLEMENTED_ERROR')
      return { outcome: 'unavailable', why: `unknown encoding: ${cause.message}` };
    return { outcome: 'invalid', why: words(cause) };
  }
}

/** A hash of the envelope in the log (Rekor v2) where the installed verifier expects one of the artifact. */
function isUnknownEncoding({ content, verificationMaterial }: Bundle): boolean {
  return (
    content.$case === 'dsseEnvelope' &&
    verificationMaterial.tlogEntries.some(({ kindVersion }) => kindVersion?.kind === 'hashedrekord' && kindVersion.version !== '0.0.1')
  );
}

function words(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'it cannot be read';
}
