import type { PackageFile } from '../../model/artifact.ts';
import { GuardError } from '../../model/errors.ts';
import type { Finding } from '../../model/finding.ts';
import { type Bin, binsOf, chooseBin } from './bins.ts';
import { manifestConfusion } from './confusion.ts';
import { installScriptsOf } from './install-scripts.ts';
import { parseManifest } from './manifest.ts';
import type { NpmResolution } from './resolve.ts';

/** What the artifact's own tarball says about it. */
export interface ArtifactFacts {
  /** The program to start. */
  readonly bin: Bin;
  readonly bins: readonly Bin[];
  /** The program's file in the tree: `node_modules/<name>/<path>`. */
  readonly entry: string;
  /** `preinstall`, `install`, `postinstall`: those of the artifact itself. */
  readonly installScripts: readonly string[];
  /** The name in the MCP registry that the package claims; null = none. Attacker-controlled. */
  readonly mcpName: string | null;
  /** `manifest-confusion` where registry and tarball disagree. */
  readonly findings: readonly Finding[];
}

/**
 * Reads the artifact's files (those of the closure's package at `node_modules/<name>`).
 * @throws GuardError `bin-missing`, `bin-ambiguous`, `registry-answer-invalid` without a readable package.json.
 */
export function inspectArtifact(resolution: NpmResolution, files: readonly PackageFile[]): ArtifactFacts {
  const { artifact, published, reference } = resolution;
  const subject = `${artifact.name}@${artifact.version}`;
  const file = files.find(({ path }) => path === 'package.json');
  if (file === undefined) throw new GuardError('registry-answer-invalid', `the tarball of ${subject} holds no package.json`);
  const { manifest, duplicates } = parseManifest(file.bytes, subject);
  const bins = binsOf(artifact.name, manifest, files);
  const bin = chooseBin(bins, reference.bin, artifact, files);
  const hasBindingGyp = files.some(({ path }) => path === 'binding.gyp');
  return {
    bin,
    bins,
    entry: `node_modules/${artifact.name}/${bin.path}`,
    installScripts: installScriptsOf(files, subject),
    mcpName: manifest.mcpName ?? null,
    findings: manifestConfusion(published, manifest, duplicates, hasBindingGyp),
  };
}
