import { speaksProtocol } from '../analysis/protocol.ts';
import { pythonBaseline } from '../analysis/python/baseline-data.ts';
import { combinePython } from '../analysis/python/closure.ts';
import { pythonCredentials } from '../analysis/python/credentials.ts';
import { type ConsoleScript, consoleScripts } from '../analysis/python/entry-points.ts';
import { analysePythonPackage, type PythonPackageFacts } from '../analysis/python/package.ts';
import { followPythonReach } from '../analysis/python/reach.ts';
import { pythonStaticManifest } from '../analysis/python/tools.ts';
import { unfound, withReason } from '../analysis/silence.ts';
import type { Host } from '../host/host.ts';
import type { ClosurePackage, PackageFile } from '../model/artifact.ts';
import { GuardError } from '../model/errors.ts';
import { type Finding, finding } from '../model/finding.ts';
import { limits } from '../model/limits.ts';
import { unknownPublisher } from '../model/publisher.ts';
import type { PypiReference } from '../model/reference.ts';
import { eachBounded } from '../sources/bounded.ts';
import { fetchFiles } from '../sources/pypi/fetch.ts';
import { metadataFile, parseMetadata } from '../sources/pypi/metadata.ts';
import { type PypiResolution, resolvePypi } from '../sources/pypi/resolve.ts';
import type { Analysed, LoadedServer, ResolvedServer } from './loaded.ts';
import type { Progress } from './progress.ts';

/** A Python server: it is read, and not started. @throws GuardError as `resolvePypi`; `load` those of fetching. */
export async function resolvePypiServer(reference: PypiReference, host: Host): Promise<ResolvedServer> {
  const resolution = await resolvePypi(reference, host);
  const { artifact, closure } = resolution;
  return {
    artifact,
    closure,
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

async function load(resolution: PypiResolution, host: Host, progress: Progress): Promise<LoadedServer> {
  const { artifact, closure } = resolution;
  const ownPath = `site-packages/${artifact.name}`;
  const facts: PythonPackageFacts[] = [];
  const confusions: Finding[] = [];
  let bytes = 0;
  let ownFiles: readonly PackageFile[] = [];
  await eachBounded(closure.packages, limits.registryMaxRequests, async (pkg) => {
    const files = await filesOf(resolution, pkg, host);
    for (const file of files) bytes += file.bytes.length;
    facts.push(analysePythonPackage(pkg, resolution.files.get(pkg.path)?.file.kind ?? 'sdist', files));
    confusions.push(...metadataConfusion(resolution, pkg, files));
    if (pkg.path === ownPath) ownFiles = files;
    progress(`reading ${facts.length} of ${closure.packages.length} packages: ${pkg.name}`);
  });
  const own = facts.find((pkg) => pkg.path === ownPath);
  if (own === undefined) throw new GuardError('registry-answer-invalid', `${artifact.name} is not in its own closure`);
  const script = chooseScript(consoleScripts(ownFiles), ownFiles, resolution);
  const missing = resolution.missing.length === 0 ? null : resolution.missing.join('; ');
  const { others } = resolution.index;
  return {
    start: { runtime: 'python', bin: script.name, entry: script.attribute === '' ? script.module : `${script.module}:${script.attribute}` },
    ownFiles,
    bytes,
    installScripts: facts.flatMap((pkg) => (pkg.installHooks.some(({ runs }) => runs) ? [`${pkg.name}@${pkg.version}`] : [])).sort(),
    dependencies: own.dependencies,
    bins: consoleScripts(ownFiles)
      .map(({ name }) => name)
      .sort(),
    evidence: [
      ...resolution.evidence,
      {
        source: 'pypi-files',
        outcome: 'verified',
        detail: `${facts.length} of ${closure.packages.length} packages downloaded, each equal to its hash`,
      },
    ],
    findings: [...resolution.findings, ...confusions.sort((a, b) => (a.subject < b.subject ? -1 : 1))],
    notVerifiable: [
      ...(missing === null ? [] : [`what its whole closure can do: it is not resolved (${missing})`]),
      ...(others.length === 0 ? [] : [`what further indexes would serve in its place: ${others.join(', ')} were not asked`]),
    ],
    analyse: (maxEvidence) => analyse({ facts, own, ownFiles, entry: script.module, missing, maxEvidence }),
  };
}

async function analyse({
  facts,
  own,
  ownFiles,
  entry,
  missing,
  maxEvidence,
}: {
  readonly facts: readonly PythonPackageFacts[];
  readonly own: PythonPackageFacts;
  readonly ownFiles: readonly PackageFile[];
  readonly entry: string;
  readonly missing: string | null;
  readonly maxEvidence: number | undefined;
}): Promise<Analysed> {
  const steps = followPythonReach(facts, own, entry);
  for (;;) {
    const step = steps.next();
    if (step.done) {
      const options = maxEvidence === undefined ? {} : { maxEvidence };
      const capabilities = combinePython({ packages: facts, own, reached: step.value, missing }, pythonBaseline, options);
      const names = facts.map(({ name }) => name);
      return {
        capabilities,
        static: withReason(pythonStaticManifest(ownFiles), speaksProtocol(own.dependencies, 'pypi') ? [unfound] : []),
        credentials: pythonCredentials(own, step.value, names),
      };
    }
    // One file at a time, so that a signal is heard.
    await new Promise(setImmediate);
  }
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
function metadataConfusion(resolution: PypiResolution, pkg: ClosurePackage, files: readonly PackageFile[]): readonly Finding[] {
  const picked = resolution.files.get(pkg.path);
  const bytes = picked === undefined ? null : metadataFile(files, picked.file.kind);
  const subject = `${pkg.name}@${pkg.version}`;
  if (picked === undefined || bytes === null) return [];
  const said = parseMetadata(bytes);
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
