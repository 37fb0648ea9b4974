import type { Node } from 'oxc-parser';
import { isBuiltin, moduleRule } from '../rules/ruleset.ts';
import type { Bindings } from '../syntax/bindings.ts';
import type { Origin } from '../syntax/origin.ts';
import { functionId, isFunction } from '../syntax/parameters.ts';
import type { Terms } from '../syntax/terms.ts';
import type { Use } from '../uses.ts';
import { collectExports } from './exports.ts';
import { type Call, type FileLinks, parametersIn, type Term } from './term.ts';

const maxCalls = 600;
const maxCallsPerFunction = 60;
const maxTaken = 600;
const maxArguments = 5;
/** A wrapper around a wrapper: how deep inside one file. */
const maxRounds = 8;

type Callable = Node & { type: 'CallExpression' | 'NewExpression' };

export interface LinkCollector {
  /** To be called for every node, parents first. */
  readonly visit: (node: Node) => void;
  /** True for a value that is only exported where it stands. */
  readonly isExported: (node: Node) => boolean;
  readonly call: (origins: readonly Origin[], call: Callable) => void;
  /** A value that leaves sight other than by an export. */
  readonly pass: (origins: readonly Origin[], node: Node) => void;
  readonly found: (uses: readonly Use[], loadsAny: boolean) => FileLinks;
}

/** What a file takes from others and offers to them, while its tree is walked. */
export function collectLinks(bindings: Bindings, terms: Terms, lineOf: (node: Node) => number): LinkCollector {
  const exported = collectExports(terms);
  const abroad: Call[] = [];
  const local = new Map<string, Callable[]>();
  const called = new Set<string>();
  const passedNames = new Set<string>();
  const passed = new Set<string>();
  const taken = new Map<Origin, number>();
  let overflow = false;
  return { visit: exported.visit, isExported: exported.isExported, call, pass, found };

  function call(origins: readonly Origin[], node: Callable): void {
    for (const ref of origins.filter(isLink)) {
      if (abroad.length < maxCalls) abroad.push({ to: { ref }, args: argumentsOf(node), line: lineOf(node) });
      else overflow = true;
    }
    const callee = node.callee as Node;
    if (isFunction(callee)) called.add(functionId(callee));
    for (const fn of terms.functions(callee)) {
      const held = local.get(functionId(fn)) ?? [];
      local.set(functionId(fn), held);
      if (held.length < maxCallsPerFunction) held.push(node);
      else passed.add(functionId(fn));
    }
  }

  function pass(origins: readonly Origin[], node: Node): void {
    if (exported.isExported(node)) return;
    if (node.type === 'Identifier') passedNames.add(node.name);
    for (const origin of origins.filter(isLink)) {
      if (taken.has(origin)) continue;
      if (taken.size < maxTaken) taken.set(origin, lineOf(node));
      else overflow = true;
    }
  }

  function found(uses: readonly Use[], loadsAny: boolean): FileLinks {
    const offers = exported.found();
    const calls = [...abroad];
    const needed = new Set<string>();
    const need = (term: Term): void => {
      for (const fn of parametersIn(term)) needed.add(fn);
    };
    for (const use of uses) for (const { term } of use.open) need(term);
    for (const { args } of calls) args.forEach(need);
    Object.values(offers.exports).forEach(need);
    const done = new Set<string>();
    for (let round = 0; round < maxRounds && done.size < needed.size; round++) {
      for (const fn of [...needed].filter((id) => !done.has(id))) {
        done.add(fn);
        for (const node of local.get(fn) ?? []) {
          const args = argumentsOf(node);
          args.forEach(need);
          if (calls.length < maxCalls * 2) calls.push({ to: { fn }, args, line: lineOf(node) });
          else overflow = true;
        }
      }
    }
    if (done.size < needed.size) overflow = true;
    const closed = closedFunctions();
    for (const fn of needed) if (!closed.has(fn)) passed.add(fn);
    const leaving = [...passed].filter((name) => needed.has(name)).sort();
    return {
      ...offers,
      overflow: overflow || offers.overflow,
      calls: distinct(calls),
      passed: leaving,
      taken: [...taken].map(([ref, line]) => ({ ref, line })),
      loadsAny,
    };
  }

  /** Functions whose callers are all known: called where they stand, or under a name that is only called or exported. */
  function closedFunctions(): ReadonlySet<string> {
    const closed = new Set(called);
    const open = new Set<string>();
    for (const [name, held] of bindings) {
      for (const binding of held) {
        if (binding.kind !== 'value') continue;
        const isOpen = name.startsWith('.') || passedNames.has(name);
        if (!isFunction(binding.node) && !binding.node.type.startsWith('Class')) continue;
        for (const fn of terms.functions(binding.node)) (isOpen ? open : closed).add(functionId(fn));
      }
    }
    for (const term of exported.values()) closed.add(term);
    for (const fn of [...open, ...passed]) closed.delete(fn);
    return closed;
  }

  function argumentsOf(node: Callable): readonly Term[] {
    const args = (node.arguments as readonly Node[]).slice(0, maxArguments).map((arg) => terms.term(arg));
    while (args.length > 0 && args.at(-1) === null) args.pop();
    return args;
  }
}

/** A module that is neither Node's nor known for what it does: only its own code says what it is. */
function isLink(origin: Origin): boolean {
  if (!origin.startsWith('module:')) return false;
  const specifier = origin.slice('module:'.length).split(' ')[0] ?? '';
  return specifier !== '*' && !isBuiltin(specifier) && moduleRule(specifier) === undefined && !/^(?:[a-z]+:|\/)/i.test(specifier);
}

function distinct(calls: readonly Call[]): readonly Call[] {
  return [...new Map(calls.map((call) => [JSON.stringify([call.to, call.args]), call])).values()];
}
