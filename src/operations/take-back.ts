import { configFiles } from '../clients/locations.ts';
import { type EntryDrift, type Snapshot, takenBack } from '../clients/snapshot.ts';
import { writablePlace } from '../clients/writable.ts';
import type { Host } from '../host/host.ts';
import type { LeftAlone } from '../model/entry-results.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { readOptional } from '../store/read-optional.ts';
import { transact } from '../store/transaction.ts';
import { againWhenChanged } from './again-when-changed.ts';

/**
 * Takes drift back, file by file, under the lock of each: the old bytes where nothing else changed, else only these
 * entries. Returns what could not be taken back, with the reason; empty when all was.
 */
export async function takeBack(before: Snapshot, drift: readonly EntryDrift[], host: Host): Promise<readonly LeftAlone[]> {
  const left: LeftAlone[] = [];
  const files = await configFiles({ project: before.project }, host);
  for (const path of new Set(drift.map(({ entry }) => entry.file))) {
    const own = drift.filter(({ entry }) => entry.file === path);
    const [first] = own;
    const file = files.find((one) => one.path === path && one.client.id === first?.entry.client);
    try {
      if (file === undefined || first === undefined)
        throw new GuardError('config-changed', `${path} is gone`, { why: 'it is no config file any more' });
      const place = await writablePlace(file, first.entry, host);
      await host.files.locked(place.path, async () => {
        await againWhenChanged(async () => {
          const now = await readOptional(place.path, limits.configMaxBytes, host);
          if (now === null) return; // somebody removed it: nothing is left to take back
          const after = takenBack(file, before.files.get(path) ?? null, now, own);
          await transact([{ path: place.path, before: now, after }], host);
        });
      });
    } catch (cause) {
      if (!(cause instanceof GuardError)) throw cause;
      left.push(
        ...own.map(({ entry: { client, scope, file: at, name } }) => ({ client, scope, file: at, name, why: cause.why ?? cause.message })),
      );
    }
  }
  return left;
}
