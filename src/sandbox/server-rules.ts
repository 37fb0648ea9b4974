import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { isWithin } from '../model/path-style.ts';
import { delicatePaths, hostName, type PinnedSandbox } from '../model/sandbox-profile.ts';
import { baseRules, type PathRules, writtenIsRead } from './profile.ts';

/** What a server is started from, and what starting it takes: always readable, and never more than that. */
export interface ServerFiles {
  /** Absolute, without symlinks. */
  readonly readable: readonly string[];
}

/**
 * The rules for a profile whose paths are absolute, real, and apart (`outermostPaths`, before links were resolved).
 */
export async function serverRules(profile: PinnedSandbox, files: ServerFiles, host: Host): Promise<PathRules> {
  const base = await baseRules(host);
  const { read, write } = profile;
  const { home, config, data } = host.places;
  const closed = [
    ...delicatePaths.map((path) => join(home, path)).filter((path) => ![...read, ...write].some((one) => isWithin(one, path))),
    // Whoever can write here approves for everybody; nothing that a profile names opens it.
    ...[config, data, host.places.managed],
  ];
  const opened = closed.filter((path) => [...read, ...write].some((folder) => isWithin(path, folder)));
  const allowWrite = write.filter((path) => !isOwn(path, host));
  const allowRead = [...files.readable, ...read.filter((path) => !isOwn(path, host)), ...writtenIsRead(allowWrite, host)];
  return {
    denyRead: [...base.denyRead, ...opened],
    allowRead: [...base.allowRead, ...allowRead],
    allowWrite,
    denyWrite: [...base.denyWrite, ...opened],
  };
}

/** True for pinfold's own folders and everything below them: a profile cannot open them, whoever approved it. */
function isOwn(path: string, host: Host): boolean {
  return [host.places.config, host.places.data, host.places.managed].some((folder) => isWithin(path, folder));
}

/** Addresses that only a host which is listed by its address may be: names that lead there were made to. */
const privateAddresses = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7', '198.18.0.0/15'];

/** The network of a profile, and its masked variables, in the words of the library. */
export function networkRules({ hosts, mask }: Pick<PinnedSandbox, 'hosts' | 'mask'>) {
  const bound = [...new Set(Object.values(mask).flat().map(hostName))];
  const opaque = hosts
    .map(hostName)
    .filter((host) => !bound.some((one) => one === host || (host.startsWith('*.') && one.endsWith(host.slice(1)))));
  const masked = Object.entries(mask).map(([name, to]) => ({ name, mode: 'mask' as const, injectHosts: to.map(hostName) }));
  return {
    network: {
      allowedDomains: [...hosts],
      deniedDomains: [],
      strictAllowlist: true,
      // Not `allowLocalBinding`, which opens every service of this machine besides: `seatbelt.ts` opens the ports that are listed.
      deniedResolvedAddresses: privateAddresses,
      ...(masked.length === 0
        ? {}
        : // Whatever no value is bound to is passed on as it is: end to end, with the server's own ideas of certificates.
          { tlsTerminate: { excludeDomains: opaque } }),
    },
    ...(masked.length === 0 ? {} : { credentials: { envVars: masked } }),
  };
}
