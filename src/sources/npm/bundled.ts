import type { ClosurePackage, PackageFile } from '../../model/artifact.ts';
import { parseManifest } from './manifest.ts';

/** The packages inside a package's own tarball, below `node_modules`, nested ones too. Their bytes are covered by its integrity. */
export function bundledPackages(bundler: ClosurePackage, files: readonly PackageFile[]): readonly ClosurePackage[] {
  return files.flatMap((file) => {
    const folder = /^((?:node_modules\/(?:@[^/]+\/)?[^/@][^/]*\/?)+)\/package\.json$/.exec(file.path)?.[1];
    if (folder === undefined) return [];
    const { name, version } = parseManifest(file.bytes, `${bundler.name}@${bundler.version}`).manifest;
    return {
      path: `${bundler.path}/${folder}`,
      name: name ?? folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: version ?? '0.0.0',
      integrity: null,
      bundledIn: bundler.path,
      optional: bundler.optional,
      os: bundler.os,
      cpu: bundler.cpu,
      libc: bundler.libc,
    };
  });
}
