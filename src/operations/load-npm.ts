import type { Host } from '../host/host.ts';
import type { ClosurePackage, PackageFile } from '../model/artifact.ts';
import { GuardError } from '../model/errors.ts';
import type { NpmReference } from '../model/reference.ts';
import { fetchPackage } from '../sources/npm/fetch.ts';
import { releaseHistory } from '../sources/npm/history.ts';
import { inspectArtifact } from '../sources/npm/inspect.ts';
import { type NpmResolution, resolveNpm } from '../sources/npm/resolve.ts';
import { fitsPlatform } from '../store/platform.ts';
import { layOut } from '../store/tree.ts';
import { analyse } from './analyse.ts';
import type { LoadedServer, ResolvedServer } from './loaded.ts';
import { platformOf } from './platform.ts';
import type { Progress } from './progress.ts';
import { type ClosureReading, openReading } from './read-closure.ts';

/** @throws GuardError as `resolveNpm`; `load` those of fetching and inspecting. */
export async function resolveNpmServer(reference: NpmReference, host: Host): Promise<ResolvedServer> {
  const resolution = await resolveNpm(reference, host);
  const { artifact, closure, published, publisher } = resolution;
  return {
    artifact,
    closure,
    resolution: { ecosystem: 'npm', npm: resolution },
    history: releaseHistory(resolution.packument),
    notStarted: null,
    publisher,
    owners: published.maintainers?.map(({ name }) => name).sort() ?? null,
    files: (pkg) => fetchPackage(resolution, pkg, host),
    load: (folder, progress) => load(resolution, folder, host, progress),
  };
}

/**
 * Downloads, verifies and unpacks every package that fits this platform, each once and a few at a time, so that memory
 * holds a few packages and some sources of the others, not the closure. Where nothing is laid out, a package whose bytes
 * were read before under the same hash is not asked for again.
 */
async function load(resolution: NpmResolution, folder: string | null, host: Host, progress: Progress): Promise<LoadedServer> {
  const reading = await openReading((pkg) => fetchPackage(resolution, pkg, host), host);
  try {
    return await loadInto(reading, resolution, folder, host, progress);
  } catch (cause) {
    await reading.close();
    throw cause;
  }
}

async function loadInto(
  reading: ClosureReading,
  resolution: NpmResolution,
  folder: string | null,
  host: Host,
  progress: Progress,
): Promise<LoadedServer> {
  const platform = platformOf(host);
  const wanted = resolution.closure.packages.filter((pkg) => fitsPlatform(pkg, platform) && pkg.bundledIn === null);
  const ownPath = `node_modules/${resolution.artifact.name}`;
  const own = wanted.find((pkg) => pkg.path === ownPath);
  if (own === undefined) throw new GuardError('registry-answer-invalid', `${resolution.artifact.name} is not in its own closure`);
  const installScripts: string[] = [];
  let [bytes, downloaded, done] = [0, 0, 0];
  // First, because everything else is read from there on, while the rest is still on its way.
  const ownFiles = await fetchPackage(resolution, own, host);
  reading.begin(own.path);
  const files = async (pkg: ClosurePackage): Promise<readonly PackageFile[]> => {
    const before = folder === null && pkg !== own ? reading.known(pkg) : null;
    const unpacked = before?.files.map(withoutBytes) ?? (pkg === own ? ownFiles : await fetchPackage(resolution, pkg, host));
    const outline = reading.add(pkg, before === null ? unpacked : null);
    if (before === null) downloaded += 1;
    bytes += outline.bytes;
    if (outline.installScripts.length > 0) installScripts.push(`${pkg.name}@${pkg.version}`);
    done += 1;
    progress(`reading ${done} of ${wanted.length} packages: ${pkg.name}`);
    return unpacked;
  };
  await layOut(folder, { closure: resolution.closure, platform, files }, host);
  const inspected = inspectArtifact(resolution, ownFiles);
  const earlier = done === downloaded ? '' : `; ${done - downloaded} were read earlier on this machine, under the same hash`;
  const detail = `${downloaded} of ${resolution.closure.packages.length} packages downloaded, each equal to its hash${earlier}`;
  return {
    start: { runtime: 'node', bin: inspected.bin.name, entry: inspected.entry },
    ownFiles,
    bytes,
    installScripts: installScripts.sort(),
    dependencies: Object.keys(resolution.published.dependencies ?? {}),
    bins: inspected.bins.map(({ name }) => name).sort(),
    evidence: [...resolution.evidence, { source: 'npm-tarballs', outcome: 'verified', detail }],
    findings: [...resolution.findings, ...inspected.findings],
    notVerifiable: [],
    analyse: (maxEvidence) =>
      analyse({
        reading,
        own,
        ownFiles,
        maxEvidence,
        packageAt: (path) => wanted.find((candidate) => candidate.path === path),
        filesOf: (pkg) => fetchPackage(resolution, pkg, host),
      }),
  };
}

/** Where nothing is written, only the places of files are checked. */
function withoutBytes(path: string): PackageFile {
  return { path, bytes: new Uint8Array(), executable: false };
}
