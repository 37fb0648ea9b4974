import type { Host } from '../../host/host.ts';
import type { ClosurePackage, FetchedPackage, PackageFile } from '../../model/artifact.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { unpackTarball } from '../archive.ts';
import { eachBounded } from '../bounded.ts';
import { verifyIntegrity } from './integrity.ts';

/** Where the tarballs of a closure lie: path in the tree → URL, as the registry says. */
export type Tarballs = ReadonlyMap<string, string>;

/**
 * The tarball of one package, verified against its integrity; nothing of it has been unpacked.
 * @throws GuardError `integrity-mismatch`, `closure-unpinnable` when it has no tarball of its own, and those of the npm port.
 */
export async function fetchTarball(tarballs: Tarballs, pkg: ClosurePackage, host: Host): Promise<FetchedPackage> {
  const subject = `${pkg.name}@${pkg.version}`;
  const url = tarballs.get(pkg.path);
  if (url === undefined || pkg.integrity === null) {
    throw new GuardError('closure-unpinnable', `${subject} cannot be pinned`, { why: 'no registry serves a tarball of it' });
  }
  const tarball = await host.npm.tarball(url, limits.tarballMaxBytes, pkg.integrity);
  verifyIntegrity(tarball, pkg.integrity, subject);
  return { package: pkg, tarball };
}

/**
 * The files of one package: downloaded, verified, and only then unpacked, in memory. Empty for a bundled package, whose
 * files are among its parent's.
 * @throws GuardError as `fetchTarball`, and `archive-hostile`.
 */
export async function fetchPackage(
  resolution: { readonly tarballs: Tarballs },
  pkg: ClosurePackage,
  host: Host,
): Promise<readonly PackageFile[]> {
  if (pkg.bundledIn !== null) return [];
  const { tarball } = await fetchTarball(resolution.tarballs, pkg, host);
  return unpackTarball(tarball, `${pkg.name}@${pkg.version}`);
}

/**
 * Fetches many packages, several at a time, and hands each to `visit` as it comes, in no particular order. After the
 * first failure nothing more is started; it is thrown when what was being fetched is done.
 */
export async function fetchPackages(
  resolution: { readonly tarballs: Tarballs },
  packages: readonly ClosurePackage[],
  visit: (pkg: ClosurePackage, files: readonly PackageFile[]) => void | Promise<void>,
  host: Host,
): Promise<void> {
  await eachBounded(packages, limits.registryMaxRequests, async (pkg) => visit(pkg, await fetchPackage(resolution, pkg, host)));
}
