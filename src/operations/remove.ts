import { clientById } from '../clients/index.ts';
import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { isPinName } from '../lockfile/names.ts';
import { GuardError } from '../model/errors.ts';
import type { LockScope } from '../model/pin.ts';
import type { Removed } from '../model/results.ts';
import { readLock } from '../store/home.ts';
import { appendLedger } from '../store/ledger.ts';
import { settleSecrets } from '../store/secrets.ts';
import { applyChange } from './apply.ts';
import { planUnpin } from './pin-writes.ts';
import { planForgetPrevious } from './previous.ts';
import { readClients } from './read-clients.ts';
import { homeOf } from './scope-home.ts';

export interface RemoveRequest {
  readonly name: string;
  readonly scope: LockScope;
  /** Only out of these clients; null = all. */
  readonly clients: readonly string[] | null;
}

/**
 * Takes the guarded entries of a pin out of the clients and, when none is left, forgets the pin. The tree stays until
 * `store prune`. @throws GuardError `client-not-found`; `pin-not-found` when neither a pin nor an entry has the name.
 */
export async function remove(request: RemoveRequest, host: Host): Promise<Removed> {
  const { name, scope } = request;
  for (const id of request.clients ?? []) clientById(id);
  const home = await homeOf(scope, null, host);
  const { lock } = await readLock(home, host);
  const using = (await readClients({ client: null, project: home.project }, host)).entries.filter(
    ({ pin }) => pin?.scope === scope && pin.name === name,
  );
  const chosen = using.filter(({ entry }) => request.clients === null || request.clients.includes(entry.client));
  const known = isPinName(name) && pinOf(lock, name) !== null;
  if (!known && chosen.length === 0) {
    throw new GuardError('pin-not-found', `nothing is pinned as \`${name}\` in ${scope} scope, and no client starts it`, {
      hint: 'pinfold list',
    });
  }
  const forget = known && chosen.length === using.length;
  await applyChange(
    {
      home,
      writes: async (lockFile) =>
        forget ? [...(await planUnpin(home, lockFile, name, host)), ...(await planForgetPrevious(home, name, host))] : [],
      edits: chosen.map(({ found }) => ({ target: found, change: { kind: 'remove' } })),
    },
    host,
  );
  if (forget) await settleSecrets({ name, scope, project: home.project }, host);
  await appendLedger({ event: 'removed', server: `${scope}:${name}`, detail: { entries: chosen.length, forgotten: forget } }, host);
  return { name, places: chosen.map(({ entry }) => ({ client: entry.client, file: entry.file, name: entry.name })), pinForgotten: forget };
}
