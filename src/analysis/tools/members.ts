import type { Node } from 'oxc-parser';
import { nameOf } from '../syntax/bindings.ts';
import type { Place } from '../syntax/walk.ts';
import { withChanges } from './changes.ts';
import { exported } from './exports.ts';
import type { Interpreter } from './interpreter.ts';
import { absent, blockedOn, type ClassNode, either, type Scope, type Thunk, unknown, type Value } from './values.ts';

type Class = Value & { kind: 'class' };
type Instance = Value & { kind: 'instance' };
const maxAncestors = 12;

/** A member of a value; unknown when it is not there, or cannot be read. */
export function memberOf(it: Interpreter, value: Value, name: string): Value {
  switch (value.kind) {
    case 'record':
      return value.members.get(name)?.() ?? (value.open ? unknown : absent);
    case 'array':
      return /^\d+$/.test(name) ? (value.items[Number(name)]?.() ?? unknown) : unknown;
    case 'module': {
      const module = it.sources.module(value.path);
      if (module === null) return unknown;
      const found = exported(it, name, module);
      // What a CommonJS file exports as a whole is the default of whoever imports it.
      return found.kind === 'unknown' && found.on === null && name === 'default' ? value : found;
    }
    case 'instance':
      return instanceMember(it, value, name);
    case 'class':
      return staticMember(it, value, name);
    case 'outside':
      return { kind: 'outside', name: `${value.name}.${name}` };
    case 'call': {
      // Parts of a schema that the code reads back: `z.object({ name: z.literal('x') }).shape.name.value`.
      const [first] = value.args;
      if (name === 'value' && value.name === 'literal' && first !== undefined) return first();
      if (name === 'shape' && /^(?:object|strictObject|looseObject)$/.test(value.name) && first !== undefined) return first();
      return { kind: 'call', name: `.${name}`, on: value, args: [], at: value.at };
    }
    case 'either':
      return either(
        value.values
          .map((one) => memberOf(it, one, name))
          .filter((one) => (one.kind !== 'unknown' && one.kind !== 'absent') || blockedOn(one) !== null),
      );
    case 'unknown':
    case 'absent':
      return value;
    default:
      return unknown;
  }
}

/** A class and what it extends, as far as that is the package's own; `outside` = the name of the first that is not. */
export function ancestry(it: Interpreter, of: Class): { readonly classes: readonly Class[]; readonly outside: string | null } {
  const classes: Class[] = [of];
  for (let at = of; classes.length < maxAncestors; ) {
    const parent = at.node.superClass === null ? null : it.valueOf(at.node.superClass, at.scope);
    if (parent?.kind === 'outside') return { classes, outside: parent.name };
    if (parent?.kind !== 'class' || classes.some(({ node }) => node === parent.node)) break;
    classes.push(parent);
    at = parent;
  }
  return { classes, outside: null };
}

/** The scope inside a class, for an instance of it or of a class below it. */
export function classScope(of: Class, self: Value): Scope {
  return { node: of.node, module: of.scope.module, parent: of.scope, activation: { args: null, self } };
}

/** The value of a member that a class body spells out; null = it does not. */
export function bodyMember(it: Interpreter, node: ClassNode, scope: Scope, name: string, isStatic: boolean): Value | null {
  for (const element of node.body.body) {
    if (!('key' in element) || element.static !== isStatic || element.computed || nameOf(element.key as Node) !== name) continue;
    if (element.type === 'MethodDefinition') {
      const method: Value = { kind: 'function', node: element.value, scope, self: scope.activation?.self ?? null };
      if (element.kind === 'get') return it.call(method, []);
      if (element.kind === 'method') return method;
    } else if ((element.type === 'PropertyDefinition' || element.type === 'AccessorProperty') && element.value !== null) {
      return it.valueOf(element.value, scope);
    }
  }
  return null;
}

function staticMember(it: Interpreter, value: Class, name: string): Value {
  for (const of of ancestry(it, value).classes) {
    const found = bodyMember(it, of.node, classScope(of, value), name, true);
    if (found !== null) return found;
    const { module } = of.scope;
    const assigned = (module.memberAssignments.get(name) ?? []).flatMap((place) => {
      const { node } = place;
      if (node.type !== 'AssignmentExpression' || node.left.type !== 'MemberExpression') return [];
      const { object } = node.left;
      return object.type === 'Identifier' && object.name === of.node.id?.name ? [it.valueOf(node.right, it.scopeAt(place, module))] : [];
    });
    if (assigned.length > 0) return either(assigned);
  }
  return unknown;
}

