import type { PackageFacts } from './package.ts';
import { fileAt, makeTree, resolveImport, type Target } from './resolve.ts';

/**
 * The files that can run, per package, each with the file that first led to it, by the shortest way. null = a bin (or a
 * package without one).
 */
export type Reached = ReadonlyMap<PackageFacts, ReadonlyMap<string, Place | null>>;

/** Scripts that are named and not analysed. */
const unreadScript = /\.(?:sh|bash|zsh|fish|command|bat|cmd|ps1|py|rb|pl|php|lua|applescript|scpt)$/i;

/** Of paths of one package with what its sources mention. */
const maxComparisons = 5_000_000;

export interface Place {
  readonly pkg: PackageFacts;
  readonly file: string;
}

/** The files from a bin to this one, relative to the tree, each loaded by the one before; empty when no import leads there. */
export function importPath(reached: Reached, to: Place): readonly string[] {
  const path: string[] = [];
  for (let at: Place | null | undefined = to; at !== undefined; at = reached.get(at.pkg)?.get(at.file)) {
    if (at === null) return path.reverse();
    path.push(`${at.pkg.path}/${at.file}`);
  }
  return [];
}

/**
 * Every file that starting the server may load, from its bins through imports. Sound rather than tight: where an import
 * cannot be followed, where something unnamed is loaded or started, and where a text names a script of the package, more
 * counts as reached, never less. See docs/analysis.md.
 */
export function reachableFiles(packages: readonly PackageFacts[], own: PackageFacts): Reached {
  const waves = followReach(packages, own);
  for (;;) {
    const wave = waves.next();
    if (wave.done) return wave.value;
  }
}

/** The files that can run as far as can be told by now, and are sources that nobody has read yet. */
export function unreadFiles(packages: readonly PackageFacts[], own: PackageFacts, isRead: (place: Place) => boolean): readonly Place[] {
  const places = [...reachableFiles(packages, own)].flatMap(([pkg, files]) => [...files.keys()].map((file) => ({ pkg, file })));
  return places.filter((place) => place.pkg.sources.has(place.file) && !isRead(place));
}

/**
 * What `reachableFiles` does, in waves: yields the files that it is about to look at, so that their facts can be made at once, somewhere
 * else, before it is asked to go on. Each file is in one wave; a wave is never empty.
 */
export function* followReach(packages: readonly PackageFacts[], own: PackageFacts): Generator<readonly Place[], Reached> {
  const tree = makeTree(packages);
  const reached = new Map<PackageFacts, Map<string, Place | null>>();
  const pending: Place[] = [];
  const opened = new Set<PackageFacts>();
  const filesByName = new Map<PackageFacts, ReadonlyMap<string, readonly string[]>>();
  const comparisons = new Map<PackageFacts, number>();

  const bins = own.bins.length > 0 ? own.bins : own.mains;
  if (bins.length === 0) open(own, null);
  for (const bin of bins) reach({ pkg: own, file: fileAt(bin, own, tree) }, null);
  // Breadth first, so that the way from the bin is the shortest.
  while (pending.length > 0) {
    const wave = pending.splice(0);
    yield wave;
    for (const next of wave) follow(next);
  }
  return reached;

  function reach(target: Target, from: Place | null): void {
    if (target.file === null) {
      open(target.pkg, from);
      return;
    }
    const files = reached.get(target.pkg) ?? new Map<string, Place | null>();
    reached.set(target.pkg, files);
    if (files.has(target.file)) return;
    files.set(target.file, from);
    pending.push({ pkg: target.pkg, file: target.file });
  }

  /** Any file of the package may run. */
  function open(pkg: PackageFacts, from: Place | null): void {
    if (opened.has(pkg)) return;
    opened.add(pkg);
    for (const file of pkg.files) reach({ pkg, file }, from);
  }

  function follow(from: Place): void {
    const { pkg, file } = from;
    const source = pkg.sources.get(file)?.();
    if (source === undefined) {
      // A shell script may start any program of its package, and nobody reads it.
      if (unreadScript.test(file)) open(pkg, from);
      return;
    }
    for (const specifier of source.imports) for (const target of resolveImport(specifier, from, tree)) reach(target, from);
    if (source.loadsUnknown) openWithDependencies(from);
    for (const mention of source.mentions) mentioned(mention, from);
    for (const use of source.uses) if (use.class === 'exec.spawn') for (const program of use.scopes) mentioned(program, from);
  }

  function mentioned(mention: string, from: Place): void {
    const { pkg } = from;
    if (opened.has(pkg)) return;
    const byName = filesByName.get(pkg) ?? groupByName(pkg.files);
    filesByName.set(pkg, byName);
    const candidates = byName.get(nameOf(mention)) ?? [];
    const tried = (comparisons.get(pkg) ?? 0) + candidates.length;
    comparisons.set(pkg, tried);
    // Only a package made for it gets here: a name that thousands of its files bear, mentioned thousands of times.
    if (tried > maxComparisons) open(pkg, from);
    else for (const file of candidates) if (file === mention || file.endsWith(`/${mention}`)) reach({ pkg, file }, from);
  }

  /** What loads by a computed name may load a dependency as well as a file of its own. */
  function openWithDependencies(from: Place): void {
    open(from.pkg, from);
    for (const name of from.pkg.dependencies) for (const target of resolveImport(name, from, tree)) reach(target, from);
  }
}

function groupByName(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const group = groups.get(nameOf(path));
    if (group === undefined) groups.set(nameOf(path), [path]);
    else group.push(path);
  }
  return groups;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
