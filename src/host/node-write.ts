import { type BigIntStats, linkSync, lstatSync, readFileSync, renameSync, rmSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GuardError } from '../model/errors.ts';
import type { WriteOptions } from './host.ts';
import { failed, isAbsent, makeLastingFolder, orThrow, syncFolder } from './node-file-errors.ts';

/** Replaces a file as a whole: whoever looks, and whenever we are killed, sees the old bytes or the new ones. */
export async function writeAtomic(path: string, bytes: Uint8Array | string, options: WriteOptions = {}): Promise<void> {
  await makeLastingFolder(dirname(path));
  // A dotfile manager's symlink stays a symlink: the file it points to is replaced.
  const target = await fs.realpath(path).catch((cause: unknown) => {
    if (isAbsent(cause)) return path;
    throw failed('file-unwritable', path, cause);
  });
  const before = await fs.lstat(target).catch((cause: unknown) => {
    if (isAbsent(cause)) return null;
    throw failed('file-unwritable', path, cause);
  });
  const mode = before === null ? null : before.mode & 0o7777;
  const temporary = besideName(target);
  const handle = await orThrow('file-unwritable', path, fs.open(temporary, 'wx', mode ?? options.mode ?? 0o600));
  try {
    try {
      if (mode !== null) await handle.chmod(mode); // open() is subject to the umask
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (options.expect === undefined) await fs.rename(temporary, target);
    else if (options.expect === null) appear(temporary, target);
    else replaceUnchanged(temporary, target, options.expect);
  } catch (cause) {
    await fs.rm(temporary, { force: true });
    throw failed('file-unwritable', path, cause);
  }
  await syncFolder(dirname(target));
}

/** Gives a new file its name, unless somebody made one of that name in the meantime: a link, unlike a rename, replaces nothing. */
function appear(temporary: string, target: string): void {
  if (isLinked(temporary, target)) {
    rmSync(temporary, { force: true });
    return;
  }
  if (idOf(target) !== undefined) throw changed(target);
  renameSync(temporary, target);
}

/**
 * Renames over a file that must still hold `expected`. Other programs write when they like and take no lock, so the old
 * file gets a second name first. Then
 *
 * - one that replaces the file is seen: the name must still lead to the file that was read, directly before the rename;
 * - one that writes into the file is seen afterwards: the old file is still at hand, and if it holds something else by
 *   now, it goes back to its place as it is, with whoever is still writing to it.
 *
 * Everything is synchronous: between the last look and the rename lies one system call, and not a turn of the event loop.
 * What is left is a program that renames between exactly these two (docs/threat-model.md); Node has no exchanging rename.
 */
function replaceUnchanged(temporary: string, target: string, expected: Uint8Array): void {
  const old = besideName(target);
  if (!isLinked(target, old)) {
    // A file system without hard links, or a file that went.
    if (!holds(target, expected)) throw changed(target);
    renameSync(temporary, target);
    return;
  }
  try {
    const [before, ours] = [idOf(old), idOf(temporary)];
    if (!holds(old, expected) || !isSame(idOf(target), before)) throw changed(target);
    renameSync(temporary, target);
    // The time first, because that is quick; the bytes as well, because file systems count time in steps of milliseconds.
    if (idOf(old)?.mtimeNs === before?.mtimeNs && holds(old, expected)) return;
    // If the name leads elsewhere again, a third program was faster, and its file is the newest.
    if (isSame(idOf(target), ours)) renameSync(old, target);
    throw changed(target);
  } finally {
    rmSync(old, { force: true });
  }
}

/** False when the file is not there, the new name is taken, or the file system has no hard links. */
function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}

function holds(path: string, expected: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(expected);
  } catch (cause) {
    if (isAbsent(cause)) return false;
    throw cause;
  }
}

function idOf(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

function isSame(one: BigIntStats | undefined, other: BigIntStats | undefined): boolean {
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
}

function changed(path: string): GuardError {
  return new GuardError('config-changed', `${path} changed while it was being edited`, {
    why: 'another program wrote it in the meantime; nothing was overwritten',
    hint: 'run the same command again',
  });
}

/** Names of ours beside a file carry our process id, so that a later command knows what a killed one left. */
function besideName(target: string): string {
  return join(dirname(target), `.${process.pid}-${Math.random().toString(36).slice(2)}.pinfold-tmp`);
}
