import { clientsHere, type EditTarget, targetFor } from '../clients/locations.ts';
import type { EntryChange } from '../clients/plan-edit.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { LockScope } from '../model/pin.ts';
import type { UnderstoodEntry } from './read-clients.ts';

export interface PlaceRequest {
  readonly name: string;
  /** This package is pinned under the name already: what starts something else under it took the place of the guard. */
  readonly pinned: boolean;
  /** True for an entry that starts, or asks, the same server without the guard. */
  readonly isSame: (entry: UnderstoodEntry['entry']) => boolean;
  readonly scope: LockScope;
  /** null = every client that is set up here. */
  readonly clients: readonly string[] | null;
  readonly project: string | null;
}

export interface ChosenPlace {
  readonly target: EditTarget;
  readonly action: 'add' | 'replace';
  /** Names of the variables that an entry which is replaced carries; it keeps them. */
  readonly envNames: readonly string[];
  /** What is done to the entry before; default nothing. */
  readonly first?: readonly EntryChange[];
}

/**
 * Where the entry goes: one place per client. An entry of the same name that starts the same package, guarded or not, is
 * replaced; one that starts something else is in the way, unless it took the place of an entry that was approved.
 *
 * @throws GuardError `usage` when no client is set up; `name-taken`; as `targetFor`.
 */
export async function choosePlaces(
  request: PlaceRequest,
  entries: readonly UnderstoodEntry[],
  host: Host,
): Promise<readonly ChosenPlace[]> {
  const ids = [...new Set(request.clients ?? (await clientsHere({ project: request.project }, host)))];
  if (ids.length === 0) {
    throw new GuardError('usage', 'no client is set up here', {
      why: 'none of the folders that clients make was found',
      hint: 'name one: --client claude-desktop',
    });
  }
  const places: ChosenPlace[] = [];
  for (const client of ids) {
    const target = await targetFor({ client, scope: request.scope, name: request.name }, { project: request.project }, host);
    places.push(occupied(target, request, entries));
  }
  return places;
}

function occupied(target: EditTarget, request: PlaceRequest, entries: readonly UnderstoodEntry[]): ChosenPlace {
  const there = entries.find(({ entry }) => entry.file === target.file && samePath(entry.rawPath, target.rawPath));
  if (there === undefined) return { target, action: 'add', envNames: [] };
  const ours = there.pin !== null && there.pin.name === request.name && there.pin.scope === request.scope;
  const same = request.isSame(there.entry);
  if (ours || same || request.pinned) return { target, action: 'replace', envNames: there.entry.envNames };
  throw new GuardError('name-taken', `${target.client} already has a server named \`${request.name}\``, {
    why: 'it starts something else',
    hint: `give this one another name: --name ${request.name}-2`,
  });
}

function samePath(a: readonly (string | number)[], b: readonly (string | number)[]): boolean {
  return a.length === b.length && a.every((segment, index) => segment === b[index]);
}
