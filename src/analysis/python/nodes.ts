import type { PyNode } from './syntax.ts';

/** One argument of a call. `name`: of a keyword argument; `*` or `**` of unpacked ones; null = by position. */
export interface Argument {
  readonly name: string | null;
  readonly value: PyNode;
}

/** True for what is an expression, and not punctuation or a keyword. Lezer names tokens by their text. */
export function isExpression(node: PyNode): boolean {
  return /^[A-Z]/.test(node.type) && !/^(?:AssignOp|UpdateOp|ArithOp|BitOp|CompareOp|LogicOp|At|Comment|TypeDef|Body)$/.test(node.type);
}

export function expressions(node: PyNode): readonly PyNode[] {
  return node.children.filter(isExpression);
}

export function childOf(node: PyNode, type: string): PyNode | undefined {
  return node.children.find((child) => child.type === type);
}

export function textOf(node: PyNode, text: string): string {
  return text.slice(node.from, node.to);
}

/** The arguments of a call, of a decorator with brackets, or the bases of a class, in order. */
export function argumentsOf(node: PyNode, text: string): readonly Argument[] {
  const children = childOf(node, 'ArgList')?.children ?? [];
  const found: Argument[] = [];
  let name: string | null = null;
  for (const [index, child] of children.entries()) {
    if (child.type === ',') name = null;
    else if (child.type === '*' || child.type === '**') name = child.type;
    else if (child.type === 'VariableName' && children[index + 1]?.type === 'AssignOp') name = textOf(child, text);
    else if (isExpression(child)) found.push({ name, value: child });
  }
  return found;
}

/** True where a keyword argument, a parameter or an assignment is named, not used. */
export function isNamePlace(node: PyNode): boolean {
  const parent = node.parent;
  if (parent === null) return false;
  const at = node.index;
  const before = parent.children[at - 1]?.type;
  switch (parent.type) {
    case 'ArgList':
      return parent.children[at + 1]?.type === 'AssignOp';
    case 'ParamList':
      return before !== 'AssignOp';
    case 'FunctionDefinition':
    case 'ClassDefinition':
    case 'ScopeStatement':
    case 'ImportStatement':
    case 'TypeDefinition':
    case 'TypeParam':
    case 'CapturePattern':
    case 'KeywordPattern':
      return true;
    default:
      return isTarget(node);
  }
}

/** True for what an assignment, a loop, `with … as`, `except … as` or `:=` gives a value to. */
export function isTarget(node: PyNode): boolean {
  const parent = node.parent;
  if (parent === null) return false;
  const at = node.index;
  const isBefore = (type: string) => {
    const mark = parent.children.findIndex((child) => child.type === type);
    return mark >= 0 && at < mark;
  };
  switch (parent.type) {
    case 'AssignStatement':
    case 'UpdateStatement':
      return parent.children.slice(at + 1).some(({ type }) => type === 'AssignOp' || type === 'UpdateOp');
    case 'NamedExpression':
      return at === 0;
    case 'ForStatement':
      return isBefore('in');
    case 'WithStatement':
    case 'TryStatement':
      return parent.children[at - 1]?.type === 'as';
    case 'TupleExpression':
    case 'ArrayExpression':
    case 'ParenthesizedExpression':
      return isTarget(parent);
    case 'DeleteStatement':
      return true;
    default:
      // `[f for f in x]`: what stands between `for` and `in`.
      return /Comprehension/.test(parent.type) && isLoopName(parent, at);
  }
}

function isLoopName(parent: PyNode, at: number): boolean {
  for (let index = at - 1; index >= 0; index--) {
    const type = parent.children[index]?.type;
    if (type === 'for') return true;
    if (type === 'in' || type === 'if') return false;
  }
  return false;
}

/** The name, decorators and parts of a function or a class. */
export function definedName(node: PyNode, text: string): string {
  const name = childOf(node, 'VariableName');
  return name === undefined ? '' : textOf(name, text);
}

/** The decorators above a definition, outermost first. */
export function decoratorsOf(definition: PyNode): readonly PyNode[] {
  return definition.parent?.type === 'DecoratedStatement' ? definition.parent.children.filter(({ type }) => type === 'Decorator') : [];
}
