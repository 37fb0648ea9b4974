import { argumentsOf, childOf, definedName, expressions, textOf } from './nodes.ts';
import type { PyNode } from './syntax.ts';

/** What a name may stand for in a file. Scopes are not told apart: a name is everything that any scope makes of it. */
export type Binding =
  /** Absolute dotted path of a module, or of something in it. */
  | { readonly kind: 'import'; readonly path: string }
  | { readonly kind: 'value'; readonly node: PyNode }
  | { readonly kind: 'function' | 'class'; readonly node: PyNode }
  /** A parameter, a part of something, an element: anything. */
  | { readonly kind: 'unknown' };

/** One module that a file imports. */
export interface ImportedModule {
  /** Absolute dotted path; `''` = a relative import that leaves the package's root. */
  readonly path: string;
  /** Names taken from it; `*` = all; empty = the module itself. */
  readonly names: readonly string[];
  readonly node: PyNode;
}

export interface Bindings {
  readonly names: ReadonlyMap<string, readonly Binding[]>;
  readonly imports: readonly ImportedModule[];
}

/** More of them say nothing any more. */
const maxPerName = 24;

/** Where a file stands: what relative imports start from. */
export interface Place {
  /** Dotted name of the module; a package's `__init__` has the package's. */
  readonly module: string;
  readonly isPackage: boolean;
}

/** Everything that gives a name a meaning in a file. `isTypeOnly` names the parts that never run. */
export function collectBindings(root: PyNode, text: string, place: Place, isTypeOnly: (node: PyNode) => boolean): Bindings {
  const names = new Map<string, Binding[]>();
  const imports: ImportedModule[] = [];
  const bind = (name: string, binding: Binding): void => {
    const held = names.get(name) ?? [];
    names.set(name, held);
    if (held.length < maxPerName) held.push(binding);
  };
  const stack: PyNode[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (isTypeOnly(node)) continue;
    if (node.type === 'ImportStatement') {
      for (const found of importsOf(node, text, place)) {
        imports.push({ path: found.path, names: found.names.map(({ name }) => name), node });
        for (const [as, path] of found.bound) bind(as, { kind: 'import', path });
      }
      continue;
    }
    bindNode(node, text, bind);
    for (let index = node.children.length - 1; index >= 0; index--) {
      const child = node.children[index];
      if (child !== undefined && child.children.length > 0) stack.push(child);
    }
  }
  return { names, imports };
}

function bindNode(node: PyNode, text: string, bind: (name: string, binding: Binding) => void): void {
  switch (node.type) {
    case 'AssignStatement':
      bindAssignment(node, text, bind);
      return;
    case 'UpdateStatement':
    case 'NamedExpression': {
      const [target, value] = expressions(node);
      if (target !== undefined && value !== undefined) bindTarget(target, value, text, bind);
      return;
    }
    case 'FunctionDefinition':
      bind(definedName(node, text), { kind: 'function', node });
      return;
    case 'ClassDefinition':
      bind(definedName(node, text), { kind: 'class', node });
      return;
    case 'ParamList':
      for (const [index, child] of node.children.entries()) {
        if (child.type !== 'VariableName' || node.children[index - 1]?.type === 'AssignOp') continue;
        bind(textOf(child, text), { kind: 'unknown' });
        const value = defaultOf(node, index);
        if (value !== undefined) bind(textOf(child, text), { kind: 'value', node: value });
      }
      return;
    case 'ForStatement':
    case 'ArrayComprehensionExpression':
    case 'ComprehensionExpression':
    case 'DictionaryComprehensionExpression':
    case 'SetComprehensionExpression':
      bindLoop(node, text, bind);
      return;
    case 'WithStatement':
      for (const [index, child] of node.children.entries()) {
        const value = node.children[index - 2];
        if (node.children[index - 1]?.type === 'as' && value !== undefined) bindTarget(child, value, text, bind);
      }
      return;
    default:
      return;
  }
}

function defaultOf(list: PyNode, index: number): PyNode | undefined {
  for (let at = index + 1; at < list.children.length && list.children[at]?.type !== ','; at++) {
    if (list.children[at]?.type === 'AssignOp') return list.children[at + 1];
  }
  return undefined;
}

/** `a = b = value`, `a, b = 1, 2`, `a: int = 1`. */
function bindAssignment(node: PyNode, text: string, bind: (name: string, binding: Binding) => void): void {
  const groups: PyNode[][] = [[]];
  for (const child of node.children) {
    if (child.type === 'AssignOp') groups.push([]);
    else if (/^[A-Z]/.test(child.type) && child.type !== 'TypeDef') groups.at(-1)?.push(child);
  }
  const values = groups.pop() ?? [];
  if (groups.length === 0) return;
  const only = values.length === 1 ? values[0] : undefined;
  for (const targets of groups) {
    const parts = only !== undefined && /^(?:Tuple|Array)Expression$/.test(only.type) && targets.length > 1 ? expressions(only) : values;
    if (targets.length === 1 && only !== undefined) {
      const [target] = targets;
      if (target !== undefined) bindTarget(target, only, text, bind);
      continue;
    }
    for (const [index, target] of targets.entries())
      bindTarget(target, targets.length === parts.length ? parts[index] : undefined, text, bind);
  }
}

