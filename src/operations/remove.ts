import { clientById } from '../clients/index.ts';
import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { isPinName } from '../lockfile/names.ts';
import { GuardError } from '../model/errors.ts';
import type { LockScope } from '../model/pin.ts';
import type { Removed } from '../model/results.ts';
import { shellLine } from '../model/shell-line.ts';
import { listAdoptions } from '../store/adoption.ts';
import { readLock } from '../store/home.ts';
import { appendLedger } from '../store/ledger.ts';
import { isForServer, ownName } from '../store/secret-record.ts';
import { listSecrets, settleSecrets } from '../store/secrets.ts';
import { applyChange, type Change } from './apply.ts';
import { scopeOption } from './command-line.ts';
import { planUnpin } from './pin-writes.ts';
import { planForgetPrevious } from './previous.ts';
import { readClients } from './read-clients.ts';
import { homeOf } from './scope-home.ts';
import { withSignInEnded } from './sign-out.ts';

export interface RemoveRequest {
  readonly name: string;
  readonly scope: LockScope;
  /** Only out of these clients; null = all. */
  readonly clients: readonly string[] | null;
  /** Answers the question that is asked when secrets would be deleted with the pin. */
  readonly yes: boolean;
}

/**
 * Takes the guarded entries of a pin out of the clients and, when none is left, forgets the pin. The tree stays until
 * `store prune`. Tokens of a person who signed in are taken back where they came from. @throws GuardError `client-not-found`; `pin-not-found` when neither a pin nor an entry has the name.
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
  const pin = isPinName(name) ? pinOf(lock, name) : null;
  const known = pin !== null;
  if (!known && chosen.length === 0) {
    throw new GuardError('pin-not-found', `nothing is pinned as \`${name}\` in ${scope} scope, and no client starts it`, {
      hint: 'pinfold list',
    });
  }
  const forget = known && chosen.length === using.length;
  const place = { name, scope, project: home.project };
  // Somebody who signed in can do so again.
  const secrets = forget ? (await listSecrets(place, host)).map((one) => one.name).filter((one) => !one.startsWith('oauth ')) : [];
  if (secrets.length > 0 && !request.yes) {
    const adopted = (await listAdoptions(host)).some(({ adoption }) => adoption.pin.name === name && adoption.pin.scope === scope);
    const comesBack = chosen.length > 0 && (adopted || pin?.status === 'grandfathered');
    await agree({ name, scope, comesBack, secrets: secrets.filter((one) => !one.startsWith('entry ')).map(ownName) }, host);
  }
  const change: Change = {
    home,
    writes: async (lockFile) =>
      forget ? [...(await planUnpin(home, lockFile, name, host)), ...(await planForgetPrevious(home, name, host))] : [],
    edits: chosen.map(({ found }) => ({ target: found, change: { kind: 'remove' } })),
  };
  const apply = async () => {
    await applyChange(change, host);
    await settleSecrets(place, host);
    await appendLedger({ event: 'removed', server: `${scope}:${name}`, detail: { entries: chosen.length, forgotten: forget } }, host);
  };
  const signedOut = forget ? await withSignInEnded(place, apply, host) : await apply().then(() => null);
  const places = chosen.map(({ entry }) => ({ client: entry.client, file: entry.file, name: entry.name }));
  return { name, places, pinForgotten: forget, secretsForgotten: secrets.filter(isForServer).map(ownName), signedOut };
}

interface Going {
  readonly name: string;
  readonly scope: LockScope;
  /** Names of what would be deleted. */
  readonly secrets: readonly string[];
  /** `release` has something to put them back into. */
  readonly comesBack: boolean;
}

/** Nothing else holds them any more, so nothing takes this back. */
async function agree({ name, scope, secrets, comesBack }: Going, host: Host): Promise<void> {
  const again = (command: 'remove' | 'release') => shellLine(['pinfold', command, '--yes', ...scopeOption(scope), name]);
  const what = secrets.length === 0 ? 'what its entry was' : `the secrets ${secrets.join(', ')}`;
  if (!host.terminal.interactive) {
    throw new GuardError('approval-needed', `\`${name}\` is not removed without a yes`, {
      why: `${what} would be deleted with it, and pinfold holds them alone`,
      hint: comesBack ? `${again('remove')}, or put back first what its entries held: ${again('release')}` : again('remove'),
    });
  }
  const back = comesBack ? ` (\`${again('release')}\` puts back what its entries held)` : '';
  const answer = await host.terminal.ask(`deletes ${what}, which pinfold holds alone${back}; go on? [y/N] `);
  if (/^y(?:es)?$/i.test(answer)) return;
  throw new GuardError('approval-refused', 'nothing was removed');
}
