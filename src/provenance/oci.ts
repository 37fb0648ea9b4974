import { createHash, createPublicKey, verify } from 'node:crypto';
import type { BuildIdentity } from '../model/build-identity.ts';
import { isObject } from '../model/json.ts';
import type { Outcome } from '../model/outcome.ts';
import { strictJsonOrNull } from '../model/strict-json.ts';
import { verifyBundle } from './bundle.ts';
import { byNoneOfThem, idOf, isKeyed, verifyKeyedBundle } from './keyed-bundle.ts';
import { readStatement } from './statement.ts';
import type { TrustRoot } from './trust-root.ts';

/** Whom signatures of images may come from. */
export interface ImageTrust {
  readonly root: TrustRoot;
  /** Public keys, PEM, that somebody chose; empty = none. */
  readonly keys: readonly string[];
}

export interface ImageVerdict {
  readonly outcome: Outcome;
  readonly detail: string;
  /** null unless a certificate says who signed. */
  readonly builder: BuildIdentity | null;
  /** It is the signature of a key that was given. */
  readonly byKey?: true;
}

/**
 * Everything beside one image: bundles, and signatures in the older form of cosign. A key that was given stands for one
 * signer: once a signature of theirs is there, those of others with bare keys accuse nobody.
 *
 * @returns one verdict for each, in the same order; `isByKey` = one of the given keys signed the image, in either form
 */
export function verifyBesideImage(
  { bundles, signatures }: { readonly bundles: readonly unknown[]; readonly signatures: readonly Parameters<typeof verifyCosign>[0][] },
  digest: string,
  trust: ImageTrust,
): { readonly attested: readonly ImageVerdict[]; readonly signed: readonly ImageVerdict[]; readonly isByKey: boolean } {
  const attested = bundles.map((bundle) => verifyImageBundle(bundle, digest, trust));
  const signed = signatures.map((signature) => verifyCosign(signature, digest, trust));
  const isByKey = [...attested, ...signed].some(({ byKey }) => byKey === true);
  const others: ImageVerdict = {
    outcome: 'unavailable',
    detail: 'somebody else signed it too, with a bare key, which names nobody',
    builder: null,
  };
  const softened = (verdicts: readonly ImageVerdict[]) =>
    isByKey ? verdicts.map((one) => (one.detail === byNoneOfThem ? others : one)) : verdicts;
  return { attested: softened(attested), signed: softened(signed), isByKey };
}

const simpleSigning = 'cosign container image signature';

/** What cosign writes when it signs an image; everything else that a key says of one is not its signature. */
const signing = 'https://sigstore.dev/cosign/sign/v1';

/**
 * A Sigstore bundle beside an image: its statement must be about the image's digest. One with a bare key is held against the
 * keys that were given.
 *
 * @param bundle attacker-controlled JSON value
 * @param digest `sha256:<hex>`
 */
export function verifyImageBundle(bundle: unknown, digest: string, trust: ImageTrust): ImageVerdict {
  const verdict = isKeyed(bundle) ? verifyKeyedBundle(bundle, trust, null) : verifyBundle(bundle, trust.root, null);
  if (verdict.outcome !== 'verified') return { outcome: verdict.outcome, detail: verdict.why, builder: null };
  const { builder } = verdict.bundle;
  const statement = readStatement(verdict.bundle);
  if (statement === null) return invalid('it signs no statement');
  if (!statement.subjects.some(({ digests }) => `sha256:${digests['sha256']}` === digest)) return invalid('it is about another image');
  const { predicateType } = statement;
  if ('keyId' in verdict) {
    const by = `the key that was given (sha256 ${verdict.keyId})`;
    return predicateType === signing
      ? { outcome: 'verified', detail: `signed with ${by}`, builder: null, byKey: true }
      : { outcome: 'verified', detail: `${by} says ${predicateType}, which is no signature`, builder: null };
  }
  if (builder === null) return invalid('it is signed with a bare key, which names nobody');
  return { outcome: 'verified', detail: `${builder.subject} says ${predicateType}`, builder };
}

