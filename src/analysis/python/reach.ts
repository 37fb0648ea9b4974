import type { PythonPackageFacts } from './package.ts';

/** The files that can run, per package, each with the file that first led to it, by the shortest way. null = a start. */
export type PythonReached = ReadonlyMap<PythonPackageFacts, ReadonlyMap<string, PythonPlace | null>>;

export interface PythonPlace {
  readonly pkg: PythonPackageFacts;
  readonly file: string;
}

/** Of paths of one package with what its sources mention. */
const maxComparisons = 5_000_000;

/** Every module of a closure, whichever package brings it: `site-packages` is one folder. */
export type ModuleIndex = ReadonlyMap<string, readonly PythonPlace[]>;

export function indexModules(packages: readonly PythonPackageFacts[]): ModuleIndex {
  const index = new Map<string, PythonPlace[]>();
  for (const pkg of packages) {
    for (const [name, files] of pkg.modules) {
      const held = index.get(name) ?? [];
      index.set(name, held);
      for (const file of files) held.push({ pkg, file });
    }
  }
  return index;
}

/**
 * Every file that starting the server may load: from the module of its console script (all of them when none is chosen),
 * from `__main__`, and from what every start of Python loads. Sound rather than tight, as for JavaScript: what is loaded or
 * started without a name opens the whole package. In waves: what a step names has to be read before the next one.
 *
 * @param entry dotted name of the module that starts; null, or one that is nowhere = any file of `own` may
 */
export function* followPythonReach(
  packages: readonly PythonPackageFacts[],
  own: PythonPackageFacts,
  entry: string | null,
): Generator<readonly PythonPlace[], PythonReached> {
  const index = indexModules(packages);
  const reached = new Map<PythonPackageFacts, Map<string, PythonPlace | null>>();
  const pending: PythonPlace[] = [];
  const opened = new Set<PythonPackageFacts>();
  const openedWith = new Set<PythonPackageFacts>();
  const loaded = new Set<string>();
  const filesByName = new Map<PythonPackageFacts, ReadonlyMap<string, readonly string[]>>();
  const comparisons = new Map<PythonPackageFacts, number>();

  if (entry === null || !index.has(entry)) open(own, null);
  else reachModule(entry, null);
  for (const pkg of packages) for (const module of pkg.startup) reachModule(module, null);
  for (let wave = pending.splice(0); wave.length > 0; wave = pending.splice(0)) {
    yield wave;
    for (const next of wave) follow(next);
  }
  return reached;

  function reach({ pkg, file }: PythonPlace, from: PythonPlace | null): void {
    const files = reached.get(pkg) ?? new Map<string, PythonPlace | null>();
    reached.set(pkg, files);
    if (files.has(file)) return;
    files.set(file, from);
    pending.push({ pkg, file });
  }

  /** `import a.b.c` runs `a`, `a.b` and `a.b.c`; every later import finds them loaded. */
  function reachModule(path: string, from: PythonPlace | null): void {
    for (let dot = path.indexOf('.'); ; dot = path.indexOf('.', dot + 1)) {
      const module = dot < 0 ? path : path.slice(0, dot);
      if (!loaded.has(module)) for (const place of index.get(module) ?? []) reach(place, from);
      loaded.add(module);
      if (dot < 0) return;
    }
  }

  /** Any file of the package may run. */
  function open(pkg: PythonPackageFacts, from: PythonPlace | null): void {
    if (opened.has(pkg)) return;
    opened.add(pkg);
    for (const file of [...pkg.sources.keys(), ...pkg.natives]) reach({ pkg, file }, from);
  }

  function follow(from: PythonPlace): void {
    const { pkg, file } = from;
    const source = pkg.sources.get(file)?.();
    if (source === undefined) return;
    for (const module of source.imports) reachModule(module, from);
    if (source.loadsUnknown) openWithDependencies(from);
    for (const mention of source.mentions) mentioned(mention, from);
  }

  function mentioned(mention: string, from: PythonPlace): void {
    const { pkg } = from;
    const byName = filesByName.get(pkg) ?? groupByName(pkg.files);
    filesByName.set(pkg, byName);
    const candidates = byName.get(mention.slice(mention.lastIndexOf('/') + 1)) ?? [];
    const tried = (comparisons.get(pkg) ?? 0) + candidates.length;
    comparisons.set(pkg, tried);
    // Only a package made for it gets here: a name that thousands of its files bear, mentioned thousands of times.
    if (tried > maxComparisons) open(pkg, from);
    else for (const file of candidates) if (file === mention || file.endsWith(`/${mention}`)) reach({ pkg, file }, from);
  }

  /** What loads by a computed name may load a dependency as well as a file of its own. */
  function openWithDependencies(from: PythonPlace): void {
    if (openedWith.has(from.pkg)) return;
    openedWith.add(from.pkg);
    open(from.pkg, from);
    const names = new Set(from.pkg.dependencies.map(normalised));
    for (const pkg of packages) {
      if (!names.has(normalised(pkg.name))) continue;
      for (const [module, files] of pkg.modules) if (!module.includes('.')) for (const file of files) reach({ pkg, file }, from);
    }
  }
}

function groupByName(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const group = groups.get(name) ?? [];
    groups.set(name, group);
    group.push(path);
  }
  return groups;
}

/** @see PEP 503 */
function normalised(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** The files from the start to this one, relative to the tree; empty when no import leads there. */
export function pythonImportPath(reached: PythonReached, to: PythonPlace): readonly string[] {
  const path: string[] = [];
  for (let at: PythonPlace | null | undefined = to; at !== undefined; at = reached.get(at.pkg)?.get(at.file)) {
    if (at === null) return path.reverse();
    path.push(`${at.pkg.path}/${at.file}`);
  }
  return [];
}
