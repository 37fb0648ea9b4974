import type { Node } from 'oxc-parser';
import { nameOf } from '../syntax/bindings.ts';
import type { Interpreter } from './interpreter.ts';
import { type Module, memberName } from './module.ts';
import { either, type Scope, type Thunk, unknown, type Value } from './values.ts';

/** What a file exports under a name, in either module system, through re-exports; unknown when nothing says so. */
export function exported(it: Interpreter, name: string, module: Module, passed: readonly string[] = []): Value {
  if (passed.includes(module.path)) return unknown;
  const scope = programScope(module);
  const stars: string[] = [];
  for (const statement of module.program.body) {
    if (statement.type === 'ExportDefaultDeclaration' && name === 'default') return it.valueOf(statement.declaration as Node, scope);
    if (statement.type === 'ExportAllDeclaration') {
      if (statement.exported === null) stars.push(statement.source.value);
      else if (nameOf(statement.exported) === name) return namespace(it, statement.source.value, module);
    }
    if (statement.type !== 'ExportNamedDeclaration') continue;
    const specifier = statement.specifiers.find((candidate) => nameOf(candidate.exported) === name);
    if (specifier === undefined) continue;
    const local = nameOf(specifier.local) ?? name;
    if (statement.source === null) return it.valueOf(specifier.local as Node, scope);
    const target = it.sources.resolve(statement.source.value, module.path);
    if (target !== null && 'path' in target) return exported(it, local, target, [...passed, module.path]);
    return { kind: 'outside', name: `${statement.source.value}.${local}` };
  }
  const common = commonExport(it, name, module, scope, stars);
  if (common !== null) return common;
  if (module.declarations.get(module.program)?.has(name)) return it.valueOf({ type: 'Identifier', name, start: 0, end: 0 } as Node, scope);
  for (const star of stars) {
    const target = it.sources.resolve(star, module.path);
    const found = target !== null && 'path' in target ? exported(it, name, target, [...passed, module.path]) : unknown;
    if (found.kind !== 'unknown') return found;
  }
  return unknown;
}

/** `exports.a = …`, `module.exports = { a }`, `__exportStar(require('./b'), exports)`, `__export(exports, { a: () => … })`. */
function commonExport(it: Interpreter, name: string, module: Module, scope: Scope, stars: string[]): Value | null {
  const own = (module.memberAssignments.get(name) ?? []).flatMap((place) => {
    const { node } = place;
    const left = node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression' ? node.left.object : null;
    // `exports.a = void 0` only announces what follows.
    if (node.type !== 'AssignmentExpression' || left === null || !isExports(left as Node) || node.right.type === 'UnaryExpression')
      return [];
    return [it.valueOf(node.right, it.scopeAt(place, module))];
  });
  if (own.length > 0) return either(own);
  for (const place of module.memberAssignments.get('exports') ?? []) {
    if (place.node.type !== 'AssignmentExpression') continue;
    const whole = it.valueOf(place.node.right, it.scopeAt(place, module));
    if (name === 'default') return whole;
    const member = it.member(whole, name);
    if (member.kind !== 'unknown') return member;
  }
  for (const place of module.calls.get('__exportStar') ?? []) {
    const [required] = place.node.type === 'CallExpression' ? place.node.arguments : [];
    const specifier = required?.type === 'CallExpression' ? required.arguments[0] : undefined;
    if (specifier?.type === 'Literal' && typeof specifier.value === 'string') stars.push(specifier.value);
  }
  for (const place of module.calls.get('__export') ?? []) {
    const table = place.node.type === 'CallExpression' ? place.node.arguments[1] : undefined;
    const getter = table === undefined ? unknown : it.member(it.valueOf(table as Node, scope), name);
    if (getter.kind === 'function') return it.call(getter, []);
  }
  return null;
}

/** What a file exports that a bundler wrapped: `__commonJS({ 'a.js'(exports, module) { exports.a = … } })`. */
export function wrappedExports(it: Interpreter, table: Value): Value {
  const wrapped = table.kind === 'record' ? [...table.members.values()][0]?.() : table;
  if (wrapped?.kind !== 'function') return unknown;
  const { module } = wrapped.scope;
  const members = new Map<string, Thunk>();
  for (const place of module.exportsIn.get(wrapped.node) ?? []) {
    if (place.node.type !== 'AssignmentExpression' || place.node.left.type !== 'MemberExpression') continue;
    const name = memberName(place.node.left);
    const value = it.later(place.node.right, it.scopeAt(place, module));
    const whole = name === 'exports' ? value() : null;
    if (whole !== null && whole.kind !== 'record') return whole;
    for (const [member, held] of whole?.members ?? []) members.set(member, held);
    // `exports.a = void 0` only announces what follows.
    if (whole === null && name !== null && place.node.right.type !== 'UnaryExpression') members.set(name, value);
  }
  return { kind: 'record', members, open: false, at: { node: wrapped.node, scope: wrapped.scope } };
}

function isExports(node: Node): boolean {
  if (node.type === 'Identifier') return node.name === 'exports';
  return node.type === 'MemberExpression' && memberName(node) === 'exports';
}

function namespace(it: Interpreter, specifier: string, module: Module): Value {
  const target = it.sources.resolve(specifier, module.path);
  return target !== null && 'path' in target ? { kind: 'module', path: target.path } : { kind: 'outside', name: specifier };
}

export function programScope(module: Module): Scope {
  return { node: module.program, module, parent: null, activation: null };
}
