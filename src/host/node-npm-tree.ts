import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '../model/limits.ts';
import { askAhead } from './node-npm-ahead.ts';
import type { NpmOptions } from './node-npm-options.ts';
import { fetchRecord, recordUrl } from './node-npm-record.ts';
import type { ResolvedPackage } from './npm.ts';

/** What is read of an arborist node. */
interface TreeNode {
  readonly location: string;
  readonly packageName: string;
  readonly version: string;
  readonly resolved: string | null;
  readonly integrity: string | null;
  readonly optional: boolean;
  readonly isProjectRoot: boolean;
  /** Why its record could not be had. */
  readonly errors: readonly { readonly code?: unknown }[];
  readonly edgesIn: Iterable<{ readonly optional: boolean }>;
  readonly package: Readonly<Record<string, unknown>>;
}

interface Tree {
  readonly inventory: { values(): Iterable<TreeNode> };
}

type Arborist = new (options: Readonly<Record<string, unknown>>) => { buildIdealTree(options: object): Promise<Tree> };

/**
 * The tree that npm would install for one version into an empty folder, computed and never written: nothing is
 * downloaded but registry records, no script runs, no package is unpacked.
 * Optional packages of other platforms are part of it; optional ones that nobody published are not. Errors are those of npm's libraries.
 */
export async function idealTree(name: string, version: string, options: NpmOptions, temp: string): Promise<readonly ResolvedPackage[]> {
  const module: unknown = await import('@npmcli/arborist');
  const { Arborist } = (module as { default: { Arborist: Arborist } }).default;
  await mkdir(temp, { recursive: true });
  const folder = await mkdtemp(join(temp, 'pinfold-resolve-'));
  const stop = new AbortController();
  try {
    const screened = new Map<string, readonly string[]>();
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(limits.resolveTimeoutMs)]);
    const records = screenedRecords(screened, { ...options, signal });
    void askAhead(name, version, async (wanted) => records.get(`full:${await recordUrl(wanted, options)}`), stop.signal);
    const arborist = new Arborist({ ...options, path: folder, packumentCache: records, signal });
    const tree = await arborist.buildIdealTree({ add: [`${name}@${version}`] });
    const nodes = [...tree.inventory.values()].filter((node) => !node.isProjectRoot);
    const unknown = nodes.flatMap(({ errors }) => errors).find((cause) => !isNotPublished(cause));
    if (unknown !== undefined) throw unknown;
    return nodes.filter((node) => !isLeftOut(node)).map((node) => resolvedPackage(node, screened));
  } finally {
    stop.abort(); // ends what was asked for ahead
    await rm(folder, { recursive: true, force: true });
  }
}

/** Nobody published it, and nothing needs it. */
function isLeftOut({ errors, edgesIn }: TreeNode): boolean {
  return errors.length > 0 && [...edgesIn].every(({ optional }) => optional);
}

/**
 * The registry has no such package or version, as with builds for platforms that were never published: nobody gets it, on any
 * machine. Where it could not be asked nobody knows, and another time the closure would be another one.
 */
function isNotPublished({ code }: { readonly code?: unknown }): boolean {
  return code === 'E404' || code === 'ETARGET';
}

function resolvedPackage(node: TreeNode, screened: ReadonlyMap<string, readonly string[]>): ResolvedPackage {
  const published = node.package;
  return {
    path: node.location,
    name: node.packageName,
    version: node.version,
    resolved: node.resolved,
    integrity: node.integrity,
    bundles: texts(published['bundleDependencies']),
    unpinnable: screened.get(`${node.packageName}@${node.version}`) ?? [],
    deprecated: published['deprecated'] === true || (typeof published['deprecated'] === 'string' && published['deprecated'] !== ''),
    optional: node.optional,
    os: texts(published['os']),
    cpu: texts(published['cpu']),
    libc: texts(published['libc']),
  };
}

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/**
 * Where pacote looks for registry records; it always finds one here and never fetches by itself, so that every answer is
 * bounded. Each record is screened as it comes in: dependencies that are not registry packages are taken out and noted in
 * `screened` (npm would clone a git dependency and run its scripts just to read its version), and everything that
 * resolution does not read is dropped, because full records of a hundred packages fill the memory. A published shrinkwrap
 * is ignored: npm would have to unpack the tarball to read it.
 */
function screenedRecords(screened: Map<string, readonly string[]>, options: NpmOptions) {
  const records = new Map<string, Promise<unknown>>();
  return {
    has: () => true,
    /** Keys are `full:<url>` or `corgi:<url>`; the full record serves both. */
    get(key: string) {
      const url = key.slice(key.indexOf(':') + 1);
      const known = records.get(url) ?? fetchRecord(url, options).then((record) => screen(record, screened));
      records.set(url, known);
      return known;
    },
    set: () => undefined,
    delete: () => false,
  };
}

const readByResolution = new Set([
  ...['_id', 'name', 'version', 'dist', 'deprecated', 'bin', 'engines', 'os', 'cpu', 'libc'],
  ...['dependencies', 'optionalDependencies', 'peerDependencies', 'peerDependenciesMeta'],
  ...['bundleDependencies', 'bundledDependencies', 'acceptDependencies'],
]);

function screen(record: unknown, screened: Map<string, readonly string[]>): unknown {
  const packument = mutableObject(record);
  const versions = mutableObject(packument?.['versions']);
  if (packument === null || versions === null) return {};
  delete packument['readme'];
  for (const [version, value] of Object.entries(versions)) {
    const manifest = mutableObject(value);
    if (manifest === null) continue;
    for (const member of Object.keys(manifest)) if (!readByResolution.has(member)) delete manifest[member];
    const found = [...withoutUnpinnable(manifest, 'dependencies'), ...withoutUnpinnable(manifest, 'optionalDependencies')];
    found.push(...withoutUnpinnable(manifest, 'peerDependencies'));
    if (found.length > 0) screened.set(`${String(packument['name'])}@${version}`, [...new Set(found)].sort());
  }
  return packument;
}

function withoutUnpinnable(manifest: Record<string, unknown>, member: string): readonly string[] {
  const specs = mutableObject(manifest[member]);
  if (specs === null) return [];
  const found: string[] = [];
  for (const [name, spec] of Object.entries(specs)) {
    if (typeof spec === 'string' && isRegistrySpec(spec)) continue;
    delete specs[name];
    found.push(`${name}@${String(spec)}`);
  }
  return found;
}

/** Ranges, versions, tags and `npm:` aliases; everything else that npm accepts has a colon, a slash, a leading dot or an archive's name. */
function isRegistrySpec(spec: string): boolean {
  const text = spec.trim().replace(/^npm:@[^/@]+\/(?=[^/]+$)|^npm:/, '');
  return !/[:/\\]|^[.~]{1,2}$|^\.|\.(?:tgz|tar\.gz|tar)$/i.test(text);
}

function mutableObject(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}
