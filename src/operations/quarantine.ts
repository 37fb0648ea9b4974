import { decodeConfig } from '../clients/config-text.ts';
import { openText } from '../clients/edit/open-text.ts';
import { identifiedEntries, loadsCode, sameContainer } from '../clients/entry-identity.ts';
import { clientById } from '../clients/index.ts';
import { type ConfigFile, configFiles } from '../clients/locations.ts';
import type { EntryChange, PlannedEdit } from '../clients/plan-edit.ts';
import { entriesIn, type FoundEntry } from '../clients/read.ts';
import type { Host } from '../host/host.ts';
import type { QuarantinedEntry } from '../model/entry-results.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { isoTime } from '../model/time.ts';
import { type EntryRecord, type Identified, standingOf } from '../store/entry-record.ts';
import { installLauncher } from '../store/launcher.ts';
import { appendLedger } from '../store/ledger.ts';
import type { PlannedWrite } from '../store/planned-write.ts';
import { type KeptQuarantine, listQuarantined, planQuarantine, planQuarantineRemoval, type Quarantined } from '../store/quarantine.ts';
import { startsShown } from './adoptable.ts';
import { applyEdits } from './apply-edits.ts';
import { blockedCommand, blockedId } from './guarded-entry.ts';
import { understand } from './read-clients.ts';

/** An entry that would start something that nobody approved. */
export interface Stray {
  readonly entry: FoundEntry;
  readonly change: 'added' | 'changed';
}

/**
 * Whether an entry would start what nobody approved; null = it would not: it is off or broken, starts the guard, is the
 * administrator's, or was accepted as it is.
 */
export function strayOf(entry: FoundEntry, identified: Identified, accepted: EntryRecord, host: Host): Stray | null {
  if (!entry.enabled || entry.transport === 'invalid' || entry.scope === 'managed') return null;
  const standing = standingOf(accepted, identified);
  if (standing === 'known') return null;
  // The guard answers for what it starts, and starts nothing where it refuses, but not for code that gets into the guard itself.
  if ((isBlocked(entry, host) || understand(entry, host).pin !== null) && !loadsCode({ entry, meaning: identified.meaning })) return null;
  return { entry, change: standing };
}

function isBlocked({ command, args }: FoundEntry, host: Host): boolean {
  return command !== null && blockedId(command, args, host) !== null;
}

/** What a stray took the place of, where that is known. */
export interface Earlier {
  readonly file: ConfigFile;
  /** The bytes of its file when every entry in it was fine; null = not known. */
  readonly good: Uint8Array | null;
}

/**
 * Keeps a stray from starting, in its client's own way to switch a server off, or, where there is none in the file, with
 * a guard in its place that refuses. Nothing of it is lost: the record that is kept brings it back. null when it was gone
 * or fine by the time.
 *
 * @throws GuardError as `planEdit`: the file cannot be edited, so the entry may start.
 */
export async function quarantine(stray: Stray, earlier: Earlier, host: Host): Promise<QuarantinedEntry | null> {
  const { entry, change } = stray;
  const id = host.randomId();
  const off: EntryChange = { kind: 'switch', on: false, project: entry.project };
  const [command, ...args] = blockedCommand(entry.scope === 'project' ? 'project' : 'user', id, host);
  const blocked: EntryChange = { kind: 'block', launch: { command, args } };
  const record = (how: QuarantinedEntry['how'], entryText: string): Quarantined => {
    const { client, scope, file, rawPath, name, project } = entry;
    const starts = startsShown(understand(entry, host));
    const base = { id, client, scope, file, rawPath, name, project, change, how, starts, at: isoTime(host.now()) };
    return { ...base, entryText, earlierText: change === 'changed' ? earlierText(entry, earlier) : null };
  };
  const apply = async (how: QuarantinedEntry['how'], edit: EntryChange) => {
    let kept: Quarantined | null = null;
    const writes = async ([planned]: readonly PlannedEdit[]) => {
      const [edited] = planned?.entries ?? [];
      if (planned === undefined || edited?.before == null || !isStill(entry, planned, earlier.file)) throw moved(entry);
      kept = record(how, edited.before);
      return [...(await earlierRecords(kept, host)), planQuarantine(kept, host)];
    };
    await applyEdits([{ target: entry, change: edit }], writes, host, 'by-watch');
    return kept as Quarantined | null;
  };
  try {
    let kept = await switchable(entry, () => apply('off', off));
    if (kept === null) {
      await installLauncher(host);
      kept = await apply('blocked', blocked);
    }
    if (kept === null) return null;
    await appendLedger(
      { event: 'quarantined', server: null, detail: { client: entry.client, name: entry.name, change, how: kept.how } },
      host,
    );
    return shownOf(kept);
  } catch (cause) {
    if (cause instanceof Moved) return null;
    throw cause;
  }
}

