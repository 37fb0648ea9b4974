import { posix } from 'node:path';
import { isObject, type JsonObject } from '../model/json.ts';
import type { PackageFacts } from './package.ts';

/** One file of one package of the closure. */
export interface Target {
  readonly pkg: PackageFacts;
  /** null = any file of the package: the specifier could not be followed to one. */
  readonly file: string | null;
}

/** The packages of a tree by path, with their files for quick look-up. */
export interface Tree {
  readonly byPath: ReadonlyMap<string, PackageFacts>;
  readonly filesOf: ReadonlyMap<PackageFacts, ReadonlySet<string>>;
  /** Of an `exports` or `imports` map, the members that stand for many sub-paths; null = it is no map of sub-paths. Filled while it is asked. */
  readonly patternsOf: Map<JsonObject, readonly string[] | null>;
}

/** More than any honest package has; every import would be compared with each. */
const maxPatterns = 1_000;

const endings = [
  '',
  '.js',
  '.cjs',
  '.mjs',
  '.json',
  '.node',
  '.ts',
  '.mts',
  '.cts',
  '/index.js',
  '/index.cjs',
  '/index.mjs',
  '/index.ts',
  '/index.json',
];

export function makeTree(packages: readonly PackageFacts[]): Tree {
  return {
    byPath: new Map(packages.map((pkg) => [pkg.path, pkg])),
    filesOf: new Map(packages.map((pkg) => [pkg, new Set(pkg.files)])),
    patternsOf: new Map(),
  };
}

/**
 * What a specifier in a file may load. Wider than Node's resolution on purpose: every condition of an `exports` map
 * counts, and what cannot be followed stands for the whole package. Empty = a Node builtin, or a package that is not in
 * the tree (a declared but absent optional dependency).
 */
export function resolveImport(
  specifier: string,
  from: { readonly pkg: PackageFacts; readonly file: string },
  tree: Tree,
): readonly Target[] {
  if (specifier.startsWith('.')) {
    const wanted = posix.normalize(posix.join(posix.dirname(from.file), specifier));
    // `../../other/file.js` leaves the package by path.
    if (wanted.startsWith('..')) return outside(wanted, from.pkg, tree);
    const file = fileAt(wanted, from.pkg, tree);
    return [{ pkg: from.pkg, file }];
  }
  if (specifier.startsWith('#')) return mapped(from.pkg.imports, specifier, from.pkg, tree);
  if (/^(?:[a-z]+:|\/)/i.test(specifier))
    return specifier.startsWith('file:') || specifier.startsWith('/') ? [{ pkg: from.pkg, file: null }] : [];
  const pkg = packageOf(specifier, from.pkg, tree);
  if (pkg === undefined) return [];
  return entryOf(
    pkg,
    specifier
      .split('/')
      .slice(specifier.startsWith('@') ? 2 : 1)
      .join('/'),
    tree,
  );
}

/** The package that a bare specifier names from inside another, by Node's walk up the folders; undefined = not in the tree. */
export function packageOf(specifier: string, from: PackageFacts, tree: Tree): PackageFacts | undefined {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  return name === from.name ? from : findPackage(name, from.path, tree);
}

/** The file of a package at a path, with the endings and index files that either loader would try; null = none. */
export function fileAt(path: string, pkg: PackageFacts, tree: Tree): string | null {
  const files = tree.filesOf.get(pkg);
  const wanted = path.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  // A TypeScript source imports its sibling under the name that it will have once compiled.
  const candidates = [...endings.map((ending) => `${wanted}${ending}`), wanted.replace(/\.([cm]?)js$/, '.$1ts')];
  return candidates.find((candidate) => files?.has(candidate) === true) ?? null;
}

function findPackage(name: string, fromPath: string, tree: Tree): PackageFacts | undefined {
  for (let base = fromPath; ; base = base.slice(0, base.lastIndexOf('/node_modules/'))) {
    const found = tree.byPath.get(`${base}/node_modules/${name}`);
    if (found !== undefined) return found;
    if (!base.includes('/node_modules/')) return tree.byPath.get(`node_modules/${name}`);
  }
}

