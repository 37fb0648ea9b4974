import type { Node } from 'oxc-parser';
import type { Place } from '../syntax/walk.ts';
import { activationsOf } from './activations.ts';
import { callOf } from './calls.ts';
import type { Interpreter, Sources } from './interpreter.ts';
import { elementsOf, fromJson, recordOf } from './literals.ts';
import { lookUp, thisOf } from './lookup.ts';
import { memberOf } from './members.ts';
import { isScope, type Module, memberName } from './module.ts';
import { textOf } from './text.ts';
import { type Activation, absent, either, type Scope, type Thunk, unknown, type Value } from './values.ts';

/** Expressions that one package, and one question about it, may cost, and how deep one may lead into another. */
const maxSteps = 400_000;
const maxStepsPerQuestion = 30_000;
const maxDepth = 90;
const maxContextDepth = 6;
const maxContexts = 5_000;

interface Memo {
  readonly contexts: number;
  readonly value: Value | null;
}

/** An interpreter over the files of one package. It runs nothing: it reads what names, members and calls lead to. */
export function makeInterpreter(sources: Sources): Interpreter {
  const memos = new WeakMap<Scope, Map<Node, Memo>>();
  const unbound = new WeakMap<Node, Scope>();
  const contexts = new Map<Node, Activation>();
  /** Names the state of `contexts`: what was read in another state may read otherwise in this one. */
  let contextsId = 0;
  let lastContextsId = 0;
  let steps = 0;
  let bound = 0;
  let depth = 0;
  let expanded = 0;

  const self: Interpreter = {
    sources,
    valueOf: evaluate,
    member: (value, name) => memberOf(self, value, name),
    call: (value, args) => invoke(value, args),
    json: fromJson,
    scopeAt,
    activationOf: (node) => contexts.get(node) ?? null,
    later,
    inEveryContext: (build) => inEveryContext(build, 0),
  };
  return self;

  function evaluate(node: Node, scope: Scope): Value {
    if (depth === 0 && contexts.size === 0) bound = steps + maxStepsPerQuestion;
    if (depth >= maxDepth || ++steps > maxSteps || steps > bound) return unknown;
    const known = memos.get(scope) ?? new Map<Node, Memo>();
    memos.set(scope, known);
    const memo = known.get(node);
    // Asked again on the way to its own answer: a circle.
    if (memo !== undefined && (memo.value === null || memo.contexts === contextsId)) return memo.value ?? unknown;
    known.set(node, { contexts: contextsId, value: null });
    depth++;
    const value = read(node, scope);
    depth--;
    known.set(node, { contexts: contextsId, value });
    return value;
  }

  function read(node: Node, scope: Scope): Value {
    switch (node.type) {
      case 'Literal':
        if (typeof node.value === 'string') return { kind: 'text', text: node.value, at: { node, scope } };
        if (node.value === null) return absent;
        if (typeof node.value === 'boolean' || typeof node.value === 'number')
          return { kind: 'constant', value: node.value, at: { node, scope } };
        return unknown;
      case 'TemplateLiteral':
      case 'BinaryExpression':
      case 'TaggedTemplateExpression':
        return textOf(self, node, scope);
      case 'UnaryExpression': {
        // `!0` and `!1`: how minifiers write true and false.
        const inner = node.operator === '!' ? evaluate(node.argument, scope) : unknown;
        return inner.kind === 'constant' ? { ...inner, value: !inner.value } : unknown;
      }
      case 'Identifier':
        return lookUp(self, node.name, scope);
      case 'ThisExpression':
        return thisOf(self, scope);
      case 'MemberExpression': {
        const property = memberName(node) ?? (node.computed ? textValue(evaluate(node.property as Node, scope)) : null);
        const object = evaluate(node.object as Node, scope);
        return property === null ? (object.kind === 'unknown' ? object : unknown) : memberOf(self, object, property);
      }
      case 'ObjectExpression':
        return recordOf(self, node, scope);
      case 'ArrayExpression':
        return elementsOf(self, node, scope);
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return { kind: 'function', node, scope, self: null };
      case 'ClassDeclaration':
      case 'ClassExpression':
        return { kind: 'class', node, scope };
      case 'NewExpression':
      case 'CallExpression':
        return callOf(self, node, scope);
      case 'LogicalExpression': {
        const left = evaluate(node.left, scope);
        if (node.operator === '&&') return evaluate(node.right, scope);
        if (left.kind === 'absent') return evaluate(node.right, scope);
        return left.kind === 'record' || left.kind === 'array' || (left.kind === 'text' && left.text !== '')
          ? left
          : either([left, evaluate(node.right, scope)]);
      }
      case 'ConditionalExpression':
        return either([evaluate(node.consequent, scope), evaluate(node.alternate, scope)]);
      case 'SequenceExpression':
        return evaluate(node.expressions.at(-1) as Node, scope);
      case 'AssignmentExpression':
        return node.operator === '=' ? evaluate(node.right, scope) : unknown;
      case 'AwaitExpression':
        return evaluate(node.argument, scope);
      case 'YieldExpression':
        return node.argument === null ? unknown : evaluate(node.argument, scope);
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'TSInstantiationExpression':
      case 'ParenthesizedExpression':
      case 'ChainExpression':
        return evaluate(node.expression as Node, scope);
      case 'ImportExpression': {
        const specifier = evaluate(node.source, scope);
        const found = specifier.kind === 'text' ? sources.resolve(specifier.text, scope.module.path) : null;
        return found !== null && 'path' in found ? { kind: 'module', path: found.path } : { kind: 'outside', name: 'import' };
      }
      default:
        return unknown;
    }
  }

  function invoke(value: Value, args: readonly Thunk[]): Value {
    if (value.kind === 'either') return either(value.values.map((one) => invoke(one, args)));
    if (value.kind !== 'function' || depth >= maxDepth) return unknown;
    const { module } = value.scope;
    const scope: Scope = { node: value.node, module, parent: value.scope, activation: { args, self: value.self } };
    const returned = (module.returns.get(value.node) ?? []).map((place) => evaluate(place.node, scopeAt(place, module, scope)));
    return either(returned);
  }

  function later(node: Node, scope: Scope): Thunk {
    return () => evaluate(node, scope);
  }

  function scopeAt(place: Place, module: Module, base?: Scope): Scope {
    const passed: Node[] = [];
    for (let at = place.parent; at !== null; at = at.parent) {
      if (!isScope(at.node)) continue;
      if (at.node === base?.node) return passed.reduceRight((parent, node) => unboundScope(node, module, parent), base);
      passed.push(at.node);
    }
    let scope: Scope | null = null;
    for (const node of passed.reverse()) {
      const held = unbound.get(node);
      scope = held ?? unboundScope(node, module, scope);
      if (held === undefined) unbound.set(node, scope);
    }
    return scope ?? unboundScope(module.program, module, null);
  }

  function inEveryContext<Built>(build: () => { readonly built: Built; readonly on: Node | null }, level: number): readonly Built[] {
    const { built, on } = build();
    if (on === null || level >= maxContextDepth || contexts.has(on)) return [built];
    const { activations, waitsFor } = activationsOf(self, on);
    const target = activations.length === 0 ? waitsFor : on;
    const list =
      activations.length === 0 && waitsFor !== null && !contexts.has(waitsFor) ? activationsOf(self, waitsFor).activations : activations;
    if (target === null || list.length === 0) return [built];
    const results: Built[] = [];
    for (const activation of list) {
      if (++expanded > maxContexts) break;
      const before = contextsId;
      contexts.set(target, activation);
      contextsId = ++lastContextsId;
      results.push(...inEveryContext(build, level + 1));
      contexts.delete(target);
      contextsId = before;
    }
    return results;
  }
}

function unboundScope(node: Node, module: Module, parent: Scope | null): Scope {
  return { node, module, parent, activation: null };
}

function textValue(value: Value): string | null {
  if (value.kind === 'text') return value.text;
  return value.kind === 'constant' && typeof value.value === 'number' ? String(value.value) : null;
}
