import type { Node, Program } from 'oxc-parser';
import { nameOf } from './bindings.ts';
import type { Walk } from './walk.ts';

/** A name that a function gives to one of its arguments, or to a member of one. */
export interface Parameter {
  /** Id of the function, see `functionId`. */
  readonly of: string;
  readonly at: number;
  /** Dotted; '' = the whole argument, `*` = a part that has no name. */
  readonly path: string;
}

/** What scopes add to the bindings of a file. */
export interface Scopes {
  /** Name → what callers decide; a name of `this` has a dot before it. */
  readonly parameters: ReadonlyMap<string, readonly Parameter[]>;
  /** Names that are bound for the whole file: there, and only there, a global of the same name is out of reach. */
  readonly topLevel: ReadonlySet<string>;
  /** Name → the functions that have a parameter of that name, as offsets; bounded. */
  readonly spans: ReadonlyMap<string, readonly Span[]>;
}

/** Offsets of a function in the text of its file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A name of minified code is a parameter of hundreds of functions: beyond this it may be anything. */
const maxPerName = 12;
const maxSpans = 60;

/** An id for a function inside its file. */
export function functionId(node: Node): string {
  return `f${node.start}`;
}

const functions: ReadonlySet<Node['type']> = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

export function isFunction(node: Node): boolean {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}

export function collectScopes(program: Program, walk: Walk): Scopes {
  const parameters = new Map<string, Parameter[]>();
  const spans = new Map<string, Span[]>();
  walk((node, place) => {
    const parent = place.parent?.node;
    const isCalledHere = parent?.type === 'CallExpression' && parent.callee === node;
    const of = functionId(node);
    const params = (node as Node & { type: 'FunctionExpression' }).params;
    for (const [at, param] of params.entries()) {
      name(param as Node, { of, at, path: '' });
      // What a function is called with where it stands is bound to its parameters.
      if (param.type === 'Identifier' && !isCalledHere) span(param.name, node);
    }
    return undefined;
  }, functions);
  return { parameters, topLevel: topLevelNames(program), spans };

  function span(name: string, { start, end }: Span): void {
    const held = spans.get(name);
    if (held === undefined) spans.set(name, [{ start, end }]);
    else if (held.length < maxSpans) held.push({ start, end });
  }

  function name(target: Node, parameter: Parameter): void {
    switch (target.type) {
      case 'Identifier':
        add(target.name, parameter);
        return;
      case 'AssignmentPattern':
        name(target.left as Node, parameter);
        return;
      case 'TSParameterProperty': {
        const inner = target.parameter.type === 'AssignmentPattern' ? target.parameter.left : target.parameter;
        name(inner as Node, parameter);
        if (inner.type === 'Identifier') add(`.${inner.name}`, parameter);
        return;
      }
      case 'RestElement':
        name(target.argument as Node, { ...parameter, path: '*' });
        return;
      case 'ArrayPattern':
        for (const element of target.elements) if (element !== null) name(element as Node, { ...parameter, path: '*' });
        return;
      case 'ObjectPattern':
        for (const property of target.properties) {
          if (property.type === 'RestElement') name(property.argument as Node, { ...parameter, path: '*' });
          else {
            const member = property.computed ? '*' : (nameOf(property.key) ?? '*');
            name(property.value as Node, { ...parameter, path: parameter.path === '' ? member : `${parameter.path}.${member}` });
          }
        }
        return;
      default:
        return;
    }
  }

  function add(key: string, parameter: Parameter): void {
    const held = parameters.get(key);
    if (held === undefined) parameters.set(key, [parameter]);
    else if (held.length < maxPerName) held.push(parameter);
    else if (held.at(-1)?.path !== '*') held.push({ ...parameter, path: '*' });
  }
}

function topLevelNames(program: Program): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of program.body as readonly Node[]) {
    const declared =
      (statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration') && 'declaration' in statement
        ? ((statement.declaration as Node | null) ?? statement)
        : statement;
    if (declared.type === 'VariableDeclaration') for (const { id } of declared.declarations) patternNames(id as Node, names);
    else if ((declared.type === 'FunctionDeclaration' || declared.type === 'ClassDeclaration') && declared.id !== null)
      names.add(declared.id.name);
    else if (declared.type === 'ImportDeclaration') for (const { local } of declared.specifiers) names.add(local.name);
  }
  return names;
}

function patternNames(pattern: Node, names: Set<string>): void {
  if (pattern.type === 'Identifier') names.add(pattern.name);
  else if (pattern.type === 'AssignmentPattern') patternNames(pattern.left as Node, names);
  else if (pattern.type === 'RestElement') patternNames(pattern.argument as Node, names);
  else if (pattern.type === 'ArrayPattern') for (const part of pattern.elements) part !== null && patternNames(part as Node, names);
  else if (pattern.type === 'ObjectPattern')
    for (const part of pattern.properties) patternNames((part.type === 'Property' ? part.value : part) as Node, names);
}
