import type { Baseline } from '../../../src/analysis/baseline.ts';
import { analysePythonPackage } from '../../../src/analysis/python/analyse-package.ts';
import { combinePython } from '../../../src/analysis/python/closure.ts';
import type { PythonForm, PythonPackageFacts } from '../../../src/analysis/python/package.ts';
import { followPythonReach, type PythonReached } from '../../../src/analysis/python/reach.ts';
import type { Capability, CapabilityClass } from '../../../src/model/capability.ts';
import { files } from '../facts.ts';

const noBaseline: Baseline = { version: 'none', date: '', madeFrom: [], ruleset: '', packages: {} };

export function pythonPackage(
  name: string,
  contents: Readonly<Record<string, string | Uint8Array>>,
  form: PythonForm = 'wheel',
): PythonPackageFacts {
  return analysePythonPackage({ name, version: '1.0.0', path: `site-packages/${name}` }, form, files(contents));
}

export function reachOf(packages: readonly PythonPackageFacts[], entry: string | null): PythonReached {
  const [own] = packages;
  if (own === undefined) throw new Error('a package');
  const steps = followPythonReach(packages, own, entry);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

export type ByClass = Readonly<Record<CapabilityClass, Capability>>;

/** What the first package can do when `entry` starts. */
export function pythonCapabilities(
  packages: readonly PythonPackageFacts[],
  entry: string | null,
  { baseline = noBaseline, missing = null }: { readonly baseline?: Baseline; readonly missing?: string | null } = {},
): ByClass {
  const [own] = packages;
  if (own === undefined) throw new Error('a package');
  const { capabilities } = combinePython({ packages, own, reached: reachOf(packages, entry), missing }, baseline);
  return Object.fromEntries(capabilities.map((capability) => [capability.class, capability])) as ByClass;
}

/** What one file of a package without dependencies can do, beside other files of it. */
export function pythonSource(source: string, others: Readonly<Record<string, string>> = {}): ByClass {
  return pythonCapabilities([pythonPackage('own', { 'own/__init__.py': '', 'own/server.py': source, ...others })], 'own.server');
}

/** Classes that are seen, sorted. */
export function seen(found: ByClass): readonly string[] {
  return Object.values(found)
    .filter(({ verdict }) => verdict === 'seen')
    .map((capability) => capability.class)
    .sort();
}