function instanceMember(it: Interpreter, self: Instance, name: string): Value {
  const { classes } = ancestry(it, self.of);
  for (const [index, of] of classes.entries()) {
    const scope = classScope(of, self);
    const found = bodyMember(it, of.node, scope, name, false) ?? fromConstructor(it, self, classes, index, name);
    if (found === null) continue;
    // What the constructor was handed: whoever makes the class knows, or a class that extends it.
    const waits = blockedOn(found);
    if (self.args === null && waits !== null && classes.some((one) => constructorOf(one.node) === waits)) break;
    return filledIn(it, found, self, classes, name);
  }
  // A class that others extend, or that somebody makes with arguments: they know.
  return { kind: 'unknown', on: self.args === null ? self.of.node : null };
}

/** `this.name = …` in any method, and `constructor(private name: string)`. */
function fromConstructor(it: Interpreter, self: Instance, classes: readonly Class[], index: number, name: string): Value | null {
  const of = classes[index];
  if (of === undefined) return null;
  const { module } = of.scope;
  const scope = classScope(of, self);
  const made = constructorOf(of.node);
  const inside: Scope | null =
    made === null ? null : { node: made, module, parent: scope, activation: { args: constructorArgs(it, self, classes, index), self } };
  if (made !== null && inside !== null && 'params' in made) {
    for (const parameter of made.params) {
      const named = parameter.type === 'TSParameterProperty' ? (parameter.parameter as Node) : null;
      const target = named?.type === 'AssignmentPattern' ? (named.left as Node) : named;
      if (target?.type === 'Identifier' && target.name === name) return it.valueOf(target, inside);
    }
  }
  const assigned = (module.memberAssignments.get(name) ?? []).flatMap((place) => {
    const { node } = place;
    if (node.type !== 'AssignmentExpression' || node.left.type !== 'MemberExpression' || node.left.object.type !== 'ThisExpression')
      return [];
    if (enclosingClass(place) !== of.node) return [];
    const isInConstructor = made !== null && node.start >= made.start && node.end <= made.end;
    return [it.valueOf(node.right, it.scopeAt(place, module, isInConstructor && inside !== null ? inside : scope))];
  });
  return assigned.length === 0 ? null : either(assigned);
}

/** With what the constructor of one of the classes of an instance is called: `super(…)` of the class below it says so. */
function constructorArgs(it: Interpreter, self: Instance, classes: readonly Class[], index: number): readonly Thunk[] | null {
  const below = classes[index - 1];
  if (index === 0 || below === undefined) return self.args;
  const made = constructorOf(below.node);
  const args = constructorArgs(it, self, classes, index - 1);
  if (made === null) return args;
  const { module } = below.scope;
  const scope: Scope = { node: made, module, parent: classScope(below, self), activation: { args, self } };
  for (const place of module.calls.get('super') ?? []) {
    const { node } = place;
    if (node.type !== 'CallExpression' || node.start < made.start || node.end > made.end) continue;
    const inside = it.scopeAt(place, module, scope);
    return node.arguments.map((argument) => it.later(argument as Node, inside));
  }
  return [];
}

/** What methods of these classes put into a member: `this.tools.push(…)`, `this.tools.set(…)`. */
function filledIn(it: Interpreter, value: Value, self: Instance, classes: readonly Class[], name: string): Value {
  let filled = value;
  for (const of of classes) {
    const { module } = of.scope;
    const places = (module.memberChanges.get(name) ?? []).filter((place) => enclosingClass(place) === of.node);
    if (places.length > 0) filled = withChanges(it, filled, places, module, classScope(of, self));
  }
  return filled;
}

export function constructorOf(node: ClassNode): Node | null {
  for (const element of node.body.body) if (element.type === 'MethodDefinition' && element.kind === 'constructor') return element.value;
  return null;
}

function enclosingClass(place: Place): Node | null {
  for (let at = place.parent; at !== null; at = at.parent) {
    if (at.node.type === 'ClassDeclaration' || at.node.type === 'ClassExpression') return at.node;
  }
  return null;
}
