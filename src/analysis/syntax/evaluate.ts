import type { Node } from 'oxc-parser';
import { type Binding, type Bindings, nameOf } from './bindings.ts';
import { isGiven } from './given.ts';
import { globalObjects, interopName, isRequire, isTelling, memberOf, moduleOrigin, type Origin, strongGlobals } from './origin.ts';
import type { Scopes } from './parameters.ts';

/** Aliases are followed this far; beyond it the evaluator says that it lost track. */
const maxSteps = 60;
/** Expressions that one question may look at. */
const maxVisits = 3000;
/** Once track is lost the worst is assumed anyway: what is left to find are the plain cases. */
const maxVisitsWhenLost = 30;
/** One value may stand for several origins in minified code. */
const maxOrigins = 64;

/** Expressions that are a value of the file's own making. */
const ownValue: ReadonlySet<string> = new Set(
  'Literal TemplateLiteral FunctionExpression ArrowFunctionExpression FunctionDeclaration ClassDeclaration ClassExpression ObjectExpression ArrayExpression BinaryExpression UnaryExpression NewExpression UpdateExpression ThisExpression'.split(
    ' ',
  ),
);

export interface Evaluator {
  /** The text of an expression that is made of literals and constants; null when any part of it is unknown. */
  readonly text: (node: Node) => string | null;
  /** The known beginning of a text: all of a literal, the head of a template; '' when nothing is known. */
  readonly head: (node: Node) => string;
  /** Every origin an expression may have; empty when it is a value of the file's own making. */
  readonly origins: (node: Node) => readonly Origin[];
  /** The value of a member of an object that the file spells out; null when it does not. */
  readonly property: (object: Node, member: string) => Node | null;
  /** True once a question was too tangled to answer in full: whoever asks must then assume the worst. */
  readonly lostTrack: () => boolean;
}

/** One question: the names that were already followed, so that cycles end. */
interface Query {
  readonly names: Map<string, readonly Origin[]>;
  /** Names that are being followed right now. */
  readonly open: Set<string>;
  isCyclic: boolean;
}

