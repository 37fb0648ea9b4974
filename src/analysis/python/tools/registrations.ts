import type { StaticItem, StaticText } from '../../../model/manifest.ts';
import { type Argument, argumentsOf, childOf, decoratorsOf, definedName, expressions, textOf } from '../nodes.ts';
import { named, positional } from '../scopes.ts';
import type { PyNode } from '../syntax.ts';
import type { FileView, Views } from '../views.ts';
import { annotationsOf, docstring, type Located, locate, parametersOf, schemaParameters } from './definitions.ts';

export type StaticKind = 'tools' | 'prompts' | 'resources';

export interface FoundItem extends StaticItem {
  readonly kind: StaticKind;
}

export interface Registrations {
  readonly items: FoundItem[];
  readonly gaps: Set<string>;
  readonly instructions: StaticText[];
}

const kinds: Readonly<Record<string, StaticKind>> = {
  tool: 'tools',
  add_tool: 'tools',
  prompt: 'prompts',
  add_prompt: 'prompts',
  resource: 'resources',
  add_resource: 'resources',
};

/** Classes of the protocol's own types, as a low-level server lists them. */
const listed: Readonly<Record<string, StaticKind>> = {
  Tool: 'tools',
  Prompt: 'prompts',
  Resource: 'resources',
  ResourceTemplate: 'resources',
};

const handlers: Readonly<Record<string, StaticKind>> = {
  list_tools: 'tools',
  list_prompts: 'prompts',
  list_resources: 'resources',
  list_resource_templates: 'resources',
};

const makesServers = /(?:^|\.)(?:FastMCP|Server)$/;

/** What is made out of something that is only there at run time. */
const factories: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\.)(?:FastMCP|FastMCPOpenAPI)\.from_openapi$|(?:^|\.)FastMCPOpenAPI$/, 'tools are built from an OpenAPI document at run time'],
  [/(?:^|\.)FastMCP\.from_fastapi$|(?:^|\.)FastApiMCP$/, 'tools are built from the routes of a web application at run time'],
  [/(?:^|\.)FastMCP\.(?:as_proxy|from_client)$|(?:^|\.)create_proxy$/, 'tools of another server are passed on at run time'],
  [/FastMCP\(\)\.(?:mount|import_server)$/, 'tools of another server are mounted at run time'],
];

/** Every registration of tools, prompts and resources in one file of a package, in source order. */
export function registrationsIn(view: FileView, views: Views): Registrations {
  const found: Registrations = { items: [], gaps: new Set(), instructions: [] };
  const stack: PyNode[] = [view.parsed.root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === 'FunctionDefinition') decorated({ node, view }, found, views);
    if (node.type === 'CallExpression') called(node, view, found, views);
    for (let index = node.children.length - 1; index >= 0; index--) {
      const child = node.children[index];
      if (child !== undefined && child.children.length > 0) stack.push(child);
    }
  }
  return found;
}

/** `@mcp.tool()` and the like above a function. */
function decorated(definition: Located, found: Registrations, views: Views): void {
  const { node, view } = definition;
  for (const decorator of decoratorsOf(node)) {
    const names = decorator.children
      .filter(({ type }) => type === 'VariableName' || type === 'PropertyName')
      .map((name) => textOf(name, view.parsed.text));
    const last = names.at(-1) ?? '';
    const args = argumentsOf(decorator, view.parsed.text);
    const where = `${view.path}:${view.parsed.lineOf(node.from)}`;
    if (names.length < 2) continue;
    const handler = Object.hasOwn(handlers, last) ? handlers[last] : undefined;
    if (handler !== undefined) {
      if (!/\b(?:Tool|Prompt|Resource|ResourceTemplate)\s*\(/.test(textOf(node, view.parsed.text)) && !isListSpelled(definition, views))
        found.gaps.add(`${handler} are listed by code that builds the list at run time in ${where}`);
      continue;
    }
    const kind = /^(?:tool|prompt|resource)$/.test(last) ? kinds[last] : undefined;
    if (kind !== undefined) register(kind, definition, args, view, where, found, views);
  }
}

/** A handler that returns a list of the module, which is spelled out somewhere else. */
function isListSpelled({ node, view }: Located, views: Views): boolean {
  const stack: PyNode[] = [node];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at.type === 'ReturnStatement') {
      const [value] = expressions(at);
      const lists = value === undefined ? [] : locate({ node: value, view }, views);
      if (lists.some((list) => /\b(?:Tool|Prompt|Resource|ResourceTemplate)\s*\(/.test(textOf(list.node, list.view.parsed.text))))
        return true;
    }
    stack.push(...at.children);
  }
  return false;
}

function called(node: PyNode, view: FileView, found: Registrations, views: Views): void {
  const [callee] = node.children;
  if (callee === undefined) return;
  const { evaluator, parsed } = view;
  const where = `${view.path}:${parsed.lineOf(node.from)}`;
  const origins = evaluator.origins(callee);
  for (const [pattern, gap] of factories) if (origins.some((origin) => pattern.test(origin))) found.gaps.add(`${gap} in ${where}`);
  const args = argumentsOf(node, parsed.text);
  const key = callee.type === 'MemberExpression' && childOf(callee, '.') !== undefined ? expressions(callee)[1] : undefined;
  const method = key === undefined ? '' : textOf(key, parsed.text);
  const className = callee.type === 'VariableName' ? textOf(callee, parsed.text) : method;
  if (origins.some((origin) => isProtocolType(origin) && makesServers.test(origin))) told(args, view, where, found);
  const kind = Object.hasOwn(listed, className) ? listed[className] : undefined;
  if (kind !== undefined && origins.some(isProtocolType)) {
    listedItem(kind, args, view, where, found, views);
    return;
  }
  // `mcp.tool()(run)`: the decorator, called by hand.
  const [inner] = callee.type === 'CallExpression' ? callee.children : [];
  const innerKey = inner?.type === 'MemberExpression' ? expressions(inner)[1] : undefined;
  if (innerKey !== undefined && textOf(innerKey, parsed.text) === 'tool') {
    byFunction('tools', positional(args)[0], argumentsOf(callee, parsed.text), view, where, found, views);
    return;
  }
  const adds = Object.hasOwn(kinds, method) ? kinds[method] : undefined;
  if (adds === undefined || node.parent?.type === 'Decorator') return;
  const first = positional(args)[0] ?? named(args, ['fn', 'tool', 'prompt', 'resource']);
  if (/^add_/.test(method)) byFunction(adds, first, args, view, where, found, views);
  else if (method === 'tool' && first !== undefined && evaluator.text(first) === null)
    byFunction(adds, first, args, view, where, found, views);
}

