import { baseline } from '../analysis/baseline-data.ts';
import { combine } from '../analysis/closure.ts';
import type { PackageFacts } from '../analysis/package.ts';
import { followReach, type Reached } from '../analysis/reach.ts';
import { makeTree, packageOf } from '../analysis/resolve.ts';
import { reasonsFor } from '../analysis/silence.ts';
import { registersNothing, serverFrameworks, serverManifest, type ToolsOfDependency } from '../analysis/tools.ts';
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
  /** A package of the closure by its path in the tree, and its verified files. */
  readonly packageAt: (path: string) => ClosurePackage | undefined;
  readonly filesOf: (pkg: ClosurePackage) => Promise<readonly PackageFile[]>;
}

/**
 * What the bytes say: capabilities of the whole closure, and the tools that its code names. Keeps what was found out, and
 * closes the reading. @throws GuardError as `ClosureReading`.
 */
export async function analyse(input: Analysable): Promise<Analysed> {
  const { reading, own, ownFiles, maxEvidence } = input;
  try {
    const asked = reading.tools(own, async () => ownFiles);
    asked.catch(() => undefined); // awaited below, when the files were read
    // In the order that the report follows them in: two packages may claim one path outside of both.
    const facts = [...(await reading.packages())].sort((a, b) => (a.path < b.path ? -1 : 1));
    const root = facts.find((pkg) => pkg.path === own.path);
    const reached = root === undefined ? null : await readReached(facts, root, reading);
    const tools = await asked;
    const ofRoot = root === undefined || reached === null ? null : filesIn(root, reached);
    const isThin = root !== undefined && reached !== null && registersNothing(tools, ofRoot);
    const beyond = isThin ? await toolsBeyond(facts, root, reached, input) : [];
    const reasons = root === undefined ? [] : reasonsFor(root, facts);
    const options = maxEvidence === undefined ? {} : { maxEvidence };
    const { capabilities, credentials } = combine(facts, own.path, baseline, options, reached);
    const found = { capabilities, credentials, static: serverManifest(tools, ofRoot, beyond, reasons) };
    await reading.keep();
    return found;
  } finally {
    await reading.close();
  }
}

async function readReached(facts: readonly PackageFacts[], root: PackageFacts, reading: ClosureReading): Promise<Reached> {
  const waves = followReach(facts, root);
  for (;;) {
    const wave = waves.next();
    if (wave.done === true) return wave.value;
    await reading.read(wave.value);
  }
}

/** A thin wrapper's tools are in the packages that it names itself; each is unpacked again, one after the other. */
async function toolsBeyond(
  facts: readonly PackageFacts[],
  root: PackageFacts,
  reached: Reached,
  { reading, packageAt, filesOf }: Analysable,
): Promise<readonly ToolsOfDependency[]> {
  const tree = makeTree(facts);
  const found: ToolsOfDependency[] = [];
  for (const name of root.dependencies) {
    const pkg = packageOf(name, root, tree);
    const source = pkg === undefined ? undefined : packageAt(pkg.path);
    if (pkg === undefined || source === undefined || !reached.has(pkg)) continue;
    if (serverFrameworks.has(name) || Object.hasOwn(baseline.packages, name)) continue;
    const tools = await reading.tools(source, () => filesOf(source));
    found.push({ package: `${pkg.name}@${pkg.version}`, tools, reached: filesIn(pkg, reached) });
  }
  return found;
}

function filesIn(pkg: PackageFacts, reached: Reached): ReadonlySet<string> {
  return new Set(reached.get(pkg)?.keys());
}
