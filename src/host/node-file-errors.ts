import * as fs from 'node:fs/promises';
import { dirname } from 'node:path';
import { GuardError } from '../model/errors.ts';
import { shellLine } from '../model/shell-line.ts';

export function isAbsent(cause: unknown): boolean {
  const code = (cause as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

export async function orThrow<T>(code: 'file-unreadable' | 'file-unwritable', path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw failed(code, path, cause);
  }
}

export function failed(code: 'file-unreadable' | 'file-unwritable', path: string, cause: unknown): GuardError {
  if (cause instanceof GuardError) return cause;
  const verb = code === 'file-unreadable' ? 'read' : 'write';
  if (isAbsent(cause)) {
    const hint = `${shellLine(['ls', dirname(path)])} (what lies there)`;
    return new GuardError('file-not-found', `cannot ${verb} ${path}`, { why: 'there is no such file', hint, cause });
  }
  const errno = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
  return new GuardError(code, `cannot ${verb} ${path}`, { why: reasons[errno] ?? errno, cause });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'it is a folder',
  ELOOP: 'too many symbolic links',
  EEXIST: 'it exists already',
};

/** Recursive; only for this user. */
export async function makeFolder(path: string): Promise<void> {
  await orThrow('file-unwritable', path, fs.mkdir(path, { recursive: true, mode: 0o700 }));
}

/** The same, and the names of all folders that it made are on disk: a file in a folder that nobody finds is lost. */
export async function makeLastingFolder(path: string): Promise<void> {
  const first = await orThrow('file-unwritable', path, fs.mkdir(path, { recursive: true, mode: 0o700 }));
  if (first === undefined) return;
  for (let made = path; made !== dirname(made); made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first) return;
  }
}

/** Puts on disk which names a folder holds. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; there the rename is durable with the file system's journal.
  const handle = await fs.open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
