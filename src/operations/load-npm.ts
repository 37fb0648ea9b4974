import { analysePackage, type PackageFacts } from '../analysis/package.ts';
import type { Host } from '../host/host.ts';
import type { ClosurePackage, PackageFile } from '../model/artifact.ts';
import { GuardError } from '../model/errors.ts';
import type { NpmReference } from '../model/reference.ts';
import { fetchPackage } from '../sources/npm/fetch.ts';
import { inspectArtifact } from '../sources/npm/inspect.ts';
import { type NpmResolution, resolveNpm } from '../sources/npm/resolve.ts';
import { fitsPlatform } from '../store/platform.ts';
import { layOut } from '../store/tree.ts';
import { analyse } from './analyse.ts';
import type { LoadedServer, ResolvedServer } from './load.ts';
import { platformOf } from './platform.ts';
import type { Progress } from './progress.ts';

/** @throws GuardError as `resolveNpm`; `load` those of fetching and inspecting. */
export async function resolveNpmServer(reference: NpmReference, host: Host): Promise<ResolvedServer> {
  const resolution = await resolveNpm(reference, host);
  const { artifact, closure } = resolution;
  return {
    artifact,
    closure,
    files: (pkg) => fetchPackage(resolution, pkg, host),
    load: (folder, progress) => load(resolution, folder, host, progress),
  };
}

/**
 * Downloads, verifies and unpacks every package that fits this platform, each once and a few at a time, so that memory
 * holds a few packages and the sources of the others, not the closure.
 */
async function load(resolution: NpmResolution, folder: string | null, host: Host, progress: Progress): Promise<LoadedServer> {
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
  const inspected = inspectArtifact(resolution, ownFiles);
  const detail = `${facts.length} of ${resolution.closure.packages.length} packages downloaded, each equal to its hash`;
  return {
    start: { runtime: 'node', bin: inspected.bin.name, entry: inspected.entry },
    ownFiles,
    bytes,
    installScripts: facts.flatMap((pkg) => (pkg.installScripts.length > 0 ? [`${pkg.name}@${pkg.version}`] : [])).sort(),
    dependencies: Object.keys(resolution.published.dependencies ?? {}),
    evidence: [...resolution.evidence, { source: 'npm-tarballs', outcome: 'verified', detail }],
    findings: [...resolution.findings, ...inspected.findings],
    analyse: () =>
      analyse({
        facts,
        own,
        ownFiles,
        filesAt: async (path) => {
          const pkg = wanted.find((candidate) => candidate.path === path);
          return pkg === undefined ? [] : fetchPackage(resolution, pkg, host);
        },
      }),
  };
}
