import { resolve } from 'node:path';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';

/**
 * Where a page will be written, absolute. A file that is there will be overwritten, as every tool does that is told a
 * file name; anything else is refused, before any work is done.
 *
 * @throws GuardError `file-unwritable` for a folder, a device, a pipe.
 */
export async function pageFile(typed: string, host: Host): Promise<string> {
  const path = resolve(host.places.cwd, typed);
  const found = await host.files.stat(path);
  const real = found?.kind === 'symlink' ? await host.files.stat(await host.files.realPath(path)) : found;
  if (real === null || real.kind === 'file') return path;
  const why = real.kind === 'directory' ? 'it is a folder' : 'it is not a file';
  throw new GuardError('file-unwritable', `cannot write the page to ${typed}`, { why, hint: `pinfold info --html card.html <server>` });
}

/** Writes the page in one step: a reader sees the old file or the new one. @throws GuardError `file-unwritable`. */
export async function writePage(path: string, page: string, host: Host): Promise<void> {
  await host.files.writeAtomic(path, page, { mode: 0o644 });
}
