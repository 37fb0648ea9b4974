import { GuardError } from '../model/errors.ts';
import type { Host } from './host.ts';

/** The same host without a network: offline is another host, not an `if`. npm's download cache is not asked either. */
export function offlineHost(host: Host): Host {
  return {
    ...host,
    npm: {
      registryFor: (name) => host.npm.registryFor(name),
      packument: refuse,
      document: refuse,
      resolveTree: refuse,
      tarball: refuse,
    },
    http: { get: refuse, open: refuse, proxyOf: (url) => host.http.proxyOf(url) },
  };
}

async function refuse(): Promise<never> {
  throw new GuardError('offline', 'this needs the network', { why: '--offline was given', hint: 'run the same command without --offline' });
}
