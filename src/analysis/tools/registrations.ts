import type { Node } from 'oxc-parser';
import type { StaticItem } from '../../model/manifest.ts';
import { nameOf } from '../syntax/bindings.ts';
import { walk } from '../syntax/walk.ts';
import { calleeName, type Located, locate, type ModuleView, memberOf, textOf } from './objects.ts';

export type StaticKind = 'tools' | 'prompts' | 'resources';

export interface FoundItem extends StaticItem {
  readonly kind: StaticKind;
}

/** What one file registers, and what it seems to register without saying the name. */
export interface Registrations {
  readonly items: readonly FoundItem[];
  readonly gaps: readonly string[];
}

const methods: Readonly<Record<string, StaticKind>> = {
  tool: 'tools',
  registerTool: 'tools',
  addTool: 'tools',
  registerAppTool: 'tools',
  prompt: 'prompts',
  registerPrompt: 'prompts',
  addPrompt: 'prompts',
  resource: 'resources',
  registerResource: 'resources',
  addResource: 'resources',
};
const handlers: Readonly<Record<string, StaticKind>> = {
  ListToolsRequestSchema: 'tools',
  'tools/list': 'tools',
  ListPromptsRequestSchema: 'prompts',
  'prompts/list': 'prompts',
  ListResourcesRequestSchema: 'resources',
  'resources/list': 'resources',
};
const unread = { title: null, parameters: [], annotations: null, through: null };
/** The protocol's own bound is softer; anything longer is no name. */
const namePattern = /^[\w./:@-]{1,128}$/;

/** Every registration of tools, prompts and resources in one file of the package, in source order. */
export function registrationsIn(module: ModuleView): Registrations {
  const items: FoundItem[] = [];
  const gaps: string[] = [];
  walk(module.program, (node) => {
    if (node.type === 'CallExpression') call(node, module, items, gaps);
    else if (node.type === 'ObjectExpression') toolObject(node, module, items);
    return undefined;
  });
  return { items, gaps };
}

function call(node: Node & { type: 'CallExpression' }, module: ModuleView, items: FoundItem[], gaps: string[]): void {
  const name = calleeName(node.callee as Node);
  const args = node.arguments as readonly Node[];
  if (name === 'setRequestHandler' && args[0] !== undefined) {
    const kind = handlers[args[0].type === 'Literal' ? String(args[0].value) : calleeName(args[0])];
    if (kind !== undefined) handler(kind, args[1], module, items, gaps);
    return;
  }
  const kind = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (kind === undefined || (node.callee.type !== 'MemberExpression' && name !== 'registerAppTool')) return;
  const rest = name === 'registerAppTool' ? args.slice(1) : args;
  register(kind, name, rest, node, module, items, gaps);
}

/** `server.registerTool('name', {…}, handler)`, `server.tool('name', 'text', …)`, `server.addTool({ name, … })`. */
function register(
  kind: StaticKind,
  method: string,
  args: readonly Node[],
  node: Node,
  module: ModuleView,
  items: FoundItem[],
  gaps: string[],
): void {
  const [first] = args;
  if (first === undefined) return;
  const where = `${module.path}:${module.lineOf(node)}`;
  const object = locate({ node: first, module, followed: false });
  if (object?.node.type === 'ObjectExpression') {
    const item = fromObject(kind, object, where);
    if (item !== null) items.push(item);
    return;
  }
  // `tool`, `prompt` and `resource` are everyday words: without a handler behind the name this is something else.
  if (args.length < 2) return;
  const named = textOf({ node: first, module, followed: false });
  if (named === null) {
    if (/^(?:register|add)/.test(method)) gaps.push(`${kind} are registered under names that are made at run time in ${where}`);
    return;
  }
  if (!namePattern.test(named.text) && kind === 'tools') return;
  const described = args.slice(1, 3).flatMap((arg) => description({ node: arg, module, followed: false }))[0];
  if (!/^(?:register|add)/.test(method) && !args.some((arg) => isHandler(arg, module, args.length > 2))) return;
  items.push({
    kind,
    name: named.text,
    description: described?.text ?? null,
    ...unread,
    where,
    confidence: named.followed || described?.followed === true ? 'resolved' : 'literal',
  });
}

function description(value: Located): readonly { readonly text: string; readonly followed: boolean }[] {
  const found = locate(value);
  if (found?.node.type === 'ObjectExpression') {
    const member = memberOf(found, 'description');
    const text = member === null ? null : textOf(member);
    return text === null ? [] : [{ text: text.text, followed: text.followed || found.followed }];
  }
  const text = textOf(value);
  return text === null ? [] : [text];
}

function isHandler(node: Node, module: ModuleView, mayBeUnknown: boolean): boolean {
  const found = locate({ node, module, followed: false });
  if (found === null) return mayBeUnknown;
  return /Function|ArrowFunction|CallExpression|AwaitExpression/.test(found.node.type);
}

