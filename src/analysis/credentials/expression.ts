import { type Node, visitorKeys } from 'oxc-parser';
import { hostOf } from '../scopes.ts';
import { nameOf } from '../syntax/bindings.ts';
import type { Evaluator } from '../syntax/evaluate.ts';
import type { Origin } from '../syntax/origin.ts';
import { type Atoms, emptyAtoms, memberKey } from './graph.ts';
import { isAddressName, isSecretName } from './names.ts';
import { isFunction, type Symbols } from './symbols.ts';

/** Expressions that one file may have looked at; beyond it values are not followed any more. */
const maxVisits = 400_000;
/** Names under which the object of one member may be held. */
const maxKeys = 4;
/** `a.b.c.d`: members of members. */
const maxMembers = 3;
const hostMember = /^(?:host|hostname|server|endpoint|baseurl|base_url|apiurl|domain|origin|url)$/i;

export interface ExpressionReader {
  readonly atoms: (node: Node) => Atoms;
  /** The functions of the file that a call may mean; empty = somebody else's. */
  readonly targets: (call: Node & { type: 'CallExpression' | 'NewExpression' }) => readonly Node[];
  readonly isExhausted: () => boolean;
}

/** The name under which the result of a function is held. */
export function resultKey(fn: Node): string {
  return `ret:${fn.start}:${fn.end}`;
}