function bindTarget(target: PyNode, value: PyNode | undefined, text: string, bind: (name: string, binding: Binding) => void): void {
  if (target.type === 'VariableName') {
    bind(textOf(target, text), value === undefined ? { kind: 'unknown' } : { kind: 'value', node: value });
    return;
  }
  if (!/^(?:Tuple|Array|Parenthesized)Expression$/.test(target.type)) return;
  const inner = expressions(target);
  const values = value !== undefined && /^(?:Tuple|Array)Expression$/.test(value.type) ? expressions(value) : [];
  for (const [index, part] of inner.entries()) bindTarget(part, values.length === inner.length ? values[index] : undefined, text, bind);
}

/** `for f in (os.system, os.popen)`: the name is any of them. */
function bindLoop(node: PyNode, text: string, bind: (name: string, binding: Binding) => void): void {
  for (const [index, child] of node.children.entries()) {
    if (child.type !== 'for') continue;
    const into = node.children.findIndex((other, at) => at > index && other.type === 'in');
    const source = node.children[into + 1];
    const targets = node.children.slice(index + 1, into).filter(({ type }) => /^[A-Z]/.test(type));
    const elements = source !== undefined && /^(?:Tuple|Array|Set)Expression$/.test(source.type) ? expressions(source) : [];
    for (const target of targets) {
      if (targets.length > 1 || elements.length === 0) bindTarget(target, undefined, text, bind);
      else for (const element of elements.slice(0, maxPerName)) bindTarget(target, element, text, bind);
    }
  }
}

interface Found {
  readonly path: string;
  readonly names: readonly { readonly name: string }[];
  readonly bound: readonly (readonly [string, string])[];
}

function importsOf(node: PyNode, text: string, place: Place): readonly Found[] {
  const words = node.children.map((child) => (child.type === 'VariableName' ? textOf(child, text) : child.type));
  if (words[0] !== 'from') return plainImports(words);
  const at = words.indexOf('import');
  const dots = words.slice(1, at).filter((word) => word === '.' || word === '...');
  const named = words.slice(1, at).filter((word) => word !== '.' && word !== '...');
  // Dots before the first name count levels; those between names only part them.
  const first = words.findIndex((word, index) => index > 0 && index < at && word !== '.' && word !== '...');
  const leading = words.slice(1, first < 0 ? at : first);
  const level = dots.length === 0 ? 0 : leading.reduce((sum, word) => sum + word.length, 0);
  const path = level === 0 ? named.join('.') : relative(place, level, named);
  const bound: [string, string][] = [];
  const names: { name: string }[] = [];
  const list = words.slice(at + 1).filter((word) => word !== '(' && word !== ')');
  for (let index = 0; index < list.length; index++) {
    const name = list[index] ?? '';
    if (name === ',' || name === '⚠') continue;
    const as = list[index + 1] === 'as' ? (list[index + 2] ?? name) : name;
    if (as !== name) index += 2;
    else if (list[index + 1] === 'as') index += 2;
    names.push({ name });
    if (name !== '*') bound.push([as, path === '' ? name : `${path}.${name}`]);
  }
  return [{ path, names, bound }];
}

function plainImports(words: readonly string[]): readonly Found[] {
  const found: Found[] = [];
  for (const part of words.slice(1).join(' ').split(',')) {
    const [dotted = '', as] = part
      .replace(/ ?\. ?/g, '.')
      .trim()
      .split(' as ')
      .map((word) => word.trim());
    if (dotted === '') continue;
    const top = dotted.split('.')[0] ?? dotted;
    found.push({ path: dotted, names: [], bound: [as === undefined ? [top, top] : [as, dotted]] });
  }
  return found;
}

/** `from ..x import y` in `a.b.c` is `a.x`. */
function relative({ module, isPackage }: Place, level: number, named: readonly string[]): string {
  const base = module.split('.');
  const kept = base.slice(0, base.length - level + (isPackage ? 1 : 0));
  return [...kept, ...named].join('.');
}

/** The bases of a class. */
export function basesOf(node: PyNode, text: string): readonly PyNode[] {
  return childOf(node, 'ArgList') === undefined ? [] : argumentsOf(node, text).flatMap(({ name, value }) => (name === null ? [value] : []));
}
