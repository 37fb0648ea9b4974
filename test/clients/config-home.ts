import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ClientAdapter, Surroundings } from '../../src/clients/client.ts';
import type { Dialect } from '../../src/clients/edit/editable-text.ts';
import { clients } from '../../src/clients/index.ts';
import { configFiles } from '../../src/clients/locations.ts';
import type { Host } from '../../src/host/host.ts';
import { memoryFolder, temporaryHost } from '../support/home.ts';

export const fixtures = join(import.meta.dirname, '..', '..', 'fixtures', 'clients');

export interface ConfigHome {
  readonly host: Host;
  readonly home: string;
  readonly project: string;
}

/** A throw-away home with a project in it, and a managed folder that is not the machine's. */
export function configHome(env: Readonly<Record<string, string>> = {}): ConfigHome {
  const host = temporaryHost({ env, folder: memoryFolder() });
  const { home } = host.places;
  const project = join(home, 'work', 'loom');
  mkdirSync(project, { recursive: true });
  return { host: { ...host, places: { ...host.places, managed: join(home, 'etc', 'pinfold') } }, home, project };
}

export interface Sample {
  readonly client: ClientAdapter;
  readonly scope: string;
  readonly dialect: Dialect;
  readonly text: string;
  readonly expected: readonly unknown[];
}

/** Every sample of every client in the table. */
export function samples(): readonly Sample[] {
  return clients.flatMap((client) =>
    readdirSync(join(fixtures, client.id))
      .filter((name) => name.endsWith('.sample'))
      .map((name) => {
        const scope = name.replace('.sample', '');
        const read = (file: string) => readFileSync(join(fixtures, client.id, file), 'utf8');
        return { client, scope, dialect: dialectOf(client, scope), text: read(name), expected: JSON.parse(read(`${scope}.expected.json`)) };
      }),
  );
}

/** Managed files, and clients that are known from one secondary source, are only read. */
export function isWritable({ client, scope }: Pick<Sample, 'client' | 'scope'>): boolean {
  return scope !== 'managed' && client.confidence !== 'low' && client.keptInside === undefined;
}

/** Puts bytes where the client keeps that scope first, and returns the path. */
export async function place(client: string, scope: string, bytes: Uint8Array | string, { host, project }: ConfigHome): Promise<string> {
  const files = await configFiles({ client, project }, host);
  const file = files.find(({ containers }) => containers.some((container) => container.scope === scope));
  if (file === undefined) throw new Error(`no place of scope ${scope} in ${client}`);
  put(file.path, bytes);
  return file.path;
}

export function put(path: string, bytes: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** The dialect of the first place of a scope; the same on every platform. */
function dialectOf(client: ClientAdapter, scope: string): Dialect {
  const places = {
    home: '/h',
    cwd: '/h',
    temp: '/t',
    appConfig: '/h/.config',
    appData: '/h/.local',
    managed: '/etc/p',
    config: '/c',
    data: '/d',
  };
  const surroundings: Surroundings = { places, platform: 'linux', env: {}, project: '/h/p' };
  const found = client.locations(surroundings).find(({ containers }) => containers.some((container) => container.scope === scope));
  return found?.dialect ?? 'json';
}
