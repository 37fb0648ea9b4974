import type { Node } from 'oxc-parser';
import { nameOf } from '../syntax/bindings.ts';
import { changed } from './changes.ts';
import { exported } from './exports.ts';
import type { Interpreter } from './interpreter.ts';
import { listed } from './literals.ts';
import type { Declaration, Path } from './module.ts';
import { absent, blockedOn, either, type Scope, type Thunk, unknown, type Value } from './values.ts';

/** A name that is given a value in more places than this stands for too much. */
const maxAssignments = 24;

/** What a name stands for where it is used. */
export function lookUp(it: Interpreter, name: string, from: Scope): Value {
  for (let scope: Scope | null = from; scope !== null; scope = scope.parent) {
    const held = scope.module.declarations.get(scope.node)?.get(name);
    if (held !== undefined) return changed(it, declared(it, name, held, scope), name, scope);
  }
  return name === 'undefined' ? absent : { kind: 'outside', name };
}

/** `this`: the object that a method belongs to; in a method of a class that nobody makes here, any instance. */
export function thisOf(it: Interpreter, from: Scope): Value {
  for (let scope: Scope | null = from; scope !== null; scope = scope.parent) {
    const { node, module } = scope;
    const isClass = node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
    if (!isClass && node.type !== 'FunctionDeclaration' && node.type !== 'FunctionExpression') continue;
    const self = scope.activation?.self ?? it.activationOf(node)?.self;
    if (self !== null && self !== undefined) return self;
    if (isClass) {
      const of: Value & { kind: 'class' } = { kind: 'class', node, scope: scope.parent ?? scope };
      return { kind: 'instance', of, args: null, at: { node, scope } };
    }
    const owner = module.places.get(node)?.parent;
    if (owner?.node.type === 'MethodDefinition') continue;
    const literal = owner?.parent;
    if (owner?.node.type !== 'Property' || literal === null || literal === undefined) return unknown;
    return it.valueOf(literal.node, it.scopeAt(literal, module));
  }
  return unknown;
}

function declared(it: Interpreter, name: string, declarations: readonly Declaration[], scope: Scope): Value {
  const values = declarations.flatMap((declaration) => one(it, declaration, scope));
  const { module } = scope;
  const assigned = module
    .assignmentsOf(name, scope.node)
    .slice(0, maxAssignments)
    .flatMap((place) =>
      place.node.type === 'AssignmentExpression' ? [it.valueOf(place.node.right, it.scopeAt(place, module, scope))] : [],
    );
  return either([...values, ...assigned]);
}

function one(it: Interpreter, declaration: Declaration, scope: Scope): readonly Value[] {
  switch (declaration.kind) {
    case 'bare':
      return [];
    case 'value':
      return [along(it, it.valueOf(declaration.node, it.scopeAt(declaration.at, scope.module, scope)), declaration.path)];
    case 'parameter': {
      const args = scope.activation?.args ?? it.activationOf(declaration.of)?.args ?? null;
      if (args === null) return [{ kind: 'unknown', on: declaration.of }];
      if (declaration.rest) {
        const at = { node: declaration.of, scope };
        return [along(it, { kind: 'array', items: args.slice(declaration.index), open: false, at }, declaration.path)];
      }
      const passed = args[declaration.index];
      const value = passed === undefined && declaration.fallback !== null ? it.valueOf(declaration.fallback, scope) : passed?.();
      return [along(it, value ?? absent, declaration.path)];
    }
    case 'round': {
      const args = it.activationOf(declaration.of)?.args ?? null;
      return [args === null ? { kind: 'unknown', on: declaration.of } : along(it, args[0]?.() ?? unknown, declaration.path)];
    }
    case 'import': {
      const target = it.sources.resolve(declaration.module, scope.module.path);
      if (target === null) return [{ kind: 'outside', name: `${declaration.module}.${declaration.member ?? '*'}` }];
      if ('json' in target) return [it.json(target.json, { node: scope.module.program, scope })];
      if (declaration.member === null) return [{ kind: 'module', path: target.path }];
      return [exported(it, declaration.member, target)];
    }
    case 'enum':
      return [enumOf(it, declaration.node, scope)];
  }
}

function along(it: Interpreter, value: Value, path: Path): Value {
  let at = value;
  for (const step of path) {
    if (step === null) return { kind: 'unknown', on: blockedOn(at) };
    at =
      /^\d+$/.test(step) && at.kind !== 'record'
        ? (listed(at).items[Number(step)]?.() ?? { kind: 'unknown', on: blockedOn(at) })
        : it.member(at, step);
  }
  return at;
}

function enumOf(it: Interpreter, node: Node, scope: Scope): Value {
  const members = new Map<string, Thunk>();
  if (node.type === 'TSEnumDeclaration') {
    for (const member of node.body.members) {
      const name = nameOf(member.id as Node);
      if (name !== null && member.initializer !== null) members.set(name, it.later(member.initializer, scope));
    }
  }
  return { kind: 'record', members, open: false, at: { node, scope } };
}
