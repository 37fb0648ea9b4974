import type { PackageFile } from '../../model/artifact.ts';
import { analysePythonSource, type PythonSourceFacts } from './source.ts';
import { makeTrees, makeViews } from './views.ts';

/** Which files of a package are to be read. */
export interface PythonQuestion {
  readonly paths: readonly string[];
  /** Bytes of further files that may be read in the same go, of those that the asked ones load: they will be asked for next. */
  readonly alongMaxBytes: number;
}

/**
 * The files of the task `python`: the question, and every Python file of the package, because what a name means may stand in
 * another one.
 */
export function askPython(question: PythonQuestion, sources: ReadonlyMap<string, Uint8Array>): readonly PackageFile[] {
  const asked = { path: '', bytes: Buffer.from(JSON.stringify(question)), executable: false };
  return [asked, ...[...sources].map(([path, bytes]) => ({ path, bytes, executable: false }))];
}

/** The facts of every file that is asked for, and of some more. The facts of a file do not depend on the question. */
export function answerPython([asked, ...files]: readonly PackageFile[]): readonly PythonSourceFacts[] {
  // Only pinfold itself asks.
  const { paths, alongMaxBytes } = JSON.parse(Buffer.from(asked?.bytes ?? []).toString('utf8')) as PythonQuestion;
  const byPath = new Map(files.map((file) => [file.path, file]));
  const trees = makeTrees(byPath);
  const facts = new Map<string, PythonSourceFacts>();
  const pending = new Set(paths);
  let left = alongMaxBytes;
  for (const path of pending) {
    const size = byPath.get(path)?.bytes.byteLength ?? 0;
    if (facts.size >= paths.length) {
      if (size > left) continue;
      left -= size;
    }
    const found = analysePythonSource(path, makeViews(trees));
    facts.set(path, found);
    for (const module of alongMaxBytes > 0 ? found.imports.flatMap(withParents) : []) {
      const next = trees.modules.get(module);
      if (next !== undefined) pending.add(next);
    }
  }
  return [...facts.values()];
}

/** `import a.b.c` runs `a`, `a.b` and `a.b.c`. */
function withParents(module: string): readonly string[] {
  const parts = module.split('.');
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
}
