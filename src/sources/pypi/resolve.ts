import { PackageURL } from 'packageurl-js';
import type { Host } from '../../host/host.ts';
import type { Artifact, Closure, ClosurePackage } from '../../model/artifact.ts';
import { digestValue } from '../../model/digest.ts';
import { GuardError } from '../../model/errors.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Evidence } from '../../model/outcome.ts';
import type { PypiReference } from '../../model/reference.ts';
import { type PickedPackage, resolveClosure } from './closure.ts';
import { fetchMetadata } from './fetch.ts';
import { type PackageIndex, packageIndex } from './index-url.ts';
import { projectName } from './name.ts';
import { fetchProject, type Project, type ProjectFile, usableFiles, usableVersions, yankedReason } from './simple-api.ts';
import { knownPythons, type PythonTarget } from './tags.ts';
import { newestFirst, pickVersion } from './version.ts';

/** Everything that resolving a Python reference shows; no code of the package has been looked at yet. */
export interface PypiResolution {
  readonly reference: PypiReference;
  readonly artifact: Artifact;
  readonly closure: Closure;
  readonly index: PackageIndex;
  readonly target: PythonTarget;
  /** Path in the tree → the file of the index. */
  readonly files: ReadonlyMap<string, PickedPackage>;
  /** Why the closure is not whole, in words; empty = it is. */
  readonly missing: readonly string[];
  readonly findings: readonly Finding[];
  readonly evidence: readonly Evidence[];
}

/**
 * The exact version that a reference means today, and its dependency closure for this platform and one Python.
 * @throws GuardError `package-not-found`, `version-not-found`, `platform-unsupported`, `closure-unpinnable`,
 * `registry-unreachable`, `registry-answer-invalid`, `config-invalid`, `offline`, `integrity-mismatch`, `archive-hostile`.
 */
export async function resolvePypi(reference: PypiReference, host: Host): Promise<PypiResolution> {
  const index = await packageIndex(host);
  const name = projectName(reference.name);
  const { platform, arch, libc } = host.machine;
  const anyPython: PythonTarget = { python: knownPythons[0], platform, arch, libc };
  // What fits depends on the Python, and the Python on what the package wants.
  const first = await fetchProject(name, index, anyPython, host);
  const python = pythonFor(first, reference);
  const target = { ...anyPython, python };
  const project = python === anyPython.python ? first : await fetchProject(name, index, target, host);
  const root = await rootPackage(project, reference, target, index, host);
  const resolved = await resolveClosure(root, reference.extras, target, index, host);
  const packages = resolved.packages.filter(({ file }) => file.integrity !== null);
  const closure = closureOf(packages);
  const unhashed = resolved.packages
    .filter(({ file }) => file.integrity === null)
    .map((pkg) => `the index names no sha256 for ${pkg.file.filename}`);
  const missing = [...resolved.missing, ...unhashed];
  const yanked = yankedReason(project, root.version);
  const subject = `${name}@${root.version}`;
  return {
    reference,
    artifact: { subject: pypiSubject(name), name, version: root.version, integrity: root.file.integrity ?? '' },
    closure,
    index,
    target,
    files: new Map(packages.map((pkg) => [pathOf(pkg.name), pkg])),
    missing,
    findings: [
      ...(yanked === null ? [] : [finding('version-deprecated', subject, { reason: `yanked: ${yanked}` })]),
      ...(project.status === null ? [] : [statusFinding(project.status, name, subject)]),
      ...[...resolved.loose].flatMap(([by, texts]) => texts.map((dependency) => finding('dependency-unpinnable', by, { dependency }))),
    ],
    evidence: [closureEvidence(closure, missing, index, target)],
  };
}

/** What the index says of the whole project. A status that nobody knows is told with the others. */
function statusFinding({ status, reason }: NonNullable<Project['status']>, name: string, subject: string): Finding {
  if (status === 'quarantined') return finding('package-quarantined', name, { status, reason });
  return finding('version-deprecated', subject, { reason: `${status}${reason === '' ? '' : `: ${reason}`}` });
}

/** The package URL without version. @see purl-spec, pypi */
export function pypiSubject(name: string): string {
  return new PackageURL('pypi', undefined, name, undefined, undefined, undefined).toString();
}

