import type { Node } from 'oxc-parser';
import type { JsonValue } from '../../model/json.ts';
import type { Place } from '../syntax/walk.ts';
import type { Module } from './module.ts';
import type { Activation, Scope, Spot, Thunk, Value } from './values.ts';

/** The files of one package, as the tool list reads them. */
export interface Sources {
  /** Sorted by path; those that could be read and may have something to do with tools. */
  readonly modules: () => readonly Module[];
  /** What a specifier in a file names; null = another package, or nothing that is here. */
  readonly resolve: (specifier: string, from: string) => Module | { readonly json: JsonValue } | null;
  readonly module: (path: string) => Module | null;
  /** A JSON file of the package by the end of its path; null when there is none, or more than one. */
  readonly json: (end: string) => JsonValue | undefined;
}

/** Reads what expressions stand for. Bounded: over the bound everything is unknown. */
export interface Interpreter {
  readonly sources: Sources;
  readonly valueOf: (node: Node, scope: Scope) => Value;
  readonly member: (value: Value, name: string) => Value;
  readonly call: (value: Value, args: readonly Thunk[]) => Value;
  /** The scope in force at a place; `base` stands in for the scope of its own node. */
  readonly scopeAt: (place: Place, module: Module, base?: Scope) => Scope;
  /** With what a function is called, or a loop goes round, while `build` runs. */
  readonly activationOf: (node: Node) => Activation | null;
  readonly json: (value: JsonValue, at: Spot) => Value;
  readonly later: (node: Node, scope: Scope) => Thunk;
  /** What `build` gives for every caller and every round that it depends on; `on` = what it still depends on. */
  readonly inEveryContext: <Built>(build: () => { readonly built: Built; readonly on: Node | null }) => readonly Built[];
}
