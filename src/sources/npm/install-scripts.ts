import type { PackageFile } from '../../model/artifact.ts';
import { type Manifest, parseManifest } from './manifest.ts';

const lifecycle = ['preinstall', 'install', 'postinstall'] as const;

/**
 * The scripts that npm would run when it installs this package, of its bundled packages too, in npm's order; empty =
 * none. A `binding.gyp` without an `install` script counts as `install`: npm compiles it.
 */
export function installScriptsOf(files: readonly PackageFile[], subject: string): readonly string[] {
  const found = new Set<string>();
  for (const file of files) {
    if (!/^(?:node_modules\/(?:@[^/]+\/)?[^/]+\/)*package\.json$/.test(file.path)) continue;
    const folder = file.path.slice(0, -'package.json'.length);
    const { manifest } = parseManifest(file.bytes, subject);
    for (const script of scriptsOf(
      manifest,
      files.some(({ path }) => path === `${folder}binding.gyp`),
    ))
      found.add(script);
  }
  return lifecycle.filter((script) => found.has(script));
}

/** @see @npmcli/package-json, the `gypfile` step */
export function scriptsOf({ scripts, gypfile }: Manifest, hasBindingGyp: boolean): readonly string[] {
  const declared = lifecycle.filter((script) => typeof scripts?.[script] === 'string' && scripts[script] !== '');
  const compiles = hasBindingGyp && gypfile !== false && !declared.includes('install') && !declared.includes('preinstall');
  return compiles ? lifecycle.filter((script) => script === 'install' || declared.includes(script)) : declared;
}
