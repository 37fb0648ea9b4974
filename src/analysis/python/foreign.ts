import type { CapabilityClass } from '../../model/capability.ts';
import type { ModuleIndex } from './reach.ts';
import { rulesBelow, rulesFor } from './ruleset.ts';

const maxHops = 6;

/**
 * What a dotted path of another package can do, where that package only hands on something of elsewhere: `shim.run` is
 * `os.system` when `shim` says `from os import system as run`. Empty = it is the package's own code, which is read there.
 */
export function foreignClasses(path: string, index: ModuleIndex, hops = 0): readonly CapabilityClass[] {
  if (hops > maxHops) return [];
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const places = index.get(path.slice(0, dot));
    if (places === undefined) continue;
    const [name = '', ...rest] = path.slice(dot + 1).split('.');
    return places.flatMap(({ pkg, file }) => {
      const exported = pkg.sources.get(file)?.().exports ?? {};
      const names = name === '*' ? Object.values(exported).flat() : Object.hasOwn(exported, name) ? (exported[name] ?? []) : [];
      return names.flatMap((origin) => classesOf([origin, ...rest].join('.'), index, hops));
    });
  }
  return [];
}

function classesOf(origin: string, index: ModuleIndex, hops: number): readonly CapabilityClass[] {
  if (index.has(origin.split('.')[0] ?? '')) return foreignClasses(origin, index, hops + 1);
  const direct = rulesFor(origin);
  return (direct.length > 0 ? direct : rulesBelow(origin)).flatMap(({ classes }) => classes);
}
