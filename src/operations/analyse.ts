import { baseline } from '../analysis/baseline-data.ts';
import { combine } from '../analysis/closure.ts';
import type { PackageFacts } from '../analysis/package.ts';
import { followReach } from '../analysis/reach.ts';
import { staticManifest } from '../analysis/tools.ts';
import type { ClosurePackage, PackageFile } from '../model/artifact.ts';
import type { Disclosure } from '../model/disclosure.ts';

/** An npm closure as the analysis takes it. */
export interface Analysable {
  readonly facts: readonly PackageFacts[];
  /** The server's own package, and its files. */
  readonly own: ClosurePackage;
  readonly ownFiles: readonly PackageFile[];
}

/** What the bytes say: capabilities of the whole closure, and the tools that the package's own code names. */
export async function analyse({ facts, own, ownFiles }: Analysable): Promise<Pick<Disclosure, 'capabilities' | 'static' | 'credentials'>> {
  const root = facts.find((pkg) => pkg.path === own.path);
  // One file at a time: meanwhile a server in the sandbox waits for its next question, and the time of the probe runs.
  if (root !== undefined) for (const _ of followReach(facts, root)) await new Promise(setImmediate);
  const { capabilities, credentials } = combine(facts, own.path, baseline);
  return { capabilities, credentials, static: staticManifest(ownFiles) };
}