/** `FastMCP('name', instructions='…')`, `Server('name', instructions='…')`. */
function told(args: readonly Argument[], view: FileView, where: string, found: Registrations): void {
  const said = named(args, ['instructions']);
  if (said === undefined || textOf(said, view.parsed.text) === 'None') return;
  const text = view.evaluator.text(said);
  if (text === null) found.gaps.add(`the instructions are made at run time in ${where}`);
  else found.instructions.push({ text, where });
}

/** `mcp.types.Tool`, and the name taken from there; a class of the same name from elsewhere is something else. */
function isProtocolType(origin: string): boolean {
  return /^(?:mcp|fastmcp)\b/.test(origin);
}

function byFunction(
  kind: StaticKind,
  target: PyNode | undefined,
  args: readonly Argument[],
  view: FileView,
  where: string,
  found: Registrations,
  views: Views,
): void {
  const functions =
    target === undefined ? [] : locate({ node: target, view }, views).filter(({ node }) => node.type === 'FunctionDefinition');
  const made = target === undefined ? [] : locate({ node: target, view }, views).filter(({ node }) => node.type === 'CallExpression');
  if (functions.length === 0) {
    // `Tool.from_function(run, name=…)`, `FunctionTool(…)`: the call has the name, or the function has.
    const spelled = made.filter((call) => fromCall(kind, call, where, found, views));
    if (spelled.length === 0) found.gaps.add(`${kind} are registered under names that are made at run time in ${where}`);
    return;
  }
  // One name for several functions would be wrong for all but one.
  for (const definition of functions)
    register(kind, definition, functions.length > 1 ? [] : args.filter(({ name }) => name !== null), view, where, found, views);
}

function fromCall(kind: StaticKind, { node, view }: Located, where: string, found: Registrations, views: Views): boolean {
  const args = argumentsOf(node, view.parsed.text);
  const target = positional(args)[0] ?? named(args, ['fn', 'func']);
  const [definition] =
    target === undefined ? [] : locate({ node: target, view }, views).filter((located) => located.node.type === 'FunctionDefinition');
  if (definition !== undefined) {
    register(
      kind,
      definition,
      args.filter(({ name }) => name !== null),
      view,
      where,
      found,
      views,
    );
    return true;
  }
  const name = named(args, ['name']);
  return name !== undefined && view.evaluator.text(name) !== null && listedItem(kind, args, view, where, found, views);
}

/** One function, under its own name or the one that the arguments give. */
function register(
  kind: StaticKind,
  definition: Located,
  args: readonly Argument[],
  view: FileView,
  where: string,
  found: Registrations,
  views: Views,
): void {
  const { evaluator } = view;
  const first = positional(args)[0];
  const said = named(args, ['name']) ?? (kind === 'resources' ? (named(args, ['uri']) ?? first) : first);
  const own = definedName(definition.node, definition.view.parsed.text);
  const name = said === undefined ? own : evaluator.text(said);
  if (name === null) {
    found.gaps.add(`${kind} are registered under names that are made at run time in ${where}`);
    return;
  }
  const description = named(args, ['description']);
  const title = named(args, ['title']);
  const annotations = named(args, ['annotations']);
  found.items.push({
    kind,
    name,
    title: title === undefined ? null : evaluator.text(title),
    description: description === undefined ? docstring(definition) : evaluator.text(description),
    parameters: parametersOf(definition),
    annotations: annotations === undefined ? null : annotationsOf(annotations, view, views),
    where: `${definition.view.path}:${definition.view.parsed.lineOf(definition.node.from)}`,
    through: null,
    confidence: said === undefined || /String$/.test(said.type) ? 'literal' : 'resolved',
  });
}

/** `types.Tool(name=…, description=…, inputSchema=…)`. */
function listedItem(
  kind: StaticKind,
  args: readonly Argument[],
  view: FileView,
  where: string,
  found: Registrations,
  views: Views,
): boolean {
  const { evaluator } = view;
  const said = named(args, ['name']) ?? named(args, ['uri', 'uriTemplate']) ?? positional(args)[0];
  const name = said === undefined ? null : evaluator.text(said);
  if (said === undefined || name === null) {
    found.gaps.add(`${kind} are made at run time in ${where}`);
    return false;
  }
  const text = (names: readonly string[]) => {
    const node = named(args, names);
    return node === undefined ? null : evaluator.text(node);
  };
  const schema = named(args, ['inputSchema', 'input_schema', 'parameters']);
  const annotations = named(args, ['annotations']);
  found.items.push({
    kind,
    name,
    title: text(['title']),
    description: text(['description']),
    parameters: schema === undefined ? [] : schemaParameters(schema, view, views),
    annotations: annotations === undefined ? null : annotationsOf(annotations, view, views),
    where,
    through: null,
    confidence: /String$/.test(said.type) ? 'literal' : 'resolved',
  });
  return true;
}
