import type { Host } from '../../host/host.ts';
import { GuardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { eachBounded } from '../bounded.ts';
import { fetchMetadata } from './fetch.ts';
import type { PackageIndex } from './index-url.ts';
import { evaluateMarker } from './marker.ts';
import type { CoreMetadata } from './metadata.ts';
import { parseRequirement, type Requirement } from './requirement.ts';
import { fetchProject, type Project, type ProjectFile, usableFiles, usableVersions, yankedReason } from './simple-api.ts';
import { markerEnvironment, type PythonTarget } from './tags.ts';
import { isVersion, pickVersion } from './version.ts';

export interface PickedPackage {
  /** PEP 503 normalised. */
  readonly name: string;
  readonly version: string;
  readonly file: ProjectFile;
  /** null = not known before it is built. */
  readonly metadata: CoreMetadata | null;
}

export interface ResolvedClosure {
  /** Sorted by name; the root is among them. */
  readonly packages: readonly PickedPackage[];
  /** `name@version` → requirements that name a URL or a repository, as written. */
  readonly loose: ReadonlyMap<string, readonly string[]>;
  /** Why the closure is not whole, in words; empty = it is. */
  readonly missing: readonly string[];
}

interface Wanted {
  readonly specifiers: Set<string>;
  readonly extras: Set<string>;
  readonly by: Set<string>;
}

/** Each pass picks again what the last one made wrong; versions that exclude each other never settle. */
const maxPasses = 60;

/**
 * The newest versions that satisfy the root and each other: breadth first; where two packages disagree, the newest version
 * that suits both. There is no backtracking: what finds no version, or never settles, is `missing` with the reason.
 * @throws GuardError `offline`, `interrupted`, `integrity-mismatch`, `archive-hostile`; a dependency that cannot be found or reached is `missing`.
 */
export async function resolveClosure(
  root: PickedPackage,
  extras: readonly string[],
  target: PythonTarget,
  index: PackageIndex,
  host: Host,
): Promise<ResolvedClosure> {
  const environment = markerEnvironment(target);
  const projects = new Map<string, Project | string>();
  const picked = new Map<string, PickedPackage>([[root.name, root]]);
  const failed = new Map<string, string>();
  for (let pass = 0; pass < maxPasses; pass++) {
    const { wanted, loose, missing } = demands();
    const again = [...wanted].filter(([name, demand]) => name !== root.name && !failed.has(name) && !suits(picked.get(name), demand));
    for (const name of picked.keys()) if (!wanted.has(name) && name !== root.name) picked.delete(name);
    if (again.length === 0) {
      const packages = [...picked.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      return { packages, loose, missing: [...new Set([...missing, ...failed.values()])].sort() };
    }
    if (picked.size + again.length > limits.closureMaxPackages)
      return unsettled(`more than ${limits.closureMaxPackages} packages are wanted`);
    await eachBounded(again, limits.registryMaxRequests, async ([name, demand]) => pick(name, demand));
  }
  return unsettled(`the versions that its packages want did not settle in ${maxPasses} passes`);

  function unsettled(why: string): ResolvedClosure {
    const { loose, missing } = demands();
    return { packages: [...picked.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), loose, missing: [...missing, why] };
  }

  /** What the packages that are picked now want, from the root on. */
  function demands() {
    const wanted = new Map<string, Wanted>([[root.name, { specifiers: new Set(), extras: new Set(extras), by: new Set() }]]);
    const loose = new Map<string, string[]>();
    const missing = new Set<string>();
    const queue = [root.name];
    for (const name of queue) {
      const pkg = picked.get(name);
      if (pkg === undefined) continue;
      const subject = `${pkg.name}@${pkg.version}`;
      if (pkg.metadata === null) missing.add(`${subject} says what it needs only once it is built`);
      for (const { requirement, text } of requirementsOf(pkg, wanted.get(name)?.extras ?? new Set())) {
        if (requirement === null) missing.add(`${subject} needs something that cannot be read: ${text.slice(0, 100)}`);
        else if (requirement.url !== null) {
          const held = loose.get(subject) ?? [];
          loose.set(subject, held.includes(text) ? held : [...held, text]);
          missing.add(`${requirement.name} comes from a URL`);
        } else {
          const before = wanted.get(requirement.name);
          const demand = before ?? { specifiers: new Set(), extras: new Set(), by: new Set() };
          wanted.set(requirement.name, demand);
          const more = requirement.extras.filter((extra) => !demand.extras.has(extra));
          for (const extra of more) demand.extras.add(extra);
          demand.specifiers.add(requirement.specifier);
          demand.by.add(subject);
          if (before === undefined || more.length > 0) queue.push(requirement.name);
        }
      }
    }
    return { wanted, loose, missing };
  }

  function requirementsOf(
    pkg: PickedPackage,
    chosen: ReadonlySet<string>,
  ): readonly { readonly requirement: Requirement | null; readonly text: string }[] {
    return (pkg.metadata?.requires ?? []).flatMap((text) => {
      const requirement = parseRequirement(text);
      if (requirement?.marker == null) return [{ requirement, text }];
      const { marker } = requirement;
      // What cannot be read counts: leaving a package out would hide it.
      const counts = ['', ...chosen].some((extra) => evaluateMarker(marker, { ...environment, extra }) !== false);
      return counts ? [{ requirement, text }] : [];
    });
  }

  function suits(pkg: PickedPackage | undefined, demand: Wanted): boolean {
    return pkg !== undefined && pickVersion([pkg.version], [...demand.specifiers]) !== null;
  }

  async function pick(name: string, demand: Wanted): Promise<void> {
    const specifiers = [...demand.specifiers];
    try {
      const project = projects.get(name) ?? (await fetchProject(name, index, target, host));
      projects.set(name, project);
      if (typeof project === 'string') return;
      const version = pickVersion(usableVersions(project, target.python), specifiers, (found) => yankedReason(project, found) !== null);
      const file = version === null ? undefined : usableFiles(project, version, target.python)[0];
      if (version === null || file === undefined) {
        const text = specifiers
          .filter((specifier) => specifier !== '')
          .sort()
          .join(',');
        failed.set(
          name,
          `no version of ${name} fits ${text === '' ? 'this platform' : text} (wanted by ${[...demand.by].sort().join(', ')})`,
        );
        picked.delete(name);
        return;
      }
      picked.set(name, { name, version, file, metadata: await fetchMetadata(file, `${name}@${version}`, index, host) });
    } catch (cause) {
      if (!(cause instanceof GuardError) || !softCodes.has(cause.code)) throw cause;
      failed.set(name, `${name}: ${cause.message}${cause.why === undefined ? '' : ` (${cause.why})`}`);
      picked.delete(name);
    }
  }
}

/** What may befall one dependency without the rest being worthless. Lies about bytes are none of these. */
const softCodes: ReadonlySet<string> = new Set([
  'package-not-found',
  'registry-answer-invalid',
  'registry-unreachable',
  'file-too-large',
  'closure-unpinnable',
]);

/** True when the metadata is about the file that it came with. */
export function isAbout(metadata: CoreMetadata, name: string, version: string): boolean {
  return metadata.name === name && isVersion(metadata.version) && pickVersion([metadata.version], [`==${version}`]) !== null;
}
