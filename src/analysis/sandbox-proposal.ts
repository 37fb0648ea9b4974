import type { Capability } from '../model/capability.ts';
import type { Disclosure } from '../model/disclosure.ts';
import {
  delicateAnywhere,
  hostName,
  isSandboxHost,
  isSandboxPath,
  isSandboxPort,
  type PinnedSandbox,
  type SandboxPlan,
  sortedSandbox,
} from '../model/sandbox-profile.ts';
import { hostOwner, isDocument, isLocal, isOf } from './credentials/hosts.ts';
import { brandOfVariable, isSecretName } from './credentials/names.ts';

/** What is proposed, before anybody looked whether this machine can do it. */
export type SandboxProposal = Omit<SandboxPlan, 'kept' | 'unavailable' | 'gap'>;

/** What a person said: variables to mask, with hosts or without (then those of the variable's brand). */
export type WantedMasks = Readonly<Record<string, readonly string[] | null>>;

/** A server that names more ports than this says nothing with them. */
const maxPorts = 8;
/** Inside, these are the sandbox's own ways out. */
const proxyPorts = [1080, 3128];
/**
 * Where databases, other machines' doors and debuggers of this machine are looked for: whoever listens there is told passwords
 * and data that are meant for them.
 */
const portsOfOthers: ReadonlySet<number> = new Set([
  ...[1433, 1521, 1883, 2375, 2376, 3306, 3389, 4222, 5432, 5433, 5672, 5900, 5984, 6379, 6443, 8200, 8500, 9042, 9092, 9200],
  ...[9222, 9229, 9300, 11_211, 11_434, 26_257, 27_017],
]);

/**
 * The narrowest profile that the analysis knows: hosts that the code names, folders that it is handed or names, of
 * folders those that are written only where it writes, and ports that it listens on. Attacker-controlled in part: the person who
 * approves sees it.
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
  const listening = found.filter(({ class: name }) => name === 'net.listen');
  const ports = portsOf(listening);
  const own = (name: Capability['class']) => pathsOf(found.filter((capability) => capability.class === name));
  const [read, write] = [own('fs.read'), own('fs.write')];
  const delicate = [...read.paths, ...write.paths].filter(isDelicate);
  const safe = (paths: readonly string[]) => paths.filter((path) => !isDelicate(path));
  const profile: PinnedSandbox = {
    hosts: [...hosts.filter((host) => !bound.has(host)), ...Object.values(mask).flat()],
    read: [...(writes ? [] : folders), ...safe(read.paths).filter((path) => !write.paths.includes(path))],
    write: [...(writes ? folders : []), ...safe(write.paths)],
    listen: ports.proposed,
    mask,
  };
  return {
    profile: sortedSandbox(profile),
    unknown: [
      ...(anyHost ? (['hosts'] as const) : []),
      ...(read.open || write.open ? (['paths'] as const) : []),
      ...(listening.length > 0 && ports.proposed.length === 0 ? (['ports'] as const) : []),
    ],
    notProposed: [...new Set([...local, ...delicate, ...ports.others.map((port) => `port ${port}`)])].sort(),
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

/** The ports that it names, and those of them that nobody should give to a server without asking for it. */
function portsOf(listening: readonly Capability[]): { readonly proposed: readonly number[]; readonly others: readonly number[] } {
  const named = [...new Set(scopesOf(listening).flatMap((scope) => /^:(\d{1,5})$/.exec(scope)?.[1] ?? []))]
    .map(Number)
    .filter(isSandboxPort);
  if (named.length > maxPorts) return { proposed: [], others: [] };
  const isOthers = (port: number) => port < 1024 || proxyPorts.includes(port) || portsOfOthers.has(port);
  return { proposed: named.filter((port) => !isOthers(port)), others: named.filter(isOthers) };
}

function isDelicate(path: string): boolean {
  const own = delicateAnywhere.map((one) => `{{home}}/${one}`);
  return own.some((one) => path === one || path.startsWith(`${one}/`) || one.startsWith(`${path}/`));
}
