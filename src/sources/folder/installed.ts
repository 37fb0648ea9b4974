import { posix } from 'node:path';
import type { Host } from '../../host/host.ts';
import type { ClosurePackage } from '../../model/artifact.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { type Manifest, parseManifest } from '../npm/manifest.ts';

/** The packages that a folder's package needs, as far as they are installed below it. */
export interface Installed {
  /** Paths relative to the folder, `node_modules/…`; sorted. */
  readonly packages: readonly ClosurePackage[];
  /** Names of needed packages that are not there, or are links (workspaces, pnpm); sorted. Optional ones are left out. */
  readonly missing: readonly string[];
}

/**
 * Follows `dependencies` (and `optionalDependencies`) from a package's folder as Node would resolve them, but never out of the
 * folder. Which versions they are says what is installed; nothing is downloaded.
 *
 * @throws GuardError `file-too-large` when there are more than a closure may have
 */
export async function installedPackages(folder: string, own: Manifest, host: Host): Promise<Installed> {
  const found = new Map<string, ClosurePackage>();
  const missing = new Set<string>();
  const open: { readonly path: string; readonly manifest: Manifest }[] = [{ path: '', manifest: own }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const optional = Object.keys(next.manifest.optionalDependencies ?? {});
    for (const name of new Set([...Object.keys(next.manifest.dependencies ?? {}), ...optional])) {
      const at = await resolve(folder, next.path, name, host);
      if (at === null && !optional.includes(name)) missing.add(name);
      if (at === null || found.has(at.path)) continue;
      found.set(at.path, packageAt(at.path, name, at.manifest));
      if (found.size > limits.closureMaxPackages) throw tooMany();
      open.push(at);
    }
  }
  const packages = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { packages, missing: [...missing].sort() };
}

/** The nearest installed package of that name: beside the package's own files, then one level up, never out of the folder. */
async function resolve(
  folder: string,
  from: string,
  name: string,
  host: Host,
): Promise<{ readonly path: string; readonly manifest: Manifest } | null> {
  if (!/^(?:@[\w.~-]+\/)?[\w~-][\w.~-]*$/.test(name)) return null;
  for (const base of placesFrom(from)) {
    const path = posix.join(base, 'node_modules', name);
    // A link on the way would lead out of what is read.
    const parts = path.split('/').map((_, at, all) => all.slice(0, at + 1).join('/'));
    const stats = host.files.statMany(folder, parts);
    if (!stats.every((stat) => stat?.kind === 'directory')) continue;
    const file = `${path}/package.json`;
    if (host.files.statMany(folder, [file])[0]?.kind !== 'file') continue;
    const [bytes] = host.files.readMany(folder, [file], limits.declaredMaxBytes);
    if (bytes !== undefined) return { path, manifest: parseManifest(bytes, name).manifest };
  }
  return null;
}

function placesFrom(path: string): readonly string[] {
  const places = [path];
  for (let at = path.lastIndexOf('/node_modules/'); at !== -1; at = path.lastIndexOf('/node_modules/', at - 1))
    places.push(path.slice(0, at));
  return path === '' ? places : [...places, ''];
}

function packageAt(path: string, name: string, { version }: Manifest): ClosurePackage {
  return { path, name, version: version ?? '0.0.0', integrity: null, bundledIn: null, optional: false, os: [], cpu: [], libc: [] };
}

function tooMany(): GuardError {
  return new GuardError('file-too-large', 'too many packages are installed there', {
    why: `at most ${limits.closureMaxPackages} are read`,
  });
}
