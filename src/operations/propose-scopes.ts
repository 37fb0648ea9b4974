import type { Host } from '../host/host.ts';
import { digestValue } from '../model/digest.ts';
import { scopesBlockedFor } from '../store/blocked-scopes.ts';
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
export async function proposeScopes(
  { place, url }: { readonly place: ServerPlace; readonly url: string },
  scopes: readonly string[],
  host: Host,
): Promise<Proposed> {
  // Where it cannot be known what is blocked, nothing waits: it could be offered again.
  const blocked = await scopesBlockedFor(place, url, host).catch(() => null);
  const never = blocked?.filter(({ name }) => scopes.includes(name)) ?? [];
  const offered = blocked === null ? [] : scopes.filter((scope) => !never.some(({ name }) => name === scope));
  const items = offered.map((scope): PendingItem => {
    return { kind: 'scope', name: scope, digest: digestValue(scope), template: scope, pinned: null };
  });
  await addPending(place, items, host);
  const noted = scopes.slice(0, 50).map((name) => ({ kind: 'scope', name, reason: 'not-approved' }));
  await appendLedger({ event: 'withheld', server: `${place.scope}:${place.name}`, detail: { items: noted, count: scopes.length } }, host);
  const [first] = never;
  return offered.length === 0 && first !== undefined
    ? { blocked: true, command: unblockCommand(first.by.scope, first.by.name) }
    : { blocked: false, command: scopedCommand('approve', place.scope, place.name) };
}
