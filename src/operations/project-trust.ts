import { type IdentifiedEntry, identifiedEntries, loadsCode } from '../clients/entry-identity.ts';
import { readConfig } from '../clients/found-config.ts';
import { configFiles } from '../clients/locations.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { finding } from '../model/finding.ts';
import type { UntrustedEntry } from '../model/results.ts';
import { type EntryRecord, readEntryRecord, standingOf } from '../store/entry-record.ts';
import { projectHome, readLock } from '../store/home.ts';
import type { Policies } from '../store/policies.ts';
import { startsShown } from './adoptable.ts';
import { lockStanding } from './lock/lock-standing.ts';
import { type UnderstoodEntry, understand } from './read-clients.ts';
import { strayDecision } from './stray-decision.ts';

/** One of them as it is shown to the person who decides, with what policy says of it. */
export function describeEntry(one: UnderstoodEntry, policies: Policies, host: Host): UntrustedEntry {
  const { client, file, name, envNames, headerNames } = one.entry;
  const decision = strayDecision(one, [finding('entry-untrusted', name, { file })], policies, 'approve', host);
  return { client, file, name, starts: startsShown(one), hands: [...envNames, ...headerNames], decision };
}

/**
 * The entries in a project's own files that nobody on this machine answered for: a clone brings them, and a client may
 * start them. Not among them: what starts a pin that counts here, and what a person trusted or wrote by a command of ours.
 * In table order, then in the order of the files. A damaged record trusts nothing.
 *
 * @param lockCounts whether the project's lock answers for what it pins; default: as a person on this machine said, or a signature whose signer policy names
 */
export async function untrustedEntries(project: string, host: Host, lockCounts?: boolean): Promise<readonly IdentifiedEntry[]> {
  const record = await readEntryRecord('trusted', host).catch(nothing);
  const counts = lockCounts ?? (await projectLockCounts(project, host));
  const untrusted: IdentifiedEntry[] = [];
  for (const file of await configFiles({ project }, host)) {
    if (!file.containers.some(({ scope }) => scope === 'project')) continue;
    const config = await readConfig(file.path, host);
    if (config.state !== 'read') continue;
    for (const one of identifiedEntries(config.bytes, file, project)) {
      if (one.entry.scope === 'project' && !isAnsweredFor(one, { record, lockCounts: counts }, host)) untrusted.push(one);
    }
  }
  return untrusted;
}

function isAnsweredFor(
  one: IdentifiedEntry,
  { record, lockCounts }: { readonly record: EntryRecord | null; readonly lockCounts: boolean },
  host: Host,
): boolean {
  if (record !== null && standingOf(record, one) === 'known') return true;
  const { pin } = understand(one.entry, host);
  // The guard answers for what it starts, but not for code that a variable loads into the guard itself.
  return pin !== null && (pin.scope === 'user' || lockCounts) && !loadsCode(one);
}

async function projectLockCounts(project: string, host: Host): Promise<boolean> {
  const home = await projectHome(project, host);
  const lockFile = await readLock(home, host).catch(nothing);
  return lockFile !== null && (await lockStanding(home, lockFile, host)).counts !== 'no';
}

function nothing(cause: unknown): null {
  if (cause instanceof GuardError) return null;
  throw cause;
}
