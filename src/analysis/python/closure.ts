import type { CapabilityReport } from '../../model/capability.ts';
import { type Baseline, reachBeside } from '../baseline.ts';
import { type PlacedObservation, type SummaryOptions, summarise } from '../summary.ts';
import { handedOn } from './foreign.ts';
import { pythonObservations } from './observations.ts';
import type { PythonPackageFacts } from './package.ts';
import { indexModules, type PythonReached, pythonImportPath } from './reach.ts';
import { pythonRulesetId } from './ruleset.ts';

export interface PythonClosureFacts {
  readonly packages: readonly PythonPackageFacts[];
  readonly own: PythonPackageFacts;
  readonly reached: PythonReached;
  /** Why packages are missing, in words; null = the closure is whole. What is missing can do anything. */
  readonly missing: string | null;
}

/** What a Python server can do, out of the facts of its closure: see `summarise`. */
export function combinePython(
  { packages, own, reached, missing }: PythonClosureFacts,
  baseline: Baseline,
  options: SummaryOptions = {},
): CapabilityReport {
  const index = indexModules(packages);
  const labelOf = (module: string): string | null => {
    const pkg = index.get(module)?.[0]?.pkg;
    return pkg === undefined || pkg === own ? null : `${pkg.name}@${pkg.version}`;
  };
  const handsOn = handedOn(index, reached);
  const all = [...packages]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap((pkg) => {
      const observations = pythonObservations(pkg, reached.get(pkg) ?? new Map(), pkg === own, labelOf, handsOn);
      const reach = pkg === own ? 'own' : reachBeside(pkg.name, observations, baseline);
      return observations.map((found): PlacedObservation => {
        const place = { pkg, file: found.file.slice(pkg.path.length + 1) };
        return { ...found, reach, path: pythonImportPath(reached, place), distance: pkg === own ? 0 : 2 };
      });
    });
  const files = [...reached.values()].reduce((sum, of) => sum + of.size, 0);
  return summarise(missing === null ? all : [...all, unseen(own, missing)], pythonRulesetId, {
    ...options,
    read: { packages: reached.size, files },
  });
}

function unseen(own: PythonPackageFacts, why: string): PlacedObservation {
  return {
    class: 'code.opaque',
    file: `${own.path}/METADATA`,
    line: 0,
    level: 'declared',
    through: null,
    scopes: [],
    unread: why,
    reach: 'closure',
    path: [],
    distance: 2,
  };
}
