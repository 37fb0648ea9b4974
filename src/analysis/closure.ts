import {
  type Capability,
  type CapabilityClass,
  type CapabilityEvidence,
  type CapabilityReport,
  capabilityClasses,
  type EvidenceLevel,
  type Reach,
} from '../model/capability.ts';
import type { Baseline } from './baseline.ts';
import { type Observation, packageObservations } from './observations.ts';
import type { PackageFacts } from './package.ts';
import { reachableFiles } from './reach.ts';
import { makeTree, packageOf } from './resolve.ts';
import { rulesetId } from './rules/ruleset.ts';

export interface ClosureAnalysis {
  readonly capabilities: CapabilityReport;
  /** Names of the packages that were folded as usual plumbing, sorted. */
  readonly folded: readonly string[];
  /** `name@version` of packages outside the baseline that can run, with the classes they bring; sorted by name. */
  readonly beyond: readonly { readonly package: string; readonly classes: readonly CapabilityClass[] }[];
  /** Files that can run and could not be read, as `path: reason`; sorted. */
  readonly unread: readonly string[];
}

const maxEvidence = 5;
const maxScopes = 50;
const reachOrder: readonly Reach[] = ['own', 'closure', 'baseline'];
const levelOrder: readonly EvidenceLevel[] = ['observed', 'literal-scoped', 'call-site', 'import', 'declared'];

/**
 * What the server at tree path `own` can do, out of the facts of its whole closure: one entry per class in the order of
 * `capabilityClasses`. `seen` names the strongest reach; anything unreadable that can run outside the baseline turns
 * every `not-seen` into `cannot-tell`.
 *
 * @throws RangeError when no package lies at `own`.
 */
export function combine(facts: readonly PackageFacts[], own: string, baseline: Baseline): ClosureAnalysis {
  const packages = [...facts].sort((a, b) => (a.path < b.path ? -1 : 1));
  const root = packages.find((pkg) => pkg.path === own);
  if (root === undefined) throw new RangeError(`no package at ${own}`);
  const reached = reachableFiles(packages, root);
  const tree = makeTree(packages);
  const labelOf = (specifier: string): string | null => {
    const pkg = packageOf(specifier, root, tree);
    return pkg === undefined ? null : `${pkg.name}@${pkg.version}`;
  };
  const observed = packages.map((pkg) => {
    const observations = packageObservations(pkg, reached.get(pkg) ?? new Set(), pkg === root, labelOf);
    return { pkg, observations, reach: reachOf(pkg, root, observations, baseline) };
  });
  const all = observed.flatMap(({ observations, reach }) => observations.map((found) => ({ ...found, reach })));
  // The baseline was read when it was made: what is opaque in it was there then, and is folded with it.
  const opaque = all.filter((found) => found.class === 'code.opaque' && found.reach !== 'baseline');
  const capabilities = (Object.keys(capabilityClasses) as CapabilityClass[]).map((of) => capability(of, all, opaque));
  return {
    capabilities: { ruleset: rulesetId, capabilities, environment: environment(all) },
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
  };
}

/** A package of the baseline that shows a class it did not have when the baseline was made is not folded. */
function reachOf(pkg: PackageFacts, root: PackageFacts, observations: readonly Observation[], baseline: Baseline): Reach {
  if (pkg === root) return 'own';
  const known = Object.hasOwn(baseline.packages, pkg.name) ? baseline.packages[pkg.name] : undefined;
  return known !== undefined && observations.every((found) => known.includes(found.class)) ? 'baseline' : 'closure';
}

function capability(
  of: CapabilityClass,
  all: readonly (Observation & { readonly reach: Reach })[],
  opaque: readonly (Observation & { readonly reach: Reach })[],
): Capability {
  const found = all
    .filter((observation) => observation.class === of)
    .sort((a, b) => reachOrder.indexOf(a.reach) - reachOrder.indexOf(b.reach) || levelOrder.indexOf(a.level) - levelOrder.indexOf(b.level));
  const strongest = found[0];
  if (strongest !== undefined) {
    // Plumbing says nothing about a class that the server itself uses: its scopes would drown the server's own.
    const told = strongest.reach === 'baseline' ? found : found.filter(({ reach }) => reach !== 'baseline');
    return {
      class: of,
      verdict: 'seen',
      reach: strongest.reach,
      scopes: scopesOf(told),
      evidence: told.slice(0, maxEvidence).map(evidence),
    };
  }
  const blind = opaque[0];
  return blind === undefined
    ? { class: of, verdict: 'not-seen', reach: 'own', scopes: [], evidence: [] }
    : { class: of, verdict: 'cannot-tell', reach: blind.reach, scopes: [], evidence: opaque.slice(0, 1).map(evidence) };
}

function scopesOf(found: readonly (Observation & { readonly reach: Reach })[]): readonly string[] {
  const scopes = new Set<string>();
  for (const reach of reachOrder) {
    for (const scope of found
      .filter((observation) => observation.reach === reach)
      .flatMap((observation) => observation.scopes)
      .sort())
      scopes.add(scope);
  }
  const kept = [...scopes].slice(0, maxScopes);
  // Over the bound "any" is the honest rest; sorted, as the model promises.
  return (scopes.size > maxScopes && !kept.includes('*') ? ['*', ...kept.slice(1)] : kept).sort();
}

function evidence({ file, line, level, through }: Observation): CapabilityEvidence {
  return { file, line, level, through };
}

function environment(all: readonly (Observation & { readonly reach: Reach })[]): readonly string[] {
  const names = all.filter((found) => found.class === 'env.read' && found.reach !== 'baseline').flatMap((found) => found.scopes);
  return [...new Set(names)].filter((name) => name !== '*').sort();
}
