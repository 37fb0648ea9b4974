import { PackageURL } from 'packageurl-js';
import type { Host } from '../../host/host.ts';
import type { ResolvedPackage } from '../../host/npm.ts';
import type { Artifact, Closure } from '../../model/artifact.ts';
import { GuardError } from '../../model/errors.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { Evidence } from '../../model/outcome.ts';
import type { Publisher } from '../../model/publisher.ts';
import type { NpmReference } from '../../model/reference.ts';
import { pinClosure } from './closure.ts';
import type { Tarballs } from './fetch.ts';
import { deprecationOf, type Packument, type Published, parsePackument, publishedVersion } from './packument.ts';
import { pickVersion } from './version.ts';

/** Everything that resolving an npm reference shows; no code of the package has been looked at yet. */
export interface NpmResolution {
  readonly reference: NpmReference;
  readonly artifact: Artifact;
  readonly closure: Closure;
  readonly tarballs: Tarballs;
  /** The registry's record of all versions. */
  readonly packument: Packument;
  /** The registry's record of this version. */
  readonly published: Published;
  readonly publisher: Publisher;
  readonly findings: readonly Finding[];
  readonly evidence: readonly Evidence[];
}

/**
 * The exact version that a reference means today, and its whole dependency closure.
 * @throws GuardError `package-not-found`, `version-not-found`, `registry-unreachable`, `registry-answer-invalid`,
 * `closure-unpinnable`, `platform-unsupported`, `offline`; where a tarball is needed already, also `integrity-mismatch` and `archive-hostile`.
 */
export async function resolveNpm(reference: NpmReference, host: Host): Promise<NpmResolution> {
  const { name } = reference;
  const packument = parsePackument(name, await host.npm.packument(name));
  const version = pickVersion(packument, reference);
  const published = publishedVersion(packument, version);
  const tree = await host.npm.resolveTree(name, version);
  const { closure, tarballs, findings } = await pinClosure(tree, host);
  const root = closure.packages.find(({ path }) => path === `node_modules/${name}`);
  if (root?.integrity === undefined || root.integrity === null || root.version !== version) {
    throw new GuardError('registry-answer-invalid', `the registry's answer about ${name}@${version} makes no sense`, {
      why: 'its dependency tree does not hold it',
      hint: `npm view ${name}@${version}`,
    });
  }
  const deprecated = deprecationOf(published);
  return {
    reference,
    artifact: { subject: subjectOf(name), name, version, integrity: root.integrity },
    closure,
    tarballs,
    packument,
    published,
    publisher: packument.publisher,
    findings: [
      ...findings,
      ...(deprecated === null ? [] : [finding('version-deprecated', `${name}@${version}`, { reason: deprecated })]),
      ...deprecatedBelow(tree, `${name}@${version}`),
    ],
    evidence: [registryIntegrity(closure, findings, await host.npm.registryFor(name))],
  };
}

/** What else of the tree its author gave up, in one finding: it is often a lot, and not the server author's word. */
function deprecatedBelow(tree: readonly ResolvedPackage[], subject: string): readonly Finding[] {
  const marked = tree.filter(({ deprecated }) => deprecated).map(({ name, version }) => `${name}@${version}`);
  const packages = [...new Set(marked)].filter((label) => label !== subject).sort();
  if (packages.length === 0) return [];
  const shown = packages.length > 3 ? [...packages.slice(0, 3), `and ${packages.length - 3} more`] : packages;
  return [finding('dependency-deprecated', subject, { packages: shown })];
}

/** The package URL without version, the identity that policies and pins use. @see purl-spec, npm */
export function subjectOf(name: string): string {
  const slash = name.indexOf('/');
  const [namespace, bare] = slash === -1 ? [undefined, name] : [name.slice(0, slash), name.slice(slash + 1)];
  return new PackageURL('npm', namespace, bare, undefined, undefined, undefined).toString();
}

/** A registry that serves none may be a mirror that left it out: whether there is one cannot be seen from here. */
function registryIntegrity(closure: Closure, findings: readonly Finding[], registry: string): Evidence {
  const weak = findings.filter(({ code }) => code === 'dependency-without-integrity').length;
  const total = closure.packages.filter(({ bundledIn }) => bundledIn === null).length;
  return weak === 0
    ? { source: 'npm-integrity', outcome: 'verified', detail: `${registry} serves a strong hash for each of ${total} packages` }
    : { source: 'npm-integrity', outcome: 'unavailable', detail: `${registry} serves no strong hash for ${weak} of ${total} packages` };
}
