import type { PackageFile } from '../model/artifact.ts';
import { outlinePackage, type PackageFacts, type PackagePlace, packageFacts } from './package.ts';
import { analyseSource } from './source.ts';
import type { SourceFacts } from './source-facts.ts';

/**
 * The facts of one package, its sources read when first asked for, in this process: for bytes that are trusted not to
 * end it (operations ask workers). Never throws; the order of `files` does not matter.
 */
export function analysePackage(pkg: PackagePlace, files: readonly PackageFile[]): PackageFacts {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const known = new Map<string, SourceFacts>();
  return packageFacts(pkg, outlinePackage(files), (path) => {
    const facts = known.get(path) ?? analyseSource(byPath.get(path) ?? { path, bytes: new Uint8Array() });
    known.set(path, facts);
    return facts;
  });
}
