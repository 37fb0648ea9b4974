import type { Host } from '../host/host.ts';
import { isWithin, pathStyle } from '../model/path-style.ts';
import { delicatePaths, hostName, type PinnedSandbox } from '../model/sandbox-profile.ts';
import { baseRules, type PathRules, writtenIsRead } from './profile.ts';

/** What a server is started from, and what starting it takes: always readable, and never more than that. */
export interface ServerFiles {
  /** Absolute, without symlinks. */
  readonly readable: readonly string[];
}

/**
 * The rules for a profile whose paths are absolute, real, and apart (`outermostPaths`, before links were resolved). On
 * Windows they are others: `windowsRules`.
 */
export async function serverRules(profile: PinnedSandbox, files: ServerFiles, host: Host): Promise<PathRules> {
  const base = await baseRules(host);
  const { read, write } = profile;
  const own = ownFolders(host);
  const opened = closedPlaces(profile, delicatePaths, host).filter((path) => [...read, ...write].some((folder) => isWithin(path, folder)));
  const lent = (path: string) => !own.some((folder) => isWithin(path, folder));
  const allowWrite = write.filter(lent);
  const allowRead = [...files.readable, ...read.filter(lent), ...writtenIsRead(allowWrite, host)];
  return {
    denyRead: [...base.denyRead, ...opened],
    allowRead: [...base.allowRead, ...allowRead],
    allowWrite,
    denyWrite: [...base.denyWrite, ...opened],
  };
}

/**
 * What stays closed inside a folder that is opened: the delicate places that the profile does not name, and pinfold's own.
 *
 * @param delicate relative to the home
 */
export function closedPlaces({ read, write }: PinnedSandbox, delicate: readonly string[], host: Host): readonly string[] {
  const { home } = host.places;
  const places = delicate.map((path) => pathStyle(home).join(home, path));
  return [...places.filter((path) => ![...read, ...write].some((one) => isWithin(one, path))), ...ownFolders(host)];
}

/** Whoever can write here approves for everybody: a profile cannot open them, or anything below, whoever approved it. */
export function ownFolders({ places }: Host): readonly string[] {
  return [places.config, places.data, places.managed];
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
