import type { Host } from '../../host/host.ts';
import type { PackageFile } from '../../model/artifact.ts';
import { digestBytes, type Integrity } from '../../model/digest.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { unpackTarball } from '../archive.ts';
import { unpackZip } from '../archive-zip.ts';
import type { PackageIndex } from './index-url.ts';
import { type CoreMetadata, metadataFile, parseMetadata, sdistIsSettled } from './metadata.ts';
import type { ProjectFile } from './simple-api.ts';

const metadataMaxBytes = 4 * 1024 * 1024;

/**
 * The files of a wheel or an sdist: downloaded, verified against its hash, and only then unpacked, in memory. An sdist is
 * never built.
 * @throws GuardError `integrity-mismatch`, `archive-hostile`, `closure-unpinnable` without a hash, and those of the HTTP port.
 */
export async function fetchFiles(file: ProjectFile, subject: string, index: PackageIndex, host: Host): Promise<readonly PackageFile[]> {
  if (file.integrity === null)
    throw new GuardError('closure-unpinnable', `${subject} cannot be pinned`, { why: `the index names no sha256 for ${file.filename}` });
  const bytes = await download(file.url, limits.tarballMaxBytes, index, host);
  verify(bytes, file.integrity, `the file ${file.filename} of ${subject}`);
  return file.kind === 'wheel' ? unpackZip(bytes, subject) : unpackTarball(bytes, subject);
}

/**
 * The metadata of a file: alone where the index serves it (PEP 658), else out of the file. null = an sdist whose
 * requirements are not known before it is built.
 * @throws GuardError as `fetchFiles`.
 */
export async function fetchMetadata(file: ProjectFile, subject: string, index: PackageIndex, host: Host): Promise<CoreMetadata | null> {
  if (file.metadata !== null && file.kind === 'wheel') {
    const bytes = await download(file.metadata.url, metadataMaxBytes, index, host);
    if (file.metadata.integrity !== null) verify(bytes, file.metadata.integrity, `the metadata of ${subject}`);
    return parseMetadata(bytes);
  }
  const bytes = metadataFile(await fetchFiles(file, subject, index, host), file.kind);
  if (bytes === null) return null;
  return file.kind === 'wheel' || sdistIsSettled(bytes) ? parseMetadata(bytes) : null;
}

async function download(url: string, maxBytes: number, index: PackageIndex, host: Host): Promise<Uint8Array> {
  // Files of a private index often lie on its own host, and want the same login.
  const from = new URL(url);
  const base = new URL(index.url);
  if (from.origin === base.origin && from.username === '') [from.username, from.password] = [base.username, base.password];
  const answer = await host.http.get(from.href, { maxBytes, timeoutMs: limits.resolveTimeoutMs });
  if (answer.status === 200) return answer.body;
  throw new GuardError('registry-unreachable', `cannot download ${answer.url}`, { why: `it answered ${answer.status}` });
}

function verify(bytes: Uint8Array, expected: Integrity, what: string): void {
  const found = digestBytes(bytes);
  if (found === expected) return;
  throw new GuardError('integrity-mismatch', `${what} is not the one that was announced`, {
    why: `expected ${expected}, received ${found} (${bytes.byteLength} bytes); nothing was unpacked`,
  });
}
