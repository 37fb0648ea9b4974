import { join } from 'node:path';
import { parseDeclared } from '../../analysis/declared/parse.ts';
import type { Host } from '../../host/host.ts';
import { type DeclaredManifest, declaredFile } from '../../model/declared-manifest.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { printable } from '../../model/printable.ts';

/**
 * The bytes of a file that the author's repository holds; null = nothing is there. A link is refused: it may lead anywhere, and
 * what is read or written through it would not be the repository's.
 *
 * @throws GuardError `file-unreadable`, `file-too-large`
 */
export async function readPlain(path: string, maxBytes: number, host: Host): Promise<Uint8Array | null> {
  const found = await host.files.stat(path);
  if (found === null) return null;
  if (found.kind !== 'file') {
    throw new GuardError('file-unreadable', `${printable(path)} is not a regular file`, {
      why: found.kind === 'symlink' ? 'it is a link, which is not followed here' : `it is a ${found.kind}`,
    });
  }
  return host.files.readBytes(path, maxBytes);
}

/** @throws GuardError as `readPlain` and `parseDeclared`; `file-not-found` */
export async function readDeclared(path: string, host: Host): Promise<{ readonly declared: DeclaredManifest; readonly bytes: Uint8Array }> {
  const bytes = await readPlain(path, limits.declaredMaxBytes, host);
  if (bytes === null) throw new GuardError('file-not-found', `there is no ${printable(path)}`, { hint: 'pinfold manifest create' });
  return { declared: parseDeclared(bytes), bytes };
}

/** Where a folder's manifest lies. */
export function declaredPath(folder: string): string {
  return join(folder, declaredFile);
}
