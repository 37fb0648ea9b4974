import type { Host } from '../host/host.ts';
import { type BlockedItem, listBlocked, readBlocked } from './blocked.ts';
import type { ServerPlace } from './server-place.ts';

/** A scope that a person blocked for ever. */
export interface BlockedScope {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Under which name: `unblock` takes it back there. */
  readonly by: Pick<ServerPlace, 'name' | 'scope'>;
}

/**
 * What no sign-in to a server elsewhere may be good for: what was blocked under its own name, and what was blocked for the
 * same origin under any other name, of the user, or of the same project. Otherwise another name would be all that it takes
 * to be asked again. Not for an issuer: the same right may be harmless in another server's hands.
 *
 * @param place `name` null = it has none yet
 * @throws GuardError `file-unreadable` when one of the records is damaged: then it is not known what is blocked.
 */
export async function scopesBlockedFor(
  place: Omit<ServerPlace, 'name'> & { readonly name: string | null },
  url: string,
  host: Host,
): Promise<readonly BlockedScope[]> {
  const { origin } = new URL(url);
  const scopes = [
    { scope: 'user', project: null } as const,
    ...(place.project === null ? [] : [{ scope: 'project', project: place.project } as const]),
  ];
  const found: BlockedScope[] = [];
  for (const scope of scopes) {
    for (const name of await listBlocked(scope.project, host)) {
      const isOwn = name === place.name && scope.scope === place.scope;
      const holds = ({ kind, origin: of }: BlockedItem) => kind === 'scope' && (isOwn || of === origin);
      for (const item of (await readBlocked({ ...scope, name }, host)).filter(holds))
        found.push({ name: item.name, at: item.at, by: { name, scope: scope.scope } });
    }
  }
  return found;
}

/** Their names, each once. */
export function namesOf(blocked: readonly BlockedScope[]): readonly string[] {
  return [...new Set(blocked.map(({ name }) => name))];
}
