import type { StaticText } from '../../../model/manifest.ts';
import { childOf, decoratorsOf, expressions, textOf } from '../nodes.ts';
import type { PyNode } from '../syntax.ts';
import type { FileView, Views } from '../views.ts';
import { type Located, locate } from './definitions.ts';
import { byFunction, type FoundItem, listedItem, register, type Sink, type Spot, type StaticKind, textAt } from './items.ts';
import { type Mount, mountOf, serverOf } from './mounts.ts';
import { namedOf, type PlacedArgument, placedArguments, positionalOf, type Row, rowOfCall, rowsAround } from './rows.ts';

/** Why a list may be incomplete, and the file that is the reason. */
export interface PythonGap {
  readonly text: string;
  readonly file: string;
}

/** What the files of a package register, as far as they were looked at. */
export interface Registrations {
  readonly items: FoundItem[];
  readonly gaps: PythonGap[];
  readonly instructions: (StaticText & { readonly file: string })[];
  readonly mounts: Mount[];
  /** Functions that make an item out of their parameters, by place, with what is to be said where nobody calls them. */
  readonly helpers: Map<string, PythonGap>;
  readonly called: Set<string>;
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
const spelled = /\b(?:Tool|Prompt|Resource|ResourceTemplate)\s*\(/;

const handlers: Readonly<Record<string, StaticKind>> = {
  list_tools: 'tools',
  list_prompts: 'prompts',
  list_resources: 'resources',
  list_resource_templates: 'resources',
};

const makesServers = /(?:^|\.)(?:FastMCP|MCPServer|Server)$/;
/** Decorators of standalone FastMCP that name no server. */
const loose = /^fastmcp\.(?:tools|prompts|resources|contrib\.mcp_mixin)(?:\.\w+)*\.(?:mcp_)?(tool|prompt|resource)$/;

/** What is made out of something that is only there at run time. */
const factories: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\.)(?:FastMCP|FastMCPOpenAPI)\.from_openapi$|(?:^|\.)FastMCPOpenAPI$/, 'tools are built from an OpenAPI document at run time'],
  [/(?:^|\.)FastMCP\.from_fastapi$|(?:^|\.)FastApiMCP$/, 'tools are built from the routes of a web application at run time'],
  [/(?:^|\.)FastMCP\.(?:as_proxy|from_client)$|(?:^|\.)create_proxy$/, 'tools of another server are passed on at run time'],
];

export function noRegistrations(): Registrations {
  return { items: [], gaps: [], instructions: [], mounts: [], helpers: new Map(), called: new Set() };
}

/** Adds every registration of tools, prompts and resources in one file of a package, in source order. */
export function registrationsIn(view: FileView, found: Registrations, views: Views): void {
  const sink: Sink = {
    item: (item) => void found.items.push(item),
    gap: (text, { file }) => void found.gaps.push({ text, file }),
  };
  const stack: PyNode[] = [view.parsed.root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (view.isTypeOnly(node)) continue;
    if (node.type === 'FunctionDefinition') decorated({ node, view }, sink, views);
    if (node.type === 'CallExpression') called({ node, view }, found, sink, views);
    for (let index = node.children.length - 1; index >= 0; index--) {
      const child = node.children[index];
      if (child !== undefined && child.children.length > 0) stack.push(child);
    }
  }
}

/** `@mcp.tool()` and the like above a function. */
function decorated(definition: Located, sink: Sink, views: Views): void {
  const { node, view } = definition;
  for (const decorator of decoratorsOf(node)) {
    const parts = decorator.children.filter(({ type }) => type === 'VariableName' || type === 'PropertyName');
    const names = parts.map((name) => textOf(name, view.parsed.text));
    const last = names.at(-1) ?? '';
    const args = placedArguments(decorator, view, new Map(), views);
    const [object] = parts;
    const server = names.length === 2 && object !== undefined ? serverOf({ node: object, view }, views) : null;
    const spot: Spot = { file: view.path, where: whereOf(definition), server };
    const own = names.length === 1 && object !== undefined ? view.evaluator.origins(object) : [];
    const free = own.flatMap((origin) => loose.exec(origin)?.[1] ?? [])[0];
    if (names.length < 2 && free === undefined) continue;
    const handler = Object.hasOwn(handlers, last) ? handlers[last] : undefined;
    if (handler !== undefined) {
      if (!isHandlerSpelled(definition, views))
        sink.gap(`${handler} are listed by code that builds the list at run time in ${spot.where}`, spot);
      continue;
    }
    const name = free ?? last;
    const kind = /^(?:tool|prompt|resource)$/.test(name) ? kinds[name] : undefined;
    if (kind !== undefined) register(kind, definition, args, spot, sink, views);
  }
}

