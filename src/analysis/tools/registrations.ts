import type { Node } from 'oxc-parser';
import { type Place, walk } from '../syntax/walk.ts';
import { gapAt } from './gaps.ts';
import type { Interpreter } from './interpreter.ts';
import { type BuiltItem, type FoundItem, itemOf, type Parts, partsOf, type StaticKind } from './items.ts';
import { listed } from './literals.ts';
import { calleeName, isFunction, type Module, memberName } from './module.ts';
import { isSchema } from './parameters.ts';
import { blockedOn, type Scope, type Spot, type Thunk, unknown, type Value } from './values.ts';

/** What the files of a package register, and what they seem to register without saying the name. */
export interface Registrations {
  readonly items: readonly FoundItem[];
  readonly gaps: readonly Gap[];
  /** A handler of `tools/list` whose whole answer was read: the server that it belongs to has no other tools. */
  readonly isWhole: boolean;
}

export interface Gap {
  readonly text: string;
  /** '' = the whole package. */
  readonly file: string;
}

const methods: Readonly<Record<string, StaticKind>> = {
  tool: 'tools',
  registerTool: 'tools',
  addTool: 'tools',
  addTools: 'tools',
  registerTools: 'tools',
  registerToolTask: 'tools',
  registerAppTool: 'tools',
  prompt: 'prompts',
  registerPrompt: 'prompts',
  addPrompt: 'prompts',
  resource: 'resources',
  registerResource: 'resources',
  registerAppResource: 'resources',
  addResource: 'resources',
  addResourceTemplate: 'resources',
};
const handled: Readonly<Record<string, StaticKind>> = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resources',
};
const schemas: Readonly<Record<string, StaticKind>> = {
  ListToolsRequestSchema: 'tools',
  ListPromptsRequestSchema: 'prompts',
  ListResourcesRequestSchema: 'resources',
  ListResourceTemplatesRequestSchema: 'resources',
};

/** Every registration of tools, prompts and resources in one file of the package. */
export function registrationsIn(it: Interpreter, module: Module): Registrations {
  const items: FoundItem[] = [];
  const gaps: Gap[] = [];
  let isWhole = false;
  const found: Found = {
    add: (results) => {
      for (const item of results) if (item !== null) items.push(item);
      return results.some((item) => item !== null);
    },
    gap: (kind, node, place) => void gaps.push({ text: gapAt(kind, module, node, place), file: module.path }),
  };
  for (const [name, kind] of Object.entries(methods)) {
    for (const place of module.calls.get(name) ?? []) {
      if (place.node.type === 'CallExpression') register(it, kind, name, place.node, place, module, found);
    }
  }
  for (const place of module.calls.get('setRequestHandler') ?? []) {
    if (place.node.type === 'CallExpression') isWhole = handler(it, place.node, place, module, found) || isWhole;
  }
  return { items, gaps, isWhole };
}

interface Found {
  /** True when there was any. */
  readonly add: (results: readonly (FoundItem | null)[]) => boolean;
  readonly gap: (kind: StaticKind, node: Node, place: Place) => void;
}

type Call = Node & { type: 'CallExpression' };

/** `server.registerTool('name', {…}, handler)`, `server.tool('name', 'text', …)`, `server.addTool({ name, … })`. */
function register(it: Interpreter, kind: StaticKind, method: string, node: Call, place: Place, module: Module, found: Found): void {
  const isApp = method.startsWith('registerApp');
  if (node.callee.type !== 'MemberExpression' && !isApp) return;
  const nodes = (isApp ? node.arguments.slice(1) : node.arguments) as readonly Node[];
  const scope = it.scopeAt(place, module);
  const by: Spot = { node, scope };
  // `tool`, `prompt` and `resource` are everyday words: without a handler behind the name this is something else.
  const isSure = /^(?:register|add)/.test(method);
  const [first] = nodes;
  if (first === undefined) return;
  const built = it.inEveryContext((): { built: readonly (FoundItem | null)[]; on: Node | null } => {
    const value = it.valueOf(first, scope);
    const list = value.kind === 'array' || /s$/.test(method) ? listed(value).items.map((item) => item()) : null;
    if (list !== null)
      return all(
        list.map((one) => fromObject(it, kind, one, by)),
        list.length === 0 ? blockedOn(value) : null,
      );
    if (isObject(value)) return all([fromObject(it, kind, value, by)], null);
    if (nodes.length < 2) return { built: [], on: blockedOn(value) };
    const rest = nodes.slice(1).map((argument) => it.later(argument, scope));
    if (!isSure && !hasHandler(rest)) return { built: [], on: null };
    const names = value.kind === 'either' && blockedOn(value) === null ? value.values : [value];
    return all(
      names.map((name) => itemOf(it, kind, positional(it, kind, name, rest), by, by)),
      null,
    );
  });
  const isFound = built.map((results) => found.add(results)).some((some) => some);
  const isMeant = isSure || (nodes.length > 1 && isServer(node.callee as Node) && isFunction(nodes.at(-1) ?? node));
  if (!isFound && isMeant && !/s$/.test(method) && nodes.length > (method === 'addTool' ? 0 : 1)) found.gap(kind, node, place);
}

/** `server.tool(…)` says what it is where `x.tool(…)` does not. */
function isServer(callee: Node): boolean {
  if (callee.type !== 'MemberExpression') return false;
  const { object } = callee;
  const name = object.type === 'Identifier' ? object.name : object.type === 'MemberExpression' ? memberName(object) : null;
  return name !== null && /server|mcp/i.test(name);
}

function all(results: readonly BuiltItem[], on: Node | null): { built: readonly (FoundItem | null)[]; on: Node | null } {
  return { built: results.map(({ built }) => built), on: on ?? results.map((result) => result.on).find((one) => one !== null) ?? null };
}

