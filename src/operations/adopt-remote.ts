import type { Host } from '../host/host.ts';
import { canonical } from '../model/canonical.ts';
import { GuardError, withWhy } from '../model/errors.ts';
import { isRemotePin, type Pin } from '../model/pin.ts';
import { printable } from '../model/printable.ts';
import { shellLine } from '../model/shell-line.ts';
import { namesOf, scopesBlockedFor } from '../store/blocked-scopes.ts';
import type { Policies } from '../store/policies.ts';
import { readHeadersFor } from '../store/remote-headers.ts';
import type { ServerPlace } from '../store/server-place.ts';
import type { RemoteEntry } from './adoptable-remote.ts';
import type { Progress } from './progress.ts';
import { decideRemote, discloseRemote, type RemoteDisclosed } from './remote-disclose.ts';

/** What became of looking at the server of an entry. */
export type AdoptedRemote =
  | {
      readonly how: 'remote';
      readonly disclosed: RemoteDisclosed /** What a person does next; null = nothing. */;
      readonly hint: string | null;
    }
  | { readonly how: 'failed' | 'blocked' | 'left'; readonly why: string; readonly hint: string };

/**
 * Looks at the server of an entry with what the entry sends it. One that a person signs in to is adopted only where a
 * person is there to sign in again: what its client was given stays with the client.
 *
 * @throws GuardError `interrupted`.
 */
export async function adoptRemote(
  { reference, headers }: RemoteEntry,
  place: ServerPlace,
  given: { readonly listed: boolean; readonly policies: Policies; readonly attended: boolean; readonly login: string },
  host: Host,
  progress: Progress,
): Promise<AdoptedRemote> {
  const request = { reference, typed: reference.url, headers, token: null, listed: given.listed };
  const blocked = async () => namesOf(await scopesBlockedFor(place, reference.url, host));
  const disclose = async () => discloseRemote({ ...request, blockedScopes: await blocked() }, host, progress);
  const disclosed = await disclose().catch((cause: unknown) => {
    if (cause instanceof GuardError && cause.code !== 'interrupted') return cause;
    throw cause;
  });
  if (disclosed instanceof GuardError) {
    const why = withWhy(disclosed);
    return { how: 'failed', why, hint: disclosed.hint ?? 'run the same command again when the server answers' };
  }
  const { facts } = disclosed;
  const decision = decideRemote(facts, given.policies.layers, 'audit', 'none');
  if (decision.verdict === 'block')
    return { how: 'blocked', why: decision.reasons[0] ?? 'a finding at block level', hint: shellLine(['pinfold', 'info', reference.url]) };
  const { status, servers } = facts.authorization;
  const isOpened = status === 'oauth-calls' && Object.keys(headers).length > 0;
  if (status === 'none' || status === 'static' || isOpened) return { how: 'remote', disclosed, hint: null };
  const install = shellLine(['pinfold', 'install', '--name', place.name, reference.url]);
  if (status === 'unknown' || Object.keys(headers).length > 0)
    return { how: 'left', why: 'it does not let the guard in with what the entry sends', hint: install };
  if (given.attended) return { how: 'remote', disclosed, hint: `sign in, which its client did until now: ${given.login}` };
  const where = servers.map(({ issuer }) => printable(new URL(issuer).host, { maxLength: 100 })).join(' or ');
  return { how: 'left', why: `behind the guard somebody has to sign in at ${where}`, hint: install };
}

/** True for a pin that would be made again for this entry: the same address, asked with the same headers. */
export async function standsForRemote(pin: Pin, { reference, headers }: RemoteEntry, place: ServerPlace, host: Host): Promise<boolean> {
  if (!isRemotePin(pin) || pin.launch.url !== reference.url || pin.status === 'blocked' || pin.status === 'revoked') return false;
  const kept = await readHeadersFor(place, reference.url, host).catch(() => null);
  return kept !== null && canonical({ ...kept }) === canonical({ ...headers });
}
