import type { Node } from 'oxc-parser';
import type { Module } from './module.ts';

/** Read when it is asked for: most members of most objects never are. */
export type Thunk = () => Value;

/** What one call of a function, or one round of a loop, binds. */
export interface Activation {
  /** null = nobody has said yet. */
  readonly args: readonly Thunk[] | null;
  /** What `this` is. */
  readonly self: Value | null;
}

/** Names in force at a place; a class is a scope, for what `this` is in it. */
export interface Scope {
  readonly node: Node;
  readonly module: Module;
  readonly parent: Scope | null;
  readonly activation: Activation | null;
}

/** Where a value is written. */
export interface Spot {
  readonly node: Node;
  readonly scope: Scope;
}

/**
 * What an expression stands for, as far as that can be read without running it. Nothing in here is executed: a call of
 * the package's own function is the value of what it returns.
 */
export type Value =
  | { readonly kind: 'text'; readonly text: string; readonly at: Spot }
  | { readonly kind: 'constant'; readonly value: number | boolean | null; readonly at: Spot }
  /** `open`: it may hold more than what is here. */
  | { readonly kind: 'record'; readonly members: ReadonlyMap<string, Thunk>; readonly open: boolean; readonly at: Spot }
  | { readonly kind: 'array'; readonly items: readonly Thunk[]; readonly open: boolean; readonly at: Spot }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Thunk, Thunk])[]; readonly open: boolean; readonly at: Spot }
  | { readonly kind: 'function'; readonly node: Node; readonly scope: Scope; readonly self: Value | null }
  | { readonly kind: 'class'; readonly node: ClassNode; readonly scope: Scope }
  /** `args` null = nobody has said with what it is made. */
  | { readonly kind: 'instance'; readonly of: Value & { kind: 'class' }; readonly args: readonly Thunk[] | null; readonly at: Spot }
  | { readonly kind: 'module'; readonly path: string }
  /** A call of something that is not the package's own, or a member of its result (`args` null). */
  | { readonly kind: 'call'; readonly name: string; readonly on: Value | null; readonly args: readonly Thunk[]; readonly at: Spot }
  /** Something of another package or of the runtime. */
  | { readonly kind: 'outside'; readonly name: string }
  | { readonly kind: 'either'; readonly values: readonly Value[] }
  /** Known not to be there: an argument that nobody passed, a member that a literal does not have. */
  | { readonly kind: 'absent' }
  /** `on` = the function or loop whose callers or rounds would tell; null = nothing would. */
  | { readonly kind: 'unknown'; readonly on: Node | null };

export type ClassNode = Node & { type: 'ClassDeclaration' | 'ClassExpression' };

export const unknown: Value = { kind: 'unknown', on: null };
export const absent: Value = { kind: 'absent' };

/** Alternatives of one value that are kept apart; a value with more of them is as good as unknown. */
const maxAlternatives = 16;

export function either(values: readonly Value[]): Value {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return only;
  const all = new Set<Value>();
  for (const value of values) {
    for (const one of value.kind === 'either' ? value.values : [value]) if (one.kind !== 'absent') all.add(one);
    if (all.size > maxAlternatives) return unknown;
  }
  const [first] = all;
  if (first === undefined) return values.length === 0 ? unknown : absent;
  return all.size === 1 ? first : { kind: 'either', values: [...all] };
}

/** The function or loop that keeps a value from being known; null when it is known, or never will be. */
export function blockedOn(value: Value): Node | null {
  if (value.kind === 'unknown') return value.on;
  return value.kind === 'either' ? (value.values.map(blockedOn).find((on) => on !== null) ?? null) : null;
}
