import { dirname, join } from 'node:path';
import type { Host } from '../host/host.ts';

/**
 * The folder of the project that the working folder is in: the nearest one, from there upwards, with `.pinfold` or
 * `.git`. null = none. The user's home and what is above it are no project, whatever they hold.
 */
export async function findProject(host: Host): Promise<string | null> {
  const [start, home] = await Promise.all([realOr(host.places.cwd, host), realOr(host.places.home, host)]);
  for (let folder = start; folder !== dirname(folder) && folder !== home; folder = dirname(folder)) {
    for (const marker of ['.pinfold', '.git']) {
      const stat = await host.files.stat(join(folder, marker));
      // `.git` is a file in a worktree or submodule; a `.pinfold` that is a link leads out of the project.
      if (stat?.kind === 'directory' || (marker === '.git' && stat?.kind === 'file')) return folder;
    }
  }
  return null;
}

async function realOr(path: string, host: Host): Promise<string> {
  return host.files.realPath(path).catch(() => path);
}
