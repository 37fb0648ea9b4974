import { createPublicKey, verify } from 'node:crypto';
import type { Integrity } from '../model/digest.ts';
import { npmKeyUses, type SigningKey } from './trust-root.ts';

/** One of `dist.signatures`; attacker-controlled. */
export interface RegistrySignature {
  readonly keyid: string;
  /** Base64 of DER. */
  readonly sig: string;
}

/** What a registry signs: that these bytes were published under this name and version. */
export interface SignedVersion {
  readonly name: string;
  readonly version: string;
  readonly integrity: Integrity;
  readonly signatures: readonly RegistrySignature[];
  /** As the registry says, milliseconds since the epoch; null = it does not. */
  readonly publishedAtMs: number | null;
}

export type SignatureVerdict =
  | { readonly outcome: 'verified'; readonly keyId: string }
  /** Signed with keys that had run out when it was published. */
  | { readonly outcome: 'expired'; readonly keyId: string; readonly validToMs: number }
  /** Nothing wrong with it that could be seen. */
  | { readonly outcome: 'unknown-key'; readonly keyId: string }
  | { readonly outcome: 'undated'; readonly keyId: string }
  | { readonly outcome: 'invalid'; readonly why: string };

/** npm signs with one key, and with two while keys change. */
const maxSignatures = 8;

/**
 * One verdict over all signatures: a signature that does not fit is `invalid` whatever the others say, otherwise one good
 * one is enough. A key's end is compared with the time of publishing, never with now; a version that was published before
 * a key's first day may have been signed again with it.
 *
 * @param signed with at least one signature
 */
export function verifyRegistrySignature(signed: SignedVersion, keys: readonly SigningKey[]): SignatureVerdict {
  const { signatures } = signed;
  if (signatures.length === 0 || signatures.length > maxSignatures)
    return { outcome: 'invalid', why: `it has ${signatures.length} signatures` };
  const verdicts = signatures.map((signature) => verdictOf(signature, signed, keys));
  const order = ['invalid', 'verified', 'expired', 'undated', 'unknown-key'] as const;
  const sorted = [...verdicts].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
  return sorted[0] ?? { outcome: 'invalid', why: 'it has no signatures' };
}

function verdictOf(
  { keyid, sig }: RegistrySignature,
  { name, version, integrity, publishedAtMs }: SignedVersion,
  keys: readonly SigningKey[],
): SignatureVerdict {
  const key = keys.find(({ keyId, usage }) => keyId === keyid && usage === npmKeyUses.signatures);
  if (key === undefined) return { outcome: 'unknown-key', keyId: keyid };
  if (!fits(Buffer.from(`${name}@${version}:${integrity}`), Buffer.from(sig, 'base64'), key))
    return { outcome: 'invalid', why: 'its signature does not fit this name, this version and these bytes' };
  if (key.validToMs === null) return { outcome: 'verified', keyId: keyid };
  if (publishedAtMs === null) return { outcome: 'undated', keyId: keyid };
  return publishedAtMs <= key.validToMs
    ? { outcome: 'verified', keyId: keyid }
    : { outcome: 'expired', keyId: keyid, validToMs: key.validToMs };
}

function fits(message: Uint8Array, signature: Uint8Array, { spki }: SigningKey): boolean {
  try {
    return verify('sha256', message, createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }), signature);
  } catch {
    return false; // a signature or a key that is none
  }
}
