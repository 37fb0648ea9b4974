import type { ConsoleScript } from '../analysis/python/entry-points.ts';
import type { PythonOutline } from '../analysis/python/package.ts';
import type { Host } from '../host/host.ts';
import type { ClosurePackage, PackageFile } from '../model/artifact.ts';
import { GuardError } from '../model/errors.ts';
import { type Finding, finding } from '../model/finding.ts';
import { limits } from '../model/limits.ts';
import { unknownPublisher } from '../model/publisher.ts';
import type { PypiReference } from '../model/reference.ts';
import { eachBounded } from '../sources/bounded.ts';
import { fetchFiles } from '../sources/pypi/fetch.ts';
import type { CoreMetadata } from '../sources/pypi/metadata.ts';
import { type PypiResolution, resolvePypi } from '../sources/pypi/resolve.ts';
import { analysePython } from './analyse-python.ts';
import type { LoadedServer, ResolvedServer } from './loaded.ts';
import type { Progress } from './progress.ts';
import { openPythonReading, type PythonReading } from './read-python.ts';

/** A Python server: it is read, and not started. @throws GuardError as `resolvePypi`; `load` those of fetching. */
export async function resolvePypiServer(reference: PypiReference, host: Host): Promise<ResolvedServer> {
  const resolution = await resolvePypi(reference, host);
  const { artifact, closure } = resolution;
  return {
    artifact,
    closure,
    resolution: { ecosystem: 'pypi', pypi: resolution },
    history: null,
    publisher: unknownPublisher,
    owners: null,
    notStarted: 'Python servers are not started yet',
    files: (pkg) => filesOf(resolution, pkg, host),
    load: (_folder, progress) => load(resolution, host, progress),
  };
}

async function filesOf(resolution: PypiResolution, pkg: ClosurePackage, host: Host): Promise<readonly PackageFile[]> {
  const picked = resolution.files.get(pkg.path);
  if (picked === undefined)
    throw new GuardError('closure-unpinnable', `${pkg.name}@${pkg.version} cannot be pinned`, { why: 'no index serves it' });
  return fetchFiles(picked.file, `${pkg.name}@${pkg.version}`, resolution.index, host);
}

/** Downloads and verifies every package, a few at a time; one whose bytes were read before under the same hash is not asked for. */
async function load(resolution: PypiResolution, host: Host, progress: Progress): Promise<LoadedServer> {
  const reading = await openPythonReading((pkg) => filesOf(resolution, pkg, host), host);
  try {
    return await loadInto(reading, resolution, host, progress);
  } catch (cause) {
    await reading.close();
    throw cause;
  }
}

async function loadInto(reading: PythonReading, resolution: PypiResolution, host: Host, progress: Progress): Promise<LoadedServer> {
  const { artifact, closure } = resolution;
  const ownPath = `site-packages/${artifact.name}`;
  const outlines = new Map<string, PythonOutline>();
  const confusions: Finding[] = [];
  let [bytes, downloaded] = [0, 0];
  let ownFiles: readonly PackageFile[] | null = null;
  await eachBounded(closure.packages, limits.registryMaxRequests, async (pkg) => {
    const form = resolution.files.get(pkg.path)?.file.kind ?? 'sdist';
    const isKnown = pkg.path !== ownPath && reading.known(pkg, form) !== null;
    const files = isKnown ? null : await filesOf(resolution, pkg, host);
    const { outline, metadata } = reading.add(pkg, form, files);
    if (!isKnown) downloaded += 1;
    if (pkg.path === ownPath) ownFiles = files;
    bytes += outline.bytes;
    outlines.set(pkg.path, outline);
    confusions.push(...metadataConfusion(resolution, pkg, metadata));
    progress(`reading ${outlines.size} of ${closure.packages.length} packages: ${pkg.name}`);
  });
  const own = closure.packages.find(({ path }) => path === ownPath);
  const outline = outlines.get(ownPath);
  if (own === undefined || outline === undefined || ownFiles === null)
    throw new GuardError('registry-answer-invalid', `${artifact.name} is not in its own closure`);
  const files: readonly PackageFile[] = ownFiles;
  const script = chooseScript(outline.scripts, files, resolution);
  const missing = resolution.missing.length === 0 ? null : resolution.missing.join('; ');
  const { others } = resolution.index;
  const earlier =
    outlines.size === downloaded ? '' : `; ${outlines.size - downloaded} were read earlier on this machine, under the same hash`;
  const detail = `${downloaded} of ${closure.packages.length} packages downloaded, each equal to its hash${earlier}`;
  return {
    start: { runtime: 'python', bin: script.name, entry: script.attribute === '' ? script.module : `${script.module}:${script.attribute}` },
    ownFiles: files,
    bytes,
    installScripts: closure.packages
      .filter(({ path }) => outlines.get(path)?.installHooks.some(({ runs }) => runs) === true)
      .map(({ name, version }) => `${name}@${version}`)
      .sort(),
    dependencies: outline.dependencies,
    bins: outline.scripts.map(({ name }) => name).sort(),
    evidence: [...resolution.evidence, { source: 'pypi-files', outcome: 'verified', detail }],
    findings: [...resolution.findings, ...confusions.sort((a, b) => (a.subject < b.subject ? -1 : 1))],
    notVerifiable: [
      ...(missing === null ? [] : [`what its whole closure can do: it is not resolved (${missing})`]),
      ...(others.length === 0 ? [] : [`what further indexes would serve in its place: ${others.join(', ')} were not asked`]),
    ],
    analyse: (maxEvidence) => analysePython({ reading, own, ownFiles: files, entry: script.module, missing, maxEvidence }),
  };
}

