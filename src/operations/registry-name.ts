import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import type { Reference, RemoteReference } from '../model/reference.ts';
import { shellLine } from '../model/shell-line.ts';
import { fetchVersions } from '../registries/official/client.ts';
import { type RegistryName, registryWord } from '../registries/official/name.ts';
import { newestEntry } from '../registries/official/order.ts';
import type { RegistryEntry } from '../registries/official/schema.ts';
import { projectName } from '../sources/pypi/name.ts';
import { parseReference } from '../sources/reference.ts';
import { parseRemoteUrl } from '../sources/remote/url.ts';

/**
 * What a name of the official registry leads to: the one package or remote server of its newest version, by an order of
 * our own, or of the version that was named. The registry is believed for nothing else.
 *
 * @throws GuardError `package-not-found`, `version-not-found`, `registry-unreachable`; `reference-not-understood` where the
 *   entry lists several (the message says how to choose), or only what cannot be looked at.
 */
export async function resolveRegistryName({ name, version }: RegistryName, host: Host): Promise<Reference | RemoteReference> {
  const found = await fetchVersions(name, host);
  if (found.is === 'absent')
    throw new GuardError('package-not-found', `the MCP registry lists no ${name}`, {
      why: found.why,
      hint: `if it is on GitHub, its README names the package; if you meant an npm scope: @${name}`,
    });
  if (found.is === 'unavailable')
    throw new GuardError('registry-unreachable', `cannot ask the MCP registry about ${name}`, { why: found.why });
  const entry = version === null ? newestEntry(found.entries) : found.entries.find((one) => one.version === version);
  if (entry === undefined || entry === null) throw noVersion(name, version, found.entries);
  const choices = choicesOf(entry);
  const [only, ...more] = choices;
  if (only === undefined) throw nothingUsable(name, entry);
  if (more.length === 0) return { ...only, listedAs: name };
  throw new GuardError('reference-not-understood', `${name} is listed as ${choices.length} servers`, {
    why: `say which: ${choices.map(wordFor).join(', ')}`,
    hint: shellLine(['pinfold', 'info', '--listed-as', name, wordFor(only)]),
  });
}

/** The name behind `--listed-as`. @throws GuardError `usage` */
export function listedName(text: string): string {
  const word = registryWord([text]);
  if (word !== null && word.version === null) return word.name;
  throw new GuardError('usage', '--listed-as takes a name of the MCP registry, without a version', {
    why: 'every version that the registry lists under it is looked through',
    hint: 'pinfold verify --listed-as io.github.owner/server ./server.mcpb',
  });
}

/** What of an entry can be looked at, in its order. Names and addresses that break the rules are left out. */
function choicesOf({ packages, remotes }: RegistryEntry): readonly (Reference | RemoteReference)[] {
  const local = packages.flatMap(({ type, identifier, version }) => {
    if (type !== 'npm' && type !== 'pypi') return [];
    const at = version === '' ? '' : `${type === 'npm' ? '@' : '=='}${version}`;
    const reference = understood(() => parseReference([`${type}:${identifier}${at}`], null));
    // What is more than a name would bring a version or extras of its own.
    const plain = type === 'npm' ? identifier : projectName(identifier);
    return reference !== null && reference.name === plain ? [reference] : [];
  });
  // An address with something to fill in is not an address yet.
  return [...local, ...remotes.filter((url) => !/[{}]/.test(url)).flatMap((url) => understood(() => parseRemoteUrl(url)) ?? [])];
}

function understood<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof GuardError) return null;
    throw cause;
  }
}

/** The words that mean this one and no other. */
function wordFor(reference: Reference | RemoteReference): string {
  if (reference.source === 'remote') return printable(reference.url, { maxLength: 200 });
  return reference.source === 'pypi'
    ? `pypi:${reference.name}${reference.specifier}`
    : `npm:${reference.name}${reference.spec === null ? '' : `@${reference.spec}`}`;
}

function noVersion(name: string, version: string | null, entries: readonly RegistryEntry[]): GuardError {
  const what =
    version === null ? `every version of ${name} was taken out of the registry` : `the registry lists no ${name} ${printable(version)}`;
  const listed = entries.slice(0, 5).map((entry) => printable(`${entry.version} (${entry.status})`, { maxLength: 60 }));
  return new GuardError('version-not-found', what, { why: `listed: ${listed.join(', ')}` });
}

function nothingUsable(name: string, { packages, remotes }: RegistryEntry): GuardError {
  const kinds = [
    ...new Set([...packages.map(({ type }) => type), ...(remotes.length > 0 ? ['a remote address that cannot be used'] : [])]),
  ];
  const image = packages.find(({ type }) => type === 'oci');
  return new GuardError('reference-not-understood', `${name} cannot be looked at yet`, {
    why:
      kinds.length === 0
        ? 'its entry lists no package and no address'
        : `its entry lists only: ${printable(kinds.join(', '), { maxLength: 200 })}`,
    ...(image === undefined ? {} : { hint: `pinfold verify oci:${printable(image.identifier, { maxLength: 200 })}` }),
  });
}
