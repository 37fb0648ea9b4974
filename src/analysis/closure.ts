import type { CapabilityClass, CapabilityReport } from '../model/capability.ts';
import type { CredentialUse } from '../model/credential.ts';
import { type Baseline, reachBeside } from './baseline.ts';
import { credentialUses } from './credentials/uses.ts';
import { linkFiles } from './linking/link.ts';
import { packageObservations, reachedSources } from './observations.ts';
import type { PackageFacts } from './package.ts';
import { importPath, type Reached, reachableFiles } from './reach.ts';
import { makeTree, packageOf } from './resolve.ts';
import { moduleRule, rulesetId } from './rules/ruleset.ts';
import { type PlacedObservation, type SummaryOptions, summarise } from './summary.ts';

export interface ClosureAnalysis {
  readonly capabilities: CapabilityReport;
  /** Names of the packages that were folded as usual plumbing, sorted. */
  readonly folded: readonly string[];
  /** `name@version` of packages outside the baseline that can run, with the classes they bring; sorted by name. */
  readonly beyond: readonly { readonly package: string; readonly classes: readonly CapabilityClass[] }[];
  /** Files that can run and could not be read, as `path: reason`; sorted. */
  readonly unread: readonly string[];
  /** Keys that the server's own code takes from the environment, and where they go. */
  readonly credentials: readonly CredentialUse[];
}

/**
 * What the server at tree path `own` can do, out of the facts of its whole closure: see `summarise`.
 *
 * @param followed what `reachableFiles` says of the same facts, sorted by path; null = ask it
 * @throws RangeError when no package lies at `own`.
 */
export function combine(
  facts: readonly PackageFacts[],
  own: string,
  baseline: Baseline,
  options: Pick<SummaryOptions, 'maxEvidence'> = {},
  followed: Reached | null = null,
): ClosureAnalysis {
  const packages = [...facts].sort((a, b) => (a.path < b.path ? -1 : 1));
  const root = packages.find((pkg) => pkg.path === own);
  if (root === undefined) throw new RangeError(`no package at ${own}`);
  const reached = followed ?? reachableFiles(packages, root);
  const tree = makeTree(packages);
  const labelOf = (specifier: string): string | null => {
    const pkg = packageOf(specifier, root, tree);
    return pkg === undefined ? null : `${pkg.name}@${pkg.version}`;
  };
  const linked = linkFiles(
    packages.flatMap((pkg) => reachedSources(pkg, reached.get(pkg) ?? new Map()).map((source) => ({ pkg, source }))),
    tree,
  );
  const observed = packages.map((pkg) => {
    const observations = packageObservations(pkg, reached.get(pkg) ?? new Map(), pkg === root, labelOf, linked.uses);
    return { pkg, observations, reach: pkg === root ? 'own' : reachBeside(pkg.name, observations, baseline) };
  });
  const all = observed.flatMap(({ pkg, observations, reach }) =>
    observations.map((found): PlacedObservation => {
      const place = { pkg, file: found.file.slice(pkg.path.length + 1) };
      return { ...found, reach, path: importPath(reached, place), distance: distanceOf(found.class, pkg, root) };
    }),
  );
  const files = [...reached.values()].reduce((sum, paths) => sum + paths.size, 0);
  const read = { packages: [...reached.values()].filter((paths) => paths.size > 0).length, files };
  return {
    capabilities: summarise(all, rulesetId, { ...options, read }),
    folded: observed
      .filter(({ reach }) => reach === 'baseline')
      .map(({ pkg }) => pkg.name)
      .sort(),
    beyond: observed
      .filter(({ reach, observations }) => reach === 'closure' && observations.length > 0)
      .map(({ pkg, observations }) => ({
        package: `${pkg.name}@${pkg.version}`,
        classes: [...new Set(observations.map((found) => found.class))].sort(),
      })),
    unread: all
      .filter((found) => found.unread !== null)
      .map((found) => `${found.file}: ${found.unread}`)
      .sort(),
    credentials: credentialUses(
      reachedSources(root, reached.get(root) ?? new Map()).map((source) => ({
        ...source,
        credentials: [...(source.credentials ?? []), ...linked.keys(source)],
      })),
    ),
  };
}

/** How near a package is to the server, for what it does: see `PlacedObservation.distance`. */
function distanceOf(of: CapabilityClass, pkg: PackageFacts, root: PackageFacts): number {
  if (pkg === root) return 0;
  if (!root.dependencies.includes(pkg.name)) return 2;
  return (moduleRule(pkg.name)?.classes ?? []).includes(of) ? 0 : 1;
}