/** The first known Python that a version in question can run on; the first of all when none can. */
function pythonFor(project: Project, reference: PypiReference): string {
  const specifiers = specifiersOf(reference);
  for (const python of knownPythons) {
    const newest = newestFirst(
      project.files.filter(({ rank, kind }) => rank !== null || kind === 'wheel').map(({ version }) => version),
    )[0];
    const found = pickVersion(anyVersions(project, python), specifiers, (version) => yankedReason(project, version) !== null);
    if (found !== null && (reference.specifier !== '' || newest === undefined || found === newest)) return python;
  }
  return knownPythons.find((python) => pickVersion(anyVersions(project, python), specifiers) !== null) ?? knownPythons[0];
}

/** Versions by `requires-python` alone: whether a wheel fits is asked when the Python is known. */
function anyVersions(project: Project, python: string): readonly string[] {
  const open = { ...project, files: project.files.map((file): ProjectFile => ({ ...file, rank: file.rank ?? 0 })) };
  return usableVersions(open, python);
}

function specifiersOf(reference: PypiReference): readonly string[] {
  return reference.specifier === '' ? [] : [reference.specifier];
}

async function rootPackage(
  project: Project,
  reference: PypiReference,
  target: PythonTarget,
  index: PackageIndex,
  host: Host,
): Promise<PickedPackage> {
  const { name } = project;
  const isYanked = (version: string) => yankedReason(project, version) !== null;
  const version = pickVersion(usableVersions(project, target.python), specifiersOf(reference), isYanked);
  const file = version === null ? undefined : usableFiles(project, version, target.python)[0];
  if (version === null || file === undefined) throw notFound(project, reference, target);
  if (file.integrity === null)
    throw new GuardError('closure-unpinnable', `${name}@${version} cannot be pinned`, {
      why: `${index.shown} names no sha256 for ${file.filename}`,
    });
  return { name, version, file, metadata: await fetchMetadata(file, `${name}@${version}`, index, host) };
}

function notFound(project: Project, reference: PypiReference, target: PythonTarget): GuardError {
  const { name } = project;
  const all = [...new Set(project.files.map(({ version }) => version))];
  const wanted = pickVersion(all, specifiersOf(reference), (version) => yankedReason(project, version) !== null);
  const takenBack = pickVersion(all, specifiersOf(reference)) !== null;
  if (wanted !== null) {
    return new GuardError('platform-unsupported', `${name}@${wanted} has no file for this platform`, {
      why: `no wheel fits Python ${target.python} on ${target.platform} ${target.arch}, and there is no sdist`,
      hint: `pip index versions ${name}`,
    });
  }
  const near = newestFirst(all).slice(0, 5).join(', ');
  return new GuardError(
    'version-not-found',
    `${name} has no version ${reference.specifier === '' ? 'that can be used' : reference.specifier}`,
    {
      why: takenBack
        ? `all that fit were taken back (yanked), the newest are ${near}; one that is named exactly can be looked at`
        : near === ''
          ? 'all of them were taken back, or none was ever published'
          : `the newest are ${near}`,
      hint: `pip index versions ${name}`,
    },
  );
}

function pathOf(name: string): string {
  return `site-packages/${name}`;
}

function closureOf(picked: readonly PickedPackage[]): Closure {
  const packages = picked
    .map(({ name, version, file }): ClosurePackage => {
      const base = { path: pathOf(name), name, version, integrity: file.integrity, bundledIn: null, optional: false };
      return { ...base, os: [], cpu: [], libc: [] };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return { digest: digestValue(packages as unknown as JsonValue), packages };
}

function closureEvidence(closure: Closure, missing: readonly string[], index: PackageIndex, target: PythonTarget): Evidence {
  const for_ = `for Python ${target.python} on ${target.platform} ${target.arch}`;
  return missing.length === 0
    ? {
        source: 'pypi-hashes',
        outcome: 'verified',
        detail: `a sha256 for each of ${closure.packages.length} packages ${for_}, named by ${index.shown}`,
      }
    : { source: 'pypi-hashes', outcome: 'unavailable', detail: `the closure ${for_} is not whole: ${missing.slice(0, 3).join('; ')}` };
}
