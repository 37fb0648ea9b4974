import { resolve } from 'node:path';
import { type Backup, backedUpFiles, forgetBackup, readBackup, replaceBackup } from '../clients/backups.ts';
import { driftBetween } from '../clients/snapshot.ts';
import { namesOf } from '../clients/writable.ts';
import type { Host } from '../host/host.ts';
import type { RestorableFile } from '../model/entry-results.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { shellLine } from '../model/shell-line.ts';
import { isoTime } from '../model/time.ts';
import { listAdoptions } from '../store/adoption.ts';
import { appendLedger } from '../store/ledger.ts';
import { readOptional } from '../store/read-optional.ts';
import { recover, transact } from '../store/transaction.ts';
import { acceptRestored } from './accept.ts';
import { projectFolder } from './project-folder.ts';

export interface RestoreRequest {
  /** As typed; empty = every file that differs from its backup. */
  readonly files: readonly string[];
  /** Bring back what the last restore replaced. */
  readonly undo: boolean;
  readonly yes: boolean;
  readonly show: (files: readonly RestorableFile[]) => void;
}

/**
 * Every config file with a backup of its first touch, and what a restore would change in it: names only.
 * In the order of paths; empty when pinfold never touched one.
 */
export async function restorable(host: Host): Promise<readonly RestorableFile[]> {
  const files: RestorableFile[] = [];
  for (const path of await backedUpFiles(host)) {
    const backup = await readBackup(path, 'first', host);
    if (backup !== null) files.push(await describe(backup, host));
  }
  return files;
}

/**
 * Gives files the bytes back that they had before pinfold touched them for the first time, all or none; what they hold
 * now is kept for `undo`. Returns what was restored; files that are as they were are left out.
 *
 * @throws GuardError `file-not-found` for a file without backup, and when the only ones left lost theirs to `secrets move`;
 * `approval-needed`, `approval-refused`; `config-unwritable`, `config-changed`.
 */
export async function restore(request: RestoreRequest, host: Host): Promise<readonly RestorableFile[]> {
  await recover(host);
  const generation = request.undo ? 'undo' : 'first';
  const paths =
    request.files.length === 0 ? await backedUpFiles(host) : await Promise.all(request.files.map((typed) => realPath(typed, host)));
  const found: { backup: Backup; file: RestorableFile; now: Uint8Array | null }[] = [];
  for (const path of new Set(paths)) {
    const backup = await readBackup(path, generation, host);
    if (backup === null && request.files.length === 0) continue;
    if (backup === null) throw await noBackup(path, request.undo, host);
    const file = await describe(backup, host);
    if (file.differs) found.push({ backup, file, now: await readOptional(path, limits.configMaxBytes, host) });
  }
  const files = found.map(({ file }) => file);
  if (files.length === 0) {
    const touched = await backedUpFiles(host);
    const moved = request.undo || request.files.length > 0 ? null : await movedFrom(host, (path) => !touched.includes(path));
    if (moved !== null) throw moved;
    return [];
  }
  for (const { file } of found) await assertOwn(file.path, host);
  request.show(files);
  await agree(request, host);
  for (const { backup } of found) await acceptRestored(backup.path, backup.bytes, host);
  await transact(
    found.map(({ backup, now }) => ({ path: backup.path, before: now, after: backup.bytes })),
    host,
  );
  for (const { backup, now } of found) {
    await forgetBackup(backup.path, generation, host);
    if (!request.undo) await replaceBackup({ path: backup.path, bytes: now, takenAt: isoTime(host.now()) }, host);
  }
  await appendLedger({ event: 'restored', server: null, detail: { files: files.length, undo: request.undo } }, host);
  return files;
}

/** Where secrets were moved out of a file its copy went with them: it held the values. What the entries were lies with the secrets. */
async function noBackup(path: string, undo: boolean, host: Host): Promise<GuardError> {
  const moved = undo ? null : await movedFrom(host, (file) => file === path);
  return (
    moved ??
    new GuardError('file-not-found', `there is no backup of ${path}`, {
      why: undo ? 'it was not restored' : 'pinfold never touched it, or `secrets move` took the copy away: it held the values',
      hint: 'pinfold restore --list',
    })
  );
}

/** null = no secrets were moved out of adopted entries in such a file. */
async function movedFrom(host: Host, isMeant: (path: string) => boolean): Promise<GuardError | null> {
  const sealed = (await listAdoptions(host)).flatMap(({ adoption }) => (adoption.secrets === undefined ? [] : [adoption]));
  const paths = await Promise.all(sealed.map(({ file }) => realPath(file, host)));
  const at = paths.findIndex(isMeant);
  const first = sealed[at];
  if (first === undefined) return null;
  return new GuardError('file-not-found', `the backup of ${paths[at]} went when its secrets were moved`, {
    why: 'it held the values in clear; what the entries were lies with the secrets',
    hint: shellLine(['pinfold', 'release', ...(first.name.startsWith('-') ? ['--'] : []), first.name]),
  });
}

async function agree(request: RestoreRequest, host: Host): Promise<void> {
  if (request.yes) return;
  if (!host.terminal.interactive)
    throw new GuardError('approval-needed', 'nothing was restored', {
      why: 'a person has to say yes at a terminal, and this is none',
      hint: 'pinfold restore --yes',
    });
  const answer = await host.terminal.ask('restore them? [y/N] ');
  if (!/^y(es)?$/i.test(answer)) throw new GuardError('approval-refused', 'nothing was restored');
}

async function describe(backup: Backup, host: Host): Promise<RestorableFile> {
  const { path, bytes, takenAt } = backup;
  const now = await readOptional(path, limits.configMaxBytes, host);
  const differs = now === null || bytes === null ? now !== bytes : Buffer.compare(now, bytes) !== 0;
  const project = await projectFolder(null, host);
  const drift = differs
    ? await driftBetween({ project, files: new Map([[path, now]]) }, { project, files: new Map([[path, bytes]]) }, host)
    : [];
  const entries = drift.map(({ kind, entry }) => ({ name: entry.name, change: kind }));
  return { path, takenAt, existed: bytes !== null, differs, entries };
}

async function realPath(typed: string, host: Host): Promise<string> {
  const path = resolve(host.places.cwd, typed);
  return host.files.realPath(path).catch(() => path);
}

/** A path that became a link, another user's file or one with two names since is not ours to write. */
async function assertOwn(path: string, host: Host): Promise<void> {
  const found = await host.files.stat(path);
  const { uid } = host.machine;
  const foreign = found !== null && (found.kind !== 'file' || (await namesOf(path, host)) > 1 || (uid >= 0 && found.uid !== uid));
  const real = found === null ? path : await host.files.realPath(path);
  if (foreign || real !== path)
    throw new GuardError('config-unwritable', `${path} is not restored`, {
      why: "it is a link, no file, or somebody else's now",
      hint: 'pinfold restore --list',
    });
}
