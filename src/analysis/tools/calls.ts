import type { Node } from 'oxc-parser';
import { nameOf } from '../syntax/bindings.ts';
import { arrayCall, mapCall, textCall } from './builtins.ts';
import { compiledCall } from './compiled.ts';
import { exported, programScope, wrappedExports } from './exports.ts';
import type { Interpreter } from './interpreter.ts';
import { fromJson, listed, pair } from './literals.ts';
import { calleeName } from './module.ts';
import { blockedOn, type Scope, type Spot, type Thunk, unknown, type Value } from './values.ts';

/** `defineTool({…})`, `createTool('name', …)`: what is handed in is what comes out, as far as names and texts go. */
const passesOn =
  /^(?:freeze|seal|preventExtensions|define\w*|(?:create|make|build)\w*(?:Tool|Prompt|Resource)\w*|tool|markTool\w*|asTool|as\w*Tool|__toESM|__importDefault|__importStar|_interop\w*|__toCommonJS)$/i;

/** The value of a call or of `new`. */
export function callOf(it: Interpreter, node: Node & { type: 'CallExpression' | 'NewExpression' }, scope: Scope): Value {
  const at: Spot = { node, scope };
  const callee = node.callee as Node;
  const name = calleeName(callee);
  const args = argumentsOf(it, node.arguments as readonly Node[], scope);
  if (node.type === 'NewExpression') return made(it, it.valueOf(callee, scope), name, args, at);
  if (name === 'require' && callee.type === 'Identifier') return required(it, args[0]?.() ?? unknown, scope);
  const compiled = compiledCall(it, name, args);
  if (compiled !== null) return compiled;
  if (callee.type === 'MemberExpression') {
    const object = it.valueOf(callee.object as Node, scope);
    if (object.kind === 'function' && name === 'bind') return object;
    const then = name === 'then' ? args[0]?.() : undefined;
    if (then?.kind === 'function') return it.call(then, [() => object]);
    const built = builtIn(it, object, name, args, at);
    if (built !== null) return built;
    if (object.kind === 'unknown') return object.on === null ? passedOn(name, args, at, object) : object;
  }
  const target = it.valueOf(callee, scope);
  const on = callee.type === 'MemberExpression' ? it.valueOf(callee.object as Node, scope) : target;
  if (target.kind === 'function' || target.kind === 'either') {
    const result = it.call(target, args);
    const isKnown = result.kind !== 'unknown' && result.kind !== 'instance' && result.kind !== 'call';
    if (isKnown || blockedOn(result) !== null || !passesOn.test(name)) return result;
    return passedOn(name, args, at, on);
  }
  if (target.kind === 'unknown' && target.on !== null) return target;
  if (target.kind === 'call' && target.name === '__commonJS') return wrappedExports(it, target.args[0]?.() ?? unknown);
  return passedOn(target.kind === 'outside' ? importedName(target.name, name) : name, args, at, on);
}

/** The name that the other package gives it, whatever it is called here. */
function importedName(path: string, here: string): string {
  const last = path.split('.').at(-1) ?? '';
  return path.includes('.') && /^(?!default$)[A-Za-z_$][\w$]*$/.test(last) ? last : here;
}

/** The result of a call that cannot be followed: what was handed in when the name says so, else a call to be read as such. */
function passedOn(name: string, args: readonly Thunk[], at: Spot, on: Value): Value {
  if (passesOn.test(name)) {
    const first = args[0]?.() ?? unknown;
    if (/^(?:record|array|function|module|class|instance)$/.test(first.kind) || name.startsWith('_')) return first;
    if (first.kind === 'text' && args.length > 1) return named(first, args.slice(1), at);
    if (first.kind === 'unknown' && first.on !== null) return first;
  }
  return { kind: 'call', name, on, args, at };
}

/** `tool('name', 'text', schema, handler)` and `defineTool('name', { … })`. */
function named(name: Value, rest: readonly Thunk[], at: Spot): Value {
  const values = rest.map((thunk) => thunk());
  const text = values.find(({ kind }) => kind === 'text');
  const config = values.find(({ kind }) => kind === 'record' || kind === 'call');
  const members = new Map<string, Thunk>(text === undefined && config?.kind === 'record' ? config.members : []);
  if (text !== undefined) {
    members.set('description', () => text);
    if (config !== undefined) members.set('inputSchema', () => config);
  }
  members.set('name', () => name);
  return { kind: 'record', members, open: false, at };
}

function argumentsOf(it: Interpreter, nodes: readonly Node[], scope: Scope): readonly Thunk[] {
  return nodes.flatMap((node) =>
    node.type === 'SpreadElement' ? listed(it.valueOf(node.argument as Node, scope)).items : [it.later(node, scope)],
  );
}

function made(it: Interpreter, target: Value, name: string, args: readonly Thunk[], at: Spot): Value {
  if (target.kind === 'class') return { kind: 'instance', of: target, args, at };
  if (name === 'Set')
    return args[0] === undefined ? { kind: 'array', items: [], open: false, at } : { ...listed(args[0]()), kind: 'array', at };
  if (name === 'Map') {
    const pairs = args[0] === undefined ? { items: [], open: false } : listed(args[0]());
    const entries = pairs.items.map((item) => [() => it.member(item(), '0'), () => it.member(item(), '1')] as const);
    return { kind: 'map', entries, open: pairs.open, at };
  }
  return { kind: 'call', name: `new ${name}`, on: target, args, at };
}

