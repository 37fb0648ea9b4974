import { resolve } from 'node:path';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { findProject } from '../store/find-project.ts';

/**
 * The project to look at: the folder that was named, else the one around the working folder, as a real
 * path: the same files must be the same place however somebody came there. null = there is none.
 *
 * @throws GuardError `file-not-found` for a named one that is no folder: silence would look like "no servers there".
 */
export async function projectFolder(named: string | null, host: Host): Promise<string | null> {
  if (named === null) return findProject(host);
  const typed = resolve(host.places.cwd, named);
  const folder = await host.files.realPath(typed).catch(() => typed);
  if ((await host.files.stat(folder))?.kind === 'directory') return folder;
  throw new GuardError('file-not-found', `there is no folder ${named}`, {
    why: '--project names the folder of a project',
    hint: 'leave --project out to use the one around you',
  });
}
