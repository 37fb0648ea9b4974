import { speaksProtocol } from '../analysis/protocol.ts';
import { pythonBaseline } from '../analysis/python/baseline-data.ts';
import { combinePython } from '../analysis/python/closure.ts';
import { pythonCredentials } from '../analysis/python/credentials.ts';
import type { PythonPackageFacts } from '../analysis/python/package.ts';
import { followPythonReach, type PythonReached } from '../analysis/python/reach.ts';
import { pythonManifest } from '../analysis/python/tools.ts';
import { unfound, withReason } from '../analysis/silence.ts';
import type { ClosurePackage, PackageFile } from '../model/artifact.ts';
import { GuardError } from '../model/errors.ts';
import type { Analysed } from './loaded.ts';
import type { PythonReading } from './read-python.ts';

export interface AnalysablePython {
  readonly reading: PythonReading;
  /** The server's own package, and its files. */
  readonly own: ClosurePackage;
  readonly ownFiles: readonly PackageFile[];
  /** Dotted name of the module that starts. */
  readonly entry: string;
  /** Why packages are missing, in words; null = the closure is whole. */
  readonly missing: string | null;
  readonly maxEvidence?: number | undefined;
}

/**
 * What the bytes say: capabilities of the whole closure, and the tools that its code names. Keeps what was found out, and
 * closes the reading. @throws GuardError as `PythonReading`.
 */
export async function analysePython({ reading, own, ownFiles, entry, missing, maxEvidence }: AnalysablePython): Promise<Analysed> {
  try {
    const asked = reading.tools(own, ownFiles);
    asked.catch(() => undefined); // awaited below, when the files were read
    const facts = reading.packages();
    const root = facts.find(({ path }) => path === own.path);
    if (root === undefined) throw new GuardError('registry-answer-invalid', `${own.name} is not in its own closure`);
    const reached = await readReached(facts, root, entry, reading);
    const options = maxEvidence === undefined ? {} : { maxEvidence };
    const found = {
      capabilities: combinePython({ packages: facts, own: root, reached, missing }, pythonBaseline, options),
      static: withReason(
        pythonManifest(await asked, new Set(reached.get(root)?.keys())),
        speaksProtocol(root.dependencies, 'pypi') ? [unfound] : [],
      ),
      credentials: pythonCredentials(
        root,
        reached,
        facts.map(({ name }) => name),
      ),
    };
    await reading.keep();
    return found;
  } finally {
    await reading.close();
  }
}

async function readReached(
  facts: readonly PythonPackageFacts[],
  root: PythonPackageFacts,
  entry: string,
  reading: PythonReading,
): Promise<PythonReached> {
  const waves = followPythonReach(facts, root, entry);
  for (;;) {
    const wave = waves.next();
    if (wave.done === true) return wave.value;
    await reading.read(wave.value);
  }
}
