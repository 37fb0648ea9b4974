import { join } from 'node:path';
import type { Host } from '../../src/host/host.ts';
import { launchDigest } from '../../src/lockfile/pin-digest.ts';
import { printLock } from '../../src/lockfile/print.ts';
import type { RemoteLaunch, RemotePin } from '../../src/model/pin.ts';
import { samplePin } from '../lockfile/sample.ts';

export interface SampleRemote {
  readonly url: string;
  readonly registryNames?: readonly string[];
}

/** The pin of a remote server that lets anybody in. */
export function remotePin({ url, registryNames = [] }: SampleRemote): RemotePin {
  const launch: RemoteLaunch = { runtime: 'remote', url, transport: 'streamable-http', headerNames: [], args: [], cwd: null, envNames: [] };
  const { closure: _closure, artifact: _artifact, launch: _launch, release: _release, sandbox: _sandbox, ...common } = samplePin();
  const { origin, host, pathname } = new URL(url);
  return {
    ...common,
    artifact: { subject: origin, name: `${host}${pathname}`, version: '', integrity: null },
    closure: null,
    authorization: { status: 'none', resource: null, scopes: [], servers: [] },
    launch,
    launchDigest: launchDigest(launch),
    ...(registryNames.length === 0 ? {} : { registryNames }),
  };
}

/** The user's lock with these remote servers and nothing else. */
export async function remoteLock(servers: Readonly<Record<string, SampleRemote>>, host: Host): Promise<void> {
  const pins = Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, remotePin(server)]));
  await host.files.writeAtomic(join(host.places.config, 'lock.json'), printLock({ version: 1, pins }));
}
