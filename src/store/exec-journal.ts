import { isAbsolute, join } from 'node:path';
import type { Host } from '../host/host.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { parseRecord } from './json-file.ts';
import { readOptional } from './read-optional.ts';

/** What every config file held before a foreign command ran under `pinfold exec`. Whole files: for this user's eyes only. */
export interface ExecJournal {
  readonly pid: number;
  readonly hostname: string;
  /** Milliseconds since the epoch. */
  readonly startedMs: number;
  /** The project whose files are among them; null = none. */
  readonly project: string | null;
  /** Absolute path → bytes; null = there was no file. */
  readonly files: ReadonlyMap<string, Uint8Array | null>;
}

/** Writes the journal and returns its path, to be removed when everything was decided. @throws GuardError `file-unwritable`. */
export async function writeExecJournal(found: Pick<ExecJournal, 'project' | 'files'>, host: Host): Promise<string> {
  const path = join(folderOf(host), `${host.randomId()}.json`);
  const files = [...found.files].map(([file, bytes]) => ({
    path: file,
    bytes: bytes === null ? null : Buffer.from(bytes).toString('base64'),
  }));
  const { pid } = host.processes;
  const record = { version: 1, pid, hostname: host.machine.hostname, startedMs: host.now(), project: found.project, files };
  await host.files.writeAtomic(path, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  return path;
}

/** True while a command runs under `pinfold exec` on this machine: its edits are decided at its end. */
export async function isExecRunning(host: Host): Promise<boolean> {
  for (const name of await host.files.list(folderOf(host))) {
    if (!name.endsWith('.json') || name.startsWith('.')) continue;
    const bytes = await readOptional(join(folderOf(host), name), limits.journalMaxBytes, host);
    const journal = bytes === null ? null : parse(bytes);
    if (journal?.hostname === host.machine.hostname && host.processes.isAlive(journal.pid)) return true;
  }
  return false;
}

/** Journals whose process is gone: its command was killed before every entry was decided. Damaged ones were never complete and go. */
export async function abandonedExecs(host: Host): Promise<readonly { readonly path: string; readonly journal: ExecJournal }[]> {
  const found: { path: string; journal: ExecJournal }[] = [];
  for (const name of await host.files.list(folderOf(host))) {
    if (!name.endsWith('.json') || name.startsWith('.')) continue;
    const path = join(folderOf(host), name);
    const bytes = await readOptional(path, limits.journalMaxBytes, host);
    if (bytes === null) continue;
    const journal = parse(bytes);
    if (journal === null) await host.files.remove(path);
    else if (journal.hostname === host.machine.hostname && !host.processes.isAlive(journal.pid)) found.push({ path, journal });
  }
  return found;
}

function folderOf(host: Host): string {
  return join(host.places.data, 'exec');
}

function parse(bytes: Uint8Array): ExecJournal | null {
  const value = parseRecord(bytes);
  if (!isObject(value) || value['version'] !== 1) return null;
  const { pid, hostname, startedMs, project, files } = value as { readonly [member: string]: JsonValue | undefined };
  if (typeof pid !== 'number' || typeof hostname !== 'string' || typeof startedMs !== 'number' || !Array.isArray(files)) return null;
  if (project !== null && typeof project !== 'string') return null;
  const held = new Map<string, Uint8Array | null>();
  for (const file of files as readonly JsonValue[]) {
    if (!isObject(file)) return null;
    const { path, bytes: text } = file as { readonly [member: string]: JsonValue | undefined };
    if (typeof path !== 'string' || !isAbsolute(path) || (text !== null && typeof text !== 'string')) return null;
    held.set(path, text === null ? null : Buffer.from(text, 'base64'));
  }
  return { pid, hostname, startedMs, project, files: held };
}
