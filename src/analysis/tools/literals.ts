import type { Node } from 'oxc-parser';
import type { JsonValue } from '../../model/json.ts';
import { nameOf } from '../syntax/bindings.ts';
import type { Interpreter } from './interpreter.ts';
import { isFunction } from './module.ts';
import { plain } from './text.ts';
import type { Scope, Spot, Thunk, Value } from './values.ts';

/** The value of an object literal; a spread that cannot be read leaves it open. */
export function recordOf(it: Interpreter, node: Node & { type: 'ObjectExpression' }, scope: Scope): Value {
  const members = new Map<string, Thunk>();
  let open = false;
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      const spread = it.valueOf(property.argument as Node, scope);
      if (spread.kind === 'record') for (const [name, member] of spread.members) members.set(name, member);
      if (spread.kind !== 'record' || spread.open) open = true;
      continue;
    }
    const name = property.computed ? plain(it.valueOf(property.key as Node, scope)) : nameOf(property.key as Node);
    if (name === null) open = true;
    else members.set(name, memberOf(it, property.value as Node, scope, property.kind === 'get', record));
  }
  return record();

  function record(): Value {
    return { kind: 'record', members, open, at: { node, scope } };
  }
}

function memberOf(it: Interpreter, node: Node, scope: Scope, isGetter: boolean, self: () => Value): Thunk {
  if (!isFunction(node) || node.type === 'ArrowFunctionExpression') return it.later(node, scope);
  const method: Thunk = () => ({ kind: 'function', node, scope, self: self() });
  return isGetter ? () => it.call(method(), []) : method;
}

/** The value of an array literal. */
export function elementsOf(it: Interpreter, node: Node & { type: 'ArrayExpression' }, scope: Scope): Value {
  const items: Thunk[] = [];
  let open = false;
  for (const element of node.elements) {
    if (element === null) continue;
    if (element.type !== 'SpreadElement') {
      items.push(it.later(element as Node, scope));
      continue;
    }
    const spread = listed(it.valueOf(element.argument as Node, scope));
    items.push(...spread.items);
    if (spread.open) open = true;
  }
  return { kind: 'array', items, open, at: { node, scope } };
}

/** What a value gives when it is gone through: its elements, or the pairs of a map; `open` when there may be others. */
export function listed(value: Value): { readonly items: readonly Thunk[]; readonly open: boolean } {
  if (value.kind === 'array') return value;
  if (value.kind === 'map') return { items: value.entries.map(([key, held]) => pair(key, held, value.at)), open: value.open };
  if (value.kind !== 'either') return { items: [], open: true };
  const all = value.values.map(listed);
  return { items: all.flatMap(({ items }) => items), open: all.some(({ open }) => open) };
}

export function pair(first: Thunk, second: Thunk, at: Spot): Thunk {
  return () => ({ kind: 'array', items: [first, second], open: false, at });
}

/** A JSON value, as if it stood at a place of the code. */
export function fromJson(value: JsonValue, at: Spot): Value {
  if (typeof value === 'string') return { kind: 'text', text: value, at };
  if (value === null || typeof value !== 'object') return { kind: 'constant', value, at };
  if (Array.isArray(value)) return { kind: 'array', items: value.map((item: JsonValue) => () => fromJson(item, at)), open: false, at };
  const members = Object.entries(value).map(([name, member]) => [name, () => fromJson(member as JsonValue, at)] as const);
  return { kind: 'record', members: new Map(members), open: false, at };
}