/** Records of the same place say nothing new: somebody let the entry go, and it was caught again. */
async function earlierRecords(now: Quarantined, host: Host): Promise<readonly PlannedWrite[]> {
  const same = (await listQuarantined(host)).filter(
    ({ entry: { client, scope, file, name, rawPath } }) =>
      client === now.client && scope === now.scope && file === now.file && name === now.name && sameContainer(rawPath, now.rawPath),
  );
  return same.map(planQuarantineRemoval);
}

/** The client's own switch, where its file has one and takes it; null = it has none. */
async function switchable(entry: FoundEntry, apply: () => Promise<Quarantined | null>): Promise<Quarantined | null> {
  if (clientById(entry.client).switch.kind === 'elsewhere') return null;
  try {
    return await apply();
  } catch (cause) {
    if (cause instanceof GuardError && cause.code === 'config-unwritable') return null;
    throw cause;
  }
}

/** Somebody changed the entry between the look and the edit: it is looked at again. */
class Moved extends Error {}

function moved({ file }: FoundEntry): Moved {
  return new Moved(`${file} changed meanwhile`);
}

/** True while the file still holds just the entry that was judged. */
function isStill(entry: FoundEntry, { before }: PlannedEdit, file: ConfigFile): boolean {
  const { writable: _, ...judged } = entry;
  return entriesIn(before, file, entry.project).some(({ writable: __, ...now }) => JSON.stringify(now) === JSON.stringify(judged));
}

function earlierText(entry: FoundEntry, { file, good }: Earlier): string | null {
  if (good === null) return null;
  const same = identifiedEntries(good, file, entry.project).find(
    (one) => one.entry.name === entry.name && sameContainer(one.entry.rawPath, entry.rawPath),
  );
  return same === undefined ? null : openText(decodeConfig(good).text, file.dialect).textAt(same.entry.rawPath);
}

/** What may be shown of a record: everything but the entry itself. */
export function shownOf({ id, client, scope, file, name, change, how, at, starts }: Quarantined): QuarantinedEntry {
  return { id, client, scope, file, name, change, how, at, starts };
}

/** The changes that undo a quarantine, to come before whatever was decided. */
export function undoing({ entry }: KeptQuarantine): readonly EntryChange[] {
  if (entry.how === 'off') return [{ kind: 'switch', on: true, project: entry.project }];
  return [{ kind: 'restore', entryText: entry.entryText }];
}

/** The entry in quarantine as it stands in its file now; null when somebody took it out, or let it go. */
export async function heldEntry({ entry: held }: KeptQuarantine, host: Host): Promise<FoundEntry | null> {
  const files = await configFiles({ client: held.client, project: held.project }, host);
  const file = files.find(({ path }) => path === held.file);
  const bytes = await host.files.readBytes(held.file, limits.configMaxBytes).catch(() => null);
  if (file === undefined || bytes === null) return null;
  const here = entriesIn(bytes, file, held.project).filter(
    ({ name, scope, rawPath }) => name === held.name && scope === held.scope && sameContainer(rawPath, held.rawPath),
  );
  return (
    here.find(({ enabled, command, args }) => {
      return held.how === 'off' ? !enabled : command !== null && blockedId(command, args, host) === held.id;
    }) ?? null
  );
}
