import { dirname, join } from 'node:path';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { type Journal, parseJournal, printJournal } from './journal.ts';
import type { PlannedWrite } from './planned-write.ts';
import { readOptional } from './read-optional.ts';

/**
 * Applies all writes, in order, or none. A journal with the bytes before and after is on disk first (readable by this
 * user only, gone at the end); each file is replaced only while it still holds `before`. When a step fails, what was
 * written is restored and the error is thrown again; after a crash `recover` does the same.
 *
 * Files that somebody else changed in the meantime are never overwritten, neither forwards nor backwards.
 *
 * @throws GuardError `config-changed` when a file no longer holds `before`; `file-unwritable`, `file-unreadable`.
 */
export async function transact(writes: readonly PlannedWrite[], host: Host): Promise<void> {
  const changes = writes.filter((write) => !same(write.before, write.after));
  const wanted = await Promise.all(changes.map((write) => withMode(write, host)));
  if (wanted.length === 0) return;
  const twice = wanted.find((write, at) => wanted.findIndex((other) => other.path === write.path) !== at);
  if (twice !== undefined) throw new TypeError(`two planned writes of ${twice.path}`);
  const journal = join(journalFolder(host), `${host.randomId()}.json`);
  await host.files.writeAtomic(
    journal,
    printJournal({ pid: host.processes.pid, hostname: host.machine.hostname, startedMs: host.now(), writes: wanted }),
  );
  let done = 0;
  try {
    for (const write of wanted) {
      await replace(write.path, write.before, write.after, write.mode, host);
      done += 1;
    }
  } catch (cause) {
    const { kept } = await undo(wanted.slice(0, done), host);
    await host.files.remove(journal);
    throw kept.length === 0 ? cause : halfUndone(kept, cause);
  }
  await host.files.remove(journal);
}

/** A removed file that is put back gets its own mode back, not the default. */
async function withMode(write: PlannedWrite, host: Host): Promise<PlannedWrite> {
  if (write.after !== null || write.mode !== undefined) return write;
  const stat = await host.files.stat(write.path);
  return stat === null ? write : { ...write, mode: stat.mode };
}

function journalFolder(host: Host): string {
  return join(host.places.data, 'transactions');
}

async function replace(path: string, from: Uint8Array | null, to: Uint8Array | null, mode: number | undefined, host: Host): Promise<void> {
  if (to !== null) {
    await host.files.writeAtomic(path, to, mode === undefined ? { expect: from } : { expect: from, mode });
    return;
  }
  const now = await current(path, host);
  if (!same(now, from)) {
    throw new GuardError('config-changed', `${path} changed while it was being edited`, {
      why: 'another program wrote it in the meantime; nothing was overwritten',
      hint: 'run the same command again',
    });
  }
  await host.files.remove(path);
}

async function current(path: string, host: Host): Promise<Uint8Array | null> {
  return readOptional(path, limits.journalMaxBytes, host);
}

function same(left: Uint8Array | null, right: Uint8Array | null): boolean {
  return left === null || right === null ? left === right : Buffer.compare(left, right) === 0;
}

/** Restores `before`, last first, wherever a file holds `after`. A file that never got that far holds `before` already. */
async function undo(writes: readonly PlannedWrite[], host: Host): Promise<{ readonly undone: string[]; readonly kept: string[] }> {
  const undone: string[] = [];
  const kept: string[] = [];
  for (const { path, before, after, mode } of writes.toReversed()) {
    try {
      const now = await current(path, host);
      if (same(now, before)) continue;
      if (!same(now, after)) {
        kept.push(path);
        continue;
      }
      await replace(path, after, before, mode, host);
      undone.push(path);
    } catch (cause) {
      if (!(cause instanceof GuardError)) throw cause;
      kept.push(path);
    }
  }
  return { undone, kept };
}

function halfUndone(kept: readonly string[], cause: unknown): GuardError {
  const first = cause instanceof GuardError ? cause : null;
  return new GuardError(first?.code ?? 'file-unwritable', first?.message ?? 'a change could not be finished', {
    why: `${first?.why ?? 'it failed'}; not put back, because somebody else changed it since or it cannot be written: ${kept.join(', ')}`,
    ...(first?.hint === undefined ? {} : { hint: first.hint }),
    cause,
  });
}

/** What `recover` found. Paths; both empty when nothing was left over. */
export interface Recovery {
  /** Put back as they were before the interrupted command. */
  readonly undone: readonly string[];
  /** Left alone: somebody else changed them since, or they cannot be written. */
  readonly kept: readonly string[];
}

/**
 * Undoes what commands that were killed left half done. Called before every command that writes, and again under the
 * locks of the files that it edits; transactions of living processes are left alone. A journal that cannot be read was
 * never acted upon: it is written before the first change, and whole.
 *
 * One process at a time: a second one, which read the journal before it was gone, could take back what the command of
 * the first one has written since, because it may be the same bytes. `beside`: files whose folders are cleaned in any case.
 */
export async function recover(host: Host, beside: readonly string[] = []): Promise<Recovery> {
  const left = (await abandoned(host)).length > 0;
  const recovery = left ? await host.files.locked(journalFolder(host), () => undoAbandoned(host)) : { undone: [], kept: [] };
  // Backups and the journals of `exec` hold whole config files too.
  const own = ['transactions', 'backups', 'exec'].map((folder) => join(host.places.data, folder));
  for (const folder of new Set([...own, ...beside.map((path) => dirname(path))])) await removeLeftovers(folder, host);
  return recovery;
}

async function undoAbandoned(host: Host): Promise<Recovery> {
  const undone: string[] = [];
  const kept: string[] = [];
  for (const { path, journal } of await abandoned(host)) {
    if (journal !== null) {
      const result = await undo(journal.writes, host);
      undone.push(...result.undone);
      kept.push(...result.kept);
      for (const { path: written } of journal.writes) await removeLeftovers(dirname(written), host);
    }
    await host.files.remove(path);
  }
  return { undone, kept };
}

/** Journals whose process is gone; null = a damaged one. */
async function abandoned(host: Host): Promise<readonly { readonly path: string; readonly journal: Journal | null }[]> {
  const found: { path: string; journal: Journal | null }[] = [];
  for (const name of await host.files.list(journalFolder(host))) {
    if (!name.endsWith('.json') || name.startsWith('.')) continue;
    const path = join(journalFolder(host), name);
    const bytes = await readOptional(path, limits.journalMaxBytes, host);
    if (bytes === null) continue; // its process is through by now
    const journal = parseJournal(bytes);
    if (journal === null || !isRunning(journal, host)) found.push({ path, journal });
  }
  return found;
}

/** A process of another machine (or container) that shares this home cannot be asked: it is given its time. */
function isRunning(journal: Journal, host: Host): boolean {
  const age = host.now() - journal.startedMs;
  if (Math.abs(age) > limits.transactionMaxMs) return false;
  return journal.hostname !== host.machine.hostname || host.processes.isAlive(journal.pid);
}

/** Temporary files of `writeAtomic` whose process is gone: they may hold a config's secrets. */
async function removeLeftovers(folder: string, host: Host): Promise<void> {
  for (const name of await host.files.list(folder)) {
    const pid = /^\.(\d+)-[a-z0-9]+\.pinfold-tmp$/.exec(name)?.[1];
    if (pid !== undefined && !host.processes.isAlive(Number(pid))) await host.files.remove(join(folder, name)).catch(() => undefined);
  }
}
