import { createPublicKey, type KeyObject } from 'node:crypto';
import { invalidKey, keyOfSshBlob, type PublicKey, publicKeyOf } from './local-key.ts';
import { strictBase64, WireError } from './ssh-wire.ts';

/**
 * The keys that a text names: SubjectPublicKeyInfo in PEM, one after the other, or lines as in `authorized_keys`
 * (`ssh-ed25519 AAAA… comment`), `*.pub`, or `allowed_signers` (`principals [namespaces="…"] ssh-ed25519 AAAA…`).
 * Never empty, never fewer than the text names: a key or an option that is not supported is an error, not left out.
 *
 * @throws GuardError `key-invalid`
 * @see ssh-keygen(1), ALLOWED SIGNERS
 */
export function readPublicKeys(text: string): readonly PublicKey[] {
  if (text.includes('PRIVATE KEY-----')) throw invalidKey('it is a secret key where a public one is expected');
  const keys = text.includes('-----BEGIN ') ? pemKeys(text) : lineKeys(text);
  if (keys.length === 0) throw invalidKey('no public key stands in it');
  return keys;
}

function pemKeys(text: string): readonly PublicKey[] {
  const block = /-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\r\n]+-----END PUBLIC KEY-----/g;
  if (text.replace(block, '').trim() !== '') throw invalidKey('something beside public keys stands in it');
  return [...text.matchAll(block)].map(([pem]) => {
    let key: KeyObject;
    try {
      key = createPublicKey(pem);
    } catch {
      throw invalidKey('it is no public key in PEM');
    }
    return publicKeyOf(key);
  });
}

const isKeyType = (word: string | undefined): boolean => word !== undefined && /^(ssh-|ecdsa-|sk-)/.test(word);

function lineKeys(text: string): readonly PublicKey[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(lineKey);
}

function lineKey(line: string): PublicKey {
  const words = line.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  const typeAt = words.findIndex((word) => isKeyType(word));
  if (typeAt === -1 || typeAt > 2) throw invalidKey('a line of it is no public key');
  const [principals, options] = words.slice(0, typeAt);
  const blob = strictBase64(words[typeAt + 1] ?? '');
  if (blob === null) throw invalidKey('a line of it is no public key');
  let key: KeyObject | null;
  try {
    key = keyOfSshBlob(blob);
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    throw invalidKey(cause.message);
  }
  if (key === null) throw invalidKey('only Ed25519 and ECDSA P-256 keys can be used');
  const named = publicKeyOf(key, {
    principals: principals?.split(',') ?? [],
    namespaces: options === undefined ? null : namespacesOf(options),
  });
  const name = { ed25519: 'ssh-ed25519', 'ecdsa-p256': 'ecdsa-sha2-nistp256' }[named.algorithm];
  if (name !== words[typeAt]) throw invalidKey('a key in it is of another kind than its line says');
  return named;
}

/** Other options narrow what a key counts for; to leave one out would widen it. */
function namespacesOf(options: string): readonly string[] {
  const list = /^namespaces="([A-Za-z0-9@._,-]+)"$/.exec(options)?.[1];
  if (list === undefined) throw invalidKey('an option of a key is not supported; only namespaces="…" without wildcards is');
  return list.split(',');
}
