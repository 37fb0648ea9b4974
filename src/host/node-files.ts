import { isUtf8 } from 'node:buffer';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { FileStat, Files } from './host.ts';
import { failed, isAbsent, makeFolder, makeLastingFolder, orThrow } from './node-file-errors.ts';
import { watchFolder } from './node-watch.ts';
import { writeAtomic } from './node-write.ts';

/** Disk through `node:fs`. */
export function nodeFiles(): Files {
  return {
    readBytes,
    async readText(path, maxBytes) {
      const bytes = await readBytes(path, maxBytes);
      if (!isUtf8(bytes)) throw new GuardError('file-unreadable', `cannot read ${path}`, { why: 'it is not valid UTF-8' });
      return bytes.toString('utf8');
    },
    stat,
    // Not join(): it costs as much as the system call, thousands of times before every launch.
    statsMatch,
    statMany: (folder, relativePaths) => relativePaths.map((path) => statSync(path === '.' ? folder : `${folder}/${path}`)),
    readMany: (folder, relativePaths, maxBytes) => relativePaths.map((path) => readSync(`${folder}/${path}`, maxBytes)),
    realPath: (path) => orThrow('file-unreadable', path, fs.realpath(path)),
    readLink: (path) => orThrow('file-unreadable', path, fs.readlink(path)),
    list,
    writeAtomic,
    create,
    createMany,
    readTail,
    async append(path, text) {
      await makeFolder(dirname(path));
      await orThrow('file-unwritable', path, fs.appendFile(path, text, { mode: 0o600 }));
    },
    makeFolder,
    async makeTempFolder(parent, prefix) {
      await makeFolder(parent);
      return orThrow('file-unwritable', parent, fs.mkdtemp(join(parent, prefix)));
    },
    rename: (from, to) => orThrow('file-unwritable', to, fs.rename(from, to)),
    chmod: (path, mode) => orThrow('file-unwritable', path, fs.chmod(path, mode)),
    remove,
    watch: watchFolder,
    locked,
  };
}

async function readBytes(path: string, maxBytes: number): Promise<Buffer> {
  const handle = await orThrow('file-unreadable', path, fs.open(path, constants.O_RDONLY | constants.O_NONBLOCK));
  try {
    const found = await handle.stat();
    if (found.isDirectory()) throw new GuardError('file-unreadable', `cannot read ${path}`, { why: 'it is a folder' });
    if (!found.isFile()) throw new GuardError('file-unreadable', `cannot read ${path}`, { why: 'it is not a regular file' });
    if (found.size > maxBytes) throw tooLarge(path, found.size, maxBytes);
    const bytes = await orThrow('file-unreadable', path, handle.readFile());
    if (bytes.length > maxBytes) throw tooLarge(path, bytes.length, maxBytes);
    return bytes;
  } finally {
    await handle.close();
  }
}

async function readTail(path: string, maxBytes: number): Promise<{ bytes: Uint8Array; size: number } | null> {
  let handle: fs.FileHandle;
  try {
    handle = await fs.open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    if (isAbsent(cause)) return null;
    throw failed('file-unreadable', path, cause);
  }
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(size, maxBytes)), 0, null, Math.max(0, size - maxBytes));
    return { bytes: buffer.subarray(0, bytesRead), size };
  } catch (cause) {
    throw failed('file-unreadable', path, cause);
  } finally {
    await handle.close();
  }
}

function readSync(path: string, maxBytes: number): Buffer {
  let file: number | null = null;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
    const found = fstatSync(file);
    if (!found.isFile()) throw new GuardError('file-unreadable', `cannot read ${path}`, { why: 'it is not a regular file' });
    if (found.size > maxBytes) throw tooLarge(path, found.size, maxBytes);
    return readFileSync(file);
  } catch (cause) {
    throw failed('file-unreadable', path, cause);
  } finally {
    if (file !== null) closeSync(file);
  }
}

function tooLarge(path: string, bytes: number, maxBytes: number): GuardError {
  return new GuardError('file-too-large', `${path} is too large`, { why: `${bytes} bytes; at most ${maxBytes} are read` });
}

async function stat(path: string): Promise<FileStat | null> {
  try {
    return toStat(await fs.lstat(path));
  } catch (cause) {
    if (isAbsent(cause)) return null;
    throw failed('file-unreadable', path, cause);
  }
}

function statSync(path: string): FileStat | null {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found === undefined ? null : toStat(found);
  } catch (cause) {
    if (isAbsent(cause)) return null;
    throw failed('file-unreadable', path, cause);
  }
}

