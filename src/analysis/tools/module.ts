import type { Node, Program } from 'oxc-parser';
import { nameOf } from '../syntax/bindings.ts';
import { type Place, walk } from '../syntax/walk.ts';

/** How a name takes its value out of what is bound: `{ a: [b] }` reads member `a`, then index 0. */
export type Path = readonly (string | null)[];

export type Declaration =
  | { readonly kind: 'value'; readonly node: Node; readonly at: Place; readonly path: Path }
  | { readonly kind: 'bare' }
  | {
      readonly kind: 'parameter';
      readonly of: Node;
      readonly index: number;
      readonly path: Path;
      readonly rest: boolean;
      readonly fallback: Node | null;
    }
  | { readonly kind: 'round'; readonly of: Node; readonly path: Path }
  | { readonly kind: 'import'; readonly module: string; readonly member: string | null }
  | { readonly kind: 'enum'; readonly node: Node };

/** One source file of the package with what the tool list asks of it, found in one walk. */
export interface Module {
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly lineOf: (node: Node) => number;
  readonly declarations: ReadonlyMap<Node, ReadonlyMap<string, readonly Declaration[]>>;
  /** Where scopes, functions and classes stand. */
  readonly places: ReadonlyMap<Node, Place>;
  readonly returns: ReadonlyMap<Node, readonly Place[]>;
  /** `name = …` where the name is the one that this scope declares. */
  readonly assignmentsOf: (name: string, scope: Node) => readonly Place[];
  /** What changes the value of such a name in place: `a.push(x)`, `a.b = x`. */
  readonly changesOf: (name: string, scope: Node) => readonly Place[];
  /** `….name = …` by member (`*` = computed). */
  readonly memberAssignments: ReadonlyMap<string, readonly Place[]>;
  /** Calls and `new` by the last name of what is called. */
  readonly calls: ReadonlyMap<string, readonly Place[]>;
  /** What changes the value of a member in place: `….a.push(x)`, `….a.b = x`. */
  readonly memberChanges: ReadonlyMap<string, readonly Place[]>;
  readonly classes: readonly Place[];
  /** Object literals with a description, and a name or something to run. */
  readonly objects: readonly Place[];
  /** Object literals with a name, a version and tools: what a server is made of that takes all of its tools at once. */
  readonly servers: readonly Place[];
  /** `exports.a = …` and `module.exports = …` by the function around them: how bundlers keep the files of others apart. */
  readonly exportsIn: ReadonlyMap<Node, readonly Place[]>;
}

const scopeTypes =
  /^(?:Program|BlockStatement|StaticBlock|For(?:Of|In)?Statement|SwitchStatement|CatchClause|TSModuleBlock|Class(?:Declaration|Expression))$/;

export function isFunction(node: Node): boolean {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}

export function isScope(node: Node): boolean {
  return isFunction(node) || scopeTypes.test(node.type);
}

