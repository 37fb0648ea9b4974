import { posix } from 'node:path';
import type { Node } from 'oxc-parser';
import { any, clean, memberOf, text } from '../linking/building.ts';
import type { Term } from '../linking/term.ts';
import { type Bindings, nameOf } from './bindings.ts';
import type { Evaluator } from './evaluate.ts';
import { moduleOrigin, memberOf as originOf } from './origin.ts';
import { functionId, isFunction, type Scopes } from './parameters.ts';
import { walk } from './walk.ts';

const maxDepth = 16;
/** Expressions that one question may look at. */
const maxVisits = 150;
const maxAlternatives = 12;
/** Names that stand for names that stand for names …: a file may have a hundred thousand of them, the stack has not. */
const maxNested = 100;
/** Of one name's term as JSON. */
const maxLength = 4_000;
const maxMembers = 40;
/** A function that has more statements computes something; what it returns is not looked for. */
const maxBodyLength = 4_000;

export interface Terms {
  /** What an expression stands for; null when nothing is known. */
  readonly term: (node: Node) => Term;
  /** The functions of the file that an expression may be, through aliases, objects and `this`; empty when none is named. */
  readonly functions: (node: Node) => readonly Node[];
  /** What calling a function of the file gives; null when nothing is known. */
  readonly returned: (fn: Node) => Term;
}

