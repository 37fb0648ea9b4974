import type { Host } from '../../host/host.ts';
import type { ResolvedPackage } from '../../host/npm.ts';
import type { Closure, ClosurePackage } from '../../model/artifact.ts';
import { digestValue, integrityOf } from '../../model/digest.ts';
import { GuardError } from '../../model/errors.ts';
import { type Finding, finding } from '../../model/finding.ts';
import type { JsonValue } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';
import { unpackTarball } from '../archive.ts';
import { eachBounded } from '../bounded.ts';
import { bundledPackages } from './bundled.ts';
import { fetchTarball, type Tarballs } from './fetch.ts';
import { isStrong, strongestHash, verifyIntegrity } from './integrity.ts';

export interface PinnedClosure {
  readonly closure: Closure;
  readonly tarballs: Tarballs;
  readonly findings: readonly Finding[];
}

/**
 * The closure out of a resolved tree. A package that the registry serves without a strong hash is downloaded here and
 * pinned by the SHA-512 of what came (finding `dependency-without-integrity`); one that carries bundled packages is
 * downloaded to list them. A dependency from anywhere but a registry is a finding and not part of the closure.
 * @throws GuardError `closure-unpinnable`, `integrity-mismatch`, `archive-hostile`, and those of the npm port.
 */
export async function pinClosure(tree: readonly ResolvedPackage[], host: Host): Promise<PinnedClosure> {
  if (tree.length > limits.closureMaxPackages) throw unpinnable(`it has ${tree.length} packages, more than ${limits.closureMaxPackages}`);
  const findings: Finding[] = [];
  const packages = new Map<string, ClosurePackage>();
  const tarballs = new Map<string, string>();
  await eachBounded(tree, limits.registryMaxRequests, async (node) => {
    const subject = `${node.name}@${node.version}`;
    for (const dependency of node.unpinnable) findings.push(finding('dependency-unpinnable', subject, { dependency }));
    if (node.resolved === null || !/^https?:/i.test(node.resolved)) {
      findings.push(finding('dependency-unpinnable', subject, { dependency: `${subject} (${node.resolved ?? 'no tarball'})` }));
      return;
    }
    tarballs.set(node.path, node.resolved);
    const hash = strongestHash(node.integrity);
    if (hash === null || !isStrong(hash))
      findings.push(finding('dependency-without-integrity', subject, { registry: node.integrity ?? 'nothing' }));
    add(packages, closurePackage(node, hash !== null && isStrong(hash) ? hash : await hashOfDownload(node.resolved, hash, subject, host)));
  });
  for (const bundler of tree.filter(({ path, bundles }) => bundles.length > 0 && packages.has(path))) {
    await addBundled(packages, tarballs, bundler.path, host);
  }
  if (packages.size > limits.closureMaxPackages)
    throw unpinnable(`it has ${packages.size} packages, more than ${limits.closureMaxPackages}`);
  const sorted = [...packages.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const closure = { digest: digestValue(sorted as unknown as JsonValue), packages: sorted };
  return { closure, tarballs, findings: findings.sort(bySubject) };
}

function closurePackage({ path, name, version, optional, os, cpu, libc }: ResolvedPackage, integrity: string): ClosurePackage {
  return { path, name, version, integrity, bundledIn: null, optional, os, cpu, libc };
}

async function hashOfDownload(url: string, weak: string | null, subject: string, host: Host): Promise<string> {
  const bytes = await host.npm.tarball(url, limits.tarballMaxBytes, null);
  if (weak !== null) verifyIntegrity(bytes, weak, subject);
  return integrityOf(bytes);
}

async function addBundled(packages: Map<string, ClosurePackage>, tarballs: Tarballs, path: string, host: Host): Promise<void> {
  const bundler = packages.get(path);
  if (bundler === undefined) return;
  const { tarball } = await fetchTarball(tarballs, bundler, host);
  for (const bundled of bundledPackages(bundler, await unpackTarball(tarball, `${bundler.name}@${bundler.version}`)))
    add(packages, bundled);
}

function add(packages: Map<string, ClosurePackage>, added: ClosurePackage): void {
  if (!isTreePath(added.path)) throw unpinnable(`${JSON.stringify(added.path)} is not a place in a tree`);
  if (packages.has(added.path)) throw unpinnable(`two packages want to be at ${added.path}`);
  packages.set(added.path, added);
}

/** The resolver's text becomes a folder on disk. */
function isTreePath(path: string): boolean {
  return (
    /^node_modules\/(?:@[^/\\\0]+\/)?[^/\\\0]+(?:\/node_modules\/(?:@[^/\\\0]+\/)?[^/\\\0]+)*$/.test(path) &&
    !path.split('/').includes('..')
  );
}

function bySubject(a: Finding, b: Finding): number {
  const [first, second] = [a, b].map(({ subject, code, args }) => `${subject}\0${code}\0${JSON.stringify(args)}`);
  return (first ?? '') < (second ?? '') ? -1 : 1;
}

function unpinnable(why: string): GuardError {
  return new GuardError('closure-unpinnable', 'the dependencies of this package cannot be pinned', { why });
}