export function makeModule(path: string, program: Program, text: string, lineOf: (offset: number) => number): Module {
  const declarations = new Map<Node, Map<string, Declaration[]>>();
  const places = new Map<Node, Place>();
  const returns = new Map<Node, Place[]>();
  const assignments = new Map<string, Place[]>();
  const memberAssignments = new Map<string, Place[]>();
  const calls = new Map<string, Place[]>();
  const changes = new Map<string, Place[]>();
  const memberChanges = new Map<string, Place[]>();
  const classes: Place[] = [];
  const objects: Place[] = [];
  const servers: Place[] = [];
  const exportsIn = new Map<Node, Place[]>();

  walk(program, (node, place) => {
    if (isScope(node)) places.set(node, place);
    switch (node.type) {
      case 'VariableDeclarator': {
        const declaration = place.parent?.node;
        const owner = place.parent?.parent?.node;
        const scope =
          declaration?.type === 'VariableDeclaration' && declaration.kind === 'var' ? functionAround(place) : scopeAround(place);
        if ((owner?.type === 'ForOfStatement' || owner?.type === 'ForInStatement') && owner.left === declaration) {
          bind(node.id as Node, [], (name, found) => declare(scope, name, { kind: 'round', of: owner, path: found }));
        } else if (node.init === null) bind(node.id as Node, [], (name) => declare(scope, name, { kind: 'bare' }));
        else
          bind(node.id as Node, [], (name, found) =>
            declare(scope, name, { kind: 'value', node: node.init as Node, at: place, path: found }),
          );
        return undefined;
      }
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        if (node.id !== null && node.id !== undefined) {
          declare(node.type === 'FunctionDeclaration' ? scopeAround(place) : node, node.id.name, {
            kind: 'value',
            node,
            at: place,
            path: [],
          });
        }
        for (const [index, found] of node.params.entries()) parameter(node, index, found as Node);
        if (node.body !== null && node.body.type !== 'BlockStatement') add(returns, node, { node: node.body, parent: place });
        return undefined;
      case 'ClassDeclaration':
      case 'ClassExpression':
        classes.push(place);
        if (node.id !== null) declare(scopeAround(place), node.id.name, { kind: 'value', node, at: place, path: [] });
        return undefined;
      case 'TSEnumDeclaration':
        declare(scopeAround(place), node.id.name, { kind: 'enum', node });
        return undefined;
      case 'ImportDeclaration':
        if (node.importKind === 'type') return false;
        for (const specifier of node.specifiers) {
          const member =
            specifier.type === 'ImportSpecifier'
              ? nameOf(specifier.imported)
              : specifier.type === 'ImportDefaultSpecifier'
                ? 'default'
                : null;
          declare(program, specifier.local.name, { kind: 'import', module: node.source.value, member });
        }
        return false;
      case 'ReturnStatement':
        if (node.argument !== null) add(returns, functionAround(place), { node: node.argument, parent: place });
        return undefined;
      case 'AssignmentExpression':
        if (node.left.type === 'Identifier') add(assignments, node.left.name, place);
        else if (node.left.type === 'MemberExpression') {
          add(memberAssignments, memberName(node.left) ?? '*', place);
          change(node.left.object as Node, place);
          if (isOfExports(node.left)) add(exportsIn, functionAround(place), place);
        }
        return undefined;
      case 'CallExpression':
      case 'NewExpression':
        add(calls, calleeName(node.callee as Node), place);
        if (node.callee.type === 'MemberExpression' && /^(?:push|unshift|set|add)$/.test(calleeName(node.callee))) {
          change(node.callee.object as Node, place);
        } else if (fillsIn(node.callee as Node) && node.arguments[0] !== undefined) {
          change(node.arguments[0] as Node, place);
        } else if (isFunction(node.callee as Node)) {
          // `(function (T) { T.a = 1 })(T || (T = {}))`: how compilers write an enum.
          const name = passedName(node.arguments[0] as Node | undefined);
          if (name !== null) add(changes, name, place);
        }
        return undefined;
      case 'ObjectExpression':
        if (hasKey(node, 'description') && ['name', 'execute', 'handler'].some((key) => hasKey(node, key))) objects.push(place);
        if (['name', 'version', 'tools'].every((key) => hasKey(node, key))) servers.push(place);
        return undefined;
      default:
        return /^TS(?:Interface|TypeAlias)/.test(node.type) ? false : undefined;
    }
  });
  return {
    path,
    text,
    program,
    lineOf: (node) => lineOf(node.start),
    declarations,
    places,
    returns,
    assignmentsOf: byScope(assignments),
    changesOf: byScope(changes),
    memberAssignments,
    calls,
    memberChanges,
    classes,
    objects,
    servers,
    exportsIn,
  };

  function declare(scope: Node, name: string, declaration: Declaration): void {
    const names = declarations.get(scope) ?? new Map<string, Declaration[]>();
    declarations.set(scope, names);
    add(names, name, declaration);
  }

  function change(of: Node, place: Place): void {
    const member = of.type === 'MemberExpression' ? memberName(of) : null;
    if (of.type === 'Identifier') add(changes, of.name, place);
    else if (member !== null) add(memberChanges, member, place);
  }

  /** Minified code gives one letter to thousands of things: sorted out once per name. */
  function byScope(byName: ReadonlyMap<string, readonly Place[]>): (name: string, scope: Node) => readonly Place[] {
    const sorted = new Map<string, ReadonlyMap<Node, readonly Place[]>>();
    return (name, scope) => {
      const known = sorted.get(name) ?? sortByScope(name, byName.get(name) ?? []);
      sorted.set(name, known);
      return known.get(scope) ?? [];
    };
  }

  function sortByScope(name: string, all: readonly Place[]): ReadonlyMap<Node, readonly Place[]> {
    const sorted = new Map<Node, Place[]>();
    for (const place of all) {
      let at = place.parent;
      while (at !== null && declarations.get(at.node)?.has(name) !== true) at = at.parent;
      if (at !== null) add(sorted, at.node, place);
    }
    return sorted;
  }

  function parameter(of: Node, index: number, node: Node): void {
    const rest = node.type === 'RestElement';
    // `constructor(private readonly name: string)` binds like any other.
    const plain = node.type === 'TSParameterProperty' ? (node.parameter as Node) : rest ? (node.argument as Node) : node;
    const fallback = plain.type === 'AssignmentPattern' ? plain.right : null;
    const pattern = plain.type === 'AssignmentPattern' ? (plain.left as Node) : plain;
    bind(pattern, [], (name, path) => declare(of, name, { kind: 'parameter', of, index, path, rest, fallback }));
  }
}

