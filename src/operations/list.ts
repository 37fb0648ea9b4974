import { isAbsolute, resolve } from 'node:path';
import { clientById } from '../clients/index.ts';
import type { Host, Machine, Places } from '../host/host.ts';
import type { ConfigProblem, ListedEntry, UnpinnedReason } from '../model/client-entry.ts';
import { GuardError } from '../model/errors.ts';
import { isRemotePin, type Pin, pinnedSandbox } from '../model/pin.ts';
import type { PinnedSandbox } from '../model/sandbox-profile.ts';
import { readLock } from '../store/home.ts';
import { listPending, readPending } from '../store/pending.ts';
import { entryStandings } from './entry-standing.ts';
import { projectFolder } from './project-folder.ts';
import { type Elsewhere, readClients } from './read-clients.ts';
import { homeOf } from './scope-home.ts';

export interface ListRequest {
  readonly client: string | null;
  readonly project: string | null;
  /** Another home, as a mounted disk has one; null = this user's. Nothing of this process's environment counts there. */
  readonly root: string | null;
  /** Whose places `root` follows; null = this machine's. */
  readonly platform: Machine['platform'] | null;
  /** `client=FILE`: these files are read instead of all known places. Empty = none. */
  readonly configs: readonly string[];
}

export interface ListResult {
  readonly entries: readonly ListedEntry[];
  readonly problems: readonly ConfigProblem[];
}

/**
 * Every server of every client on this machine, and of the project around the working folder (or the one that was
 * named). A broken file is a problem in the result.
 *
 * @throws GuardError `client-not-found`; `file-not-found` for a root or project that is no folder, and for a named file that is not there; `usage` for a `configs`
 * item of another form.
 */
export async function list(request: ListRequest, host: Host): Promise<ListResult> {
  const elsewhere: Elsewhere = {
    ...(request.root === null ? {} : { places: await placesOf(request.root, request.platform ?? host.machine.platform, host) }),
    ...(request.platform === null ? {} : { platform: request.platform }),
    ...(request.configs.length === 0 ? {} : { only: await Promise.all(request.configs.map((text) => namedConfig(text, host))) }),
  };
  const project = request.root !== null && request.project === null ? null : await projectFolder(request.project, host);
  const { entries, problems } = await readClients({ client: request.client, project, elsewhere }, host);
  const pins = await pinsOf(project, host);
  const equivalent = await equivalentItems(project, host);
  const standing = await entryStandings(project, host);
  const listed = entries.map(({ entry }): ListedEntry => {
    const { trust, quarantined } = standing(entry);
    return {
      ...entry,
      trust,
      quarantined: quarantined !== null,
      unpinned: unpinned(pins.get(entry.pin ?? '')),
      sandbox: contained(pins.get(entry.pin ?? '')),
      equivalentItems: equivalent.get(entry.pin ?? '') ?? 0,
    };
  });
  return { entries: listed, problems };
}

/** `<scope>:<name>` → pin. A lock that cannot be read is for `audit`; the listing goes on. */
async function pinsOf(project: string | null, host: Host): Promise<ReadonlyMap<string, Pin>> {
  const found = new Map<string, Pin>();
  for (const scope of project === null ? (['user'] as const) : (['user', 'project'] as const)) {
    try {
      const { lock } = await readLock(await homeOf(scope, project, host), host);
      for (const [name, pin] of Object.entries(lock.pins)) found.set(`${scope}:${name}`, pin);
    } catch (cause) {
      if (!(cause instanceof GuardError)) throw cause;
    }
  }
  return found;
}

function unpinned(pin: Pin | undefined): UnpinnedReason | null {
  return pin === undefined || pin.closure !== null || isRemotePin(pin) ? null : pin.unpinned;
}

function contained(pin: Pin | undefined): PinnedSandbox | null {
  return pin === undefined ? null : pinnedSandbox(pin);
}

/** `<scope>:<name>` → how many items of that server are let through in another form. A damaged record is for `audit`. */
async function equivalentItems(project: string | null, host: Host): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const scope of project === null ? (['user'] as const) : (['user', 'project'] as const)) {
    const place = { scope, project: scope === 'user' ? null : project };
    for (const name of await listPending(place.project, host)) {
      const { equivalent } = await readPending({ name, ...place }, host).catch(() => ({ equivalent: [] }));
      if (equivalent.length > 0) found.set(`${scope}:${name}`, equivalent.length);
    }
  }
  return found;
}

async function namedConfig(text: string, host: Host): Promise<{ readonly client: string; readonly path: string }> {
  const at = text.indexOf('=');
  const [client, path] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || path === '')
    throw new GuardError('usage', '--config takes client=FILE', {
      why: 'a file is read as one client would read it',
      hint: 'for example: --config cursor=./mcp.json',
    });
  const named = { client: clientById(client).id, path: resolve(host.places.cwd, path) };
  // Silence would look like a file without servers.
  if ((await host.files.stat(named.path)) !== null) return named;
  throw new GuardError('file-not-found', `there is no file ${path}`, {
    why: '--config names a file to read as that client would',
    hint: `pinfold list --client ${client} looks where that client keeps its servers`,
  });
}

/** Where a platform keeps things below a home that may lie anywhere. */
async function placesOf(root: string, platform: Machine['platform'], host: Host): Promise<Places> {
  const home = isAbsolute(root) ? root : resolve(host.places.cwd, root);
  if ((await host.files.stat(await host.files.realPath(home).catch(() => home)))?.kind !== 'directory') {
    throw new GuardError('file-not-found', `there is no folder ${root}`, {
      why: '--root names the home of a user',
      hint: 'leave --root out to read your own',
    });
  }
  const below = (...segments: readonly string[]) => [home, ...segments].join('/');
  const library = below('Library', 'Application Support');
  const [appConfig, appData] = {
    linux: [below('.config'), below('.local', 'share')],
    darwin: [library, library],
    win32: [below('AppData', 'Roaming'), below('AppData', 'Local')],
  }[platform] as [string, string];
  // What an administrator manages lies outside of a home, and this machine's own is not that of the other one.
  const nowhere = below('.pinfold-no-managed-folder', 'pinfold');
  return { ...host.places, home, cwd: home, appConfig, appData, managed: nowhere };
}
