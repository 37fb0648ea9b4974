import type { Node } from 'oxc-parser';
import { globalObjects, strongGlobals } from './origin.ts';
import type { Walk } from './walk.ts';

/** What a name may hold: an expression, a member of one, or something imported. */
export type Binding =
  /** `appended`: put behind what the name held before, as `name += node` does. */
  | { readonly kind: 'value'; readonly node: Node; readonly appended?: true }
  | { readonly kind: 'member'; readonly node: Node; readonly member: string | null }
  | { readonly kind: 'import'; readonly module: string; readonly member: string | null };

/**
 * Every name of a file with everything that is ever bound to it, whatever the scope. A member of `this` and a method of a
 * class has a dot before its name, whatever the class.
 */
export type Bindings = ReadonlyMap<string, readonly Binding[]>;

/** Minified code binds one letter thousands of times: from here on the name is `crowded`, and no longer followed. */
export const maxPerName = 48;

const binding: ReadonlySet<Node['type']> = new Set([
  ...(['VariableDeclarator', 'AssignmentExpression', 'FunctionDeclaration', 'ClassDeclaration', 'AssignmentPattern'] as const),
  ...(['CallExpression', 'PropertyDefinition', 'MethodDefinition', 'TSImportEqualsDeclaration', 'ImportDeclaration'] as const),
]);

/**
 * The names of a file. Scopes are ignored on purpose: a name that is bound twice stands for both, so that a minified or
 * shadowed name can only make the analysis see more, never less.
 */
export function collectBindings(walk: Walk): Bindings {
  const bindings = new Map<string, Binding[]>();
  const handed: (Node & { type: 'CallExpression' })[] = [];
  walk((node) => {
    if (node.type === 'VariableDeclarator' && node.init !== null) bindPattern(node.id, node.init, add);
    else if (node.type === 'AssignmentExpression') assign(node, add);
    else if (node.type === 'FunctionDeclaration' && node.id !== null) add(node.id.name, { kind: 'value', node });
    else if (node.type === 'ClassDeclaration' && node.id !== null) add(node.id.name, { kind: 'value', node });
    else if (node.type === 'AssignmentPattern') bindPattern(node.left, node.right, add);
    else if (node.type === 'CallExpression') {
      if (isInline(node.callee as Node)) bindArguments(node.callee as Node, node.arguments as readonly Node[], isNoLiteral, add);
      else if (node.arguments.some((arg) => isGlobal(arg as Node))) handed.push(node);
    } else if (
      (node.type === 'PropertyDefinition' || node.type === 'MethodDefinition') &&
      node.value !== null &&
      !node.computed &&
      !('kind' in node && node.kind === 'constructor')
    )
      add(`.${nameOf(node.key) ?? ''}`, { kind: 'value', node: node.value as Node });
    else if (node.type === 'TSImportEqualsDeclaration' && node.moduleReference.type === 'TSExternalModuleReference') {
      add(node.id.name, { kind: 'import', module: node.moduleReference.expression.value, member: null });
    } else if (node.type === 'ImportDeclaration' && node.importKind !== 'type') {
      for (const specifier of node.specifiers) {
        const member =
          specifier.type === 'ImportSpecifier'
            ? nameOf(specifier.imported)
            : specifier.type === 'ImportDefaultSpecifier'
              ? 'default'
              : null;
        add(specifier.local.name, { kind: 'import', module: node.source.value, member });
      }
    }
    return undefined;
  }, binding);
  // `process` handed to a function of the file is `process` under the name that the function gives it.
  for (const call of handed) {
    const callee = call.callee as Node;
    const name = callee.type === 'MemberExpression' && !callee.computed ? `.${nameOf(callee.property as Node)}` : nameOf(callee);
    for (const held of [...(bindings.get(name ?? '') ?? [])])
      if (held.kind === 'value') bindArguments(held.node, call.arguments as readonly Node[], isGlobal, add);
  }
  return bindings;

  function add(name: string, binding: Binding): void {
    const held = bindings.get(name);
    if (held === undefined) bindings.set(name, [binding]);
    else if (held.length < maxPerName || binding.kind === 'import') held.push(binding);
  }
}

function assign(node: Node & { type: 'AssignmentExpression' }, add: (name: string, binding: Binding) => void): void {
  const { left, right } = node;
  const value: Binding = node.operator === '+=' ? { kind: 'value', node: right, appended: true } : { kind: 'value', node: right };
  if (left.type === 'Identifier') add(left.name, value);
  else if (left.type === 'MemberExpression' && left.object.type === 'ThisExpression') {
    const member = left.computed && left.property.type !== 'Literal' ? null : nameOf(left.property as Node);
    if (member !== null) add(`.${member}`, value);
  } else bindPattern(left, right, add);
}

/** What a call gives to the names of a function's parameters. */
function bindArguments(
  fn: Node,
  args: readonly Node[],
  wanted: (arg: Node) => boolean,
  add: (name: string, binding: Binding) => void,
): void {
  if (fn.type !== 'FunctionExpression' && fn.type !== 'ArrowFunctionExpression' && fn.type !== 'FunctionDeclaration') return;
  for (const [at, arg] of args.entries()) {
    const param = fn.params[at];
    if (param !== undefined && wanted(arg)) bindPattern(param as Node, arg, add);
  }
}

function isInline(callee: Node): boolean {
  return callee.type === 'FunctionExpression' || callee.type === 'ArrowFunctionExpression';
}

function isNoLiteral(arg: Node): boolean {
  return /^(?:Identifier|MemberExpression|CallExpression|ConditionalExpression|LogicalExpression)$/.test(arg.type);
}

function isGlobal(arg: Node): boolean {
  return arg.type === 'Identifier' && (strongGlobals.has(arg.name) || globalObjects.has(arg.name));
}

/** `const { a: b, ...rest } = init` and `[a] = init`, at any depth that can be named. */
function bindPattern(pattern: Node, init: Node, add: (name: string, binding: Binding) => void): void {
  if (pattern.type === 'Identifier') add(pattern.name, { kind: 'value', node: init });
  else if (pattern.type === 'AssignmentPattern') {
    bindPattern(pattern.left, init, add);
    bindPattern(pattern.left, pattern.right, add);
  } else if (pattern.type === 'ObjectPattern') {
    for (const property of pattern.properties) {
      if (property.type === 'RestElement') {
        bindPattern(property.argument, init, add);
        continue;
      }
      const target = property.value.type === 'AssignmentPattern' ? property.value.left : property.value;
      const member = property.computed && property.key.type !== 'Literal' ? null : nameOf(property.key);
      if (target.type === 'Identifier') add(target.name, { kind: 'member', node: init, member });
      // A nested pattern keeps the outer value: the members between are lost, the origin is not.
      else bindPattern(target as Node, init, add);
    }
  } else if (pattern.type === 'ArrayPattern') {
    for (const element of pattern.elements) if (element !== null) bindPattern(element as Node, init, add);
  }
}

/** The name that a property key or an import specifier spells; null when it is computed. */
export function nameOf(node: Node): string | null {
  if (node.type === 'Identifier' || node.type === 'PrivateIdentifier') return node.name;
  if (node.type === 'Literal' && (typeof node.value === 'string' || typeof node.value === 'number')) return String(node.value);
  return null;
}
