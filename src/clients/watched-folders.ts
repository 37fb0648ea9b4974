import { basename, dirname } from 'node:path';
import type { Host } from '../host/host.ts';
import { expandPattern, remembering, statOrNull } from './expand-pattern.ts';
import { type ReadOptions, surroundingsOf } from './found-config.ts';
import { clients } from './index.ts';

/**
 * The names in a folder that matter, each a config file or something on the way to one; `any` where a pattern looks for
 * them.
 */
export type WatchedNames = ReadonlyMap<string, 'file' | 'way'> | 'any';

/**
 * The existing folders in which every change of a config file shows, with the names to look for: the folder of each
 * place, or the nearest one above it that is there (the client may be installed tomorrow), every folder that a pattern
 * goes through, and the folders that links lead to. Absolute, no links in them.
 */
export async function watchedFolders(options: ReadOptions, host: Host): Promise<ReadonlyMap<string, WatchedNames>> {
  const surroundings = surroundingsOf(options, host);
  const listed = new Set<string>();
  const files = new Set<string>();
  const looking = remembering(host);
  for (const client of clients) {
    for (const { path, below } of client.locations(surroundings)) {
      const { paths } = await expandPattern(path, below ?? [], looking, (folder) => listed.add(folder));
      for (const file of paths) files.add(file);
    }
  }
  for (const file of [...files]) {
    if ((await statOrNull(file, host))?.kind !== 'symlink') continue;
    files.add(await host.files.realPath(file).catch(() => file));
  }
  const watched = new Map<string, Map<string, 'file' | 'way'> | 'any'>();
  const real = realFolders(host);
  for (const path of [...files, ...listed]) {
    let name = basename(path);
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      const here = await real(folder);
      if (here !== null) {
        const names = watched.get(here) ?? new Map<string, 'file' | 'way'>();
        const isFile = files.has(path) && folder === dirname(path) && names !== 'any' && names.get(name) !== 'way';
        if (names !== 'any') watched.set(here, names.set(name, isFile ? 'file' : 'way'));
        break;
      }
      if (dirname(folder) === folder) break; // a drive that is not there
      name = basename(folder);
    }
  }
  for (const folder of listed) {
    const here = await real(folder);
    if (here !== null) watched.set(here, 'any');
  }
  return watched;
}

/** Where a folder really is; null when there is none. Asks once for each. */
function realFolders(host: Host): (folder: string) => Promise<string | null> {
  const known = new Map<string, string | null>();
  return async (folder) => {
    const before = known.get(folder);
    if (before !== undefined) return before;
    const real = await host.files.realPath(folder).catch(() => null);
    const found = real !== null && (await statOrNull(real, host))?.kind === 'directory' ? real : null;
    known.set(folder, found);
    return found;
  };
}
