import type { Host } from '../host/host.ts';
import type { ClientEntry, ProjectTrust } from '../model/client-entry.ts';
import type { QuarantinedEntry } from '../model/entry-results.ts';
import { listQuarantined } from '../store/quarantine.ts';
import { untrustedEntries } from './project-trust.ts';
import { heldEntry, shownOf } from './quarantine.ts';

/** What this machine knows of an entry beyond what its file says. */
export interface EntryStanding {
  /** null for an entry that did not come with a project. */
  readonly trust: ProjectTrust | null;
  /** The record of `watch`, which keeps it from starting; null = it waits for no review. */
  readonly quarantined: QuarantinedEntry | null;
}

/** Looks up entries of one reading: those of this user, and of a project (real path; null = none). */
export async function entryStandings(project: string | null, host: Host): Promise<(entry: ClientEntry) => EntryStanding> {
  const untrusted = new Set((project === null ? [] : await untrustedEntries(project, host)).map(({ entry }) => keyOf(entry)));
  const quarantined = new Map<string, QuarantinedEntry>();
  for (const kept of await listQuarantined(host)) {
    const held = await heldEntry(kept, host);
    if (held !== null) quarantined.set(keyOf(held), shownOf(kept.entry));
  }
  return (entry) => ({
    trust: entry.scope !== 'project' ? null : untrusted.has(keyOf(entry)) ? 'untrusted' : 'trusted',
    quarantined: quarantined.get(keyOf(entry)) ?? null,
  });
}

function keyOf({ client, file, rawPath }: Pick<ClientEntry, 'client' | 'file' | 'rawPath'>): string {
  return JSON.stringify([client, file, rawPath]);
}
