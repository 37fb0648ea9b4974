import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { isObject } from '../model/json.ts';
import { type BundleVerdict, bySomebodyElse, type VerifiedBundle, verifyBundle } from './bundle.ts';
import type { TrustRoot } from './trust-root.ts';

/** Whom a bundle may come from that is signed with a bare key. */
export interface ChosenKeys {
  /** For its log entries and timestamps: those that stand in it must hold. */
  readonly root: TrustRoot;
  /** Public keys, PEM, that somebody chose; empty = none. */
  readonly keys: readonly string[];
}

export type KeyedVerdict =
  /** `keyId`: SHA-256 of the key's SubjectPublicKeyInfo, lower-case hexadecimal. */
  | { readonly outcome: 'verified'; readonly bundle: VerifiedBundle; readonly keyId: string }
  | Extract<BundleVerdict, { readonly why: string }>;

/** Why a bundle is not by any of the keys, in words that a caller can compare. */
export const byNoneOfThem = 'none of the keys that were given signed it';

/** True for a bundle that names a key instead of a certificate. @param bundle attacker-controlled JSON value */
export function isKeyed(bundle: unknown): boolean {
  const material = isObject(bundle) ? bundle['verificationMaterial'] : null;
  return isObject(material) && material['publicKey'] !== undefined && material['publicKey'] !== null;
}

/**
 * Verifies a Sigstore bundle with a bare key against keys that somebody chose, and no other: the hint in it is a claim, and
 * the keys of the trust root are for others. A person who names a key needs no log to say whose it is, so none has to stand in
 * it; an entry that does must hold, and one of a log that nobody here knows is `unavailable`.
 *
 * @param bundle attacker-controlled JSON value
 * @param artifact the bytes that a signature without an envelope is about; null = only envelopes are expected
 */
export function verifyKeyedBundle(bundle: unknown, { root, keys }: ChosenKeys, artifact: Uint8Array | null): KeyedVerdict {
  if (keys.length === 0)
    return { outcome: 'unavailable', why: 'it is signed with a bare key, which names nobody, and no key was given to compare' };
  let other: Extract<BundleVerdict, { readonly why: string }> | null = null;
  for (const pem of keys) {
    const publicKey = createPublicKey(pem);
    const verdict = verifyBundle(bundle, { ...root, material: materialOf(root, publicKey) }, artifact, nothingBesideNeeded);
    // Without a key in it a certificate was verified, which here needs none of what makes it worth something.
    if (verdict.outcome === 'verified')
      return verdict.bundle.keyId === null
        ? { outcome: 'invalid', why: 'a certificate signed it, and it names a key' }
        : { ...verdict, keyId: idOf(publicKey) };
    if (verdict.why !== bySomebodyElse) other = verdict;
  }
  if (other === null) return { outcome: 'invalid', why: byNoneOfThem };
  // What is wrong with it beside its signature is the same under every key.
  return knowsItsLogs(bundle, root) ? other : { outcome: 'unavailable', why: 'its log entry is of a log that is not known here' };
}

const nothingBesideNeeded = { tlog: 0, ctlog: 0, timestamp: 0 } as const;

function materialOf({ material }: TrustRoot, publicKey: KeyObject): TrustRoot['material'] {
  return { ...material, publicKey: () => ({ publicKey, validFor: () => true }) };
}

function knowsItsLogs(bundle: unknown, { material }: TrustRoot): boolean {
  const verification = isObject(bundle) ? bundle['verificationMaterial'] : null;
  const entries = isObject(verification) && Array.isArray(verification['tlogEntries']) ? verification['tlogEntries'] : [];
  const known = new Set(material.tlogs.map(({ logID }) => Buffer.from(logID).toString('base64')));
  return entries.every((entry) => {
    const log = isObject(entry) && isObject(entry['logId']) ? entry['logId']['keyId'] : null;
    return typeof log !== 'string' || known.has(log);
  });
}

/** SHA-256 of the SubjectPublicKeyInfo, lower-case hexadecimal. */
export function idOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex');
}
