import { createPrivateKey, type KeyObject } from 'node:crypto';
import { GuardError } from '../model/errors.ts';
import { strictBase64, WireError, WireReader } from './ssh-wire.ts';

/**
 * The key in an OpenSSH private key file that has no passphrase.
 *
 * @throws WireError when it is malformed; GuardError `key-locked` when it has a passphrase, `key-invalid` for other algorithms
 * @see PROTOCOL.key of OpenSSH
 */
export function readOpenSshKey(text: string): KeyObject {
  const armored = /-----BEGIN OPENSSH PRIVATE KEY-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END OPENSSH PRIVATE KEY-----/.exec(text)?.[1];
  const bytes = armored === undefined ? null : strictBase64(armored.replace(/[\r\n]/g, ''));
  if (bytes === null) throw new WireError('it is no OpenSSH key');
  const outer = new WireReader(bytes);
  if (outer.raw(15).toString('latin1') !== 'openssh-key-v1\0') throw new WireError('it is no OpenSSH key');
  const cipher = outer.text();
  outer.string();
  outer.string();
  if (cipher !== 'none') {
    throw new GuardError('key-locked', 'the key has a passphrase, and OpenSSH alone can open it', {
      hint: 'ssh-keygen -Y sign -n pinfold-manifest -f KEY mcp-manifest.json',
    });
  }
  if (outer.uint32() !== 1) throw new WireError('it holds several keys');
  outer.string();
  return innerKey(new WireReader(outer.string()));
}

function innerKey(reader: WireReader): KeyObject {
  const check = reader.uint32();
  if (reader.uint32() !== check) throw new WireError('its check numbers differ');
  const name = reader.text();
  if (name === 'ssh-ed25519') {
    const x = reader.string().toString('base64url');
    const d = reader.string().subarray(0, 32).toString('base64url');
    return createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x, d }, format: 'jwk' });
  }
  if (name !== 'ecdsa-sha2-nistp256')
    throw new GuardError('key-invalid', 'the key cannot be used', { why: 'only Ed25519 and ECDSA P-256 keys can be used' });
  reader.text();
  const point = reader.string();
  const d = reader.positive(32).toString('base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url')) as [string, string];
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d }, format: 'jwk' });
}
