import { baseline } from '../analysis/baseline-data.ts';
import { combine } from '../analysis/closure.ts';
import { followReach } from '../analysis/reach.ts';
import type { ClosurePackage, PackageFile } from '../model/artifact.ts';
import type { Analysed } from './loaded.ts';
import type { ClosureReading } from './read-closure.ts';

/** An npm closure as the analysis takes it. */
export interface Analysable {
  /** Every package of the closure was taken in. */
  readonly reading: ClosureReading;
  /** The server's own package, and its files. */
  readonly own: ClosurePackage;
  readonly ownFiles: readonly PackageFile[];
  /** Places per class that are kept; undefined = as many as a card has room for. */
  readonly maxEvidence?: number | undefined;
}

/**
 * What the bytes say: capabilities of the whole closure, and the tools that the package's own code names. Keeps what was
 * found out, and closes the reading. @throws GuardError as `ClosureReading`.
 */
export async function analyse({ reading, own, ownFiles, maxEvidence }: Analysable): Promise<Analysed> {
  try {
    const tools = reading.tools(own, ownFiles);
    tools.catch(() => undefined); // awaited below, when the files were read
    const facts = await reading.packages();
    const root = facts.find((pkg) => pkg.path === own.path);
    if (root !== undefined) for (const wave of followReach(facts, root)) await reading.read(wave);
    const options = maxEvidence === undefined ? {} : { maxEvidence };
    const { capabilities, credentials } = combine(facts, own.path, baseline, options);
    const found = { capabilities, credentials, static: await tools };
    await reading.keep();
    return found;
  } finally {
    await reading.close();
  }
}
