import { isDeepStrictEqual } from 'node:util';
import { type Finding, finding } from '../../model/finding.ts';
import { binsOf } from './bins.ts';
import { scriptsOf } from './install-scripts.ts';
import type { Manifest } from './manifest.ts';
import type { Published } from './packument.ts';

/**
 * Where the registry's record and the tarball's package.json disagree about what is installed or run. npm shows the one
 * and runs the other. What a mirror leaves out is not a disagreement.
 */
export function manifestConfusion(
  published: Published,
  manifest: Manifest,
  duplicates: readonly string[],
  hasBindingGyp: boolean,
): readonly Finding[] {
  const subject = `${published.name}@${published.version}`;
  const differs = (field: string, registry: unknown, tarball: unknown) =>
    isDeepStrictEqual(registry, tarball)
      ? []
      : [finding('manifest-confusion', subject, { field, registry: show(registry), tarball: show(tarball) })];
  const declared = scriptsOf(manifest, hasBindingGyp);
  return [
    ...duplicates.map((member) => finding('manifest-confusion', subject, { field: member, registry: 'once', tarball: 'written twice' })),
    ...differs('name', published.name, manifest.name),
    // npm cleans a version when it publishes: `v1.0.0` and ` 1.0.0` become `1.0.0`.
    ...differs('version', published.version, manifest.version?.trim().replace(/^[v=]+/, '')),
    ...(published.bin === undefined ? [] : differs('bin', bins(published.name, published), bins(published.name, manifest))),
    ...(published.scripts === undefined ? [] : differs('scripts', installLines(published, false), installLines(manifest, hasBindingGyp))),
    ...(published.scripts !== undefined || published.hasInstallScript === undefined
      ? []
      : differs('hasInstallScript', published.hasInstallScript, declared.length > 0)),
    ...(published.dependencies === undefined ? [] : differs('dependencies', dependencies(published), dependencies(manifest))),
  ];
}

function bins(name: string, from: Pick<Manifest, 'bin'>): Readonly<Record<string, string>> {
  return Object.fromEntries(binsOf(name, { bin: from.bin }, []).map((bin) => [bin.name, bin.path]));
}

/** The registry's record of a package with a `binding.gyp` has the implied `install` written out. */
function installLines(from: Pick<Manifest, 'scripts' | 'gypfile'>, hasBindingGyp: boolean): Readonly<Record<string, unknown>> {
  const lines = scriptsOf(from, hasBindingGyp).map((script) => [script, from.scripts?.[script] ?? 'node-gyp rebuild']);
  return Object.fromEntries(lines);
}

/** Optional ones count as dependencies (npm writes them into both), and an empty range is `*`. */
function dependencies(from: Pick<Manifest, 'dependencies' | 'optionalDependencies'>): Readonly<Record<string, unknown>> {
  const all = Object.entries({ ...from.dependencies, ...from.optionalDependencies });
  return Object.fromEntries(all.map(([name, range]) => [name, range === '' ? '*' : range]));
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}
