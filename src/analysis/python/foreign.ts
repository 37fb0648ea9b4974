import type { CapabilityClass } from '../../model/capability.ts';
import type { ModuleIndex, PythonReached } from './reach.ts';
import { rulesBelow, rulesFor } from './ruleset.ts';

/** Names that are followed for one closure: packages can hand on each other's names without end. */
const maxSteps = 1_000_000;

/**
 * What a dotted path of another package can do, where that package only hands on something of elsewhere: `shim.run` is
 * `os.system` when `shim` says `from os import system as run`. Empty = it is the package's own code, which is read there, or
 * nothing loads it. Too tangled to follow to the end = `exec.dynamic`.
 */
export function handedOn(index: ModuleIndex, reached: PythonReached): (path: string) => readonly CapabilityClass[] {
  const known = new Map<string, readonly CapabilityClass[]>();
  const next = new Map<string, readonly string[]>();
  let steps = 0;
  return (path) => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const found = follow(path);
    known.set(path, found);
    return found;
  };

  function follow(start: string): readonly CapabilityClass[] {
    const found = new Set<CapabilityClass>();
    const seen = new Set([start]);
    for (const path of seen) {
      if (steps++ > maxSteps) return ['exec.dynamic'];
      // A name of no package of the closure is one of the rules'; the start was looked at where it is written.
      if (path !== start && !index.has(path.split('.')[0] ?? '')) for (const of of classesOf(path)) found.add(of);
      else for (const origin of behind(path)) seen.add(origin);
    }
    return [...found].sort();
  }

  function behind(path: string): readonly string[] {
    const before = next.get(path);
    if (before !== undefined) return before;
    const found = exportedAs(path);
    next.set(path, found);
    return found;
  }

  function exportedAs(path: string): readonly string[] {
    for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
      const places = index.get(path.slice(0, dot));
      if (places === undefined) continue;
      const [name = '', ...rest] = path.slice(dot + 1).split('.');
      return places.flatMap(({ pkg, file }) => {
        const exported = reached.get(pkg)?.has(file) === true ? (pkg.sources.get(file)?.().exports ?? []) : [];
        steps += exported.length;
        return exported.flatMap(([own, origins]) =>
          name === '*' || own === name ? origins.map((origin) => [origin, ...rest].join('.').slice(0, maxPath)) : [],
        );
      });
    }
    return [];
  }
}

/** Paths that hand on themselves with something behind grow at every turn. */
const maxPath = 500;

function classesOf(origin: string): readonly CapabilityClass[] {
  const direct = rulesFor(origin);
  return (direct.length > 0 ? direct : rulesBelow(origin)).flatMap(({ classes }) => classes);
}
