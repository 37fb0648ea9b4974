import type { Node, Program } from 'oxc-parser';
import { nameOf } from '../syntax/bindings.ts';
import type { Place, Walk } from '../syntax/walk.ts';

/** A function of any spelling. */
export type FunctionNode = Node & { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' };

/** The names of a file with their scopes: here a wrong guess would accuse, so one name in two functions is two names. */
export interface Symbols {
  /** Identifier → the variable it stands for; absent = a global. */
  readonly of: ReadonlyMap<Node, string>;
  /** Variable → the function or class that is bound to it. */
  readonly bound: ReadonlyMap<string, Node>;
  /** Method name → the functions of that name in classes and objects of the file. */
  readonly methods: ReadonlyMap<string, readonly FunctionNode[]>;
  readonly imported: ReadonlySet<string>;
}

export function isFunction(node: Node): node is FunctionNode {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}

const declaring: ReadonlySet<Node['type']> = new Set([
  ...(['VariableDeclarator', 'FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'ClassDeclaration'] as const),
  ...(['CatchClause', 'ImportSpecifier', 'ImportDefaultSpecifier', 'ImportNamespaceSpecifier'] as const),
  ...(['MethodDefinition', 'Property', 'PropertyDefinition'] as const),
]);
const identifiers: ReadonlySet<Node['type']> = new Set(['Identifier']);

/** Two passes: names may be used before they are declared. */
export function symbolsOf(program: Program, walk: Walk): Symbols {
  const scopes = new Map<Node, Map<string, string>>();
  const bound = new Map<string, Node>();
  const methods = new Map<string, FunctionNode[]>();
  const imported = new Set<string>();
  let next = 0;
  walk((node, place) => {
    declare(node, place);
    return undefined;
  }, declaring);
  const of = new Map<Node, string>();
  walk((node, place) => {
    if (node.type !== 'Identifier') return undefined;
    for (let at: Place | null = place; at !== null; at = at.parent) {
      const found = scopes.get(at.node)?.get(node.name);
      if (found === undefined) continue;
      of.set(node, found);
      break;
    }
    return undefined;
  }, identifiers);
  return { of, bound, methods, imported };

  function declare(node: Node, place: Place): void {
    if (node.type === 'VariableDeclarator') {
      const isVar = place.parent?.node.type === 'VariableDeclaration' && place.parent.node.kind === 'var';
      for (const name of patternNames(node.id)) add(scopeOf(place, isVar), name, node.id.type === 'Identifier' ? node.init : null);
    } else if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
      if (node.id !== null && place.parent !== null) add(scopeOf(place.parent, false), node.id.name, node);
    } else if (node.type === 'CatchClause' && node.param !== null) {
      for (const name of patternNames(node.param)) add(node, name, null);
    } else if (node.type === 'ImportSpecifier' || node.type === 'ImportDefaultSpecifier' || node.type === 'ImportNamespaceSpecifier') {
      imported.add(add(program, node.local.name, null));
    } else if (node.type === 'MethodDefinition' && isFunction(node.value as Node)) {
      addMethod(nameOf(node.key as Node), node.value as FunctionNode);
    } else if ((node.type === 'Property' || node.type === 'PropertyDefinition') && node.value !== null && isFunction(node.value as Node)) {
      addMethod(nameOf(node.key as Node), node.value as FunctionNode);
    }
    if (isFunction(node)) {
      for (const param of node.params) for (const name of patternNames(param as Node)) add(node, name, null);
      if (node.type === 'FunctionExpression' && node.id !== null) add(node, node.id.name, node);
    }
  }

  function add(scope: Node, name: string, value: Node | null): string {
    const names = scopes.get(scope) ?? new Map<string, string>();
    scopes.set(scope, names);
    const id = names.get(name) ?? `${name}#${next++}`;
    names.set(name, id);
    if (value !== null && (isFunction(value) || value.type === 'ClassDeclaration' || value.type === 'ClassExpression'))
      bound.set(id, value);
    return id;
  }

  function addMethod(name: string | null, fn: FunctionNode): void {
    if (name !== null) methods.set(name, [...(methods.get(name) ?? []).slice(0, 8), fn]);
  }
}

function scopeOf(start: Place, isVar: boolean): Node {
  let place = start;
  for (; place.parent !== null; place = place.parent) {
    const { node } = place;
    if (isFunction(node) || node.type === 'StaticBlock' || node.type === 'TSModuleBlock') return node;
    if (!isVar && /^(?:BlockStatement|For\w*Statement|SwitchStatement)$/.test(node.type)) return node;
  }
  return place.node;
}

/** Every name that a pattern binds. */
export function patternNames(pattern: Node): readonly string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'AssignmentPattern':
      return patternNames(pattern.left);
    case 'RestElement':
      return patternNames(pattern.argument);
    case 'TSParameterProperty':
      return patternNames(pattern.parameter as Node);
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : patternNames(element as Node)));
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => patternNames((property.type === 'RestElement' ? property : property.value) as Node));
    default:
      return [];
  }
}
