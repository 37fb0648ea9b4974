import type { PackageFile } from '../../model/artifact.ts';
import { isPythonSource, outlinePythonPackage, type PythonForm, type PythonPackageFacts, pythonPackageFacts } from './package.ts';
import { analysePythonSource, type PythonSourceFacts } from './source.ts';
import { makeTrees, makeViews } from './views.ts';

/**
 * The facts of one package, its sources read when first asked for, in this process: for bytes that are trusted not to
 * keep it (operations ask workers). Never throws; the order of `files` does not matter.
 */
export function analysePythonPackage(
  pkg: { readonly name: string; readonly version: string; readonly path: string },
  form: PythonForm,
  files: readonly PackageFile[],
): PythonPackageFacts {
  const trees = makeTrees(new Map(files.filter(isPythonSource).map((file) => [file.path, file])));
  const known = new Map<string, PythonSourceFacts>();
  return pythonPackageFacts(pkg, outlinePythonPackage(form, files), (path) => {
    const facts = known.get(path) ?? analysePythonSource(path, makeViews(trees));
    known.set(path, facts);
    return facts;
  });
}
