import type { Host } from '../host/host.ts';
import { digestValue } from '../model/digest.ts';
import { isBlocked, readBlocked } from '../store/blocked.ts';
import { appendLedger } from '../store/ledger.ts';
import { addPending, type PendingItem } from '../store/pending.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { scopedCommand, unblockCommand } from './command-line.ts';

/** What a person can do about rights that nobody approved. `blocked`: all of them are blocked for ever. */
export interface Proposed {
  readonly blocked: boolean;
  /** The command with which a person decides. */
  readonly command: string;
}

/** Puts rights of a sign-in that nobody approved before a person, who is not asked again about what is blocked for ever. */
export async function proposeScopes(place: ServerPlace, scopes: readonly string[], host: Host): Promise<Proposed> {
  const items = scopes.map((scope): PendingItem => {
    return { kind: 'scope', name: scope, digest: digestValue(scope), template: scope, pinned: null };
  });
  const blocked = await readBlocked(place, host).catch(() => []);
  await addPending(place, items, host);
  const noted = items.slice(0, 50).map(({ kind, name }) => ({ kind, name, reason: 'not-approved' }));
  await appendLedger({ event: 'withheld', server: `${place.scope}:${place.name}`, detail: { items: noted, count: items.length } }, host);
  return items.every((item) => isBlocked(blocked, item))
    ? { blocked: true, command: unblockCommand(place.scope, place.name) }
    : { blocked: false, command: scopedCommand('approve', place.scope, place.name) };
}