function fromObject(it: Interpreter, kind: StaticKind, value: Value, by: Spot): BuiltItem {
  return itemOf(it, kind, partsOf(it, kind, value), 'at' in value ? value.at : by, by);
}

function isObject(value: Value): boolean {
  return value.kind === 'record' || value.kind === 'instance' || value.kind === 'class' || value.kind === 'module';
}

/** A function, or anything that cannot be read behind a name and a text. */
function hasHandler(rest: readonly Thunk[]): boolean {
  const values = rest.map((thunk) => thunk());
  return (
    values.some(({ kind }) => kind === 'function') ||
    (rest.length > 1 && values.at(-1)?.kind !== 'text' && values.at(-1)?.kind !== 'record')
  );
}

/** Name, then in any of the SDK's orders: text, schema, hints, config. */
function positional(it: Interpreter, kind: StaticKind, name: Value, rest: readonly Thunk[]): Parts {
  // A resource has its address behind its name; the last is always the handler.
  const values = rest.slice(kind === 'resources' ? 1 : 0).map((thunk) => thunk());
  const text = values.find((value) => value.kind === 'text' || (value.kind === 'unknown' && value.on !== null));
  const config = values.find((value) => value.kind === 'record' && !isHints(value) && isConfig(value.members));
  if (config !== undefined) return { ...partsOf(it, kind, config), name };
  const schema = values.find((value) => !isHints(value) && isSchema(it, value));
  return {
    name,
    title: unknown,
    description: text ?? unknown,
    schema: schema ?? unknown,
    annotations: values.find(isHints) ?? unknown,
  };
}

function isConfig(members: ReadonlyMap<string, Thunk>): boolean {
  if (['inputSchema', 'argsSchema', 'outputSchema', 'annotations', 'title', 'mimeType', '_meta'].some((name) => members.has(name)))
    return true;
  const description = members.get('description')?.();
  return description !== undefined && description.kind !== 'call';
}

function isHints(value: Value): boolean {
  return value.kind === 'record' && value.members.size > 0 && [...value.members.keys()].every((name) => /Hint$|^title$/.test(name));
}

/** `setRequestHandler(ListToolsRequestSchema, async () => ({ tools: […] }))`. True when it is the whole list of tools. */
function handler(it: Interpreter, node: Call, place: Place, module: Module, found: Found): boolean {
  const [schema, body] = node.arguments as readonly Node[];
  const scope = it.scopeAt(place, module);
  const kind = schema === undefined ? undefined : handledKind(it, schema, scope);
  if (kind === undefined || body === undefined) return false;
  const by: Spot = { node, scope };
  const before = it.inEveryContext(() => {
    const answer = it.call(it.valueOf(body, scope), []);
    const lists = (answer.kind === 'either' ? answer.values : [answer]).map((one) => memberOfAnswer(it, one, kind));
    return { built: lists, on: lists.map(blockedOn).find((on) => on !== null) ?? null };
  });
  const lists = before.flat();
  // The SDK's own list of what was registered elsewhere: in a bundle it stands beside the registrations.
  if (isOfTheSdk(module, node.callee as Node, body, it.valueOf(body, scope))) return false;
  let isWhole = lists.length > 0;
  let isFound = false;
  for (const value of lists) {
    const { items, open } = listed(value);
    if (open || (value.kind !== 'array' && value.kind !== 'either')) isWhole = false;
    for (const item of items) {
      const results = it.inEveryContext(() => {
        const one = item();
        return all(
          (one.kind === 'either' ? one.values : [one]).map((each) => fromObject(it, kind, each, by)),
          blockedOn(one),
        );
      });
      const isOne = results.map((result) => found.add(result)).some((some) => some);
      if (isOne) isFound = true;
      else isWhole = false;
    }
  }
  if (!isWhole || (!isFound && lists.some((value) => listed(value).items.length > 0))) found.gap(kind, node, place);
  return isWhole && isFound && kind === 'tools';
}

function memberOfAnswer(it: Interpreter, answer: Value, kind: StaticKind): Value {
  const list = it.member(answer, kind);
  return list.kind !== 'array' && kind === 'resources' ? it.member(answer, 'resourceTemplates') : list;
}

function handledKind(it: Interpreter, schema: Node, scope: Scope): StaticKind | undefined {
  const value = it.valueOf(schema, scope);
  if (value.kind === 'text') return handled[value.text];
  const name = value.kind === 'outside' ? (value.name.split('.').at(-1) ?? '') : calleeName(schema);
  const known = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  if (known !== undefined) return known;
  // In a minified bundle only the schema's own words are left: `X.extend({ method: Y.literal('tools/list') })`.
  let kind: StaticKind | undefined;
  if (value.kind === 'call') {
    walk(value.at.node, (inner) => {
      if (isFunction(inner)) return false;
      if (inner.type === 'Literal' && typeof inner.value === 'string' && Object.hasOwn(handled, inner.value)) kind ??= handled[inner.value];
      return undefined;
    });
  }
  return kind;
}

function isOfTheSdk(module: Module, callee: Node, body: Node, value: Value): boolean {
  const node = value.kind === 'function' ? value.node : body;
  const owner = value.kind === 'function' ? value.scope.module : module;
  if (/\b_registered(?:Tools|Prompts|Resources|ResourceTemplates)\b/.test(owner.text.slice(node.start, node.end))) return true;
  // FastMCP keeps its server in a private member, and hands the lists of `addTool` and its kin to methods of a session.
  const isPrivate =
    callee.type === 'MemberExpression' && callee.object.type === 'MemberExpression' && callee.object.property.type === 'PrivateIdentifier';
  return isPrivate && /\bFastMCPSession\b/.test(module.text);
}