function whereOf({ node, view }: Located): string {
  return `${view.path}:${view.parsed.lineOf(node.from)}`;
}

function isHandlerSpelled(handler: Located, views: Views): boolean {
  return spelled.test(textOf(handler.node, handler.view.parsed.text)) || isListSpelled(handler, views);
}

/** A handler that returns a list of the module or what a function returns, all of it spelled out somewhere else. */
function isListSpelled(handler: Located, views: Views): boolean {
  const pending: Located[] = [...returned(handler)];
  for (let steps = 0; steps < pending.length && steps < 200; steps++) {
    const at = pending[steps];
    if (at === undefined) break;
    for (const list of locate(at, views)) {
      if (spelled.test(textOf(list.node, list.view.parsed.text))) return true;
      const [callee] = list.node.type === 'CallExpression' ? list.node.children : [];
      if (callee !== undefined) pending.push(...locate({ node: callee, view: list.view }, views).flatMap(bodyOf));
      else if (/^(?:Array|Binary|Await)\w*Expression$/.test(list.node.type))
        pending.push(...expressions(list.node).map((node) => ({ node, view: list.view })));
    }
  }
  return false;
}

function bodyOf(at: Located): readonly Located[] {
  return at.node.type === 'FunctionDefinition' ? [{ ...at, node: childOf(at.node, 'Body') ?? at.node }] : [];
}

function returned({ node, view }: Located): readonly Located[] {
  const found: Located[] = [];
  const stack: PyNode[] = [node];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const [value] = at.type === 'ReturnStatement' ? expressions(at) : [];
    if (value !== undefined) found.push({ node: value, view });
    stack.push(...at.children);
  }
  return found;
}

function called(call: Located, found: Registrations, sink: Sink, views: Views): void {
  const { node, view } = call;
  const [callee] = node.children;
  if (callee === undefined) return;
  const where = whereOf(call);
  const origins = view.evaluator.origins(callee);
  const key = callee.type === 'MemberExpression' && childOf(callee, '.') !== undefined ? expressions(callee)[1] : undefined;
  const method = key === undefined ? '' : textOf(key, view.parsed.text);
  const className = callee.type === 'VariableName' ? textOf(callee, view.parsed.text) : method;
  const [object] = key === undefined ? [] : expressions(callee);
  const server = object === undefined || !Object.hasOwn(kinds, method) ? null : serverOf({ node: object, view }, views);
  const spot: Spot = { file: view.path, where, server };
  for (const [pattern, gap] of factories) if (origins.some((origin) => pattern.test(origin))) sink.gap(`${gap} in ${where}`, spot);
  const plain = placedArguments(node, view, new Map(), views);
  if (/^(?:mount|import_server)$/.test(method) && object !== undefined) mounted(origins, object, plain, call, found, sink, views);
  if (origins.some((origin) => isProtocolType(origin) && makesServers.test(origin))) {
    told(plain, spot, found, sink);
    // SDK 2 gives a low-level server its handlers when it is made.
    for (const [name, of] of Object.entries(handlers)) {
      const handler = namedOf(plain, [`on_${name}`]);
      const isSpelled = handler !== undefined && locate(handler, views).some((found) => isHandlerSpelled(found, views));
      if (handler !== undefined && !isSpelled) sink.gap(`${of} are listed by code that builds the list at run time in ${where}`, spot);
    }
    for (const tool of listOf(namedOf(plain, ['tools']), views))
      byFunction('tools', tool, [], { ...spot, server: `${view.path}:${node.from}` }, sink, views);
  }
  const kind = Object.hasOwn(listed, className) ? listed[className] : undefined;
  if (kind !== undefined && origins.some(isProtocolType)) {
    listedCall(kind, call, spot, found, sink, views);
    return;
  }
  for (const definition of callee.type === 'VariableName' ? locate({ node: callee, view }, views) : [])
    if (definition.node.type === 'FunctionDefinition') madeBy(definition, call, spot, sink, found, views);
  // `mcp.tool()(run)`: the decorator, called by hand.
  const [inner] = callee.type === 'CallExpression' ? callee.children : [];
  const innerKey = inner?.type === 'MemberExpression' ? expressions(inner)[1] : undefined;
  if (inner !== undefined && innerKey !== undefined && textOf(innerKey, view.parsed.text) === 'tool') {
    const [of] = expressions(inner);
    const there = { ...spot, server: of === undefined ? null : serverOf({ node: of, view }, views) };
    for (const row of rowsAround(node, view, views) ?? [new Map()])
      byFunction(
        'tools',
        positionalOf(placedArguments(node, view, row, views))[0],
        placedArguments(callee, view, row, views),
        there,
        sink,
        views,
      );
    return;
  }
  const adds = Object.hasOwn(kinds, method) ? kinds[method] : undefined;
  if (adds === undefined || node.parent?.type === 'Decorator') return;
  for (const row of rowsAround(node, view, views) ?? [new Map()]) {
    const args = placedArguments(node, view, row, views);
    const first = positionalOf(args)[0] ?? namedOf(args, ['fn', 'tool', 'prompt', 'resource']);
    if (/^add_/.test(method) || (method === 'tool' && first !== undefined && textAt(first) === null))
      byFunction(adds, first, args, spot, sink, views);
  }
}

