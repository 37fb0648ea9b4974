import type { Host } from '../host/host.ts';
import { pinOf } from '../lockfile/lock.ts';
import { GuardError } from '../model/errors.ts';
import { pinnedRegistryNames, type TreePin } from '../model/pin.ts';
import { printable } from '../model/printable.ts';
import type { NpmReference } from '../model/reference.ts';
import { type RegistryName, registryWord } from '../registries/official/name.ts';
import { installable, parseReference } from '../sources/reference.ts';
import { type Home, readLock } from '../store/home.ts';
import { scopedCommand } from './command-line.ts';
import { resolveRegistryName } from './registry-name.ts';
import { referenceOf } from './sides.ts';

/** What a person wants to be updated: a pin by its name, or by a name of the MCP registry that it was approved under. */
export interface UpdateTarget {
  readonly name: string;
  /** null = it was named as a pin. */
  readonly listed: RegistryName | null;
  /** What follows the `@`; null = the newest. */
  readonly spec: string | null;
}

/** @throws GuardError `pin-not-found`; `reference-not-understood` where several pins go by the name; as `readLock` */
export async function updateTarget(target: string, home: Home, host: Host): Promise<UpdateTarget> {
  const listed = registryWord([target]);
  if (listed === null) {
    const at = target.indexOf('@');
    return at < 1 ? { name: target, listed, spec: null } : { name: target.slice(0, at), listed, spec: target.slice(at + 1) };
  }
  const { lock } = await readLock(home, host);
  const names = Object.keys(lock.pins)
    .filter((name) => {
      const pin = pinOf(lock, name);
      return pin !== null && pinnedRegistryNames(pin).includes(listed.name);
    })
    .sort();
  const [name, ...more] = names;
  if (name === undefined)
    throw new GuardError('pin-not-found', `nothing that is pinned goes by ${listed.name}`, {
      why: 'only what was approved under a name of the registry is found by it',
      hint: `pinfold install ${listed.name}`,
    });
  if (more.length === 0) return { name, listed, spec: null };
  throw new GuardError('reference-not-understood', `several pins go by ${listed.name}`, {
    why: `say which: ${names.join(', ')}`,
    hint: scopedCommand('update', home.scope, name),
  });
}

/**
 * The version that a pin shall become. A name of the registry leads to another version of the pinned package or nowhere:
 * whoever holds the name may list a package of somebody else under it tomorrow.
 *
 * @throws GuardError `reference-not-understood`, and as `resolveRegistryName`
 */
export async function wantedVersion(pin: TreePin, { name, listed, spec }: UpdateTarget, host: Host): Promise<NpmReference> {
  const pinned = referenceOf(pin, host);
  if (listed !== null) {
    const found = await resolveRegistryName(listed, host);
    if (found.source === 'npm' && found.name === pinned.name)
      return { ...pinned, spec: found.spec, specKind: found.specKind, listedAs: listed.name };
    throw new GuardError('reference-not-understood', `${listed.name} lists another server than the one pinned as \`${name}\``, {
      why: `pinned is npm:${pinned.name}, listed is ${printable(found.source === 'remote' ? found.url : `${found.source}:${found.name}`, { maxLength: 200 })}`,
      hint: `pinfold info ${listed.name}`,
    });
  }
  if (spec === null) return { ...pinned, spec: null, specKind: 'none' };
  const parsed = installable(parseReference([`${pinned.name}@${spec}`], null));
  return { ...pinned, spec: parsed.spec, specKind: parsed.specKind };
}