function required(it: Interpreter, specifier: Value, scope: Scope): Value {
  if (specifier.kind !== 'text') return { kind: 'outside', name: 'require' };
  const found = it.sources.resolve(specifier.text, scope.module.path);
  if (found === null) return { kind: 'outside', name: specifier.text };
  return 'json' in found ? fromJson(found.json, { node: scope.node, scope }) : { kind: 'module', path: found.path };
}

/** Methods of the language on values that are known, and its global functions; null = nothing of the kind. */
function builtIn(it: Interpreter, object: Value, method: string, args: readonly Thunk[], at: Spot): Value | null {
  if (object.kind === 'array') return arrayCall(it, object, method, args, at);
  if (object.kind === 'map') return mapCall(object, method, args, at);
  if (object.kind === 'text') return textCall(object, method, args, at);
  if (object.kind === 'either') {
    const list = listed(object);
    return list.items.length === 0 ? null : arrayCall(it, { kind: 'array', ...list, at }, method, args, at);
  }
  if (object.kind !== 'outside') return null;
  const first = args[0]?.() ?? unknown;
  switch (`${object.name}.${method}`) {
    case 'Object.keys':
    case 'Object.values':
    case 'Object.entries':
      return membersOf(it, first, method, at);
    case 'Object.fromEntries': {
      const members = listed(first).items.flatMap((item) => {
        const key = it.member(item(), '0');
        return key.kind === 'text' ? [[key.text, () => it.member(item(), '1')] as const] : [];
      });
      return { kind: 'record', members: new Map(members), open: listed(first).open, at };
    }
    case 'Object.assign': {
      const parts = args.map((thunk) => thunk());
      const members = parts.flatMap((part) => (part.kind === 'record' ? [...part.members] : []));
      return { kind: 'record', members: new Map(members), open: parts.some((part) => part.kind !== 'record' || part.open), at };
    }
    case 'Array.from': {
      const list = listed(first);
      const whole: Value = { kind: 'array', ...list, at };
      return args.length > 1 ? arrayCall(it, whole, 'map', args.slice(1), at) : list.items.length === 0 && list.open ? first : whole;
    }
    case 'Array.of':
      return { kind: 'array', items: args, open: false, at };
    case 'Promise.all':
    case 'Promise.resolve':
    case 'structuredClone':
      return first;
    case 'JSON.parse':
      return parsedJson(it, first, at);
    default:
      return null;
  }
}

function membersOf(it: Interpreter, value: Value, method: string, at: Spot): Value {
  if (value.kind === 'unknown') return value;
  const { members, open } = recordLike(it, value);
  const items = [...members].map(([name, member]): Thunk => {
    const key: Thunk = () => ({ kind: 'text', text: name, at });
    return method === 'keys' ? key : method === 'values' ? member : pair(key, member, at);
  });
  return { kind: 'array', items, open, at };
}

/** Also the members of a namespace: `import * as tools from './tools.js'`. */
function recordLike(it: Interpreter, value: Value): { readonly members: ReadonlyMap<string, Thunk>; readonly open: boolean } {
  if (value.kind === 'record') return value;
  const module = value.kind === 'module' ? it.sources.module(value.path) : null;
  if (module === null) return { members: new Map(), open: true };
  const scope = programScope(module);
  const members = new Map<string, Thunk>();
  let open = false;
  for (const statement of module.program.body) {
    if (statement.type === 'ExportAllDeclaration' && statement.exported === null) {
      const target = it.sources.resolve(statement.source.value, module.path);
      const inner = target !== null && 'path' in target && target !== module ? recordLike(it, { kind: 'module', path: target.path }) : null;
      for (const [name, member] of inner?.members ?? []) members.set(name, member);
      if (inner === null || inner.open) open = true;
    }
    if (statement.type !== 'ExportNamedDeclaration') continue;
    for (const specifier of statement.specifiers) {
      const name = nameOf(specifier.exported);
      if (name !== null) members.set(name, () => exported(it, name, module));
    }
    const { declaration } = statement;
    if (declaration?.type === 'VariableDeclaration') {
      for (const { id } of declaration.declarations) if (id.type === 'Identifier') members.set(id.name, it.later(id as Node, scope));
    }
  }
  for (const [name, places] of module.memberAssignments) {
    const left = places[0]?.node.type === 'AssignmentExpression' ? places[0].node.left : null;
    const isExport = left?.type === 'MemberExpression' && left.object.type === 'Identifier' && left.object.name === 'exports';
    if (isExport && name !== '__esModule') members.set(name, () => exported(it, name, module));
  }
  return { members, open };
}

/** A text of the code, or a JSON file of the package that the code reads by name. */
function parsedJson(it: Interpreter, value: Value, at: Spot): Value {
  try {
    if (value.kind === 'text') return fromJson(JSON.parse(value.text), at);
  } catch {
    return unknown;
  }
  const end = value.kind === 'call' && /^readFile(?:Sync)?$/.test(value.name) ? lastText(value, 0) : null;
  const found = end === null ? undefined : it.sources.json(end);
  return found === undefined ? unknown : fromJson(found, at);
}

function lastText(value: Value, steps: number): string | null {
  if (value.kind === 'text') return /\.json$/.test(value.text) ? value.text.replace(/^(?:\.{0,2}\/)+/, '') : null;
  if (value.kind !== 'call' || steps > 4) return null;
  return value.args.map((thunk) => lastText(thunk(), steps + 1)).findLast((text) => text !== null) ?? null;
}
