import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { pathStyle } from '../model/path-style.ts';
import type { ConfigFile, EditTarget } from './locations.ts';

/** Where an edit really lands. */
export interface WritePlace {
  /** Absolute, no symlink in it. */
  readonly path: string;
  /** Permission bits for a file that is created; an existing one keeps its own. */
  readonly mode: number;
}

/**
 * The real path behind a config file, when it may be edited. Nothing is written and no folder is made.
 *
 * @throws GuardError `config-unwritable` for a managed place, a folder, a read-only file, one that belongs to somebody
 * else or has a second name (hard link), and one that a symlink takes out of the home or the project: a cloned
 * repository must not choose which file of the user is edited.
 */
export async function writablePlace(file: ConfigFile, target: EditTarget, host: Host): Promise<WritePlace> {
  const refuse = refusing(target.file);
  if (target.scope === 'managed') throw refuse('it is managed by an administrator', 'ask whoever manages this machine');
  if (!file.writable)
    throw refuse(
      'the client has another place for it now and reads this one only for old times',
      `move the servers to ${file.client.title}'s own file`,
    );
  const found = await host.files.stat(target.file);
  const path = await resolved(target.file, found !== null, host, refuse);
  await assertInside(path, target, host, refuse);
  if (found === null) await assertFolder(path, host, refuse);
  else await assertFile(path, host, refuse);
  return { path, mode: target.scope === 'project' ? 0o644 : 0o600 };
}

type Refuse = (why: string, hint: string) => GuardError;

function refusing(file: string): Refuse {
  return (why, hint) => new GuardError('config-unwritable', `${file} is not edited`, { why, hint });
}

async function resolved(path: string, exists: boolean, host: Host, refuse: Refuse): Promise<string> {
  if (exists) {
    return host.files.realPath(path).catch((cause: unknown) => {
      if (!(cause instanceof GuardError)) throw cause;
      throw refuse('it is a symbolic link to nothing', `remove the link: rm ${quoted(path)}`);
    });
  }
  const { dirname, basename, join } = pathStyle(path);
  const folder = dirname(path);
  if (folder === path) return path;
  return join(await resolved(folder, (await host.files.stat(folder)) !== null, host, refuse), basename(path));
}

async function assertInside(path: string, target: EditTarget, host: Host, refuse: Refuse): Promise<void> {
  if (path === target.file && target.scope !== 'project') return;
  const { home, appConfig, appData } = host.places;
  const folders = target.scope === 'project' ? [target.project ?? ''] : [home, appConfig, appData];
  const { relative, isAbsolute } = pathStyle(path);
  for (const folder of folders) {
    const real = await host.files.realPath(folder).catch(() => null);
    if (real === null) continue;
    const way = relative(real, path);
    if (way !== '' && !way.startsWith('..') && !isAbsolute(way)) return;
  }
  const inside = target.scope === 'project' ? 'the project' : 'your home';
  throw refuse(`a symbolic link leads out of ${inside}, to ${path}`, 'replace the link by a file, or edit the file that it points to');
}

async function assertFile(path: string, host: Host, refuse: Refuse): Promise<void> {
  const found = await host.files.stat(path);
  if (found === null) return;
  if (found.kind === 'directory') throw refuse('it is a folder', `move it away: mv ${quoted(path)} ${quoted(`${path}.old`)}`);
  if (found.kind !== 'file') throw refuse('it is not a regular file', `move it away: mv ${quoted(path)} ${quoted(`${path}.old`)}`);
  const { uid } = host.machine;
  if (uid >= 0 && found.uid !== uid) throw refuse('it belongs to another user', 'run the same command as its owner');
  if ((found.mode & 0o200) === 0) throw refuse('it is read-only', `chmod u+w ${quoted(path)}`);
  const names = await namesOf(path, host);
  if (names > 1)
    throw refuse(`it has ${names} names (hard links), and replacing it would part them`, 'use a symbolic link instead of the hard link');
  await assertFolder(path, host, refuse);
}

/**
 * How many names (hard links) a file has, not counting those that a command of ours gives it for the moment in which it
 * replaces it, or left when it was killed there.
 */
export async function namesOf(path: string, host: Host): Promise<number> {
  const { dirname, join } = pathStyle(path);
  for (;;) {
    const found = await host.files.stat(path);
    if (found === null || found.nlink < 2) return found?.nlink ?? 0;
    const ours = (await host.files.list(dirname(path))).filter((name) => name.endsWith('.pinfold-tmp'));
    const stats = await Promise.all(ours.map((name) => host.files.stat(join(dirname(path), name)).catch(() => null)));
    const now = await host.files.stat(path);
    // Otherwise it was replaced while we counted, and the names are another file's.
    if (now?.ino === found.ino && now.nlink === found.nlink) return found.nlink - stats.filter((stat) => stat?.ino === found.ino).length;
  }
}

/** The nearest folder that exists must take a new file: the edit is written beside and renamed. */
async function assertFolder(path: string, host: Host, refuse: Refuse): Promise<void> {
  const { dirname } = pathStyle(path);
  let folder = dirname(path);
  let found = await host.files.stat(folder);
  while (found === null && folder !== dirname(folder)) {
    folder = dirname(folder);
    found = await host.files.stat(folder);
  }
  if (found === null) return;
  if (found.kind !== 'directory')
    throw refuse(`${folder} is not a folder`, `move it away: mv ${quoted(folder)} ${quoted(`${folder}.old`)}`);
  const { uid } = host.machine;
  if ((uid < 0 || found.uid === uid) && (found.mode & 0o200) === 0)
    throw refuse(`its folder ${folder} is read-only`, `chmod u+w ${quoted(folder)}`);
}

function quoted(path: string): string {
  return /^[A-Za-z0-9_./:@%+,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
