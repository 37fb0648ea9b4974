import { type IdentifiedEntry, identifiedEntries } from '../clients/entry-identity.ts';
import { readConfig } from '../clients/found-config.ts';
import { type ConfigFile, configFiles } from '../clients/locations.ts';
import type { Host } from '../host/host.ts';
import type { WatchEvent } from '../model/entry-results.ts';
import { GuardError } from '../model/errors.ts';
import { type EntryRecord, readEntryRecord, recordExactly } from '../store/entry-record.ts';
import { isExecRunning } from '../store/exec-journal.ts';
import { refreshBeside } from './advisories/refresh-beside.ts';
import { folderWatch } from './folder-watch.ts';
import { quarantine, type Stray, strayOf } from './quarantine.ts';
import { understand } from './read-clients.ts';

export interface WatchRequest {
  /** Absolute paths of projects whose files are watched as well. */
  readonly projects: readonly string[];
  /** Look once and end. */
  readonly once: boolean;
  /** Accept what is there now, whatever was accepted before. */
  readonly accept: boolean;
  /** Trust no events: look at everything again and again. */
  readonly poll: boolean;
  readonly tell: (event: WatchEvent) => void;
}

/** One place that is looked at: a file as one client reads it, for one project or none. */
interface Place {
  readonly file: ConfigFile;
  readonly project: string | null;
}

/** What is remembered of a place between two looks. */
interface Look {
  /** What told one state of the file from another; null = it has to be looked at again, whatever it is. */
  readonly signature: string | null;
  /** The file behind its links; null = there was none. */
  readonly real: string | null;
  /** The bytes when every entry was fine. */
  readonly good: Uint8Array | null;
}

/**
 * Looks at every config file of every client, whenever one changes, until a signal comes: what nobody approved is
 * quarantined and told. What was there when `watch` ran for the first time is accepted as it is. Only ever tightens, runs
 * no server, and needs no network; advisories are asked for beside it. Returns how many entries were quarantined, or are stuck.
 *
 * @throws GuardError `file-unreadable` when the record of accepted entries is damaged; `file-unwritable`.
 */
export async function watch(request: WatchRequest, host: Host): Promise<number> {
  const before = request.accept ? null : await readEntryRecord('accepted', host);
  const found = await everything(request.projects, host);
  if (before === null) await recordExactly('accepted', found, host);
  const looks = new Map<string, Look>();
  const folders = folderWatch(request, host);
  let caught = 0;
  const stopRefreshing = request.once ? () => undefined : refreshBeside(request.tell, host);
  try {
    const polled = request.once ? 0 : await folders.renew();
    let known = await places(request.projects, host);
    request.tell(watching(found, polled, before === null, host));
    for (;;) {
      const look = await lookAround(known, looks, request.tell, host);
      caught += look.caught;
      const news = request.once ? 'stopped' : await folders.next(look.again);
      if (news === 'stopped') return caught;
      // A client that writes its own state all day must not cost a walk through every folder each time.
      if (news === 'files' && !look.moved) continue;
      await folders.renew();
      known = await places(request.projects, host);
    }
  } finally {
    stopRefreshing();
    folders.stop();
  }
}

async function places(projects: readonly string[], host: Host): Promise<readonly Place[]> {
  const found = new Map<string, Place>();
  for (const project of [null, ...projects]) {
    for (const file of await configFiles({ project }, host)) {
      const key = keyOf({ file, project: null });
      if (!found.has(key)) found.set(key, { file, project });
    }
  }
  return [...found.values()];
}

function keyOf({ file }: Place): string {
  return `${file.client.id} ${file.path}`;
}

async function everything(projects: readonly string[], host: Host): Promise<readonly IdentifiedEntry[]> {
  const all: IdentifiedEntry[] = [];
  for (const { file, project } of await places(projects, host)) {
    const config = await readConfig(file.path, host);
    if (config.state === 'read') all.push(...identifiedEntries(config.bytes, file, project));
  }
  return all;
}

