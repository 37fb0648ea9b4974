import { backUp } from '../clients/backup.ts';
import type { EditTarget } from '../clients/locations.ts';
import { type EntryChange, type PlannedEdit, planEdits } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { type Home, type LockFile, lockPath, readLock } from '../store/home.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import { recover, transact } from '../store/transaction.ts';

export interface Edit {
  readonly target: EditTarget;
  readonly change: EntryChange;
}

export interface Change {
  readonly home: Home;
  /** The writes of our own files, planned on the lock as it is once nobody else can change it, and on the edits that will be made. */
  readonly writes: (lockFile: LockFile, edits: readonly PlannedEdit[]) => Promise<readonly PlannedWrite[]>;
  readonly edits: readonly Edit[];
}

/** A client that writes its file between our reading and renaming wins; then everything is planned again, so often. */
const attempts = 5;

/**
 * Applies our own writes and the edits of clients' files as one transaction: all of them or none, under the locks of
 * the lock file and of every config file. What an earlier command that was killed left half done is undone first.
 *
 * @throws GuardError as `planEdits`, `readLock` and `transact` do; `config-changed` when a client kept writing.
 */
export async function applyChange(change: Change, host: Host): Promise<void> {
  await applyLocked(lockPath(change.home), change.edits, () => once(change, host), host);
}

/** The same without the lock, which cannot be read or is not needed: only `edits` and the writes of other files of ours. */
export async function applyEdits(
  edits: readonly Edit[],
  writes: (edits: readonly PlannedEdit[]) => Promise<readonly PlannedWrite[]>,
  host: Host,
): Promise<void> {
  const attempt = async () => {
    const planned = await planEdits(edits, host);
    await commit(await writes(planned), planned, host);
  };
  await applyLocked(null, edits, attempt, host);
}

async function applyLocked(lock: string | null, edits: readonly Edit[], once: () => Promise<void>, host: Host): Promise<void> {
  await recover(host);
  // Refusals come before the locks, which may have to make a folder.
  const planned = await planEdits(edits, host);
  const paths = [...new Set([...(lock === null ? [] : [lock]), ...planned.map(({ path }) => path)])].sort();
  await allLocked(paths, host, async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once();
      } catch (cause) {
        if (!(cause instanceof GuardError) || cause.code !== 'config-changed' || attempt === attempts) throw cause;
      }
    }
  });
}

/** Locks are taken in one order everywhere (sorted by path), so that two commands never wait for each other. */
async function allLocked(paths: readonly string[], host: Host, action: () => Promise<void>): Promise<void> {
  const [path, ...rest] = paths;
  if (path === undefined) return action();
  await host.files.locked(path, () => allLocked(rest, host, action));
}

async function once(change: Change, host: Host): Promise<void> {
  const edits = await planEdits(change.edits, host);
  await commit(await change.writes(await readLock(change.home, host), edits), edits, host);
}

async function commit(own: readonly PlannedWrite[], edits: readonly PlannedEdit[], host: Host): Promise<void> {
  for (const edit of edits) await backUp(edit, host);
  // Clients' files come last: an entry must never name a pin that is not there yet.
  await transact([...own, ...edits.filter(changesBytes)], host);
}

function changesBytes({ before, after }: PlannedEdit): boolean {
  return before === null || Buffer.compare(before, after) !== 0;
}
