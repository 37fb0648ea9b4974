import type { Capability } from '../model/capability.ts';
import type { Disclosure } from '../model/disclosure.ts';
import {
  delicatePaths,
  hostName,
  isSandboxHost,
  isSandboxPath,
  type PinnedSandbox,
  type SandboxPlan,
  sortedSandbox,
} from '../model/sandbox-profile.ts';
import { hostOwner, isDocument, isLocal, isOf } from './credentials/hosts.ts';
import { brandOfVariable, isSecretName } from './credentials/names.ts';

/** What is proposed, before anybody looked whether this machine can do it. */
export type SandboxProposal = Omit<SandboxPlan, 'kept' | 'unavailable'>;

/** What a person said: variables to mask, with hosts or without (then those of the variable's brand). */
export type WantedMasks = Readonly<Record<string, readonly string[] | null>>;

/**
 * The narrowest profile that the analysis knows: hosts that the code names, folders that it is handed or names, and of
 * folders those that are written only where it writes. Attacker-controlled in part: the person who approves sees it.
 *
 * @param folders what it is handed as arguments and exists, `{{home}}` for the home
 */
export function proposeSandbox(
  facts: Pick<Disclosure, 'capabilities' | 'credentials'>,
  folders: readonly string[],
  masks: WantedMasks,
): SandboxProposal {
  const found = facts.capabilities.capabilities.filter(({ verdict, reach }) => verdict !== 'not-seen' && reach !== 'baseline');
  const net = found.filter(({ class: name }) => name === 'net.connect');
  const named = [...scopesOf(net), ...facts.credentials.flatMap(({ hosts }) => hosts)].filter(
    (host) => isSandboxHost(host) && !isDocument(host),
  );
  const local = named.filter(isLocal);
  const listed = named.filter((host) => !isLocal(host));
  const anyHost = net.some(isOpen);
  const brands = facts.capabilities.environment.filter(isSecretName).flatMap((name) => brandOfVariable(name) ?? []);
  const official =
    anyHost && listed.length === 0 ? brands.flatMap(({ domains }) => domains.flatMap((domain) => [domain, `*.${domain}`])) : [];
  const hosts = [...listed, ...official.filter(isSandboxHost)];
  const mask = Object.fromEntries(Object.entries(masks).map(([name, to]) => [name, (to ?? hostsOfBrand(name, hosts)).map(withPort)]));
  const bound = new Set(Object.values(mask).flat().map(hostName));
  const writes = found.some(({ class: name }) => name === 'fs.write');
  const listens = found.some(({ class: name }) => name === 'net.listen');
  const own = (name: Capability['class']) => pathsOf(found.filter((capability) => capability.class === name));
  const [read, write] = [own('fs.read'), own('fs.write')];
  const delicate = [...read.paths, ...write.paths].filter(isDelicate);
  const safe = (paths: readonly string[]) => paths.filter((path) => !isDelicate(path));
  const profile: PinnedSandbox = {
    hosts: [...hosts.filter((host) => !bound.has(host)), ...Object.values(mask).flat()],
    read: [...(writes ? [] : folders), ...safe(read.paths).filter((path) => !write.paths.includes(path))],
    write: [...(writes ? folders : []), ...safe(write.paths)],
    mask,
  };
  return {
    profile: sortedSandbox(profile),
    unknown: [
      ...(anyHost ? (['hosts'] as const) : []),
      ...(read.open || write.open ? (['paths'] as const) : []),
      ...(listens ? (['ports'] as const) : []),
    ],
    notProposed: [...new Set([...local, ...delicate])].sort(),
    maskable: Object.fromEntries(
      facts.capabilities.environment
        .filter((name) => isSecretName(name) && !Object.hasOwn(mask, name))
        .map((name) => [name, [...new Set(hostsOfBrand(name, hosts))].sort()] as const)
        .filter(([, to]) => to.length > 0),
    ),
  };
}

/** The hosts of the list that belong to the brand whose key the variable holds, by the table of vendors; empty = none. */
export function hostsOfBrand(variable: string, hosts: readonly string[]): readonly string[] {
  const brand = brandOfVariable(variable);
  if (brand === null) return [];
  return hosts.filter((host) => !host.startsWith('*.') && isOf(hostName(host), brand) && hostOwner(hostName(host)) !== null);
}

/** A bound value goes the encrypted way only. */
function withPort(host: string): string {
  return hostName(host) === host ? `${host}:443` : host;
}

function scopesOf(capabilities: readonly Capability[]): readonly string[] {
  return capabilities.flatMap(({ scopes }) => scopes);
}

function isOpen({ scopes }: Capability): boolean {
  return scopes.length === 0 || scopes.includes('*');
}

/** `~/x/*` and `/x/*` as profiles write them; what lies elsewhere, or is not known, leaves the list open. Arguments are looked at by themselves. */
function pathsOf(capabilities: readonly Capability[]): { readonly paths: readonly string[]; readonly open: boolean } {
  const written = scopesOf(capabilities).map((scope) => scope.replace(/^~(?=\/|$)/, '{{home}}').replace(/\/\*?$/, ''));
  const paths = written.filter(
    (path) => isSandboxPath(path) && path !== '{{home}}' && !/^\/(?:dev|proc|sys|tmp|etc|usr)(?:\/|$)/.test(path),
  );
  return { paths, open: capabilities.some(isOpen) || written.some((path) => !isSandboxPath(path) && !path.startsWith('<argument>')) };
}

function isDelicate(path: string): boolean {
  const own = delicatePaths.map((one) => `{{home}}/${one}`);
  return own.some((one) => path === one || path.startsWith(`${one}/`) || one.startsWith(`${path}/`));
}