const typeBits = 0o170000;
const folderBits = 0o040000;

function statsMatch(folder: string, relativePaths: readonly string[], expected: readonly number[]): boolean {
  const modeBits = process.platform === 'win32' ? typeBits : 0o177777;
  let at = 0;
  for (const path of relativePaths) {
    const found = lstatSync(path === '.' ? folder : `${folder}/${path}`, { throwIfNoEntry: false });
    const mode = expected[at] ?? -1;
    if (found === undefined || (found.mode & modeBits) !== (mode & modeBits)) return false;
    if ((mode & typeBits) !== folderBits && found.size !== expected[at + 1]) return false;
    if (found.mtimeMs !== expected[at + 2] || found.ctimeMs !== expected[at + 3] || found.ino !== expected[at + 4]) return false;
    at += 5;
  }
  return true;
}

function toStat(found: Stats): FileStat {
  const { size, mtimeMs, ctimeMs, ino, uid, nlink } = found;
  return { kind: kindOf(found), size, mode: found.mode & 0o7777, mtimeMs, ctimeMs, ino, uid, nlink };
}

function kindOf(found: Stats): FileStat['kind'] {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'directory';
  return found.isSymbolicLink() ? 'symlink' : 'other';
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return (await fs.readdir(folder)).sort();
  } catch (cause) {
    if (isAbsent(cause)) return [];
    throw failed('file-unreadable', folder, cause);
  }
}

async function create(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  await orThrow('file-unwritable', path, fs.mkdir(dirname(path), { recursive: true }));
  const handle = await orThrow('file-unwritable', path, fs.open(path, 'wx', mode));
  try {
    await orThrow('file-unwritable', path, handle.writeFile(bytes));
    await orThrow('file-unwritable', path, handle.chmod(mode)); // open() is subject to the umask
  } finally {
    await handle.close();
  }
}

function createMany(folder: string, files: Parameters<Files['createMany']>[1]): void {
  const made = new Set<string>();
  for (const { path, bytes, mode } of files) {
    const file = join(folder, path);
    const parent = dirname(file);
    try {
      if (!made.has(parent)) mkdirSync(parent, { recursive: true });
      made.add(parent);
      const handle = openSync(file, 'wx', mode);
      try {
        writeFileSync(handle, bytes);
        fchmodSync(handle, mode); // open() is subject to the umask
      } finally {
        closeSync(handle);
      }
    } catch (cause) {
      throw failed('file-unwritable', file, cause);
    }
  }
}

async function remove(path: string): Promise<void> {
  const found = await stat(path);
  if (found === null) return;
  if (found.kind === 'directory') {
    // Sealed trees are read-only: a folder without write permission keeps its children.
    if ((found.mode & 0o700) !== 0o700) await fs.chmod(path, found.mode | 0o700);
    for (const name of await list(path)) await remove(join(path, name));
    await orThrow('file-unwritable', path, fs.rmdir(path));
  } else {
    await orThrow('file-unwritable', path, fs.unlink(path));
  }
}

async function locked<T>(path: string, action: () => Promise<T>): Promise<T> {
  // Named exports of a CommonJS package are lost in a bundle with chunks.
  const { default: lockfile } = await import('proper-lockfile');
  await makeLastingFolder(dirname(path));
  const release = await acquire(path, () =>
    lockfile.lock(path, {
      realpath: false,
      lockfilePath: `${path}.lock`,
      stale: 10_000, // below lockWaitMs: a holder that was killed must not make the next command fail
      // By default it throws out of a timer and ends the process; who removed the lock folder by hand wanted us to go on.
      onCompromised: () => undefined,
    }),
  );
  try {
    return await action();
  } finally {
    await release().catch(() => undefined);
  }
}

/** Tries until the holder lets go; a folder that takes no lock (read-only, full) fails at once. */
async function acquire<T>(path: string, attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + limits.lockWaitMs;
  for (;;) {
    try {
      return await attempt();
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ELOCKED') throw failed('file-unwritable', path, cause);
      if (Date.now() >= deadline) throw held(path, cause);
      await setTimeout(20 + Math.random() * 80);
    }
  }
}

function held(path: string, cause: unknown): GuardError {
  return new GuardError('busy', `another process is changing ${path}`, {
    why: `it held the lock for more than ${limits.lockWaitMs / 1000} seconds`,
    hint: 'try again; if no pinfold is running, remove the .lock folder beside it',
    cause,
  });
}
