import type { Node } from 'oxc-parser';
import type { Place } from '../syntax/walk.ts';
import type { Interpreter } from './interpreter.ts';
import { listed } from './literals.ts';
import { calleeName, type Module, memberName } from './module.ts';
import { plain } from './text.ts';
import { either, type Scope, type Thunk, type Value } from './values.ts';

/** Changes of one value that are looked at. */
const maxChanges = 2_000;

/** A value with everything that the file puts into it under the name that it was found by. */
export function changed(it: Interpreter, value: Value, name: string, scope: Scope): Value {
  const { module } = scope;
  const places = module.changesOf(name, scope.node);
  return places.length === 0 ? value : withChanges(it, value, places.slice(0, maxChanges), module, scope);
}

/** The same for the changes at these places, whatever the name was. */
export function withChanges(it: Interpreter, value: Value, places: readonly Place[], module: Module, base?: Scope): Value {
  if (value.kind === 'either') {
    const first = value.values.findIndex(({ kind }) => kind === 'array' || kind === 'record' || kind === 'map');
    return either(value.values.map((one, index) => (index === first ? withChanges(it, one, places, module, base) : one)));
  }
  if (value.kind === 'array') {
    const added = places.map((place) => pushed(it, place, module, base));
    const items = [...value.items, ...added.flatMap((more) => more.items)];
    return { ...value, items, open: value.open || added.some(({ open }) => open) };
  }
  if (value.kind === 'map') return { ...value, entries: [...value.entries, ...places.flatMap((place) => entry(it, place, module, base))] };
  if (value.kind !== 'record') return value;
  const members = new Map(value.members);
  let open = value.open;
  for (const place of places) {
    for (const [name, member] of assigned(it, place, module, base)) {
      if (name === null) open = true;
      else members.set(name, member);
    }
  }
  return { ...value, members, open };
}

function pushed(
  it: Interpreter,
  place: Place,
  module: Module,
  base: Scope | undefined,
): { readonly items: readonly Thunk[]; readonly open: boolean } {
  const { node } = place;
  if (node.type === 'AssignmentExpression') return { items: [it.later(node.right, it.scopeAt(place, module, base))], open: false };
  if (node.type !== 'CallExpression' || !/^(?:push|unshift|add)$/.test(calleeName(node.callee as Node))) return { items: [], open: false };
  const scope = it.scopeAt(place, module, base);
  const items: Thunk[] = [];
  let open = false;
  for (const argument of node.arguments) {
    if (argument.type !== 'SpreadElement') items.push(it.later(argument as Node, scope));
    else {
      const spreads = it.inEveryContext(() => {
        const value = it.valueOf(argument.argument as Node, scope);
        return { built: listed(value), on: value.kind === 'unknown' ? value.on : null };
      });
      for (const spread of spreads) {
        items.push(...spread.items);
        if (spread.open) open = true;
      }
    }
  }
  return { items, open };
}

function entry(it: Interpreter, place: Place, module: Module, base: Scope | undefined): readonly (readonly [Thunk, Thunk])[] {
  const { node } = place;
  if (node.type !== 'CallExpression' || calleeName(node.callee as Node) !== 'set') return [];
  const [key, value] = node.arguments as readonly Node[];
  const scope = it.scopeAt(place, module, base);
  return key === undefined || value === undefined ? [] : [[it.later(key, scope), it.later(value, scope)]];
}

function merged(it: Interpreter, value: Value): readonly (readonly [string | null, Thunk])[] {
  if (value.kind === 'either') return value.values.flatMap((one) => merged(it, one));
  if (value.kind !== 'record') return [[null, () => value]];
  return value.open ? [...value.members, [null, () => value]] : [...value.members];
}

/** `a.b = value`, and the assignments of a function that is handed the value: `(function (T) { T.a = 1 })(T || {})`. */
function assigned(it: Interpreter, place: Place, module: Module, base: Scope | undefined): readonly (readonly [string | null, Thunk])[] {
  const { node } = place;
  if (node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression') {
    const scope = it.scopeAt(place, module, base);
    const name = memberName(node.left) ?? plain(it.valueOf(node.left.property as Node, scope));
    return [[name, it.later(node.right, scope)]];
  }
  if (node.type !== 'CallExpression') return [];
  const callee = calleeName(node.callee as Node);
  if (callee === 'assign' || callee === '__export') {
    const scope = it.scopeAt(place, module, base);
    return node.arguments
      .slice(1)
      .flatMap((argument) => merged(it, it.valueOf(argument as Node, scope)))
      .map(([name, member]) => [name, callee === 'assign' ? member : () => it.call(member(), [])]);
  }
  const parameter =
    node.callee.type === 'FunctionExpression' || node.callee.type === 'ArrowFunctionExpression' ? node.callee.params[0] : undefined;
  if (parameter?.type !== 'Identifier') return [];
  return module.changesOf(parameter.name, node.callee as Node).flatMap((inner) => assigned(it, inner, module, undefined));
}
