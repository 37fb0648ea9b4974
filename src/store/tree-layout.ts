import type { Closure, ClosurePackage, PackageFile, Platform } from '../model/artifact.ts';
import { GuardError } from '../model/errors.ts';
import { fitsPlatform } from './platform.ts';

/**
 * The packages of a closure whose tarballs are unpacked on this platform, in the closure's order. Bundled packages come
 * with their parent; what lies inside a package that is left out is left out too.
 *
 * @throws GuardError `platform-unsupported` when a package that is not optional does not fit.
 */
export function packagesFor(closure: Closure, platform: Platform): readonly ClosurePackage[] {
  const unfit = closure.packages.filter((one) => !fitsPlatform(one, platform));
  const needed = unfit.find((one) => !one.optional);
  if (needed !== undefined) {
    throw new GuardError('platform-unsupported', `${needed.name}@${needed.version} does not run on this machine`, {
      why: `it is published for ${[...needed.os, ...needed.cpu, ...needed.libc].join(', ')}; this is ${platform.os} ${platform.cpu}${platform.libc === null ? '' : ` ${platform.libc}`}`,
    });
  }
  const left = new Set(unfit.map((one) => one.path));
  return closure.packages.filter((one) => one.bundledIn === null && !isBelow(one.path, left));
}

/** The path itself or a folder above it is in the set. */
function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1)) if (folders.has(path.slice(0, at))) return true;
  return false;
}

/**
 * Where a file of a package goes, relative to the tree.
 *
 * @param owners paths of the packages that have a tarball of their own; no other package may put a file there: it would
 * mix its code into a package that was approved under another integrity.
 * @throws GuardError `archive-hostile` for a path that leaves its package or enters another one.
 */
export function placeFile(owner: ClosurePackage, file: PackageFile, owners: ReadonlySet<string>, platform: Platform): string {
  const path = `${owner.path}/${file.path}`;
  if (!isPlain(owner.path, platform) || !isPlain(file.path, platform)) throw hostile(owner, 'a path leads out of its package');
  for (let at = path.length; at > owner.path.length; at = path.lastIndexOf('/', at - 1)) {
    if (owners.has(path.slice(0, at))) throw hostile(owner, `it writes into ${path.slice(0, at)}, which is another package`);
  }
  return path;
}

/** Relative, POSIX, no empty or dotted steps, no backslash; on Windows no colon either, which names a drive or a hidden stream. */
function isPlain(path: string, platform: Platform): boolean {
  if (/[\\\0]/.test(path) || (platform.os === 'win32' && path.includes(':'))) return false;
  return path.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
}

function hostile(owner: ClosurePackage, why: string): GuardError {
  return new GuardError('archive-hostile', `the tarball of ${owner.name}@${owner.version} cannot be unpacked safely`, { why });
}
