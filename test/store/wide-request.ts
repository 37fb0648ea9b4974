import type { PackageFile } from '../../src/model/artifact.ts';
import type { MaterialiseRequest } from '../../src/store/tree.ts';
import { closureOf, samplePackage } from '../lockfile/sample.ts';
import { fileOf, platform } from './sample-tree.ts';

/** A closure of many small packages, so that laying it out takes long enough to be disturbed. */
export function wideRequest(): MaterialiseRequest {
  const closure = closureOf(Array.from({ length: 40 }, (_, at) => samplePackage(`package-${at}`)));
  const files: readonly PackageFile[] = Array.from({ length: 20 }, (_, at) =>
    fileOf(`lib/${at % 4}/file-${at}.js`, `export const at = ${at};\n`.repeat(50)),
  );
  return { closure, platform, files: async () => files };
}