/**
 * The console script to start: the one that is asked for; else the one named like the package, as uvx takes it; else the
 * only one; else `python -m` where the package has a `__main__`.
 */
function chooseScript(
  scripts: readonly ConsoleScript[],
  files: readonly PackageFile[],
  { artifact, reference }: PypiResolution,
): ConsoleScript {
  const subject = `${artifact.name}@${artifact.version}`;
  const names = scripts.map(({ name }) => name);
  const found =
    reference.bin === null
      ? (scripts.find(({ name }) => alike(name, artifact.name)) ?? (scripts.length === 1 ? scripts[0] : undefined))
      : scripts.find(({ name }) => name === reference.bin);
  if (found !== undefined) return found;
  const main = files.find(({ path }) => /^(?:src\/)?[^/]+\/__main__\.py$/.test(path) && alike(path.split('/').at(-2) ?? '', artifact.name));
  if (scripts.length === 0 && main !== undefined && reference.bin === null) {
    const module = main.path.split('/').at(-2) ?? '';
    return { name: `python -m ${module}`, module: `${module}.__main__`, attribute: '', file: main.path };
  }
  if (scripts.length > 1 && reference.bin === null)
    throw new GuardError('bin-ambiguous', `${subject} has several programs`, {
      why: `say which: ${names.join(', ')}`,
      hint: `pinfold info -- uvx --from ${artifact.name}==${artifact.version} ${names[0]}`,
    });
  throw new GuardError('bin-missing', `${subject} has no program ${reference.bin ?? 'to start'}`, {
    why: names.length === 0 ? 'it declares no console script; it is a library' : `it has: ${names.join(', ')}`,
  });
}

function alike(a: string, b: string): boolean {
  const plain = (name: string) => name.toLowerCase().replace(/[-_.]+/g, '-');
  return plain(a) === plain(b);
}

/** What the index said about a wheel before it was there, against what the wheel says. */
function metadataConfusion(resolution: PypiResolution, pkg: ClosurePackage, said: CoreMetadata | null): readonly Finding[] {
  const picked = resolution.files.get(pkg.path);
  const subject = `${pkg.name}@${pkg.version}`;
  if (picked === undefined || said === null) return [];
  const facts: (readonly [string, string, string])[] = [['name', pkg.name, said.name]];
  if (picked.metadata !== null) {
    facts.push(['version', picked.metadata.version, said.version]);
    facts.push(['requirements', [...picked.metadata.requires].sort().join(', '), [...said.requires].sort().join(', ')]);
  }
  return facts.flatMap(([field, registry, tarball]) =>
    registry === tarball
      ? []
      : [finding('manifest-confusion', subject, { field, registry: registry.slice(0, 300), tarball: tarball.slice(0, 300) })],
  );
}
