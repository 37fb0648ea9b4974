import type { Child, Host } from '../../src/host/host.ts';
import type { ClosurePackage, PackageFile } from '../../src/model/artifact.ts';
import type { Integrity } from '../../src/model/digest.ts';
import { watched } from '../workers/worker-program.ts';

/** A package of a closure with its files. */
export interface Published {
  readonly pkg: ClosurePackage;
  readonly files: readonly PackageFile[];
}

/** Version 1.0.0 of a package for every platform, below a folder of the tree. */
export function publishedIn(folder: string, name: string, integrity: string, files: readonly PackageFile[]): Published {
  const everywhere = { bundledIn: null, optional: false, os: [], cpu: [], libc: [] };
  return { pkg: { path: `${folder}/${name}`, name, version: '1.0.0', integrity: integrity as Integrity, ...everywhere }, files };
}

/**
 * What a look at a closure takes: its first package, an `unpack` that notes in `again` which packages it was asked for, and a
 * host that notes in `started` which workers were.
 */
export function lookingAt(closure: readonly Published[], host: Host) {
  const { host: seen, started } = watched(host);
  const again: string[] = [];
  const unpack = async ({ path, name }: ClosurePackage) => {
    again.push(name);
    return closure.find(({ pkg }) => pkg.path === path)?.files ?? [];
  };
  return { first: firstOf(closure), unpack, again, seen, started: started as readonly Child[] };
}

export function firstOf<T>(closure: readonly T[]): T {
  const [first] = closure;
  if (first === undefined) throw new Error('an empty closure');
  return first;
}
