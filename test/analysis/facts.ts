import { analysePackage } from '../../src/analysis/analyse-package.ts';
import type { Baseline } from '../../src/analysis/baseline.ts';
import { baseline } from '../../src/analysis/baseline-data.ts';
import { combine } from '../../src/analysis/closure.ts';
import type { PackageFacts } from '../../src/analysis/package.ts';
import type { PackageFile } from '../../src/model/artifact.ts';
import type { Capability, CapabilityClass } from '../../src/model/capability.ts';

export const noBaseline: Baseline = { ...baseline, packages: {} };

export function files(contents: Readonly<Record<string, string | Uint8Array>>): readonly PackageFile[] {
  return Object.entries(contents).map(([path, content]) => ({
    path,
    bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
    executable: false,
  }));
}

/** A package `name` with a manifest and these files. */
export function packageOf(
  name: string,
  contents: Readonly<Record<string, string | Uint8Array>>,
  manifest: Readonly<Record<string, unknown>> = {},
): PackageFacts {
  const all = { 'package.json': JSON.stringify({ name, version: '1.0.0', bin: 'index.js', main: 'index.js', ...manifest }), ...contents };
  return analysePackage({ name, version: '1.0.0', path: `node_modules/${name}` }, files(all));
}

export function capabilitiesOf(
  packages: readonly PackageFacts[],
  folded: Baseline = noBaseline,
): Readonly<Record<CapabilityClass, Capability>> {
  const { capabilities } = combine(packages, packages[0]?.path ?? '', folded).capabilities;
  return Object.fromEntries(capabilities.map((capability) => [capability.class, capability])) as Record<CapabilityClass, Capability>;
}

/** What one file `index.js` of a package without dependencies can do. */
export function capabilitiesOfSource(source: string): Readonly<Record<CapabilityClass, Capability>> {
  return capabilitiesOf([packageOf('own', { 'index.js': source })]);
}
