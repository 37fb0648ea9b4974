import { createHash } from 'node:crypto';
import { canonical } from './canonical.ts';
import type { JsonValue } from './json.ts';

/** `sha256-<base64>`: a SHA-256 digest in the form of a Subresource Integrity value. */
export type Digest = `sha256-${string}`;

/** `sha512-<base64>` (or an older SRI algorithm that a registry serves): the integrity of a downloaded file. */
export type Integrity = string;

/** The digest of raw bytes, or of a text's UTF-8 bytes. */
export function digestBytes(bytes: Uint8Array | string): Digest {
  return `sha256-${createHash('sha256').update(bytes).digest('base64')}`;
}

/** The digest of a value's canonical form (RFC 8785). @throws TypeError as `canonical` does. */
export function digestValue(value: JsonValue): Digest {
  return digestBytes(canonical(value));
}

/** The SHA-512 SRI value of raw bytes. */
export function integrityOf(bytes: Uint8Array): Integrity {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

/** The digest as lower-case hexadecimal, for names of files and folders. */
export function digestHex(digest: Digest): string {
  return Buffer.from(digest.slice('sha256-'.length), 'base64').toString('hex');
}
