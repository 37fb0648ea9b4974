import { baseline } from '../analysis/baseline-data.ts';
import { combine } from '../analysis/closure.ts';
import type { PackageFacts } from '../analysis/package.ts';
import { followReach, type Reached } from '../analysis/reach.ts';
import { makeTree, packageOf } from '../analysis/resolve.ts';
import { packageTools, registersNothing, serverFrameworks, serverManifest, type ToolsOfDependency } from '../analysis/tools.ts';
import type { ClosurePackage, PackageFile } from '../model/artifact.ts';
import type { Disclosure } from '../model/disclosure.ts';

/** An npm closure as the analysis takes it. */
export interface Analysable {
  readonly facts: readonly PackageFacts[];
  /** The server's own package, and its files. */
  readonly own: ClosurePackage;
  readonly ownFiles: readonly PackageFile[];
  /** The verified files of a package of the closure, by its path in the tree. */
  readonly filesAt: (path: string) => Promise<readonly PackageFile[]>;
}

/** What the bytes say: capabilities of the whole closure, and the tools that its code names. */
export async function analyse({ facts, own, ownFiles, filesAt }: Analysable): Promise<Pick<Disclosure, 'capabilities' | 'static'>> {
  const root = facts.find((pkg) => pkg.path === own.path);
  const reached = root === undefined ? null : await reachedFrom(facts, root);
  const tools = packageTools(ownFiles);
  const ofRoot = root === undefined || reached === null ? null : filesOf(root, reached);
  const dependencies =
    root === undefined || reached === null || !registersNothing(tools, ofRoot) ? [] : await toolsBeyond(facts, root, reached, filesAt);
  return { capabilities: combine(facts, own.path, baseline).capabilities, static: serverManifest(tools, ofRoot, dependencies) };
}

/** One file at a time: meanwhile a server in the sandbox waits for its next question, and the time of the probe runs. */
async function reachedFrom(facts: readonly PackageFacts[], root: PackageFacts): Promise<Reached> {
  const steps = followReach(facts, root);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await new Promise(setImmediate);
  }
}

/** A thin wrapper's tools are in the packages that it names itself; each is unpacked again, one after the other. */
async function toolsBeyond(
  facts: readonly PackageFacts[],
  root: PackageFacts,
  reached: Reached,
  filesAt: Analysable['filesAt'],
): Promise<readonly ToolsOfDependency[]> {
  const tree = makeTree(facts);
  const found: ToolsOfDependency[] = [];
  for (const name of root.dependencies) {
    const pkg = packageOf(name, root, tree);
    if (pkg === undefined || !reached.has(pkg) || serverFrameworks.has(name) || Object.hasOwn(baseline.packages, name)) continue;
    found.push({ package: `${pkg.name}@${pkg.version}`, tools: packageTools(await filesAt(pkg.path)), reached: filesOf(pkg, reached) });
  }
  return found;
}

function filesOf(pkg: PackageFacts, reached: Reached): ReadonlySet<string> {
  return new Set(reached.get(pkg)?.keys());
}
