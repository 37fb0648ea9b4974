import { posix } from 'node:path';
import type { PackageFile } from '../../model/artifact.ts';
import { GuardError } from '../../model/errors.ts';
import type { Manifest } from './manifest.ts';

/** A program of a package; `path` is relative to the package's root. */
export interface Bin {
  readonly name: string;
  readonly path: string;
}

/** The programs that npm would link, sorted by name: `bin` as text or object, or every file in `directories.bin`. */
export function binsOf(name: string, manifest: Manifest, files: readonly PackageFile[]): readonly Bin[] {
  const { bin, directories } = manifest;
  if (typeof bin === 'string') return [{ name: unscoped(name), path: inside(bin) }];
  if (bin !== undefined) {
    const named = Object.entries(bin).flatMap(([key, path]) =>
      typeof path === 'string' && path !== '' ? [{ name: posix.basename(key), path: inside(path) }] : [],
    );
    return named.sort(byName);
  }
  if (directories?.bin === undefined) return [];
  const folder = inside(directories.bin);
  const below = files.filter(({ path }) => posix.dirname(path) === folder && !posix.basename(path).startsWith('.'));
  return below.map(({ path }) => ({ name: posix.basename(path), path })).sort(byName);
}

/**
 * The program to start: the one that is asked for; else the only one; else the one named like the package, as npx does.
 * @throws GuardError `bin-missing` (none, or its file is not in the package), `bin-ambiguous`.
 */
export function chooseBin(
  bins: readonly Bin[],
  wanted: string | null,
  pkg: { readonly name: string; readonly version: string },
  files: readonly PackageFile[],
): Bin {
  const subject = `${pkg.name}@${pkg.version}`;
  const names = bins.map((bin) => bin.name);
  const chosen = wanted === null ? theOne(bins, pkg.name) : bins.find((bin) => bin.name === wanted);
  if (bins.length === 0) {
    throw new GuardError('bin-missing', `${subject} has no program to start`, {
      why: 'its package.json names no bin; it is a library, or a server that other code has to start',
      hint: `npm view ${subject} bin exports`,
    });
  }
  if (chosen === undefined) {
    if (wanted === null) {
      throw new GuardError('bin-ambiguous', `${subject} has several programs`, {
        why: `say which: ${names.join(', ')}`,
        hint: `pinfold info -- npx -y -p ${subject} ${names[0]}`,
      });
    }
    throw new GuardError('bin-missing', `${subject} has no program ${wanted}`, {
      why: `it has: ${names.join(', ')}`,
      hint: `pinfold info -- npx -y -p ${subject} ${names[0]}`,
    });
  }
  if (!files.some(({ path }) => path === chosen.path)) {
    throw new GuardError('bin-missing', `the program ${chosen.name} of ${subject} is not in the package`, {
      why: `there is no file ${chosen.path}`,
    });
  }
  return chosen;
}

function theOne(bins: readonly Bin[], packageName: string): Bin | undefined {
  if (new Set(bins.map(({ path }) => path)).size === 1) return bins[0];
  return bins.find((bin) => bin.name === unscoped(packageName));
}

/** npm resolves the path as if the package were the root of the disk, so that it cannot leave it. */
function inside(path: string): string {
  return posix.join('/', path.replaceAll('\\', '/')).slice(1);
}

function unscoped(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function byName(a: Bin, b: Bin): number {
  return a.name < b.name ? -1 : 1;
}