/** `Tool(name=…)` where it stands, once for each turn of a loop around it, or left to the calls of the helper that it is in. */
function listedCall(kind: StaticKind, call: Located, spot: Spot, found: Registrations, sink: Sink, views: Views): void {
  const { node, view } = call;
  const rows = rowsAround(node, view, views);
  const args = placedArguments(node, view, new Map(), views);
  const name = namedOf(args, ['name']) ?? positionalOf(args)[0];
  const helper = functionAround(node);
  if (rows === null && helper !== null && name !== undefined && isParameter(name.node, helper, view) && textAt(name) === null) {
    found.helpers.set(`${view.path}:${helper.from}`, { text: `${kind} are made at run time in ${spot.where}`, file: spot.file });
    return;
  }
  for (const row of rows ?? [new Map()]) listedItem(kind, placedArguments(node, view, row, views), spot, sink, views);
}

/** A call of a helper that makes an item out of what it is given. */
function madeBy(definition: Located, call: Located, spot: Spot, sink: Sink, found: Registrations, views: Views): void {
  const { view } = definition;
  if (!spelled.test(textOf(definition.node, view.parsed.text))) return;
  for (const { node } of returned(definition)) {
    const [callee] = node.type === 'CallExpression' ? node.children : [];
    const name = callee === undefined ? '' : textOf(expressions(callee)[1] ?? callee, view.parsed.text);
    const kind = Object.hasOwn(listed, name) ? listed[name] : undefined;
    if (callee === undefined || kind === undefined || !view.evaluator.origins(callee).some(isProtocolType)) continue;
    const args = placedArguments(node, view, new Map(), views);
    const said = namedOf(args, ['name']) ?? positionalOf(args)[0];
    if (said === undefined || !isParameter(said.node, definition.node, view)) continue;
    found.called.add(`${view.path}:${definition.node.from}`);
    for (const row of rowsAround(call.node, call.view, views) ?? [new Map()]) {
      const given: Row = rowOfCall(definition, placedArguments(call.node, call.view, row, views));
      listedItem(kind, placedArguments(node, view, given, views), spot, sink, views);
    }
  }
}

function functionAround(node: PyNode): PyNode | null {
  for (let at = node.parent; at !== null; at = at.parent) if (at.type === 'FunctionDefinition') return at;
  return null;
}

function isParameter(node: PyNode, definition: PyNode, { parsed }: FileView): boolean {
  const name = textOf(node, parsed.text);
  const params = childOf(definition, 'ParamList')?.children ?? [];
  return node.type === 'VariableName' && params.some((param) => param.type === 'VariableName' && textOf(param, parsed.text) === name);
}

function mounted(
  origins: readonly string[],
  parent: PyNode,
  args: readonly PlacedArgument[],
  call: Located,
  found: Registrations,
  sink: Sink,
  views: Views,
): void {
  const { view } = call;
  const mount = mountOf(args, { node: parent, view }, views);
  if (mount !== null) found.mounts.push(mount);
  else if (origins.some((origin) => /FastMCP\(\)\.(?:mount|import_server)$/.test(origin)))
    sink.gap(`tools of another server are mounted at run time in ${whereOf(call)}`, { file: view.path, where: '', server: null });
}

function listOf(at: Located | undefined, views: Views): readonly Located[] {
  return (at === undefined ? [] : locate(at, views)).flatMap(({ node, view }) =>
    /^(?:Array|Tuple)Expression$/.test(node.type) ? expressions(node).map((element) => ({ node: element, view })) : [],
  );
}

/** `FastMCP('name', instructions='…')`, `Server('name', instructions='…')`. */
function told(args: readonly PlacedArgument[], spot: Spot, found: Registrations, sink: Sink): void {
  const said = namedOf(args, ['instructions']);
  if (said === undefined || textOf(said.node, said.view.parsed.text) === 'None') return;
  const text = textAt(said);
  if (text === null) sink.gap(`the instructions are made at run time in ${spot.where}`, spot);
  else found.instructions.push({ text, where: spot.where, file: spot.file });
}

/** `mcp.types.Tool` (`mcp_types.Tool` since SDK 2), and the name taken from there; a class of the same name from elsewhere is something else. */
function isProtocolType(origin: string): boolean {
  return /^(?:mcp|mcp_types|fastmcp)\b/.test(origin);
}