function watching(found: readonly IdentifiedEntry[], polled: number, first: boolean, host: Host): WatchEvent {
  const entries = found.map(({ entry }) => entry);
  return {
    event: 'watching',
    files: new Set(entries.map(({ file }) => file)).size,
    clients: new Set(entries.map(({ client }) => client)).size,
    servers: entries.length,
    guarded: entries.filter((entry) => understand(entry, host).pin !== null).length,
    polled,
    first,
  };
}

interface Looked {
  /** Entries that were quarantined, or are stuck. */
  readonly caught: number;
  /** Somebody else was at work: it has to be looked at again, soon. */
  readonly again: boolean;
}

/** One look at what changed since the last one. `moved`: a file leads elsewhere now, so other folders have to be watched. */
async function lookAround(
  known: readonly Place[],
  looks: Map<string, Look>,
  tell: WatchRequest['tell'],
  host: Host,
): Promise<Looked & { readonly moved: boolean }> {
  // What a command under `exec` writes is decided at its end; then the files differ from what they were.
  if (await isExecRunning(host)) return { caught: 0, again: true, moved: false };
  const accepted = await readEntryRecord('accepted', host);
  if (accepted === null) throw new GuardError('file-unreadable', 'the record of accepted entries is gone', { hint: 'pinfold watch' });
  let [caught, again, moved] = [0, false, false];
  for (const place of known) {
    const key = keyOf(place);
    const { signature, real } = await signatureOf(place.file.path, host);
    const last = looks.get(key);
    if (last !== undefined && last.signature === signature) continue;
    moved ||= last !== undefined && real !== null && real !== (last.real ?? place.file.path);
    const look = await lookAt(place, last?.good ?? null, { accepted, tell }, host);
    looks.set(key, { signature: look.again ? null : signature, real, good: look.good });
    caught += look.caught;
    again ||= look.again;
  }
  return { caught, again, moved };
}

async function lookAt(
  { file, project }: Place,
  good: Uint8Array | null,
  { accepted, tell }: { readonly accepted: EntryRecord; readonly tell: WatchRequest['tell'] },
  host: Host,
): Promise<Looked & Pick<Look, 'good'>> {
  const config = await readConfig(file.path, host);
  // A half-written or broken file starts nothing; it is looked at again when it changes.
  if (config.state !== 'read') return { good, caught: 0, again: false };
  const strays = identifiedEntries(config.bytes, file, project).flatMap((one) => strayOf(one.entry, one, accepted, host) ?? []);
  if (strays.length === 0) return { good: config.bytes, caught: 0, again: false };
  let again = false;
  let caught = 0;
  for (const stray of strays) {
    const outcome = await caughtOne(stray, { file, good }, tell, host);
    if (outcome === 'again') again = true;
    else caught += 1;
  }
  return { good, caught, again };
}

async function caughtOne(
  stray: Stray,
  earlier: { readonly file: ConfigFile; readonly good: Uint8Array | null },
  tell: WatchRequest['tell'],
  host: Host,
): Promise<'again' | 'caught'> {
  const { client, scope, file, name } = stray.entry;
  try {
    const entry = await quarantine(stray, earlier, host);
    if (entry === null) return 'again';
    tell({ event: 'quarantined', entry });
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    if (cause.code === 'config-changed' || cause.code === 'busy') return 'again';
    tell({ event: 'stuck', place: { client, scope, file, name }, change: stray.change, why: cause.why ?? cause.message });
  }
  return 'caught';
}

/** `signature` differs whenever a file was written, moved or replaced, also behind a link; empty when there is none. */
async function signatureOf(path: string, host: Host): Promise<{ readonly signature: string; readonly real: string | null }> {
  const real = await host.files.realPath(path).catch(() => null);
  const found = real === null ? null : await host.files.stat(real).catch(() => null);
  if (found === null) return { signature: '', real: null };
  return { signature: [real, found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' '), real };
}
