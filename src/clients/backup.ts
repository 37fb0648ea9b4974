import { createHash } from 'node:crypto';
import type { Host } from '../host/host.ts';
import { isoTime } from '../model/time.ts';
import { below } from './places.ts';
import type { PlannedEdit } from './plan-edit.ts';

/**
 * Keeps the bytes that a config file had before pinfold touched it for the first time, in `<data>/backups`: the bytes in
 * `<id>.bytes`, where they came from in `<id>.json`. Later edits add nothing. Configurations hold secrets, so both files
 * are only for their owner.
 */
export async function backUp(edit: PlannedEdit, host: Host): Promise<void> {
  const { record, bytes } = backupFiles(edit.path, host);
  if ((await host.files.stat(record)) !== null) return;
  if (edit.before !== null) await host.files.writeAtomic(bytes, edit.before, { mode: 0o600 });
  const found = { version: 1, path: edit.path, existed: edit.before !== null, takenAt: isoTime(host.now()) };
  // Last, so that a record means complete bytes.
  await host.files.writeAtomic(record, `${JSON.stringify(found)}\n`, { mode: 0o600 });
}

/** The two files of one config file's backup, by its real path. They may not exist. */
export function backupFiles(path: string, host: Host): { readonly record: string; readonly bytes: string } {
  const id = createHash('sha256').update(path).digest('hex').slice(0, 32);
  const stem = below(host.places.data, 'backups', id);
  return { record: `${stem}.json`, bytes: `${stem}.bytes` };
}
