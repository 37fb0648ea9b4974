import type { Host } from '../../host/host.ts';
import type { ClosurePackage, PackageFile } from '../../model/artifact.ts';
import { GuardError } from '../../model/errors.ts';
import { fetchPackage } from './fetch.ts';
import { parsePackument, publishedVersion } from './packument.ts';

/**
 * The files of one package of a pinned closure. Nothing is resolved again: the registry only says where the tarball of
 * this exact version lies, and its bytes must have the pinned hash. Empty for a bundled package.
 *
 * @throws GuardError `integrity-mismatch`, `archive-hostile`, and those of the npm port.
 */
export async function fetchPinned(pkg: ClosurePackage, host: Host): Promise<readonly PackageFile[]> {
  if (pkg.bundledIn !== null) return [];
  const published = publishedVersion(parsePackument(pkg.name, await host.npm.packument(pkg.name)), pkg.version);
  const url = published.dist?.tarball;
  if (url === undefined) {
    throw new GuardError('registry-answer-invalid', `the registry does not say where ${pkg.name}@${pkg.version} is`, {
      hint: `npm view ${pkg.name}@${pkg.version} dist`,
    });
  }
  return fetchPackage({ tarballs: new Map([[pkg.path, url]]) }, pkg, host);
}
