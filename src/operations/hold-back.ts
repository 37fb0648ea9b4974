import { backUp } from '../clients/backup.ts';
import { type EntryChange, planEdits } from '../clients/plan-edit.ts';
import type { EntryDrift, Snapshot } from '../clients/snapshot.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { hazardousName } from '../model/hazardous-environment.ts';
import { installLauncher } from '../store/launcher.ts';
import { transact } from '../store/transaction.ts';
import { againWhenChanged } from './again-when-changed.ts';
import { blockedCommand } from './guarded-entry.ts';
import { understand } from './read-clients.ts';

/**
 * Keeps entries that a command wrote from starting until somebody has decided: clients that are open read their files
 * again at once, and a person takes minutes. In the place of each stands a guard that refuses. Returns, for each that was
 * held back, the change that brings it back as it was written. The others are off, cannot start, start the guard already,
 * or stand in a file that cannot be edited; then they may start meanwhile, as without this.
 *
 * `before`: the files before the command; what is kept as a file's backup.
 */
export async function holdBack(
  drift: readonly EntryDrift[],
  before: Snapshot,
  host: Host,
): Promise<ReadonlyMap<EntryDrift, readonly EntryChange[]>> {
  const held = new Map<EntryDrift, readonly EntryChange[]>();
  const strays = drift.filter(({ kind, entry }) => kind !== 'removed' && entry.enabled && entry.transport !== 'invalid');
  const startsSomething = ({ entry }: EntryDrift) => understand(entry, host).pin === null || hazardousName(entry.envNames) !== undefined;
  for (const one of strays.filter(startsSomething)) {
    const text = await blocked(one, before, host).catch((cause: unknown) => {
      if (cause instanceof GuardError) return null;
      throw cause;
    });
    if (text !== null) held.set(one, [{ kind: 'restore', entryText: text }]);
  }
  return held;
}

/** The entry as it was written; null when it is not there any more. */
async function blocked({ entry }: EntryDrift, before: Snapshot, host: Host): Promise<string | null> {
  const [command, ...args] = blockedCommand(entry.scope === 'project' ? 'project' : 'user', host.randomId(), host);
  const change: EntryChange = { kind: 'block', launch: { command, args } };
  const plan = async () => (await planEdits([{ target: entry, change }], host))[0];
  const first = await plan();
  if (first === undefined) return null;
  await installLauncher(host);
  return host.files.locked(first.path, () =>
    againWhenChanged(async () => {
      const planned = await plan();
      if (planned === undefined || planned.entryBefore === null) return null;
      await backUp({ ...planned, before: before.files.get(entry.file) ?? null }, host);
      await transact([planned], host);
      return planned.entryBefore;
    }),
  );
}
