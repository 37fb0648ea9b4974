import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { GuardError } from '../model/errors.ts';
import type { LockScope, Pin } from '../model/pin.ts';
import { findProject, type Home, type LockFile, lockPath, projectHome, readLock, userHome } from '../store/home.ts';

/** The home of a scope. @throws GuardError `usage` for project scope outside any project. */
export async function homeOf(scope: LockScope, project: string | null, host: Host): Promise<Home> {
  if (scope === 'user') return userHome(host);
  const folder = project ?? (await findProject(host));
  if (folder === null) {
    throw new GuardError('usage', 'there is no project here', {
      why: 'no folder from here upwards has .git or .pinfold',
      hint: 'run this inside the repository, or use --scope user',
    });
  }
  return projectHome(folder, host);
}

/** A pin with the lock that it stands in. @throws GuardError `pin-not-found`, and as `readLock`. */
export async function findPin(home: Home, name: string, host: Host): Promise<{ readonly pin: Pin; readonly lockFile: LockFile }> {
  const lockFile = await readLock(home, host);
  const pin = pinOf(lockFile.lock, name);
  if (pin !== null) return { pin, lockFile };
  const names = Object.keys(lockFile.lock.pins);
  throw new GuardError('pin-not-found', `nothing is pinned as \`${name}\` in ${home.scope} scope`, {
    why: names.length === 0 ? `${lockPath(home)} has no pins` : `pinned there: ${names.slice(0, 12).join(', ')}`,
    hint: 'pinfold list',
  });
}