function entryOf(pkg: PackageFacts, subPath: string, tree: Tree): readonly Target[] {
  if (pkg.exports !== null) {
    const found = mapped(pkg.exports, subPath === '' ? '.' : `./${subPath}`, pkg, tree);
    if (found.some(({ file }) => file !== null)) return found.filter(({ file }) => file !== null);
  }
  const wanted = subPath === '' ? [...pkg.mains, 'index.js', 'index.mjs', 'index.cjs'] : [subPath];
  const files = wanted.map((path) => fileAt(path, pkg, tree)).filter((file) => file !== null);
  return files.length > 0 ? [...new Set(files)].map((file) => ({ pkg, file })) : [{ pkg, file: null }];
}

/** Every target that any condition of an `exports` or `imports` map gives for a sub-path. */
function mapped(map: unknown, key: string, pkg: PackageFacts, tree: Tree): readonly Target[] {
  const patterns = isObject(map) ? patternsOf(map, tree) : null;
  if (patterns === null || !isObject(map)) return key === '.' ? targets(map, '', pkg, tree) : [{ pkg, file: null }];
  if (Object.hasOwn(map, key)) return targets(map[key], '', pkg, tree, key.startsWith('#'));
  if (patterns.length > maxPatterns) return [{ pkg, file: null }];
  for (const pattern of patterns) {
    const star = pattern.indexOf('*');
    const [head, tail] = star < 0 ? [pattern, ''] : [pattern.slice(0, star), pattern.slice(star + 1)];
    const isFolder = star < 0 && pattern.endsWith('/');
    if ((star >= 0 || isFolder) && key.startsWith(head) && key.endsWith(tail) && key.length >= head.length + tail.length) {
      const part = key.slice(head.length, key.length - tail.length);
      return targets(map[pattern], part, pkg, tree, key.startsWith('#'));
    }
  }
  return [{ pkg, file: null }];
}

function patternsOf(map: JsonObject, tree: Tree): readonly string[] | null {
  const before = tree.patternsOf.get(map);
  if (before !== undefined) return before;
  const members = Object.keys(map);
  const isSubPathMap = members.some((member) => member.startsWith('.') || member.startsWith('#'));
  const patterns = isSubPathMap ? members.filter((member) => member.includes('*') || member.endsWith('/')) : null;
  tree.patternsOf.set(map, patterns);
  return patterns;
}

function targets(value: unknown, star: string, pkg: PackageFacts, tree: Tree, mayLeave = false, depth = 0): readonly Target[] {
  if (depth > 20) return [{ pkg, file: null }];
  if (typeof value === 'string') {
    // Only `imports` may name another package. A map that names itself would be followed without end.
    if (!value.startsWith('.'))
      return mayLeave && !value.startsWith('#') ? resolveImport(value, { pkg, file: 'package.json' }, tree) : [{ pkg, file: null }];
    if (/\.d\.[cm]?ts$/.test(value)) return [];
    const path = value.includes('*') ? value.replaceAll('*', star) : value.endsWith('/') ? `${value}${star}` : value;
    return [{ pkg, file: fileAt(path, pkg, tree) }];
  }
  const inner = Array.isArray(value)
    ? value
    : isObject(value)
      ? Object.entries(value)
          .filter(([condition]) => condition !== 'types')
          .map(([, target]) => target)
      : [];
  const found = inner.flatMap((target: unknown) => targets(target, star, pkg, tree, mayLeave, depth + 1));
  return found.filter((target, index) => found.findIndex((other) => other.pkg === target.pkg && other.file === target.file) === index);
}

function outside(wanted: string, pkg: PackageFacts, tree: Tree): readonly Target[] {
  const absolute = posix.normalize(posix.join(pkg.path, wanted));
  for (const other of tree.byPath.values()) {
    if (absolute.startsWith(`${other.path}/`)) return [{ pkg: other, file: fileAt(absolute.slice(other.path.length + 1), other, tree) }];
  }
  return [{ pkg, file: null }];
}
