import type { Host } from '../host/host.ts';
import { isWithin } from '../model/path-style.ts';
import { delicateAnywhere, type PinnedSandbox } from '../model/sandbox-profile.ts';
import type { PathRules } from './profile.ts';
import { closedPlaces, ownFolders, type ServerFiles } from './server-rules.ts';
import { unavailable } from './tight.ts';

/**
 * What the sandbox's account is let read and change on Windows while the server runs. It is an account like any other: what
 * is the user's is closed to it, and what everybody on the machine may read is open. So there is nothing to hide, and a
 * right is lent for each thing that is named, as an entry in its access list.
 *
 * Nothing is forbidden by name: the library would put empty files and folders where a forbidden thing is not there yet, in
 * the user's home. A profile that opens a folder around something that has to stay closed is therefore refused.
 *
 * @throws GuardError `sandbox-unavailable` for a profile that cannot be held here.
 */
export function windowsRules(profile: PinnedSandbox, files: ServerFiles, host: Host): PathRules {
  const { read, write } = profile;
  const closed = closedPlaces(profile, delicateAnywhere, host);
  for (const folder of [...read, ...write]) {
    const inside = closed.find((path) => isWithin(path, folder));
    if (inside !== undefined)
      throw unavailable(`on Windows ${inside} cannot be kept closed in ${folder}`, undefined, 'pinfold sandbox show <name>');
  }
  const own = ownFolders(host);
  const lent = (path: string) => !own.some((folder) => isWithin(path, folder));
  return {
    denyRead: [],
    allowRead: [...files.readable.filter((path) => !isEverybodys(path, host)), ...read.filter(lent)],
    allowWrite: write.filter(lent),
    denyWrite: [],
  };
}

/** What an administrator installed: every account may read it, and only an administrator can change who may. */
function isEverybodys(path: string, { env }: Host): boolean {
  const folders = [
    ...[env['ProgramFiles'], env['ProgramFiles(x86)'], env['ProgramW6432'], env['SystemRoot']],
    ...['C:\\Program Files', 'C:\\Program Files (x86)', 'C:\\Windows'],
  ];
  return folders.some((folder) => folder !== undefined && folder !== '' && isWithin(path, folder));
}
