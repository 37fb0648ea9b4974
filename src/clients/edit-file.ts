import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { backUp } from './backup.ts';
import type { EditTarget } from './locations.ts';
import { type EntryChange, type PlannedEdit, planEdit } from './plan-edit.ts';

/** Edits are made again when the client wrote the file between reading and renaming, this many times. */
const attempts = 5;

/**
 * Changes one entry of one config file and returns what was done: lock, read, plan, back up, write, and once more from
 * the start when another program wrote meanwhile. The lock lies beside the file under the name that proper-lockfile
 * gives it, which is also the one that Claude Code takes on its own state file.
 *
 * @throws GuardError as `planEdit`, `busy`, and `config-changed` when another program kept writing; nothing is written then.
 */
export async function editFile(target: EditTarget, change: EntryChange, host: Host): Promise<PlannedEdit> {
  // Refusals come before the lock, which may have to make a folder.
  const { path } = await planEdit(target, change, host);
  return host.files.locked(path, async () => {
    for (let attempt = 1; ; attempt++) {
      const edit = await planEdit(target, change, host);
      try {
        await applyEdit(edit, host);
        return edit;
      } catch (cause) {
        if (!(cause instanceof GuardError) || cause.code !== 'config-changed' || attempt === attempts) throw cause;
      }
    }
  });
}

/** Writes a planned edit, after a backup at the first touch. @throws GuardError `config-changed` when the file is not what was planned on. */
export async function applyEdit(edit: PlannedEdit, host: Host): Promise<void> {
  if (edit.before !== null && Buffer.compare(edit.before, edit.after) === 0) return;
  await backUp(edit, host);
  await host.files.writeAtomic(edit.path, edit.after, { expect: edit.before, mode: edit.mode });
}

/**
 * Takes an applied edit back, for a transaction that failed later: the bytes from before when nobody wrote since, else
 * only this entry, so that nothing of another program's is lost.
 */
export async function undoEdit(edit: PlannedEdit, host: Host): Promise<void> {
  await host.files.locked(edit.path, async () => {
    const now = await host.files.readBytes(edit.path, edit.after.length).catch(() => null);
    if (now !== null && Buffer.compare(now, edit.after) === 0) {
      if (edit.before === null) await host.files.remove(edit.path);
      else await host.files.writeAtomic(edit.path, edit.before, { expect: edit.after });
      return;
    }
    const change: EntryChange = edit.entryBefore === null ? { kind: 'remove' } : { kind: 'restore', entryText: edit.entryBefore };
    await applyEdit(await planEdit(edit.target, change, host), host);
  });
}
