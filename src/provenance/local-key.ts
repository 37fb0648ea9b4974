import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { GuardError } from '../model/errors.ts';
import { readOpenSshKey } from './openssh-key.ts';
import { WireError, WireReader, wireString } from './ssh-wire.ts';

export type KeyAlgorithm = 'ed25519' | 'ecdsa-p256';

/** A key that somebody named: on a command line, in a policy, in an `allowed_signers` file. */
export interface PublicKey {
  readonly algorithm: KeyAlgorithm;
  readonly key: KeyObject;
  /** `SHA256:<base64 without padding>` of the DER SubjectPublicKeyInfo: the `keyid` of DSSE envelopes. */
  readonly keyId: string;
  /** `SHA256:<base64 without padding>` of the SSH form: what `ssh-keygen -l` prints. */
  readonly fingerprint: string;
  /** Whose it is, as the person who named it wrote; empty = nobody wrote it. */
  readonly principals: readonly string[];
  /** The only SSH namespaces that it may sign for; null = any. */
  readonly namespaces: readonly string[] | null;
}

export interface SecretKey {
  readonly key: KeyObject;
  readonly publicKey: PublicKey;
}

/** What checking a signature against named keys said. */
export type KeyVerdict =
  /** `signer` is one of the keys that were named; `payload` is exactly what was signed. */
  | { readonly outcome: 'verified'; readonly signer: PublicKey; readonly payload: Uint8Array }
  /** Signed, but with no key that was named: as good as not signed. `claimed` is its id as the signature says. */
  | { readonly outcome: 'absent'; readonly why: string; readonly claimed: string | null }
  /** An algorithm that cannot be checked here. */
  | { readonly outcome: 'unavailable'; readonly why: string }
  | { readonly outcome: 'invalid'; readonly why: string };

/** SSH's names of the algorithms that are supported. */
export const sshNames = { ed25519: 'ssh-ed25519', 'ecdsa-p256': 'ecdsa-sha2-nistp256' } as const satisfies Record<KeyAlgorithm, string>;

/**
 * A secret key out of a file's text: PKCS#8 or SEC1 in PEM, with or without a passphrase, or an OpenSSH file without one.
 *
 * @throws GuardError `key-locked` (it needs a passphrase, or another one), `key-invalid` (no such key)
 */
export function readSecretKey(text: string, passphrase: string | null): SecretKey {
  const openSsh = text.includes('-----BEGIN OPENSSH PRIVATE KEY-----');
  const locked = /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(text);
  if (locked && passphrase === null) throw new GuardError('key-locked', 'the key has a passphrase');
  let key: KeyObject;
  try {
    key = openSsh ? readOpenSshKey(text) : createPrivateKey({ key: text, ...(passphrase === null ? {} : { passphrase }) });
  } catch (cause) {
    if (cause instanceof GuardError) throw cause;
    if (locked) throw new GuardError('key-locked', 'the passphrase does not open the key');
    throw invalidKey(cause instanceof WireError ? cause.message : 'it is no private key in PEM');
  }
  return { key, publicKey: publicKeyOf(createPublicKey(key)) };
}

/** @throws GuardError `key-invalid` for an algorithm that is not supported */
export function publicKeyOf(key: KeyObject, named: Partial<Pick<PublicKey, 'principals' | 'namespaces'>> = {}): PublicKey {
  const algorithm = algorithmOf(key);
  if (algorithm === null) throw invalidKey('only Ed25519 and ECDSA P-256 keys can be used');
  return {
    algorithm,
    key,
    keyId: fingerprint(key.export({ format: 'der', type: 'spki' })),
    fingerprint: fingerprint(sshBlob(key, algorithm)),
    principals: named.principals ?? [],
    namespaces: named.namespaces ?? null,
  };
}

/** The public key in SSH's wire form (RFC 8709 §4, RFC 5656 §3.1). */
export function sshBlob(key: KeyObject, algorithm: KeyAlgorithm): Buffer {
  const jwk = key.export({ format: 'jwk' });
  const x = Buffer.from(jwk.x ?? '', 'base64url');
  if (algorithm === 'ed25519') return Buffer.concat([wireString(sshNames.ed25519), wireString(x)]);
  const point = Buffer.concat([Buffer.from([4]), x, Buffer.from(jwk.y ?? '', 'base64url')]);
  return Buffer.concat([wireString(sshNames['ecdsa-p256']), wireString('nistp256'), wireString(point)]);
}

/** The key in such bytes. @throws WireError when they are malformed; null = an algorithm that is not supported */
export function keyOfSshBlob(blob: Uint8Array): KeyObject | null {
  const reader = new WireReader(blob);
  const name = reader.text();
  if (name !== sshNames.ed25519 && name !== sshNames['ecdsa-p256']) return null;
  if (name === sshNames['ecdsa-p256'] && reader.text() !== 'nistp256') throw new WireError('its curve is another one than its name says');
  const value = reader.string();
  reader.end();
  if (name === sshNames.ed25519) {
    if (value.length !== 32) throw new WireError('its key has the wrong length');
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: value.toString('base64url') }, format: 'jwk' });
  }
  if (value.length !== 65 || value[0] !== 4) throw new WireError('its key has the wrong length');
  try {
    const [x, y] = [value.subarray(1, 33), value.subarray(33)].map((part) => part.toString('base64url')) as [string, string];
    return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  } catch {
    throw new WireError('its key is not on the curve');
  }
}

/** Signs bytes: Ed25519 64 bytes; ECDSA over SHA-256, r and s of 32 bytes each, or DER. */
export function signBytes(bytes: Uint8Array, { key, publicKey }: SecretKey, encoding: 'der' | 'ieee-p1363'): Buffer {
  return sign(publicKey.algorithm === 'ed25519' ? null : 'sha256', bytes, { key, dsaEncoding: encoding });
}

/** Whether a signature holds. Of DER, OpenSSL takes the one shortest encoding alone: others could be made of it without the key. */
export function holds(bytes: Uint8Array, signature: Uint8Array, { key, algorithm }: PublicKey, encoding: 'der' | 'ieee-p1363'): boolean {
  if (algorithm === 'ed25519') return signature.length === 64 && verify(null, bytes, key, signature);
  if (encoding === 'ieee-p1363') return signature.length === 64 && verify('sha256', bytes, { key, dsaEncoding: encoding }, signature);
  return verify('sha256', bytes, { key, dsaEncoding: encoding }, signature);
}

export function fingerprint(bytes: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '')}`;
}

export function invalidKey(why: string): GuardError {
  return new GuardError('key-invalid', 'the key cannot be used', {
    why,
    hint: 'make one: openssl genpkey -algorithm ed25519 -out signing.pem',
  });
}

function algorithmOf(key: KeyObject): KeyAlgorithm | null {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'ecdsa-p256' : null;
}