/**
 * A signature in the older form of cosign: over a small JSON text that names the digest of an image. With a certificate it
 * needs the log entry that stands beside it; with a bare key, the key has to be given.
 *
 * @param annotations of the layer; attacker-controlled
 * @see https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md, https://github.com/containers/image/blob/main/docs/containers-signature.5.md
 */
export function verifyCosign(
  { payload, annotations }: { readonly payload: Uint8Array; readonly annotations: Readonly<Record<string, string>> },
  digest: string,
  trust: ImageTrust,
): ImageVerdict {
  const said = signedDigest(payload);
  if (said === null) return invalid('it signs no image');
  if (said !== digest) return invalid(`it is about another image: ${said}`);
  const signature = annotations['dev.cosignproject.cosign/signature'];
  if (signature === undefined) return invalid('there is no signature beside it');
  const certificate = annotations['dev.sigstore.cosign/certificate'];
  if (certificate === undefined) return withKey(payload, signature, trust);
  const bundle = asBundle(payload, signature, certificate, annotations['dev.sigstore.cosign/bundle']);
  if (bundle === null) return { outcome: 'unavailable', detail: 'its log entry is not beside it, or cannot be read', builder: null };
  const verdict = verifyBundle(bundle, trust.root, payload);
  if (verdict.outcome !== 'verified') return { outcome: verdict.outcome, detail: verdict.why, builder: null };
  const { builder } = verdict.bundle;
  return builder === null
    ? invalid('its certificate names nobody')
    : { outcome: 'verified', detail: `signed by ${builder.subject}`, builder };
}

/** null = the text is not one that names an image, or names it in two ways. */
function signedDigest(payload: Uint8Array): string | null {
  const value = strictJsonOrNull(payload);
  const critical = isObject(value) ? value['critical'] : null;
  const image = isObject(critical) && critical['type'] === simpleSigning ? critical['image'] : null;
  const digest = isObject(image) ? image['docker-manifest-digest'] : null;
  return typeof digest === 'string' ? digest : null;
}

function withKey(payload: Uint8Array, signature: string, { keys }: ImageTrust): ImageVerdict {
  if (keys.length === 0)
    return {
      outcome: 'unavailable',
      detail: 'it is signed with a bare key, which names nobody, and no key was given to compare',
      builder: null,
    };
  const bytes = Buffer.from(signature, 'base64');
  const signer = keys
    .map((pem) => createPublicKey(pem))
    .find((key) => verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', payload, key, bytes));
  if (signer === undefined) return invalid(byNoneOfThem);
  return { outcome: 'verified', detail: `signed with the key that was given (sha256 ${idOf(signer)})`, builder: null, byKey: true };
}

/** The same content in the form of a Sigstore bundle; null = the annotation with the log entry is missing or no such. */
function asBundle(payload: Uint8Array, signature: string, certificate: string, logged: string | undefined): unknown {
  const entry = logged === undefined ? null : strictJsonOrNull(Buffer.from(logged));
  const body = isObject(entry) && isObject(entry['Payload']) ? entry['Payload'] : null;
  if (!isObject(entry) || body === null || typeof body['body'] !== 'string' || typeof body['logID'] !== 'string') return null;
  const kind = strictJsonOrNull(Buffer.from(body['body'], 'base64'));
  const [, pem] = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(certificate) ?? [];
  if (!isObject(kind) || pem === undefined) return null;
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    verificationMaterial: {
      x509CertificateChain: { certificates: [{ rawBytes: pem.replace(/\s/g, '') }] },
      tlogEntries: [
        {
          logIndex: String(body['logIndex']),
          logId: { keyId: Buffer.from(body['logID'], 'hex').toString('base64') },
          kindVersion: { kind: kind['kind'], version: kind['apiVersion'] },
          integratedTime: String(body['integratedTime']),
          inclusionPromise: { signedEntryTimestamp: entry['SignedEntryTimestamp'] },
          canonicalizedBody: body['body'],
        },
      ],
    },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: createHash('sha256').update(payload).digest('base64') },
      signature,
    },
  };
}

function invalid(detail: string): ImageVerdict {
  return { outcome: 'invalid', detail, builder: null };
}