/** An evaluator over one file's names. Follows aliases without regard to scope or order; bounded, never throws. */
export function makeEvaluator(bindings: Bindings, textOf: (node: Node) => string, { parameters, topLevel, spans }: Scopes): Evaluator {
  const known = new Map<string, readonly Origin[]>();
  let visits = 0;
  let lost = false;
  let query: Query = { names: new Map(), open: new Set(), isCyclic: false };
  return {
    text: (node) => ask(() => text(node, 0)),
    head: (node) => ask(() => head(node, 0)),
    origins: (node) => quickly(node) ?? ask(() => bounded(origins(node, 0))),
    property: (object, member) => ask(() => property(object, member, 0)),
    lostTrack: () => lost,
  };

  /** What `origins` says where nothing has to be followed, which is of most names; null = ask. */
  function quickly(node: Node): readonly Origin[] | null {
    if (node.type !== 'Identifier' || !bindings.has(node.name)) return node.type === 'Identifier' ? identifier(node.name, 0) : null;
    const before = strongGlobals.has(node.name) ? undefined : known.get(node.name);
    return before === undefined ? null : isGiven(node, bindings, spans) ? [] : before;
  }

  function ask<Answer>(question: () => Answer): Answer {
    query = { names: new Map(), open: new Set(), isCyclic: false };
    visits = 0;
    return question();
  }

  function exhausted(steps: number): boolean {
    if (steps <= maxSteps && ++visits <= (lost ? maxVisitsWhenLost : maxVisits)) return false;
    lost = true;
    return true;
  }

  function bounded(found: readonly Origin[]): Origin[] {
    const distinct = [...new Set(found)];
    if (distinct.length > maxOrigins) lost = true;
    return distinct.slice(0, maxOrigins);
  }

  function text(node: Node, steps: number): string | null {
    if (exhausted(steps)) return null;
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'string' || typeof node.value === 'number' ? String(node.value) : null;
      case 'TemplateLiteral': {
        let whole = node.quasis[0]?.value.cooked ?? '';
        for (const [index, hole] of node.expressions.entries()) {
          const part = text(hole, steps + 1);
          if (part === null) return null;
          whole += part + (node.quasis[index + 1]?.value.cooked ?? '');
        }
        return whole;
      }
      case 'TaggedTemplateExpression':
        return node.tag.type === 'Identifier' && /^dedent|^outdent|^stripIndent/.test(node.tag.name) ? text(node.quasi, steps + 1) : null;
      case 'BinaryExpression': {
        if (node.operator !== '+') return null;
        const left = text(node.left as Node, steps + 1);
        const right = left === null ? null : text(node.right, steps + 1);
        return left === null || right === null ? null : left + right;
      }
      case 'Identifier': {
        const only = onlyBinding(node.name);
        if (only?.kind === 'value') return text(only.node, steps + 1);
        if (only?.kind !== 'member' || only.member === null) return null;
        const value = property(only.node, only.member, steps + 1);
        return value === null ? null : text(value, steps + 1);
      }
      case 'MemberExpression': {
        const member = memberName(node, steps);
        const value = member === null ? null : property(node.object as Node, member, steps + 1);
        return value === null ? null : text(value, steps + 1);
      }
      case 'CallExpression': {
        if (node.callee.type !== 'MemberExpression') return null;
        const method = memberName(node.callee, steps);
        if (method === 'trim' || method === 'toString') {
          const inner = text(node.callee.object as Node, steps + 1);
          return method === 'trim' ? (inner?.trim() ?? null) : inner;
        }
        if (method !== 'join' && method !== 'concat') return null;
        return joined(node.callee.object as Node, method, node.arguments as readonly Node[], steps);
      }
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
        return text(node.expression, steps + 1);
      default:
        return null;
    }
  }

  /** `['a', 'b'].join('')` and `'a'.concat('b')`: the two usual ways to hide a word from a text search. */
  function joined(object: Node, method: string, args: readonly Node[], steps: number): string | null {
    const array = resolve(object, steps + 1);
    const parts: readonly (Node | null)[] =
      method === 'concat' ? [object, ...args] : array?.type === 'ArrayExpression' ? (array.elements as (Node | null)[]) : [null];
    const texts = parts.map((part) => (part === null ? null : text(part, steps + 1)));
    const glue = method === 'concat' ? '' : args[0] === undefined ? ',' : text(args[0], steps + 1);
    return glue === null || texts.some((part) => part === null) ? null : texts.join(glue);
  }

  function head(node: Node, steps: number): string {
    const whole = text(node, steps);
    if (whole !== null || steps > maxSteps) return whole ?? '';
    if (node.type === 'TemplateLiteral') {
      const [first, hole] = [node.quasis[0]?.value.cooked ?? '', node.expressions[0]];
      return first !== '' || hole === undefined ? first : head(hole, steps + 1);
    }
    if (node.type === 'BinaryExpression' && node.operator === '+') return head(node.left as Node, steps + 1);
    if (node.type === 'LogicalExpression') return head(node.right, steps + 1) || head(node.left, steps + 1);
    if (node.type === 'NewExpression' && node.arguments[0] !== undefined) {
      return head((node.arguments[1] ?? node.arguments[0]) as Node, steps + 1) || head(node.arguments[0] as Node, steps + 1);
    }
    const only = node.type === 'Identifier' ? onlyBinding(node.name) : undefined;
    return only?.kind === 'value' ? head(only.node, steps + 1) : '';
  }

  /** What a name holds when that is one thing: neither bound again nor given by a caller. */
  function onlyBinding(name: string): Binding | undefined {
    const held = bindings.get(name);
    return held?.length === 1 && !parameters.has(name) ? held[0] : undefined;
  }

  function origins(node: Node, steps: number): Origin[] {
    if (exhausted(steps)) return [];
    switch (node.type) {
      case 'Identifier':
        return isGiven(node, bindings, spans) ? [] : identifier(node.name, steps);
      case 'MemberExpression': {
        const member = memberName(node, steps);
        if (node.object.type === 'ThisExpression') return member === null ? [] : bound(`.${member}`, steps);
        const inside = member === null ? null : property(node.object as Node, member, steps + 1);
        const held = inside === null || ownValue.has(inside.type) ? [] : origins(inside, steps + 1);
        return [...held, ...origins(node.object as Node, steps + 1).flatMap((origin) => memberOf(origin, member))];
      }
      case 'ImportExpression': {
        const module = text(node.source, steps + 1);
        return module === null ? [] : [moduleOrigin(module)];
      }
      case 'CallExpression':
        return called(node.callee as Node, node.arguments as readonly Node[], steps);
      case 'NewExpression':
        return [];
      case 'ChainExpression':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
      case 'ParenthesizedExpression':
        return origins(node.expression as Node, steps + 1);
      case 'AwaitExpression':
        return origins(node.argument, steps + 1);
      case 'AssignmentExpression':
        return origins(node.right, steps + 1);
      case 'SequenceExpression':
        return origins(node.expressions[node.expressions.length - 1] as Node, steps + 1);
      case 'ConditionalExpression':
        return [...origins(node.consequent, steps + 1), ...origins(node.alternate, steps + 1)];
      case 'LogicalExpression':
        return [...origins(node.left as Node, steps + 1), ...origins(node.right, steps + 1)];
      default:
        return [];
    }
  }

  function identifier(name: string, steps: number): Origin[] {
    const global = globalObjects.has(name) ? 'global:' : `global:${name}`;
    // What a function is called with is its callers' to say, and no global of that name.
    if (!bindings.has(name))
      return name === 'arguments' || (parameters.has(name) && !strongGlobals.has(name) && global !== 'global:') ? [] : [global];
    // A name that is bound in some function is still the global everywhere else: a decoy must not hide `fetch`.
    return strongGlobals.has(name) && !topLevel.has(name) ? [global, ...bound(name, steps)] : bound(name, steps);
  }

  function bound(name: string, steps: number): Origin[] {
    const held = bindings.get(name);
    if (held === undefined) return [];
    const before = known.get(name) ?? query.names.get(name);
    if (before !== undefined) {
      if (query.open.has(name)) query.isCyclic = true;
      return [...before];
    }
    const isFirst = query.names.size === 0;
    query.open.add(name);
    query.names.set(name, []);
    const found = held.flatMap((binding): Origin[] => {
      if (binding.kind === 'value' && ownValue.has(binding.node.type)) return [];
      if (binding.kind === 'import') return memberOf(moduleOrigin(binding.module), binding.member ?? 'default');
      // The shim that esbuild writes for CommonJS inside ESM is `require` under another name.
      if (binding.kind === 'value' && isRequireShim(binding.node)) return ['global:require'];
      const value = origins(binding.node, steps + 1);
      return binding.kind === 'member' ? value.flatMap((origin) => memberOf(origin, binding.member)) : value;
    });
    const answer = bounded(found.filter(isTelling));
    query.names.set(name, answer);
    query.open.delete(name);
    if (isFirst && visits <= maxVisits) {
      known.set(name, answer);
      // In a cycle only the first name has seen everything that it leads to; the others may have met it half done.
      if (!query.isCyclic) for (const [inner, found] of query.names) known.set(inner, found);
    }
    return answer;
  }

  function called(callee: Node, args: readonly Node[], steps: number): Origin[] {
    const first = args[0];
    const targets = origins(callee, steps + 1);
    const name = callee.type === 'MemberExpression' ? memberName(callee, steps) : callee.type === 'Identifier' ? callee.name : null;
    if (targets.some((target) => isRequire(target))) {
      const module = first === undefined ? null : text(first, steps + 1);
      return module === null ? [] : [moduleOrigin(module)];
    }
    if (targets.some((target) => /^module:module (?:Module\.)?createRequire$/.test(target))) return ['global:require'];
    if (targets.includes('global:process.getBuiltinModule') && first !== undefined) {
      return [moduleOrigin(text(first, steps + 1) ?? '*')];
    }
    if (targets.includes('global:Reflect.get') && first !== undefined && args[1] !== undefined) {
      const member = text(args[1], steps + 1);
      return origins(first, steps + 1).flatMap((origin) => memberOf(origin, member));
    }
    if (callee.type === 'MemberExpression' && name === 'bind') return origins(callee.object as Node, steps + 1);
    if (name !== null && interopName.test(name) && first !== undefined) return origins(first, steps + 1);
    // `import('x').then(m => …)` and wrappers that we do not know: nothing is claimed here, the import itself is seen.
    return [];
  }

  function memberName(node: Node & { type: 'MemberExpression' }, steps: number): string | null {
    return node.computed ? text(node.property as Node, steps + 1) : nameOf(node.property as Node);
  }

  /** The value of a property of an object literal that the file spells out. */
  function property(object: Node, member: string, steps: number): Node | null {
    const value = resolve(object, steps);
    if (value?.type !== 'ObjectExpression') return null;
    for (const found of value.properties) {
      if (found.type === 'Property' && !found.computed && nameOf(found.key) === member) return found.value as Node;
    }
    return null;
  }

  function resolve(node: Node, steps: number): Node | null {
    if (steps > maxSteps) return null;
    if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression') return resolve(node.expression, steps + 1);
    if (node.type === 'CallExpression' && textOf(node.callee as Node) === 'Object.freeze' && node.arguments[0] !== undefined) {
      return resolve(node.arguments[0] as Node, steps + 1);
    }
    if (node.type !== 'Identifier') return node;
    const only = onlyBinding(node.name);
    return only?.kind === 'value' ? resolve(only.node, steps + 1) : null;
  }

  function isRequireShim(node: Node): boolean {
    return node.type === 'CallExpression' && node.end - node.start < 1_000 && textOf(node).includes('Dynamic require of ');
  }
}
