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

/** A parsed file takes some fifty times its size. */
const maxKept = 24;

/** @param files the Python files of one package, by path */
export function makeViews(files: ReadonlyMap<string, Pick<PackageFile, 'path' | 'bytes'>>): Views {
  const kept = new Map<string, FileView | PythonUnreadable>();
  const modules = new Map<string, string>();
  for (const path of [...files.keys()].sort()) {
    const { module } = placeOf(path);
    if (!modules.has(module)) modules.set(module, path);
  }
  const named = new Map<string, readonly Origin[] | null>();
  const texts = new Map<string, string | null>();
  const pathOf = (module: string) => modules.get(module) ?? null;
  return { of, pathOf, placeOf };

  function of(path: string): FileView | PythonUnreadable | null {
    const before = kept.get(path);
    if (before !== undefined) return before;
    const file = files.get(path);
    if (file === undefined) return null;
    const view = makeView(file);
    kept.set(path, view);
    for (const oldest of kept.keys()) {
      if (kept.size <= maxKept) break;
      kept.delete(oldest);
    }
    return view;
  }

  function makeView(file: Pick<PackageFile, 'path' | 'bytes'>): FileView | PythonUnreadable {
    const parsed = parsePython(file.bytes);
    if (typeof parsed === 'string') return parsed;
    const place = placeOf(file.path);
    const isTypeOnly = typeCheckingBlocks(parsed.text);
    const bindings = collectBindings(parsed.root, parsed.text, place, isTypeOnly);
    const evaluator = makeEvaluator(bindings, parsed.text, { origins: ownNames, text: ownText });
    return { path: file.path, place, parsed, bindings, evaluator, isTypeOnly };
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