/** `setRequestHandler(ListToolsRequestSchema, async () => ({ tools: […] }))`. */
function handler(kind: StaticKind, body: Node | undefined, module: ModuleView, items: FoundItem[], gaps: string[]): void {
  if (body === undefined) return;
  let found = 0;
  const before = gaps.length;
  const target = locate({ node: body, module, followed: false });
  walk(target?.node ?? body, (node) => {
    if (node.type !== 'Property' || nameOf(node.key) !== kind || node.computed) return undefined;
    found++;
    list(kind, { node: node.value as Node, module: target?.module ?? module, followed: false }, items, gaps);
    return false;
  });
  if (found === 0 && gaps.length === before)
    gaps.push(`${kind} are listed by code that builds the list at run time in ${module.path}:${module.lineOf(body)}`);
}

function list(kind: StaticKind, value: Located, items: FoundItem[], gaps: string[], steps = 0): void {
  const where = `${value.module.path}:${value.module.lineOf(value.node)}`;
  const found = locate(value);
  if (steps > 8 || found === null) {
    gaps.push(`${kind} are made at run time in ${where}`);
    return;
  }
  const { node } = found;
  if (node.type === 'ArrayExpression') {
    for (const element of node.elements) {
      if (element === null) continue;
      if (element.type === 'SpreadElement') {
        list(kind, { ...found, node: element.argument as Node, followed: true }, items, gaps, steps + 1);
        continue;
      }
      const object = locate({ ...found, node: element as Node });
      const item =
        object?.node.type === 'ObjectExpression'
          ? fromObject(kind, object, `${object.module.path}:${object.module.lineOf(object.node)}`)
          : null;
      if (item !== null) items.push(item);
      else gaps.push(`${kind} are made at run time in ${value.module.path}:${value.module.lineOf(element as Node)}`);
    }
    return;
  }
  if (node.type === 'ConditionalExpression') {
    list(kind, { ...found, node: node.consequent }, items, gaps, steps + 1);
    list(kind, { ...found, node: node.alternate }, items, gaps, steps + 1);
    return;
  }
  // `Object.values(tools)` over an object that is spelled out, and `tools.filter(…)`, `.map(…)` over an array that is.
  if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') {
    const method = calleeName(node.callee as Node);
    const source = locate({ ...found, node: (method === 'values' ? node.arguments[0] : node.callee.object) as Node });
    if (method === 'values' && source?.node.type === 'ObjectExpression') {
      for (const property of source.node.properties) {
        const object = property.type === 'Property' ? locate({ ...source, node: property.value as Node }) : null;
        const item =
          object?.node.type === 'ObjectExpression'
            ? fromObject(kind, object, `${object.module.path}:${object.module.lineOf(object.node)}`)
            : null;
        if (item !== null) items.push(item);
        else gaps.push(`${kind} are made at run time in ${where}`);
      }
      return;
    }
    if (/^(?:filter|map|concat|slice|sort|flat)$/.test(method) && source?.node.type === 'ArrayExpression') {
      const start = items.length;
      list(kind, { ...source, followed: true }, items, gaps, steps + 1);
      // A filter may leave some out and a map may rewrite: the names are likely, the texts are a guess.
      for (let index = start; index < items.length; index++) items[index] = { ...(items[index] as FoundItem), confidence: 'guessed' };
      return;
    }
  }
  gaps.push(`${kind} are made at run time in ${where}`);
}

function fromObject(kind: StaticKind, object: Located, where: string): FoundItem | null {
  const member = memberOf(object, 'name') ?? (kind === 'resources' ? memberOf(object, 'uri') : null);
  const name = member === null ? null : textOf(member);
  if (name === null) return null;
  const described = memberOf(object, 'description');
  const text = described === null ? null : textOf(described);
  const followed = object.followed || name.followed || text?.followed === true;
  return { kind, name: name.text, description: text?.text ?? null, ...unread, where, confidence: followed ? 'resolved' : 'literal' };
}

/** An object that looks like a tool wherever it stands: a name, a description, and a schema. How bundles hold them. */
function toolObject(node: Node & { type: 'ObjectExpression' }, module: ModuleView, items: FoundItem[]): void {
  const keys = new Set(
    node.properties.map((property) => (property.type === 'Property' && !property.computed ? (nameOf(property.key) ?? '') : '')),
  );
  if (!keys.has('name') || !keys.has('description') || !(keys.has('inputSchema') || keys.has('input_schema'))) return;
  const item = fromObject('tools', { node, module, followed: false }, `${module.path}:${module.lineOf(node)}`);
  if (item !== null && namePattern.test(item.name)) items.push({ ...item, confidence: 'guessed' });
}
