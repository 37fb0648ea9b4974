import type { PackageFile } from '../../model/artifact.ts';
import { type Bindings, collectBindings, type Place } from './bindings.ts';
import { makeEvaluator } from './evaluate.ts';
import type { Evaluator, Origin } from './evaluator.ts';
import { textOf } from './nodes.ts';
import { type ParsedPython, type PyNode, type PythonUnreadable, parsePython } from './syntax.ts';

/** A parsed file with everything that its names mean. */
export interface FileView {
  readonly path: string;
  readonly place: Place;
  readonly parsed: ParsedPython;
  readonly bindings: Bindings;
  readonly evaluator: Evaluator;
  /** True for the parts that only a type checker reads. */
  readonly isTypeOnly: (node: PyNode) => boolean;
}

/** The Python files of one package by dotted name, parsed when asked for; a few stay in memory. */
export interface Views {
  readonly of: (path: string) => FileView | PythonUnreadable | null;
  /** Path of the file that is a module; null = not of this package. */
  readonly pathOf: (module: string) => string | null;
  readonly placeOf: (path: string) => Place;
}

/** A parsed file with what its own text says about its names. */
type Tree = Omit<FileView, 'evaluator'>;

/** The parsed files of one package: what is known of a file whoever asks. */
export interface Trees {
  readonly of: (path: string) => Tree | PythonUnreadable | null;
  /** Dotted name → the file that is this module. */
  readonly modules: ReadonlyMap<string, string>;
}

/** A parsed file takes some fifty times its size. */
const keptMaxBytes = 2 * 1024 * 1024;

/** @param files the Python files of one package, by path */
export function makeTrees(files: ReadonlyMap<string, Pick<PackageFile, 'path' | 'bytes'>>): Trees {
  const kept = new Map<string, Tree | PythonUnreadable>();
  const modules = new Map<string, string>();
  let keptBytes = 0;
  for (const path of [...files.keys()].sort()) {
    const { module } = placeOf(path);
    if (!modules.has(module)) modules.set(module, path);
  }
  return { of, modules };

  function of(path: string): Tree | PythonUnreadable | null {
    const before = kept.get(path);
    if (before !== undefined) return before;
    const file = files.get(path);
    if (file === undefined) return null;
    const tree = makeTree(file);
    kept.set(path, tree);
    if (typeof tree === 'string') return tree; // the reason takes no room
    keptBytes += file.bytes.byteLength;
    for (const [oldest, held] of kept) {
      if (keptBytes <= keptMaxBytes || oldest === path) break;
      if (typeof held === 'string') continue;
      kept.delete(oldest);
      keptBytes -= files.get(oldest)?.bytes.byteLength ?? 0;
    }
    return tree;
  }
}

function makeTree(file: Pick<PackageFile, 'path' | 'bytes'>): Tree | PythonUnreadable {
  const parsed = parsePython(file.bytes);
  if (typeof parsed === 'string') return parsed;
  const place = placeOf(file.path);
  const isTypeOnly = typeCheckingBlocks(parsed.text);
  return { path: file.path, place, parsed, bindings: collectBindings(parsed.root, parsed.text, place, isTypeOnly), isTypeOnly };
}

/** What was evaluated is not kept beyond a question: where modules import each other, it depends on who was asked first. */
const maxViews = 24;

/** The files of a package with the meaning of their names, for one question. */
export function makeViews(trees: Trees): Views {
  const kept = new Map<string, FileView>();
  const named = new Map<string, readonly Origin[] | null>();
  const texts = new Map<string, string | null>();
  const { modules } = trees;
  return { of, pathOf: (module) => modules.get(module) ?? null, placeOf };

  function of(path: string): FileView | PythonUnreadable | null {
    const before = kept.get(path);
    if (before !== undefined) return before;
    const tree = trees.of(path);
    if (tree === null || typeof tree === 'string') return tree;
    const view = { ...tree, evaluator: makeEvaluator(tree.bindings, tree.parsed.text, { origins: ownNames, text: ownText }) };
    kept.set(path, view);
    for (const oldest of kept.keys()) {
      if (kept.size <= maxViews) break;
      kept.delete(oldest);
    }
    return view;
  }

  /** `pkg.helpers.run` by what `run` is in the module `pkg.helpers`; a module is itself. */
  function ownNames(path: string): readonly Origin[] | null {
    if (modules.has(path)) return [path];
    const before = named.get(path);
    if (before !== undefined) return before;
    named.set(path, null); // modules that import each other end here
    const found = lookUp(path);
    named.set(path, found);
    return found;
  }

  /** A constant of a module, or a member of a class in it. */
  function ownText(path: string): string | null {
    if (texts.has(path)) return texts.get(path) ?? null;
    texts.set(path, null); // modules that import each other end here
    const parts = path.split('.');
    for (const length of [parts.length - 1, parts.length - 2]) {
      const file = modules.get(parts.slice(0, length).join('.'));
      const view = length < 1 || file === undefined ? null : of(file);
      const [name, member = null] = parts.slice(length);
      if (view === null || typeof view === 'string' || name === undefined) continue;
      const found = view.evaluator.namedText(name, member);
      texts.set(path, found);
      return found;
    }
    return null;
  }

  function lookUp(path: string): readonly Origin[] | null {
    const dot = path.lastIndexOf('.');
    const file = dot < 0 ? undefined : modules.get(path.slice(0, dot));
    const view = file === undefined ? null : of(file);
    if (view === null || typeof view === 'string') return null;
    const name = path.slice(dot + 1);
    const origins = view.evaluator.named(name).filter((origin) => origin !== path && origin !== `builtins.${name}`);
    return origins.length > 0 ? origins : view.bindings.names.has(name) ? [] : null;
  }
}

/** The dotted name of a file. An sdist may keep its packages below `src/`. */
export function placeOf(path: string): Place {
  const parts = path
    .replace(/^[^/]+\.data\/(?:purelib|platlib)\//, '')
    .replace(/^src\//, '')
    .replace(/\.pyw?$/, '')
    .split('/');
  const isPackage = parts.at(-1) === '__init__';
  return { module: (isPackage ? parts.slice(0, -1) : parts).join('.'), isPackage };
}

/** `if TYPE_CHECKING:` is skipped where the name is the one of `typing` and nobody gives it a value. */
function typeCheckingBlocks(text: string): (node: PyNode) => boolean {
  const isTypings = /\bfrom\s+typing(?:_extensions)?\s+import\s+(?:\([^)]*|[^\n]*)\bTYPE_CHECKING\b/.test(text);
  const isAssigned = /\bTYPE_CHECKING\s*(?::[^=\n]*)?=[^=]|\bas\s+TYPE_CHECKING\b|['"]TYPE_CHECKING['"]/.test(text);
  if (isAssigned) return () => false;
  return (node) => {
    const statement = node.parent;
    if (node.type !== 'Body' || statement?.type !== 'IfStatement') return false;
    const [, condition, body] = statement.children;
    if (condition === undefined || body !== node) return false;
    const said = textOf(condition, text);
    return (said === 'TYPE_CHECKING' && isTypings) || (said === 'typing.TYPE_CHECKING' && /^import\s+typing$/m.test(text));
  };
}
