import type { ClosurePackage } from '../../model/artifact.ts';

/** One package on one side, by what identifies it to a reader. */
export interface ClosureEntry {
  readonly path: string;
  readonly name: string;
  readonly version: string;
}

/** DESIGN §5.6 `diff.closure`; each list sorted by path. */
export interface ClosureDiff {
  readonly added: readonly ClosureEntry[];
  readonly removed: readonly ClosureEntry[];
  /** Same path, other bytes. Same version on both sides with `republished` true means that the registry changed them. */
  readonly changed: readonly {
    readonly path: string;
    readonly name: string;
    readonly before: string;
    readonly after: string;
    readonly republished: boolean;
  }[];
}

/** Which packages came, went, or changed, by their place in the tree. */
export function diffClosures(
  before: { readonly packages: readonly ClosurePackage[] },
  after: { readonly packages: readonly ClosurePackage[] },
): ClosureDiff {
  const [old, now] = [byPath(before.packages), byPath(after.packages)];
  const changed = [...now.values()].flatMap((pkg) => {
    const was = old.get(pkg.path);
    if (was === undefined || (was.version === pkg.version && was.integrity === pkg.integrity && was.name === pkg.name)) return [];
    return [{ path: pkg.path, name: pkg.name, before: was.version, after: pkg.version, republished: was.version === pkg.version }];
  });
  return { added: only(now, old), removed: only(old, now), changed: changed.sort(order) };
}

function byPath(packages: readonly ClosurePackage[]): ReadonlyMap<string, ClosurePackage> {
  return new Map(packages.map((pkg) => [pkg.path, pkg]));
}

function only(here: ReadonlyMap<string, ClosurePackage>, there: ReadonlyMap<string, ClosurePackage>): readonly ClosureEntry[] {
  return [...here.values()]
    .filter((pkg) => !there.has(pkg.path))
    .map(({ path, name, version }) => ({ path, name, version }))
    .sort(order);
}

function order(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
