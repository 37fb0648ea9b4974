import type { Node } from 'oxc-parser';
import { nameOf } from '../syntax/bindings.ts';
import type { Place } from '../syntax/walk.ts';
import { gapAt } from './gaps.ts';
import type { Interpreter } from './interpreter.ts';
import { type FoundItem, itemOf, partsOf } from './items.ts';
import { listed } from './literals.ts';
import { calleeName, type Module } from './module.ts';
import type { Gap } from './registrations.ts';
import { blockedOn, type Spot, type Thunk, type Value } from './values.ts';

/** Words that the server gives to the model about itself. */
export interface FoundInstructions {
  readonly text: string;
  readonly where: string;
  /** The file that makes the server. */
  readonly file: string;
}

export interface Servers {
  readonly items: readonly FoundItem[];
  readonly instructions: readonly FoundInstructions[];
  readonly gaps: readonly Gap[];
}

/** What makes a tool of an object that stands under its name. */
const ofATool = ['description', 'parameters', 'inputSchema', 'schema', 'execute', 'handler'];
const makesServers = /(?:Server|FastMCP|MCP)$/i;
const createsServers = /^(?:create|make|build|define)\w*(?:Server|MCP)$/i;

/** What a file hands to the server that it makes: `createServer({ name, version, tools })`, and the instructions. */
export function serversIn(it: Interpreter, module: Module): Servers {
  const instructions: FoundInstructions[] = [];
  const gaps: Gap[] = [];
  const items = module.servers.flatMap((place) => offered(it, place, module, gaps));
  for (const [name, places] of module.calls) {
    for (const place of places) told(it, name, place, module, instructions, gaps);
  }
  return { items, instructions, gaps };
}

/** `tools: { search: { description, parameters, execute } }`, a list of them, or a function that returns either. */
function offered(it: Interpreter, place: Place, module: Module, gaps: Gap[]): readonly FoundItem[] {
  const call = place.parent?.node;
  if (call?.type !== 'CallExpression' && call?.type !== 'NewExpression') return [];
  const scope = it.scopeAt(place, module);
  const by: Spot = { node: place.node, scope };
  const found = it.inEveryContext(() => {
    const held = it.member(it.valueOf(place.node, scope), 'tools');
    const tools = held.kind === 'function' ? it.call(held, []) : held;
    const each = (tools.kind === 'either' ? tools.values : [tools]).flatMap((one) => named(one));
    const built = each.map((value) => itemOf(it, 'tools', partsOf(it, 'tools', value), 'at' in value ? value.at : by, by));
    return { built: built.flatMap((one) => one.built ?? []), on: blockedOn(tools) ?? built.find(({ on }) => on !== null)?.on ?? null };
  });
  const items = found.flat();
  if (items.length === 0 && place.parent !== null && makesServers.test(calledName(it, call, place.parent, module)))
    gaps.push({ text: gapAt('tools', module, place.node, place), file: module.path });
  return items;
}

/** The tools of a list, or of a record by their names there. */
function named(tools: Value): readonly Value[] {
  if (tools.kind === 'array') return listed(tools).items.flatMap((item) => alternatives(item()).filter(isTool));
  if (tools.kind !== 'record') return [];
  return [...tools.members].flatMap(([key, member]) =>
    alternatives(member()).flatMap((value): readonly Value[] => {
      if (value.kind !== 'record' || !isTool(value)) return [];
      const name: Thunk = () => ({ kind: 'text', text: key, at: value.at });
      return [value.members.has('name') ? value : { ...value, members: new Map([...value.members, ['name', name]]) }];
    }),
  );
}

function alternatives(value: Value): readonly Value[] {
  return value.kind === 'either' ? value.values : [value];
}

function isTool(value: Value): boolean {
  return value.kind === 'instance' || (value.kind === 'record' && ofATool.some((member) => value.members.has(member)));
}

/** `new McpServer({ name, version }, { instructions })`, `super(…)` of a class that extends it, and factories. */
function told(it: Interpreter, name: string, place: Place, module: Module, found: FoundInstructions[], gaps: Gap[]): void {
  const { node } = place;
  if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return;
  if (node.arguments.length === 0 || node.arguments.length > 3) return;
  const names = node.arguments.some((argument) => saysWhatItIs(argument as Node));
  if (!names && !(node.type === 'NewExpression' && makesServers.test(name)) && !createsServers.test(name)) return;
  // Many calls take a name and a version; only `new` and `super` are enough by themselves.
  if (node.type === 'CallExpression' && name !== 'super' && !createsServers.test(calledName(it, node, place, module))) return;
  const scope = it.scopeAt(place, module);
  for (const argument of node.arguments as readonly Node[]) {
    if (argument.type === 'SpreadElement') continue;
    const texts = it.inEveryContext(() => {
      const options = it.valueOf(argument, scope);
      const said = options.kind === 'record' && options.members.has('instructions') ? it.member(options, 'instructions') : null;
      return { built: said, on: options.kind === 'unknown' ? options.on : said === null ? null : blockedOn(said) };
    });
    for (const value of texts.flatMap((one) => (one === null ? [] : alternatives(one)))) {
      if (value.kind === 'text') {
        const { scope: from, node: at } = value.at;
        found.push({ text: value.text, where: `${from.module.path}:${from.module.lineOf(at)}`, file: module.path });
      } else if (value.kind !== 'absent')
        gaps.push({ text: `the instructions are made at run time (${module.path}:${module.lineOf(node)})`, file: module.path });
    }
  }
}

/** `{ name, version }`: how a server says what it is, also where minified code no longer says what is called. */
function saysWhatItIs(node: Node): boolean {
  if (node.type !== 'ObjectExpression') return false;
  const keys = node.properties.map((property) => (property.type === 'Property' ? nameOf(property.key as Node) : null));
  return keys.includes('name') && keys.includes('version');
}

function calledName(it: Interpreter, call: Node & { type: 'CallExpression' | 'NewExpression' }, place: Place, module: Module): string {
  const target = it.valueOf(call.callee as Node, it.scopeAt(place, module));
  return target.kind === 'outside' ? (target.name.split('.').at(-1) ?? '') : calleeName(call.callee as Node);
}