/** Reads what an expression holds: every part of it counts, but for the inside of functions and for what is awaited. */
export function readExpressions(symbols: Symbols, evaluator: Evaluator): ExpressionReader {
  let visits = 0;
  return { atoms, targets, isExhausted: () => visits > maxVisits };

  function atoms(root: Node): Atoms {
    const found = emptyAtoms();
    const pending: Node[] = [root];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (++visits > maxVisits) return emptyAtoms();
      read(node, found, pending);
    }
    return found;
  }

  function read(node: Node, found: Atoms, pending: Node[]): void {
    if (isFunction(node)) {
      found.keys.add(resultKey(node));
      return;
    }
    switch (node.type) {
      case 'ClassExpression':
      case 'ClassDeclaration':
        return;
      case 'Identifier': {
        const symbol = symbols.of.get(node);
        // What a name of the file holds is for the graph to say: it knows scopes, the evaluator does not.
        if (symbol !== undefined) found.keys.add(symbol);
        else readOrigin(node, found);
        return;
      }
      case 'Literal':
        addText(node, found);
        return;
      case 'TemplateLiteral':
        addText(node, found);
        pending.push(...node.expressions);
        return;
      case 'BinaryExpression':
        if (node.operator !== '+') return;
        addText(node, found);
        for (const part of [node.left as Node, node.right]) if (part.type !== 'Literal') pending.push(part);
        return;
      case 'MemberExpression':
        readMember(node, found, pending);
        return;
      case 'AwaitExpression':
        if (node.argument.type === 'CallExpression' && isAnswer(node.argument)) return;
        pending.push(node.argument);
        return;
      case 'CallExpression':
      case 'NewExpression':
        readCall(node, found, pending);
        return;
      case 'Property':
        if (node.computed) pending.push(node.key as Node);
        if (!node.computed && hostMember.test(nameOf(node.key) ?? '')) addHost(node.value as Node, found);
        pending.push(node.value as Node);
        return;
      default:
        children(node, pending);
    }
  }

  function readMember(node: Node & { type: 'MemberExpression' }, found: Atoms, pending: Node[]): void {
    if (readOrigin(node, found)) return;
    addText(node, found);
    const member = node.computed ? evaluator.text(node.property as Node) : nameOf(node.property as Node);
    if (member !== null) found.keys.add(`.${member}`);
    if (member !== null) for (const key of keysOf(node.object as Node)) found.keys.add(memberKey(key, member));
    else pending.push(node.object as Node);
    if (node.object.type === 'CallExpression') pending.push(node.object);
  }

  /** What the object of a member is held under. */
  function keysOf(object: Node, depth = 0): readonly string[] {
    if (depth > maxMembers) return [];
    if (object.type === 'Identifier') return [symbols.of.get(object) ?? []].flat();
    if (object.type === 'CallExpression') return targets(object).map(resultKey);
    const name = object.type === 'MemberExpression' && !object.computed ? nameOf(object.property as Node) : null;
    if (object.type !== 'MemberExpression' || name === null) return [];
    return [`.${name}`, ...keysOf(object.object as Node, depth + 1).map((key) => memberKey(key, name))].slice(0, maxKeys);
  }

  /** True when it is the environment, or a variable of it. */
  function readOrigin(node: Node, found: Atoms): boolean {
    let isEnvironment = false;
    for (const origin of evaluator.origins(node)) {
      const name = /^global:(?:process|import\.meta)\.env(?:\.([^.]+))?$/.exec(origin);
      if (name === null) continue;
      isEnvironment = true;
      const variable = name[1] ?? '*';
      // `process.env[name]` is one variable that nobody knows, not all of them; the card says so under what it reads.
      if (name[1] === '*') continue;
      if (isSecretName(variable)) found.variables.add(variable);
      else if (isAddressName(variable)) found.hosts.add('*');
    }
    return isEnvironment;
  }

  function readCall(node: Node & { type: 'CallExpression' | 'NewExpression' }, found: Atoms, pending: Node[]): void {
    const own = targets(node);
    const callee = node.callee as Node;
    if (own.length > 0 && node.type === 'CallExpression') {
      for (const fn of own) found.keys.add(resultKey(fn));
      return;
    }
    if (node.type === 'CallExpression' && isFetch(callee)) return;
    addLinks(node, found);
    addText(node, found);
    if (callee.type === 'MemberExpression') pending.push(callee.object as Node);
    pending.push(...(node.arguments as readonly Node[]));
  }

  /** `require('./config')`, and what a function of another file gives. */
  function addLinks(node: Node & { type: 'CallExpression' | 'NewExpression' }, found: Atoms): void {
    if (node.type === 'NewExpression') return;
    for (const ref of evaluator.origins(node)) if (isNear(ref)) found.terms.add(JSON.stringify({ ref }));
    for (const ref of evaluator.origins(node.callee as Node)) if (isNear(ref)) found.terms.add(JSON.stringify({ ref: `${ref}()` }));
  }

  function targets(call: Node & { type: 'CallExpression' | 'NewExpression' }): readonly Node[] {
    const callee = call.callee as Node;
    if (callee.type === 'Identifier') {
      const value = symbols.bound.get(symbols.of.get(callee) ?? '');
      return value === undefined ? [] : [value];
    }
    if (isFunction(callee)) return [callee];
    if (callee.type !== 'MemberExpression') return [];
    const { object } = callee;
    const isOwn =
      object.type === 'ThisExpression' ||
      (object.type === 'Identifier' && !symbols.imported.has(symbols.of.get(object) ?? '') && symbols.of.has(object));
    const found = symbols.methods.get(nameOf(callee.property as Node) ?? '') ?? [];
    return isOwn && found.length === 1 ? found : [];
  }

  /** What somebody else's promise comes to is an answer, not what was asked with. */
  function isAnswer(call: Node & { type: 'CallExpression' }): boolean {
    if (targets(call).length > 0) return false;
    return !evaluator.origins(call.callee as Node).some((origin) => /^global:Promise\.(?:resolve|all)/.test(origin));
  }

  function isFetch(callee: Node): boolean {
    return evaluator
      .origins(callee)
      .some((origin) => origin === 'global:fetch' || /^module:(?:axios|got|node-fetch|undici fetch|ky)$/.test(origin));
  }

  function addText(node: Node, found: Atoms): void {
    const whole = evaluator.text(node);
    const text = whole ?? evaluator.head(node);
    if (text.length > 2_000 || !text.includes('://') || /\s/.test(text)) return;
    const host = hostOf(text);
    if (host !== '') found.hosts.add(whole !== null || /:\/\/[^/]+[/?#]/.test(text) ? host : '*');
  }

  /** `hostname: 'api.x.dev'`: a host without the rest of a URL. */
  function addHost(node: Node, found: Atoms): void {
    const text = evaluator.text(node);
    if (text !== null && /^[a-z\d-]+(?:\.[a-z\d-]+)+(?::\d+)?$/i.test(text)) found.hosts.add(text.replace(/:\d+$/, '').toLowerCase());
  }
}

function children(node: Node, pending: Node[]): void {
  for (const key of visitorKeys[node.type] ?? []) {
    const child = (node as unknown as Record<string, unknown>)[key];
    for (const one of Array.isArray(child) ? child : [child]) {
      if (typeof one === 'object' && one !== null && typeof (one as { type?: unknown }).type === 'string') pending.push(one as Node);
    }
  }
}

/** True for what a file of the same package exports. */
function isNear(origin: Origin): boolean {
  return origin.startsWith('module:.');
}
