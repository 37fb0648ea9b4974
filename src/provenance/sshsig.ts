import { createHash, type KeyObject } from 'node:crypto';
import {
  fingerprint,
  holds,
  type KeyVerdict,
  keyOfSshBlob,
  type PublicKey,
  publicKeyOf,
  type SecretKey,
  signBytes,
  sshBlob,
  sshNames,
} from './local-key.ts';
import { strictBase64, WireError, WireReader, wirePositive, wireString } from './ssh-wire.ts';

const magic = 'SSHSIG';
const begin = '-----BEGIN SSH SIGNATURE-----';
const end = '-----END SSH SIGNATURE-----';

/**
 * A detached signature as `ssh-keygen -Y sign -n NAMESPACE` writes it (hash SHA-512), armored, with a line break at its end.
 *
 * @see PROTOCOL.sshsig of OpenSSH
 */
export function signSsh(namespace: string, bytes: Uint8Array, key: SecretKey): string {
  const { algorithm } = key.publicKey;
  const raw = signBytes(signedData(namespace, 'sha512', bytes), key, 'ieee-p1363');
  const value = algorithm === 'ed25519' ? raw : Buffer.concat([wirePositive(raw.subarray(0, 32)), wirePositive(raw.subarray(32))]);
  const blob = Buffer.concat([
    Buffer.from(magic),
    Buffer.from([0, 0, 0, 1]),
    wireString(sshBlob(key.publicKey.key, algorithm)),
    wireString(namespace),
    wireString(''),
    wireString('sha512'),
    wireString(Buffer.concat([wireString(sshNames[algorithm]), wireString(value)])),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return `${[begin, ...lines, end].join('\n')}\n`;
}

/**
 * Checks a detached SSH signature over bytes against the keys that were named. The key that stands in the signature decides
 * nothing: it must equal a named one, and that one is used.
 *
 * @param armored attacker-controlled text
 */
export function verifySsh(
  armored: string,
  expected: { readonly namespace: string; readonly bytes: Uint8Array; readonly keys: readonly PublicKey[] },
): KeyVerdict {
  try {
    return verifyBlob(unarmored(armored), expected);
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    return { outcome: 'invalid', why: cause.message };
  }
}

function verifyBlob(
  blob: Uint8Array,
  { namespace, bytes, keys }: { readonly namespace: string; readonly bytes: Uint8Array; readonly keys: readonly PublicKey[] },
): KeyVerdict {
  const reader = new WireReader(blob);
  if (reader.raw(magic.length).toString('latin1') !== magic) throw new WireError('it is no SSH signature');
  if (reader.uint32() !== 1) return { outcome: 'unavailable', why: 'its version cannot be read yet' };
  const keyBlob = reader.string();
  const signedNamespace = reader.text();
  if (reader.string().length > 0) throw new WireError('a field in it that must be empty is not');
  const hash = reader.text();
  const signature = new WireReader(reader.string());
  reader.end();
  if (signedNamespace !== namespace) return { outcome: 'invalid', why: 'it was signed for another purpose' };
  const algorithm = signature.text();
  // SHA-1; PROTOCOL.sshsig forbids it.
  if (algorithm === 'ssh-rsa') return { outcome: 'invalid', why: 'it is signed with RSA and SHA-1' };
  const key = keyOfSshBlob(keyBlob);
  if (key === null) return { outcome: 'unavailable', why: 'only Ed25519 and ECDSA P-256 signatures can be checked' };
  if (hash !== 'sha512' && hash !== 'sha256') return { outcome: 'unavailable', why: 'its hash cannot be computed here' };
  const value = signatureValue(signature, algorithm, key);
  const claimed = fingerprint(keyBlob);
  const named = keys.filter(({ fingerprint: one, namespaces }) => one === claimed && (namespaces?.includes(namespace) ?? true));
  const [signer] = named;
  // Who signed what with a key that nobody named is no answer, but a broken signature is one.
  if (!holds(signedData(namespace, hash, bytes), value, signer ?? publicKeyOf(key), 'ieee-p1363'))
    return { outcome: 'invalid', why: 'its signature does not hold' };
  if (signer === undefined) return { outcome: 'absent', why: 'it is signed with a key that nobody named', claimed };
  return { outcome: 'verified', signer, payload: bytes };
}

function signatureValue(reader: WireReader, algorithm: string, key: KeyObject): Buffer {
  if (algorithm !== sshNames[publicKeyOf(key).algorithm]) throw new WireError('its signature is of another kind than its key');
  const inner = reader.string();
  reader.end();
  if (algorithm === sshNames.ed25519) return inner;
  const numbers = new WireReader(inner);
  const value = Buffer.concat([numbers.positive(32), numbers.positive(32)]);
  numbers.end();
  return value;
}

function signedData(namespace: string, hash: 'sha512' | 'sha256', bytes: Uint8Array): Buffer {
  const digest = createHash(hash).update(bytes).digest();
  return Buffer.concat([Buffer.from(magic), wireString(namespace), wireString(''), wireString(hash), wireString(digest)]);
}

function unarmored(text: string): Buffer {
  const lines = text.replaceAll('\r\n', '\n').trimEnd().split('\n');
  if (lines[0] !== begin || lines.at(-1) !== end) throw new WireError('it is no SSH signature');
  const bytes = strictBase64(lines.slice(1, -1).join(''));
  if (bytes === null) throw new WireError('it is not in canonical base64');
  return bytes;
}
