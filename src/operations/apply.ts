import type { PlannedChange, PlannedEdit } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { type Home, type LockFile, lockPath, readLock } from '../store/home.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import { applyLocked } from './apply-edits.ts';

export interface Change {
  readonly home: Home;
  /** The writes of our own files, planned on the lock as it is once nobody else can change it, and on the edits that will be made. */
  readonly writes: (lockFile: LockFile, edits: readonly PlannedEdit[]) => Promise<readonly PlannedWrite[]>;
  readonly edits: readonly PlannedChange[];
}

/**
 * Applies our own writes and the edits of clients' files as one transaction: all of them or none, under the locks of
 * the lock file and of every config file.
 *
 * @throws GuardError as `applyEdits` and `readLock` do.
 */
export async function applyChange({ home, writes, edits }: Change, host: Host): Promise<void> {
  const own = async (planned: readonly PlannedEdit[]) => writes(await readLock(home, host), planned);
  await applyLocked([lockPath(home)], edits, own, 'by-a-person', host);
}
