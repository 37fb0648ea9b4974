import type { ReadOptions } from '../clients/found-config.ts';
import { type FoundEntry, readEntries } from '../clients/read.ts';
import type { Host } from '../host/host.ts';
import type { ClientEntry, ConfigProblem } from '../model/client-entry.ts';
import { withoutCredentials } from '../model/printable.ts';
import { type ParsedLaunch, parseLaunch } from '../sources/launch.ts';
import { type GuardedStart, guardedPin, startsGuard } from './guarded-entry.ts';

/** An entry with what its command line means. */
export interface UnderstoodEntry {
  readonly entry: ClientEntry;
  /** For an edit of this entry. */
  readonly found: FoundEntry;
  /** null for remote and invalid entries. */
  readonly launch: ParsedLaunch | null;
  /** The pin that a guarded entry names. */
  readonly pin: GuardedStart | null;
  /** It starts pinfold's launcher, whether or not as pinfold writes it. */
  readonly startsLauncher: boolean;
}

export interface UnderstoodClients {
  /** In table order, then in the order of files and of their members. */
  readonly entries: readonly UnderstoodEntry[];
  readonly problems: readonly ConfigProblem[];
}

/** Other places than this machine's own: another home, or files that somebody named. */
export type Elsewhere = Pick<ReadOptions, 'places' | 'platform' | 'only'>;

/** Every entry of every client (or one), understood. @throws GuardError `client-not-found`. */
export async function readClients(
  options: { readonly client: string | null; readonly project: string | null; readonly elsewhere?: Elsewhere },
  host: Host,
): Promise<UnderstoodClients> {
  const { client, project, elsewhere = {} } = options;
  const reading = await readEntries({ ...(client === null ? {} : { client }), project, ...elsewhere }, host);
  return { entries: reading.entries.map((found) => understand(found, host)), problems: reading.problems };
}

/** One entry with what its command line means. */
export function understand(found: FoundEntry, host: Host): UnderstoodEntry {
  const pin = found.command === null ? null : guardedPin(found.command, found.args, host);
  const launch = found.command === null || pin !== null ? null : parseLaunch(found.command, found.args, found.envNames);
  const { client, scope, file, rawPath, name, transport, enabled, command, args, envNames, cwd, url, headerNames } = found;
  const entry: ClientEntry = {
    client,
    scope,
    file,
    rawPath,
    name,
    transport,
    enabled,
    command,
    args,
    envNames,
    cwd,
    url: url === null ? null : withoutCredentials(url),
    headerNames,
    runner: launch?.runner ?? null,
    package: launch?.package ?? null,
    packages: launch?.packages ?? [],
    guarded: pin !== null,
    pin: pin === null ? null : `${pin.scope}:${pin.name}`,
  };
  return { entry, found, launch, pin, startsLauncher: found.command !== null && startsGuard(found.command, host) };
}
