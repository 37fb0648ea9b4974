import { createHash } from 'node:crypto';
import type { Integrity } from '../../model/digest.ts';
import { GuardError } from '../../model/errors.ts';

/** Strongest first; what is not here is no protection. */
const algorithms = ['sha512', 'sha384', 'sha256', 'sha1'] as const;
type Algorithm = (typeof algorithms)[number];

/**
 * The one strongest hash of a Subresource Integrity text; null when there is none, or several of the same strength
 * (which would allow several contents).
 * @see W3C Subresource Integrity §3.3
 */
export function strongestHash(integrity: string | null): Integrity | null {
  const hashes = (integrity ?? '').split(/\s+/).filter((hash) => lengthIsRight(hash));
  for (const algorithm of algorithms) {
    const [first, ...more] = new Set(hashes.filter((hash) => hash.startsWith(`${algorithm}-`)));
    if (first !== undefined) return more.length === 0 ? first : null;
  }
  return null;
}

/** True for a hash that a determined publisher cannot forge. */
export function isStrong(hash: Integrity): boolean {
  return !hash.startsWith('sha1-');
}

/** @throws GuardError `integrity-mismatch` with both values, unless the bytes have the hash. */
export function verifyIntegrity(bytes: Uint8Array, expected: Integrity, subject: string): void {
  const algorithm = expected.slice(0, expected.indexOf('-')) as Algorithm;
  const found = `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}`;
  if (found === expected) return;
  throw new GuardError('integrity-mismatch', `the tarball of ${subject} is not the one that was announced`, {
    why: `expected ${expected}, received ${found} (${bytes.byteLength} bytes); nothing was unpacked`,
    hint: `npm view ${subject} dist.integrity dist.tarball`,
  });
}

const digestBytes: Readonly<Record<Algorithm, number>> = { sha512: 64, sha384: 48, sha256: 32, sha1: 20 };

function lengthIsRight(hash: string): boolean {
  const found = /^(sha\d+)-([A-Za-z0-9+/]+={0,2})$/.exec(hash);
  const [, algorithm = '', base64 = ''] = found ?? [];
  return Buffer.from(base64, 'base64').byteLength === digestBytes[algorithm as Algorithm];
}
