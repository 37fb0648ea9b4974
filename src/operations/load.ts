import { analysePackage, type PackageFacts } from '../analysis/package.ts';
import type { Host } from '../host/host.ts';
import type { ClosurePackage, PackageFile } from '../model/artifact.ts';
import { GuardError } from '../model/errors.ts';
import type { Evidence } from '../model/outcome.ts';
import { fetchPackage } from '../sources/npm/fetch.ts';
import { type ArtifactFacts, inspectArtifact } from '../sources/npm/inspect.ts';
import type { NpmResolution } from '../sources/npm/resolve.ts';
import { fitsPlatform } from '../store/platform.ts';
import { layOut } from '../store/tree.ts';
import { platformOf } from './platform.ts';
import type { Progress } from './progress.ts';

/** A closure read once and boiled down to facts. */
export interface Loaded {
  /** The server's own package. */
  readonly own: ClosurePackage;
  /** Its own files; content is attacker-controlled. */
  readonly ownFiles: readonly PackageFile[];
  readonly inspected: ArtifactFacts;
  readonly facts: readonly PackageFacts[];
  /** Sum of the unpacked sizes. */
  readonly bytes: number;
  readonly evidence: Evidence;
}

/**
 * Downloads, verifies and unpacks every package that fits this platform, each once and a few at a time, so that memory
 * holds a few packages and the sources of the others, not the closure.
 *
 * @param folder where the tree is laid out for a probe; null = nowhere, only checked.
 */
export async function load(resolution: NpmResolution, folder: string | null, host: Host, progress: Progress): Promise<Loaded> {
  const platform = platformOf(host);
  const wanted = resolution.closure.packages.filter((pkg) => fitsPlatform(pkg, platform) && pkg.bundledIn === null);
  const ownPath = `node_modules/${resolution.artifact.name}`;
  const own = wanted.find((pkg) => pkg.path === ownPath);
  if (own === undefined) throw new GuardError('registry-answer-invalid', `${resolution.artifact.name} is not in its own closure`);
  const facts: PackageFacts[] = [];
  let bytes = 0;
  let ownFiles: readonly PackageFile[] = [];
  const files = async (pkg: ClosurePackage): Promise<readonly PackageFile[]> => {
    const unpacked = await fetchPackage(resolution, pkg, host);
    for (const file of unpacked) bytes += file.bytes.length;
    facts.push(analysePackage(pkg, unpacked));
    if (pkg.path === ownPath) ownFiles = unpacked;
    progress(`reading ${facts.length} of ${wanted.length} packages: ${pkg.name}`);
    return unpacked;
  };
  await layOut(folder, { closure: resolution.closure, platform, files }, host);
  const detail = `${facts.length} of ${resolution.closure.packages.length} packages downloaded, each equal to its hash`;
  return {
    own,
    ownFiles,
    inspected: inspectArtifact(resolution, ownFiles),
    facts,
    bytes,
    evidence: { source: 'npm-tarballs', outcome: 'verified', detail },
  };
}
