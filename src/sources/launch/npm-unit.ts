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
}

/** The reading of `npx [-p pkg]… word args…` once its options are understood; the same for every launcher of the family. */
export function npmUnit({ runner, packages, words }: NpmCall): Reading {
  const [first, ...serverArgs] = words;
  const named = packages.length === 0 ? [first ?? ''] : packages;
  const units = named.map(unitOf);
  if (first === undefined)
    return unresolved(runner, packages.length === 0 ? 'it names no package' : 'it names no program to start', known(units));
  const broken = units.indexOf(null);
  if (broken !== -1) return unresolved(runner, `${JSON.stringify(named[broken])} is not a name of a package`, known(units));
  if (named.length > 1) return unresolved(runner, 'several packages are put together, and any of them may hold the program', known(units));
  const unit = known(units);
  const spec = parseNpmSpec(named[0] ?? '');
  if (!isNpmSpec(spec)) return { kind: 'unit', runner, packages: unit, unresolved: `the package comes from ${comesFrom[spec.kind]}` };
  const bin = packages.length === 0 ? null : first;
  return (
    interpreted(runner, unit, spec.name, serverArgs) ?? {
      kind: 'unit',
      runner,
      packages: unit,
      npm: { source: 'npm', ...spec, bin, serverArgs },
    }
  );
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

/** Packages that run a file or another command of the machine: the server is that, not the package. */
const interpreters = new Set(['tsx', 'ts-node', 'node', 'nodemon', '@babel/node', 'esno', 'vite-node']);
const wrappers = new Set([
  'cross-env',
  'dotenv-cli',
  'dotenv',
  '@dotenvx/dotenvx',
  'envmcp',
  'supergateway',
  'mcpo',
  'mcp-proxy',
  'concurrently',
]);

function interpreted(runner: string, packages: readonly LaunchPackage[], name: string, args: readonly string[]): Reading | null {
  if (wrappers.has(name)) return unresolved(runner, `${name} starts another command`, packages);
  if (!interpreters.has(name)) return null;
  const file = args.find((arg) => !arg.startsWith('-'));
  if (file === undefined || args[0] !== file) return unresolved(runner, `${name} runs a file of this machine`, packages);
  const local: LaunchPackage = { type: 'local', name: file, version: null, versionKind: 'n/a' };
  return { kind: 'unit', runner, packages: [...packages, local], unresolved: `${name} runs a file of this machine` };
}
