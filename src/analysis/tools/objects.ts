import type { Node } from 'oxc-parser';
import { type Bindings, nameOf } from '../syntax/bindings.ts';

/** One module of the package as the tool list needs it. */
export interface ModuleView {
  readonly path: string;
  readonly bindings: Bindings;
  readonly program: Node;
  readonly lineOf: (node: Node) => number;
  /** The module that an import of this one names; null when it is outside the package or cannot be found. */
  readonly resolve: (specifier: string) => ModuleView | null;
}

/** A value and the module whose names it uses. */
export interface Located {
  readonly node: Node;
  readonly module: ModuleView;
  /** True once a name had to be followed to get here. */
  readonly followed: boolean;
}

const maxSteps = 30;

/** The expression that a name finally stands for, across the package's own files; null when it cannot be followed. */
export function locate(value: Located, steps = 0): Located | null {
  const { node, module } = value;
  if (steps > maxSteps) return null;
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
    case 'ChainExpression':
      return locate({ ...value, node: node.expression as Node }, steps + 1);
    case 'Identifier':
      return locateName(node.name, module, steps + 1);
    case 'MemberExpression': {
      const member = node.computed ? null : nameOf(node.property as Node);
      const object = member === null ? null : locate({ ...value, node: node.object as Node }, steps + 1);
      return object === null || member === null ? null : memberOf(object, member, steps + 1);
    }
    case 'CallExpression': {
      // `Object.freeze({…})`, `defineTool({…})`: what is handed in is what comes out, as far as names and texts go.
      const [first] = node.arguments;
      if (
        first !== undefined &&
        /^(?:freeze|seal|define\w*|create\w*Tool|tool|markTool\w*|asTool)$/i.test(calleeName(node.callee as Node))
      ) {
        const inner = locate({ node: first as Node, module, followed: true }, steps + 1);
        if (inner?.node.type === 'ObjectExpression' || inner?.node.type === 'ArrayExpression') return { ...inner, followed: true };
      }
      return value;
    }
    default:
      return value;
  }
}

/** The value of a member of an object literal, through spreads; null when it is not there or not spelled out. */
export function memberOf(object: Located, member: string, steps = 0): Located | null {
  if (object.node.type !== 'ObjectExpression' || steps > maxSteps) return null;
  for (const property of [...object.node.properties].reverse()) {
    if (property.type === 'SpreadElement') {
      const spread = locate({ ...object, node: property.argument as Node }, steps + 1);
      const found = spread === null ? null : memberOf({ ...spread, followed: true }, member, steps + 1);
      if (found !== null) return found;
    } else if (!property.computed && nameOf(property.key) === member) {
      return locate({ ...object, node: property.value as Node }, steps + 1);
    }
  }
  return null;
}

/** The text of an expression made of literals and constants of the package; null when a part is made at run time. */
export function textOf(value: Located, steps = 0): { readonly text: string; readonly followed: boolean } | null {
  const found = locate(value, steps);
  if (found === null || steps > maxSteps) return null;
  const { node } = found;
  const followed = found.followed || found.node !== value.node;
  if (node.type === 'Literal') return typeof node.value === 'string' ? { text: node.value, followed } : null;
  if (node.type === 'TemplateLiteral') {
    let text = node.quasis[0]?.value.cooked ?? '';
    for (const [index, hole] of node.expressions.entries()) {
      const part = textOf({ ...found, node: hole }, steps + 1);
      if (part === null) return null;
      text += part.text + (node.quasis[index + 1]?.value.cooked ?? '');
    }
    return { text, followed: followed || node.expressions.length > 0 };
  }
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    const left = textOf({ ...found, node: node.left as Node }, steps + 1);
    const right = left === null ? null : textOf({ ...found, node: node.right }, steps + 1);
    return left === null || right === null ? null : { text: left.text + right.text, followed: true };
  }
  if (node.type === 'TaggedTemplateExpression') return textOf({ ...found, node: node.quasi }, steps + 1);
  if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
    const method = nameOf(node.callee.property as Node);
    const object: Located = { ...found, node: node.callee.object as Node };
    if (method === 'trim') {
      const inner = textOf(object, steps + 1);
      return inner === null ? null : { text: inner.text.trim(), followed: true };
    }
    if (method === 'join') return joined(object, node.arguments[0] as Node | undefined, steps);
  }
  return null;
}

export function calleeName(callee: Node): string {
  if (callee.type === 'Identifier') return callee.name;
  return callee.type === 'MemberExpression' ? (nameOf(callee.property as Node) ?? '') : '';
}

function joined(object: Located, glue: Node | undefined, steps: number): { readonly text: string; readonly followed: boolean } | null {
  const array = locate(object, steps + 1);
  if (array?.node.type !== 'ArrayExpression') return null;
  const between = glue === undefined ? { text: ',' } : textOf({ ...object, node: glue }, steps + 1);
  const parts = array.node.elements.map((part) => (part === null ? null : textOf({ ...array, node: part as Node }, steps + 1)));
  if (between === null || parts.some((part) => part === null)) return null;
  return { text: parts.map((part) => part?.text ?? '').join(between.text), followed: true };
}

function locateName(name: string, module: ModuleView, steps: number): Located | null {
  const held = module.bindings.get(name);
  // Two bindings of one name in one file: which of them is meant is the business of scopes, and a guess would be a lie.
  if (held?.length !== 1 || held[0] === undefined) return null;
  const [binding] = held;
  if (binding.kind === 'value') return locate({ node: binding.node, module, followed: true }, steps + 1);
  if (binding.kind === 'member') {
    const object = binding.member === null ? null : locate({ node: binding.node, module, followed: true }, steps + 1);
    return object === null || binding.member === null ? null : memberOf({ ...object, followed: true }, binding.member, steps + 1);
  }
  const other = module.resolve(binding.module);
  return other === null || binding.member === null ? null : exported(binding.member, other, steps + 1);
}

function exported(member: string, module: ModuleView, steps: number): Located | null {
  if (steps > maxSteps || module.program.type !== 'Program') return null;
  for (const statement of module.program.body) {
    if (statement.type === 'ExportDefaultDeclaration' && member === 'default') {
      return locate({ node: statement.declaration as Node, module, followed: true }, steps + 1);
    }
    if (statement.type === 'ExportAllDeclaration') {
      const other = module.resolve(statement.source.value);
      const found = other === null ? null : exported(member, other, steps + 1);
      if (found !== null) return found;
    }
    if (statement.type !== 'ExportNamedDeclaration') continue;
    const specifier = statement.specifiers.find((candidate) => nameOf(candidate.exported) === member);
    if (specifier === undefined) continue;
    const local = nameOf(specifier.local) ?? member;
    if (statement.source === null) return locateName(local, module, steps + 1);
    const other = module.resolve(statement.source.value);
    return other === null ? null : exported(local, other, steps + 1);
  }
  return locateName(member, module, steps + 1);
}
