import type { Node } from 'oxc-parser';
import { nameOf } from './bindings.ts';
import type { Evaluator } from './evaluate.ts';
import { interopName } from './origin.ts';
import type { Place } from './walk.ts';

/** How a value is used where it stands. */
export type Usage =
  /** Bound to a name or a pattern that the analysis follows. */
  | 'alias'
  /** The object of a member access, which is looked at by itself. */
  | 'object'
  /** Called, or the target of `new` or of a tagged template. */
  | 'callee'
  /** Only asked for its type, deleted, or thrown away. */
  | 'idle'
  /** Anything else: passed on, returned, exported, stored. From there on it can be used in any way. */
  | 'escape';

/**
 * How the expression at this place is used, seen through parentheses, `await`, `a || b` and module wrappers. A name
 * that is bound too often to be followed lets the value out.
 */
export function usageOf(start: Place, isCrowded: (name: string) => boolean): Usage {
  let place = start;
  for (let parent = place.parent; parent !== null; parent = place.parent) {
    if (!isTransparent(place.node, parent.node)) break;
    place = parent;
  }
  const { node, parent: above } = place;
  const parent = above?.node;
  if (above === null || parent === undefined) return 'escape';
  switch (parent.type) {
    case 'MemberExpression':
      return parent.object === node ? 'object' : 'escape';
    case 'CallExpression':
    case 'NewExpression':
      return parent.callee === node ? 'callee' : 'escape';
    case 'TaggedTemplateExpression':
      return parent.tag === node ? 'callee' : 'escape';
    case 'VariableDeclarator':
      return isExported(above) || !isFollowed(parent.id, isCrowded) ? 'escape' : 'alias';
    case 'AssignmentExpression':
      return parent.right === node && isFollowed(parent.left, isCrowded) ? 'alias' : 'escape';
    case 'AssignmentPattern':
      return parent.right === node && isFollowed(parent.left, isCrowded) ? 'alias' : 'escape';
    case 'UnaryExpression':
    case 'ExpressionStatement':
      return 'idle';
    case 'IfStatement':
      return 'idle';
    default:
      return 'escape';
  }
}

/** True when this identifier stands for a value, rather than being a key, a label, or the name of a declaration. */
export function isReference(place: Place): boolean {
  const { node } = place;
  const parent = place.parent?.node;
  if (parent === undefined) return false;
  switch (parent.type) {
    case 'MemberExpression':
      return parent.object === node || parent.computed;
    case 'Property':
      if (place.parent?.parent?.node.type === 'ObjectPattern') return false;
      return parent.value === node || parent.computed;
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return parent.computed || parent.value === node;
    case 'VariableDeclarator':
      return parent.init === node;
    case 'AssignmentExpression':
      return parent.right === node;
    case 'AssignmentPattern':
      return parent.right === node;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return parent.body === node;
    case 'ClassDeclaration':
    case 'ClassExpression':
      return parent.superClass === node;
    case 'ExportSpecifier':
      return parent.local === node;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'CatchClause':
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
    case 'RestElement':
    case 'ArrayPattern':
    case 'MetaProperty':
    case 'ImportAttribute':
      return false;
    default:
      return true;
  }
}

/** `(async () => {}).constructor` and its spellings: `Function`, or one of its kin, without the name. */
export function isFunctionConstructor(node: Node & { type: 'MemberExpression' }, evaluator: Evaluator): boolean {
  const member = node.computed ? evaluator.text(node.property as Node) : nameOf(node.property as Node);
  if (member !== 'constructor') return false;
  const { object } = node;
  if (/^(?:Arrow)?FunctionExpression$/.test(object.type)) return true;
  if (object.type === 'CallExpression') return object.arguments.some((arg) => /^(?:Arrow)?FunctionExpression$/.test(arg.type));
  return evaluator
    .origins(object as Node)
    .some((origin) => /^global:(?:\w+\.prototype\.\w+|Function\.prototype|eval|Object|Function)$/.test(origin));
}

function isTransparent(node: Node, parent: Node): boolean {
  switch (parent.type) {
    case 'AwaitExpression':
    case 'ChainExpression':
    case 'LogicalExpression':
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
      return true;
    case 'ConditionalExpression':
      return parent.test !== node;
    case 'SequenceExpression':
      return parent.expressions.at(-1) === node;
    case 'CallExpression': {
      const { callee } = parent;
      const name =
        callee.type === 'Identifier'
          ? callee.name
          : callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
            ? callee.property.name
            : '';
      if (callee.type === 'MemberExpression' && callee.object === node) return false;
      return parent.arguments[0] === node && interopName.test(name);
    }
    default:
      return false;
  }
}

/** True for a target whose parts all get names; a rest, a computed key or a nested pattern lets the value out. */
function isFollowed(target: Node, isCrowded: (name: string) => boolean): boolean {
  if (target.type === 'Identifier') return !isCrowded(target.name);
  if (target.type !== 'ObjectPattern') return false;
  return target.properties.every(
    (property) =>
      property.type === 'Property' &&
      (!property.computed || property.key.type === 'Literal') &&
      ((property.value.type === 'Identifier' && !isCrowded(property.value.name)) ||
        (property.value.type === 'AssignmentPattern' && property.value.left.type === 'Identifier' && !isCrowded(property.value.left.name))),
  );
}

function isExported(declarator: Place): boolean {
  return declarator.parent?.parent?.node.type === 'ExportNamedDeclaration';
}