function add<Key, Entry>(map: Map<Key, Entry[]>, key: Key, entry: Entry): void {
  const held = map.get(key);
  if (held === undefined) map.set(key, [entry]);
  else held.push(entry);
}

/** The names of a pattern, each with the way to its value; `null` on the way = a part that cannot be said. */
function bind(pattern: Node, path: Path, found: (name: string, path: Path) => void): void {
  if (pattern.type === 'Identifier') found(pattern.name, path);
  else if (pattern.type === 'AssignmentPattern') bind(pattern.left as Node, path, found);
  else if (pattern.type === 'RestElement') bind(pattern.argument as Node, [...path, null], found);
  else if (pattern.type === 'ObjectPattern') {
    for (const property of pattern.properties) {
      if (property.type === 'RestElement') bind(property.argument as Node, path, found);
      else bind(property.value as Node, [...path, property.computed ? null : nameOf(property.key as Node)], found);
    }
  } else if (pattern.type === 'ArrayPattern') {
    for (const [index, element] of pattern.elements.entries()) if (element !== null) bind(element as Node, [...path, String(index)], found);
  }
}

function scopeAround(place: Place): Node {
  let at = place.parent;
  while (at !== null && !isScope(at.node)) at = at.parent;
  return at?.node ?? place.node;
}

function functionAround(place: Place): Node {
  let at = place.parent;
  while (at !== null && at.parent !== null && !isFunction(at.node)) at = at.parent;
  return at?.node ?? place.node;
}

/** The member that an access names, also as `['name']`; null when it is computed. */
export function memberName(node: Node & { type: 'MemberExpression' }): string | null {
  const property = node.property as Node;
  return node.computed && property.type !== 'Literal' ? null : nameOf(property);
}

/** The last name of what is called: `a.b.c()` and `(0, b.c)()` call `c`. */
export function calleeName(callee: Node): string {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type === 'SequenceExpression') return calleeName(callee.expressions.at(-1) as Node);
  if (callee.type === 'ChainExpression' || callee.type === 'ParenthesizedExpression' || callee.type === 'TSNonNullExpression')
    return calleeName(callee.expression as Node);
  if (callee.type === 'Super') return 'super';
  return callee.type === 'MemberExpression' ? (memberName(callee) ?? '') : '';
}

/** `Object.assign(a, …)`, and esbuild's `__export(a, { b: () => … })`. */
function fillsIn(callee: Node): boolean {
  if (callee.type === 'Identifier') return callee.name === '__export';
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'Object' &&
    memberName(callee) === 'assign'
  );
}

function isOfExports(left: Node & { type: 'MemberExpression' }): boolean {
  const { object } = left;
  if (object.type === 'Identifier') return /^(?:exports|module)\d*$/.test(object.name);
  return object.type === 'MemberExpression' && memberName(object) === 'exports';
}

/** `T` of `T` and of `T || (T = {})`. */
function passedName(node: Node | undefined): string | null {
  if (node?.type === 'LogicalExpression') return passedName(node.left);
  return node?.type === 'Identifier' ? node.name : null;
}

function hasKey(node: Node & { type: 'ObjectExpression' }, key: string): boolean {
  return node.properties.some((property) => property.type === 'Property' && !property.computed && nameOf(property.key as Node) === key);
}