/** Terms over one file's names; `path` is the file's own inside its package. Bounded, never throws. */
export function makeTerms(bindings: Bindings, { parameters }: Scopes, evaluator: Evaluator, path: string): Terms {
  const here = `<package>/${posix.dirname(path)}`;
  const known = new Map<string, Term>();
  let visits = 0;
  let nested = 0;
  const open = new Set<string>();
  return {
    term: (node) => ask(() => term(node, 0)),
    functions: (node) => ask(() => functions(node, 0)),
    returned: (fn) => ask(() => returned(fn, 0)),
  };

  function ask<Answer>(question: () => Answer): Answer {
    visits = 0;
    open.clear();
    return question();
  }

  function term(node: Node, depth: number): Term {
    if (depth > maxDepth || ++visits > maxVisits) return null;
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'string' || typeof node.value === 'number' ? clean(String(node.value)) : null;
      case 'TemplateLiteral':
        return text(
          node.quasis.flatMap((quasi, index) => {
            const hole = node.expressions[index];
            return [clean(quasi.value.cooked ?? ''), ...(hole === undefined ? [] : [term(hole, depth + 1)])];
          }),
        );
      case 'BinaryExpression':
        return node.operator === '+' ? text([term(node.left as Node, depth + 1), term(node.right, depth + 1)]) : null;
      case 'LogicalExpression':
        return any([term(node.left as Node, depth + 1), term(node.right, depth + 1)]);
      case 'ConditionalExpression':
        return any([term(node.consequent, depth + 1), term(node.alternate, depth + 1)]);
      case 'AwaitExpression':
        return term(node.argument, depth + 1);
      case 'UnaryExpression':
        return node.operator === '+' ? term(node.argument, depth + 1) : null;
      case 'ChainExpression':
      case 'ParenthesizedExpression':
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
      case 'TSTypeAssertion':
        return term(node.expression as Node, depth + 1);
      case 'SequenceExpression':
        return term(node.expressions[node.expressions.length - 1] as Node, depth + 1);
      case 'ArrayExpression':
        return {
          list: node.elements
            .slice(0, maxMembers)
            .map((part) =>
              part === null ? null : part.type === 'SpreadElement' ? term(part.argument, depth + 1) : term(part as Node, depth + 1),
            ),
        };
      case 'ObjectExpression':
        return members(node, depth);
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'FunctionDeclaration':
        return { fn: functionId(node) };
      case 'ClassDeclaration':
      case 'ClassExpression': {
        const made = constructorOf(node);
        return made === null ? null : { fn: functionId(made) };
      }
      case 'Identifier':
        if (node.name === '__dirname' || node.name === '__filename') return node.name === '__dirname' ? here : `<package>/${path}`;
        if (!bindings.has(node.name) && !parameters.has(node.name)) return any(evaluator.origins(node).map((ref) => ({ ref })));
        return named(node.name);
      case 'MemberExpression':
        return member(node, depth);
      case 'NewExpression':
        return nameOf(node.callee as Node) === 'URL' ? url(node.arguments as readonly Node[], depth) : null;
      case 'CallExpression':
        return called(node, depth);
      default:
        return null;
    }
  }

  /** Each name is asked once, with a budget of its own: what is met half done, in a circle, is not known. */
  function named(name: string): Term {
    const before = known.get(name);
    if (before !== undefined) return before;
    if (nested >= maxNested) return null;
    known.set(name, null);
    const spent = visits;
    visits = 0;
    nested += 1;
    const found = held(name);
    nested -= 1;
    visits = spent;
    const value = JSON.stringify(found).length > maxLength ? null : found;
    known.set(name, value);
    return value;
  }

  function held(name: string): Term {
    const [bound, given] = [bindings.get(name) ?? [], parameters.get(name) ?? []];
    if (bound.length + given.length > maxAlternatives) return null;
    const all: Term[] = given.map(({ of, at, path: inner }) => ({ param: of, at, path: inner }));
    let appended = false;
    for (const binding of bound) {
      if (binding.kind === 'import')
        all.push(...originOf(moduleOrigin(binding.module), binding.member ?? 'default').map((ref) => ({ ref })));
      else if (binding.kind === 'member') all.push(binding.member === null ? null : memberOf(term(binding.node, 1), binding.member));
      else if (binding.appended === true) appended = true;
      else all.push(term(binding.node, 1));
    }
    const value = any(all);
    return appended ? text([value, null]) : value;
  }

  function member(node: Node & { type: 'MemberExpression' }, depth: number): Term {
    const name = node.computed ? evaluator.text(node.property as Node) : nameOf(node.property as Node);
    if (name === null) return isArgv(node.object as Node) ? '<argument>' : memberOf(term(node.object as Node, depth + 1), '*');
    const { object } = node;
    if (object.type === 'ThisExpression') return named(`.${name}`);
    if (object.type === 'MetaProperty')
      return name === 'dirname' ? here : name === 'url' || name === 'filename' ? `<package>/${path}` : null;
    const origins = evaluator.origins(node);
    const known = origins.map(placeOf).find((place) => place !== null);
    if (known !== undefined && known !== null) return known;
    const links = origins.filter((origin) => origin.startsWith('module:'));
    if (links.length > 0) return any(links.map((ref) => ({ ref })));
    if (isArgv(object as Node)) return '<argument>';
    if (/^(?:href|pathname|origin)$/.test(name) && object.type === 'Identifier') return term(object, depth + 1);
    return memberOf(term(object as Node, depth + 1), name);
  }

  function url([path, base]: readonly Node[], depth: number): Term {
    if (path === undefined) return null;
    return base === undefined ? term(path, depth + 1) : { url: [term(path, depth + 1), term(base, depth + 1)] };
  }

  function members(node: Node & { type: 'ObjectExpression' }, depth: number): Term {
    const found: [string, Term][] = [];
    let more = node.properties.length > maxMembers;
    for (const property of node.properties.slice(0, maxMembers)) {
      const key = property.type === 'Property' && !property.computed ? nameOf(property.key) : null;
      if (property.type === 'Property' && key !== null) found.push([key, term(property.value as Node, depth + 1)]);
      else more = true;
    }
    return { members: Object.fromEntries(found), more };
  }

  function called(node: Node & { type: 'CallExpression' }, depth: number): Term {
    const args = node.arguments as readonly Node[];
    const callee = node.callee as Node;
    const origins = evaluator.origins(callee);
    if (origins.some((origin) => /^module:os homedir$/.test(origin))) return '~';
    if (origins.some((origin) => /^module:os tmpdir$/.test(origin))) return '<tmp>';
    if (origins.includes('global:process.cwd')) return '<cwd>';
    if (origins.some((origin) => /^module:path (?:(?:posix|win32)\.)?(?:join|resolve)$/.test(origin)))
      return { place: args.map((arg) => (arg.type === 'SpreadElement' ? null : term(arg, depth + 1))) };
    const [first] = args;
    if (first !== undefined && origins.some((origin) => /^module:path (?:(?:posix|win32)\.)?dirname$/.test(origin)))
      return { place: [term(first, depth + 1), '..'] };
    const isSame =
      /^(?:module:path (?:(?:posix|win32)\.)?normalize|module:url fileURLToPath|global:(?:String|Number|(?:Number\.)?parseInt)|global:Object\.freeze|module:fs(?:\/promises)? (?:promises\.)?realpath(?:Sync)?)$/;
    if (first !== undefined && origins.some((origin) => isSame.test(origin))) return term(first, depth + 1);
    if (callee.type === 'MemberExpression') {
      const method = nameOf(callee.property as Node);
      if (method !== null && /^(?:toString|trim|trimEnd|replace|replaceAll|toLowerCase|valueOf)$/.test(method))
        return shortened(method, args, term(callee.object as Node, depth + 1));
      if (method === 'concat') return text([callee.object as Node, ...args].map((part) => term(part, depth + 1)));
      if (method === 'join' && args[0] !== undefined) {
        const list = term(callee.object as Node, depth + 1);
        const glue = term(args[0], depth + 1);
        if (list !== null && typeof list === 'object' && 'list' in list)
          return text(list.list.flatMap((part, index) => (index === 0 ? [part] : [glue, part])));
      }
    }
    const made = evaluator.origins(node);
    if (made.length > 0) return any(made.map((ref) => ({ ref })));
    const links = origins.filter((origin) => origin.startsWith('module:.'));
    if (links.length > 0) return any(links.map((origin) => ({ ref: `${origin}()` })));
    return any(functions(callee, depth).map((fn) => returned(fn, depth + 1)));
  }

  /** `base.replace(/\/+$/, '')` takes something away at the end; any other replacement may change anything. */
  function shortened(method: string, args: readonly Node[], value: Term): Term {
    if (!method.startsWith('replace')) return value;
    const [what, by] = args;
    const isTrim =
      what?.type === 'Literal' &&
      'regex' in what &&
      /\$$/.test(String(what.regex?.pattern)) &&
      by !== undefined &&
      evaluator.text(by) === '';
    return isTrim ? value : null;
  }

  function returned(fn: Node, depth: number): Term {
    if (depth > maxDepth || fn.end - fn.start > maxBodyLength) return null;
    const key = functionId(fn);
    if (open.has(key)) return null;
    open.add(key);
    const { body } = fn as Node & { type: 'ArrowFunctionExpression' };
    const found: Term[] = [];
    if (body !== null && body.type !== 'BlockStatement') found.push(term(body as Node, depth + 1));
    else if (body !== null)
      walk(body, (node) => {
        if (node !== body && isFunction(node)) return false;
        if (node.type === 'ReturnStatement' && found.length <= maxAlternatives)
          found.push(node.argument === null ? null : term(node.argument, depth + 1));
        return undefined;
      });
    open.delete(key);
    return any(found);
  }

  function functions(node: Node, depth: number): Node[] {
    if (depth > maxDepth || ++visits > maxVisits) return [];
    if (isFunction(node)) return [node];
    switch (node.type) {
      case 'ClassDeclaration':
      case 'ClassExpression': {
        const made = constructorOf(node);
        return made === null ? [] : [made];
      }
      case 'Identifier':
        return functionsNamed(node.name, depth);
      case 'MemberExpression': {
        const name = node.computed ? evaluator.text(node.property as Node) : nameOf(node.property as Node);
        if (name === null) return [];
        if (node.object.type === 'ThisExpression') return functionsNamed(`.${name}`, depth);
        const value = evaluator.property(node.object as Node, name);
        return value === null ? [] : functions(value, depth + 1);
      }
      case 'SequenceExpression':
        return functions(node.expressions[node.expressions.length - 1] as Node, depth + 1);
      case 'ChainExpression':
      case 'ParenthesizedExpression':
      case 'TSAsExpression':
      case 'TSNonNullExpression':
        return functions(node.expression as Node, depth + 1);
      default:
        return [];
    }
  }

  function functionsNamed(name: string, depth: number): Node[] {
    return (bindings.get(name) ?? []).flatMap((binding) => (binding.kind === 'value' ? functions(binding.node, depth + 1) : []));
  }

  function isArgv(node: Node): boolean {
    return evaluator.origins(node).some((origin) => /^global:process\.argv(?:$|\.)/.test(origin));
  }
}

function constructorOf(node: Node & { type: 'ClassDeclaration' | 'ClassExpression' }): Node | null {
  const made = node.body.body.find((found) => found.type === 'MethodDefinition' && found.kind === 'constructor');
  return made?.type === 'MethodDefinition' ? (made.value as Node) : null;
}

/** Variables and members that name a place. */
function placeOf(origin: string): string | null {
  return /^global:process\.env\.(?:HOME|USERPROFILE)$/.test(origin)
    ? '~'
    : /^global:process\.argv\.\d+$/.test(origin)
      ? '<argument>'
      : null;
}
