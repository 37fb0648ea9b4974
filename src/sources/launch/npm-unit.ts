import type { LaunchPackage } from '../../model/client-entry.ts';
import { isNpmSpec, parseNpmSpec } from '../npm-spec.ts';
import { type Reading, unresolved } from './runner.ts';

/** What a launcher of the npm family was told. */
export interface NpmCall {
  readonly runner: string;
  /** The packages of `-p`, in order; empty = the first word names the package. */
  readonly packages: readonly string[];
  /** The first word that is not an option, and what follows it. */
  readonly words: readonly string[];
  /** What would be lost if the package were installed and started alone. */
  readonly loses?: string | null;
  /** The launcher goes on reading options behind the package. */
  readonly readsOn?: boolean;
}

/** The reading of `npx [-p pkg]… word args…` once its options are understood; the same for every launcher of the family. */
export function npmUnit({ runner, packages, words, loses = null, readsOn = false }: NpmCall): Reading {
  const [first, ...serverArgs] = words;
  const named = packages.length === 0 ? [first ?? ''] : packages;
  const units = named.map(unitOf);
  if (first === undefined)
    return unresolved(runner, packages.length === 0 ? 'it names no package' : 'it names no program to start', known(units));
  const broken = units.indexOf(null);
  if (broken !== -1) return unresolved(runner, `${JSON.stringify(named[broken])} is not a name of a package`, known(units));
  if (named.length > 1) return unresolved(runner, 'several packages are put together, and any of them may hold the program', known(units));
  const bin = packages.length === 0 ? null : first;
  const unit = { kind: 'unit', runner, packages: known(units), passed: readsOn ? 0 : serverArgs.length, unresolved: loses } as const;
  const spec = parseNpmSpec(named[0] ?? '');
  if (!isNpmSpec(spec))
    return { ...unit, unresolved: `the package comes from ${comesFrom[spec.kind]}`, program: { name: bin, args: serverArgs } };
  return { ...unit, npm: loses === null ? { source: 'npm', ...spec, bin, serverArgs } : null, program: { name: bin, args: serverArgs } };
}

const comesFrom = { git: 'a git repository', url: 'a URL', local: 'this machine', invalid: 'nowhere' } as const;

/** The packages that `-p` names, without those that are no package. */
export function packageUnits(names: readonly string[]): readonly LaunchPackage[] {
  return known(names.map(unitOf));
}

function unitOf(text: string): LaunchPackage | null {
  const spec = parseNpmSpec(text);
  if (isNpmSpec(spec)) return { type: 'npm', name: spec.name, version: spec.spec, versionKind: spec.specKind };
  switch (spec.kind) {
    case 'git':
      return { type: 'git', name: spec.name, version: spec.ref, versionKind: spec.ref === null ? 'none' : 'ref' };
    case 'url':
      return { type: 'url', name: spec.name, version: null, versionKind: 'none' };
    case 'local':
      return { type: 'local', name: spec.name, version: null, versionKind: 'n/a' };
    case 'invalid':
      return null;
  }
}

function known(units: readonly (LaunchPackage | null)[]): readonly LaunchPackage[] {
  return units.filter((unit) => unit !== null);
}
