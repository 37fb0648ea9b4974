import { join } from 'node:path';
import type { Host } from '../../host/host.ts';
import type { PackageFile } from '../../model/artifact.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { printable } from '../../model/printable.ts';

/** Folders that are never a part of a package's own files. */
const apart = new Set(['node_modules', '.git']);

/**
 * The regular files of a package's folder on disk, sorted by path, without `node_modules` and `.git`. A link is not followed,
 * wherever it leads: what it names is not there.
 *
 * @throws GuardError `file-too-large` over a bound, and those of reading
 */
export async function readFolder(folder: string, host: Host): Promise<readonly PackageFile[]> {
  const paths: { readonly path: string; readonly executable: boolean }[] = [];
  let bytes = 0;
  const walk = async (below: string): Promise<void> => {
    const names = (await host.files.list(join(folder, below))).filter((name) => !apart.has(name));
    const found = host.files.statMany(join(folder, below), names);
    for (const [at, name] of names.entries()) {
      const stat = found[at];
      const path = below === '' ? name : `${below}/${name}`;
      if (stat?.kind === 'directory') await walk(path);
      if (stat?.kind !== 'file') continue;
      paths.push({ path, executable: (stat.mode & 0o111) !== 0 });
      bytes += stat.size;
      if (paths.length > limits.unpackedMaxFiles || bytes > limits.folderMaxBytes) throw tooLarge(folder);
    }
  };
  await walk('');
  paths.sort((a, b) => (a.path < b.path ? -1 : 1));
  const read = host.files.readMany(
    folder,
    paths.map(({ path }) => path),
    limits.folderMaxBytes,
  );
  return paths.map(({ path, executable }, at) => ({ path, executable, bytes: read[at] ?? new Uint8Array() }));
}

function tooLarge(folder: string): GuardError {
  return new GuardError('file-too-large', `${printable(folder)} is too large for a package`, {
    why: `at most ${limits.unpackedMaxFiles} files and ${limits.folderMaxBytes} bytes are read`,
    hint: 'name the folder that holds the package.json of the server',
  });
}
