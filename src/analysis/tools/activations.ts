import type { Node } from 'oxc-parser';
import { nameOf } from '../syntax/bindings.ts';
import type { Place } from '../syntax/walk.ts';
import type { Interpreter } from './interpreter.ts';
import { fromJson, listed } from './literals.ts';
import { ancestry } from './members.ts';
import { calleeName, isFunction, type Module } from './module.ts';
import { type Activation, blockedOn, type ClassNode, type Scope, type Thunk, type Value } from './values.ts';

export interface Activations {
  readonly activations: readonly Activation[];
  /** What would have to be known first. */
  readonly waitsFor: Node | null;
}

const maxSites = 1_000;
const goesThrough = /^(?:forEach|map|flatMap|filter|some|every|find)$/;
const none: Activations = { activations: [], waitsFor: null };

/** Every call of a function, every round of a loop, every making of a class, as far as the package spells them out. */
export function activationsOf(it: Interpreter, node: Node): Activations {
  const module = it.sources.modules().find((candidate) => candidate.places.has(node));
  const place = module?.places.get(node);
  if (module === undefined || place === undefined) return none;
  if (node.type === 'ForOfStatement' || node.type === 'ForInStatement') return rounds(it, node, place, module);
  if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') return { activations: instances(it, node), waitsFor: null };
  return isFunction(node) ? calls(it, node, place, module) : none;
}

function rounds(it: Interpreter, node: Node & { type: 'ForOfStatement' | 'ForInStatement' }, place: Place, module: Module): Activations {
  const value = it.valueOf(node.right, it.scopeAt(place, module));
  if (node.type === 'ForOfStatement') return overItems(listed(value).items, value);
  const at = { node: node.right, scope: it.scopeAt(place, module) };
  const keys = value.kind === 'record' ? [...value.members.keys()] : [];
  return overItems(
    keys.map((key) => () => fromJson(key, at)),
    value,
  );
}

function overItems(items: readonly Thunk[], value: Value): Activations {
  return { activations: items.map((item) => ({ args: [item], self: null })), waitsFor: blockedOn(value) };
}

function calls(it: Interpreter, node: Node, place: Place, module: Module): Activations {
  const parent = place.parent?.node;
  if (parent?.type === 'CallExpression') {
    const scope = it.scopeAt(place, module);
    if (parent.callee === node)
      return { activations: [{ args: argumentsOf(it, parent.arguments as readonly Node[], scope), self: null }], waitsFor: null };
    return callback(it, parent, scope);
  }
  if (parent?.type === 'MethodDefinition' && parent.kind === 'constructor') return none;
  const name = nameOfFunction(node, place);
  if (name === null) return { activations: returnedCalls(it, node, place), waitsFor: null };
  const found = sites(it, name, module).flatMap(([site, where]) => {
    if (site.node.type !== 'CallExpression') return [];
    const scope = it.scopeAt(site, where);
    const callee = site.node.callee as Node;
    if (goesThrough.test(calleeName(callee)) && callee.type === 'MemberExpression') {
      const target = it.valueOf(site.node.arguments[0] as Node, scope);
      return target.kind === 'function' && target.node === node ? callback(it, site.node, scope).activations : [];
    }
    const target = it.valueOf(callee, scope);
    const isMethod = parent?.type === 'MethodDefinition' || parent?.type === 'Property' || parent?.type === 'PropertyDefinition';
    // What the method is called on is often passed around further than can be followed: the name has to do.
    const isMeant =
      target.kind === 'function' ? target.node === node : isMethod && callee.type === 'MemberExpression' && target.kind !== 'outside';
    if (!isMeant) return [];
    return [
      { args: argumentsOf(it, site.node.arguments as readonly Node[], scope), self: target.kind === 'function' ? target.self : null },
    ];
  });
  return { activations: found.slice(0, maxSites), waitsFor: null };
}

/** `const register = makeRegister(server); register(tool)`: calls of a function that another returns. */
function returnedCalls(it: Interpreter, node: Node, place: Place): readonly Activation[] {
  let owner = place.parent;
  while (owner !== null && !isFunction(owner.node)) owner = owner.parent;
  const maker = owner === null ? null : nameOfFunction(owner.node, owner);
  if (maker === null) return [];
  const found: Activation[] = [];
  for (const module of it.sources.modules()) {
    for (const making of module.calls.get(maker) ?? []) {
      const held = making.parent?.node;
      if (held?.type !== 'VariableDeclarator' || held.id.type !== 'Identifier') continue;
      for (const site of module.calls.get(held.id.name) ?? []) {
        if (site.node.type !== 'CallExpression') continue;
        const scope = it.scopeAt(site, module);
        const target = it.valueOf(site.node.callee as Node, scope);
        if (target.kind === 'function' && target.node === node)
          found.push({ args: argumentsOf(it, site.node.arguments as readonly Node[], scope), self: null });
      }
    }
  }
  return found.slice(0, maxSites);
}

