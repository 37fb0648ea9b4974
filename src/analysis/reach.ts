import type { PackageFacts } from './package.ts';
import { fileAt, makeTree, resolveImport, type Target } from './resolve.ts';
import type { SourceFacts } from './source.ts';

/** The files that can run, per package. */
export type Reached = ReadonlyMap<PackageFacts, ReadonlySet<string>>;

/**
 * Every file that starting the server may load, from its bins through imports. Sound rather than tight: where an import
 * cannot be followed, where something unnamed is loaded or started, and where a text names a script of the package, more
 * counts as reached, never less. See docs/analysis.md.
 */
export function reachableFiles(packages: readonly PackageFacts[], own: PackageFacts): Reached {
  const steps = followReach(packages, own);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same in steps of one file each, for a caller that has other things to attend to meanwhile. */
export function* followReach(packages: readonly PackageFacts[], own: PackageFacts): Generator<void, Reached> {
  const tree = makeTree(packages);
  const reached = new Map<PackageFacts, Set<string>>();
  const pending: { readonly pkg: PackageFacts; readonly file: string }[] = [];
  const opened = new Set<PackageFacts>();

  const bins = own.bins.length > 0 ? own.bins : own.mains;
  if (bins.length === 0) open(own);
  for (const bin of bins) reach({ pkg: own, file: fileAt(bin, own, tree) });
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    follow(next.pkg, next.file);
    yield;
  }
  return reached;

  function reach(target: Target): void {
    if (target.file === null) {
      open(target.pkg);
      return;
    }
    const files = reached.get(target.pkg) ?? new Set<string>();
    reached.set(target.pkg, files);
    if (files.has(target.file)) return;
    files.add(target.file);
    pending.push({ pkg: target.pkg, file: target.file });
  }

  /** Any file of the package may run. */
  function open(pkg: PackageFacts): void {
    if (opened.has(pkg)) return;
    opened.add(pkg);
    for (const file of pkg.files) reach({ pkg, file });
  }

  function follow(pkg: PackageFacts, file: string): void {
    const source = pkg.sources.get(file)?.();
    if (source === undefined) return;
    for (const specifier of source.imports) for (const target of resolveImport(specifier, { pkg, file }, tree)) reach(target);
    if (source.loadsUnknown) openWithDependencies(pkg, source);
    for (const mention of source.mentions) {
      for (const named of pkg.files) if (named === mention || named.endsWith(`/${mention}`)) reach({ pkg, file: named });
    }
  }

  /** What loads by a computed name may load a dependency as well as a file of its own. */
  function openWithDependencies(pkg: PackageFacts, source: SourceFacts): void {
    open(pkg);
    for (const name of pkg.dependencies) for (const target of resolveImport(name, { pkg, file: source.path }, tree)) reach(target);
  }
}
