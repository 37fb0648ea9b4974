import type { PackageFile } from '../model/artifact.ts';
import { analyseSource } from './source.ts';
import { packageTools } from './tools.ts';

const noFile = { path: '', bytes: new Uint8Array() };

/**
 * What can be asked of the analysis about hostile bytes: a pure function of files, whose answer is plain JSON. It runs in
 * a process that may die of it (`src/workers/`), and its answer can be kept by the integrity of the bytes. A new task is
 * one line here, and a schema for its answer in `answers.ts` (of Python in `python/answers.ts`).
 */
export const tasks = {
  /** The facts of one source file; `SourceFacts`. */
  source: ([file]: readonly PackageFile[]) => analyseSource(file ?? noFile),
  /** The same of a file of another package than the server's own, whose keys are not followed. */
  'source-beside': ([file]: readonly PackageFile[]) => analyseSource(file ?? noFile, 'not-followed'),
  /** What the files of a package register; `PackageTools`. */
  tools: (files: readonly PackageFile[]) => packageTools(files),
  // The parser of Python is loaded where there is Python.
  /** The facts of files of a Python package; `PythonSourceFacts[]`. The first file is the question. */
  python: async (files: readonly PackageFile[]) => (await import('./python/question.ts')).answerPython(files),
  /** What the files of a Python package register; `PythonTools`. */
  pythonTools: async (files: readonly PackageFile[]) => (await import('./python/tools.ts')).pythonTools(files),
} as const satisfies Record<string, (files: readonly PackageFile[]) => unknown>;

export type TaskName = keyof typeof tasks;