/** `tools.forEach((tool) => …)`: once per element. */
function callback(it: Interpreter, call: Node & { type: 'CallExpression' }, scope: Scope): Activations {
  const { callee } = call;
  if (callee.type !== 'MemberExpression') return none;
  const object = it.valueOf(callee.object as Node, scope);
  if (goesThrough.test(calleeName(callee as Node))) {
    if (object.kind !== 'map') return overItems(listed(object).items, object);
    return { activations: object.entries.map(([key, value]) => ({ args: [value, key], self: null })), waitsFor: null };
  }
  return calleeName(callee as Node) === 'then'
    ? { activations: [{ args: [() => object], self: null }], waitsFor: blockedOn(object) }
    : none;
}

/** Places that may call a function of this name, under the names that other files import it by. */
function sites(it: Interpreter, name: string, home: Module): readonly (readonly [Place, Module])[] {
  const found: (readonly [Place, Module])[] = [];
  for (const module of it.sources.modules()) {
    const names = new Set([name]);
    for (const [local, declarations] of module.declarations.get(module.program) ?? []) {
      if (module !== home && declarations.some((one) => one.kind === 'import' && (one.member === name || one.member === 'default')))
        names.add(local);
    }
    for (const local of names) for (const place of module.calls.get(local) ?? []) found.push([place, module]);
    for (const method of ['forEach', 'map']) {
      for (const place of module.calls.get(method) ?? []) {
        const first = place.node.type === 'CallExpression' ? place.node.arguments[0] : undefined;
        if (first?.type === 'Identifier' && names.has(first.name)) found.push([place, module]);
      }
    }
  }
  return found.slice(0, maxSites);
}

function nameOfFunction(node: Node, place: Place): string | null {
  if (node.type === 'FunctionDeclaration' && node.id !== null) return node.id.name;
  const parent = place.parent?.node;
  if (parent === undefined) return null;
  if (parent.type === 'VariableDeclarator') return parent.id.type === 'Identifier' ? parent.id.name : null;
  if (parent.type === 'MethodDefinition' || parent.type === 'Property' || parent.type === 'PropertyDefinition')
    return nameOf(parent.key as Node);
  if (parent.type === 'AssignmentExpression') return parent.left.type === 'Identifier' ? parent.left.name : calleeName(parent.left as Node);
  return parent.type === 'ExportDefaultDeclaration' ? 'default' : null;
}

/** The makings of a class, and of the classes that extend it. */
function instances(it: Interpreter, node: ClassNode): readonly Activation[] {
  const found: Activation[] = [];
  for (const module of it.sources.modules()) {
    for (const place of module.classes) {
      if (place.node.type !== 'ClassDeclaration' && place.node.type !== 'ClassExpression') continue;
      const of: Value & { kind: 'class' } = { kind: 'class', node: place.node, scope: it.scopeAt(place, module) };
      if (!ancestry(it, of).classes.some((ancestor) => ancestor.node === node)) continue;
      const at = { node: place.node, scope: of.scope };
      const makings =
        place.node.id === null
          ? []
          : sites(it, place.node.id.name, module).flatMap(([site, where]) => {
              if (site.node.type !== 'NewExpression') return [];
              const scope = it.scopeAt(site, where);
              const made = it.valueOf(site.node.callee as Node, scope);
              return made.kind === 'class' && made.node === place.node
                ? [argumentsOf(it, site.node.arguments as readonly Node[], scope)]
                : [];
            });
      const all = makings.length > 0 || place.node === node ? makings : [[]];
      for (const args of all) found.push({ args: null, self: { kind: 'instance', of, args, at } });
    }
  }
  return found.slice(0, maxSites);
}

function argumentsOf(it: Interpreter, nodes: readonly Node[], scope: Scope): readonly Thunk[] {
  return nodes.flatMap((node) =>
    node.type === 'SpreadElement' ? listed(it.valueOf(node.argument as Node, scope)).items : [it.later(node, scope)],
  );
}
