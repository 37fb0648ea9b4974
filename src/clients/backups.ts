import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { pathStyle } from '../model/path-style.ts';
import { backupFiles } from './backup.ts';
import { below } from './places.ts';

/** The bytes of one config file from before pinfold touched it, or (`undo`) from before the last restore. They hold secrets. */
export interface Backup {
  /** Absolute, symlinks resolved. */
  readonly path: string;
  /** null = there was no file. */
  readonly bytes: Uint8Array | null;
  /** ISO 8601, UTC. */
  readonly takenAt: string;
}

/**
 * The backup of a file; null = none was taken. `generation`: of the first touch, or of the last restore.
 *
 * @throws GuardError `file-unreadable` for one that is damaged, or whose record speaks of another file: bytes of one file
 * must never land in another.
 */
export async function readBackup(path: string, generation: 'first' | 'undo', host: Host): Promise<Backup | null> {
  const { record, bytes } = filesOf(path, generation, host);
  if ((await host.files.stat(record)) === null) return null;
  const damaged = () =>
    new GuardError('file-unreadable', `the backup of ${path} cannot be used`, {
      why: 'its record is damaged, or speaks of another file',
      hint: `look at ${bytes}`,
    });
  let value: JsonValue;
  try {
    value = JSON.parse(await host.files.readText(record, limits.configMaxBytes)) as JsonValue;
  } catch {
    throw damaged();
  }
  if (!isObject(value) || value['version'] !== 1 || value['path'] !== path) throw damaged();
  const { existed, takenAt } = value;
  if (typeof existed !== 'boolean' || typeof takenAt !== 'string') throw damaged();
  return { path, bytes: existed ? await host.files.readBytes(bytes, limits.configMaxBytes) : null, takenAt };
}

/** Absolute paths of all files with a backup of the first touch, sorted. Damaged records are left out. */
export async function backedUpFiles(host: Host): Promise<readonly string[]> {
  const folder = below(host.places.data, 'backups');
  const found: string[] = [];
  for (const name of await host.files.list(folder)) {
    if (!/^[0-9a-f]{32}\.json$/.test(name)) continue;
    try {
      const value = JSON.parse(await host.files.readText(below(folder, name), limits.configMaxBytes)) as JsonValue;
      const path = isObject(value) ? value['path'] : null;
      if (typeof path === 'string' && pathStyle(path).isAbsolute(path) && filesOf(path, 'first', host).record === below(folder, name))
        found.push(path);
    } catch {
      // Not a record of ours: it restores nothing.
    }
  }
  return found.toSorted();
}

/** Writes what a restore replaces, so that it can be undone; the backup of the first touch goes, and the next touch takes a new one. */
export async function replaceBackup(replaced: Backup, host: Host): Promise<void> {
  const undo = filesOf(replaced.path, 'undo', host);
  if (replaced.bytes !== null) await host.files.writeAtomic(undo.bytes, replaced.bytes, { mode: 0o600 });
  const record = { version: 1, path: replaced.path, existed: replaced.bytes !== null, takenAt: replaced.takenAt };
  await host.files.writeAtomic(undo.record, `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/** Forgets a backup that was used. */
export async function forgetBackup(path: string, generation: 'first' | 'undo', host: Host): Promise<void> {
  const { record, bytes } = filesOf(path, generation, host);
  await host.files.remove(record);
  await host.files.remove(bytes);
}

/** The files of all copies of a config file, existing or not: for what must not keep what they hold. */
export function copiesOf(path: string, host: Host): readonly string[] {
  return (['first', 'undo'] as const).flatMap((generation) => {
    const { record, bytes } = filesOf(path, generation, host);
    return [record, bytes];
  });
}

function filesOf(path: string, generation: 'first' | 'undo', host: Host): { readonly record: string; readonly bytes: string } {
  const { record, bytes } = backupFiles(path, host);
  if (generation === 'first') return { record, bytes };
  return { record: record.replace(/\.json$/, '.undo.json'), bytes: bytes.replace(/\.bytes$/, '.undo.bytes') };
}
