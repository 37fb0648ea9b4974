import type { Node } from 'oxc-parser';
import { hitsOf } from './hits.ts';
import { argumentsBegin, patternsOf } from './linking/patterns.ts';
import { scopeOf } from './meaning.ts';
import { programOf } from './scopes.ts';
import type { WrittenPrograms } from './source-context.ts';
import { type Bindings, nameOf } from './syntax/bindings.ts';
import type { Terms } from './syntax/terms.ts';
import { walk } from './syntax/walk.ts';

const writes =
  /^module:(?:fs|fs\/promises|graceful-fs|fs-extra) (?:promises\.)?(?:writeFile|outputFile|appendFile|createWriteStream)(?:Sync)?$/;
/** What runs the file that it is given; `*` may be one of them. */
const interpreters =
  /^(?:\*|node|bun|deno|tsx|ts-node|python[\d.]*|py|uv|(?:ba|z|da|k)?sh|cmd|powershell|pwsh|osascript|ruby|perl|php|lua|Rscript|julia|swift|go|java|dotnet|cscript|wscript|env|sudo)$/;
const maxNames = 40;
const maxStarts = 60;
const maxDepth = 5;
const maxFollowed = 60;
/** A function that has more text computes something; what it returns is not looked for. */
const maxBodyLength = 4_000;

export function collectWrittenPrograms(bindings: Bindings, terms: Terms): WrittenPrograms {
  const written = new Set<string>();
  const starts: (Node & { type: 'CallExpression' | 'NewExpression' })[] = [];
  return {
    call(origins, node) {
      const [path] = node.arguments;
      if (path === undefined) return;
      if (origins.some((origin) => writes.test(origin))) {
        const name = keyOf(path as Node);
        if (name !== null && written.size < maxNames) written.add(name);
      } else if (starts.length < maxStarts && origins.some((origin) => hitsOf(origin, true).some(({ scope }) => scope === 'binary')))
        starts.push(node);
    },
    finish({ uses, lineOf }) {
      if (written.size === 0) return;
      for (const node of starts) {
        if (!isStarted(node)) continue;
        uses.add({ class: 'exec.dynamic', rule: 'run-what-was-written', line: lineOf(node), level: 'call-site' });
      }
    },
  };

  /** The file is the program, or an interpreter (or a program that nobody knows) is handed it. */
  function isStarted(node: Node & { type: 'CallExpression' | 'NewExpression' }): boolean {
    const args = node.arguments as readonly Node[];
    const names = new Set<string>();
    for (const arg of args.slice(0, 2)) namesIn(arg, names, 0);
    if (![...names].some((name) => written.has(name))) return false;
    const program = new Set<string>();
    if (args[0] !== undefined) namesIn(firstPart(args[0]), program, 0);
    if ([...program].some((name) => written.has(name))) return true;
    const scope = scopeOf(
      { rule: '', classes: [], scope: 'binary', module: null, named: [] },
      args.slice(0, 3).map((arg) => terms.term(arg)),
    );
    return (
      scope !== null &&
      patternsOf(scope.term, () => null).some((pattern) => interpreters.test(programOf(pattern.replaceAll(argumentsBegin, ' '))))
    );
  }

  /** The names that a command is made of, through constants and what functions of the file return. */
  function namesIn(node: Node, found: Set<string>, depth: number): void {
    if (depth > maxDepth || found.size > maxFollowed) return;
    const key = keyOf(node);
    if (key !== null) {
      if (found.has(key)) return;
      found.add(key);
      for (const binding of (bindings.get(key) ?? []).slice(0, 8)) if (binding.kind === 'value') namesIn(binding.node, found, depth + 1);
      return;
    }
    switch (node.type) {
      case 'TemplateLiteral':
        for (const part of node.expressions) namesIn(part as Node, found, depth + 1);
        return;
      case 'ArrayExpression':
        for (const part of node.elements)
          if (part !== null) namesIn((part.type === 'SpreadElement' ? part.argument : part) as Node, found, depth + 1);
        return;
      case 'BinaryExpression':
      case 'LogicalExpression':
        for (const part of [node.left, node.right]) namesIn(part as Node, found, depth + 1);
        return;
      case 'ConditionalExpression':
        for (const part of [node.consequent, node.alternate]) namesIn(part, found, depth + 1);
        return;
      case 'AwaitExpression':
        namesIn(node.argument, found, depth + 1);
        return;
      case 'CallExpression':
        for (const fn of terms.functions(node.callee as Node)) returnedNames(fn, found, depth + 1);
        for (const arg of node.arguments.slice(0, 1)) namesIn(arg as Node, found, depth + 1);
        return;
      default:
        return;
    }
  }

  function returnedNames(fn: Node, found: Set<string>, depth: number): void {
    if (depth > maxDepth || fn.end - fn.start > maxBodyLength) return;
    walk(fn, (node) => {
      if (node.type === 'ReturnStatement' && node.argument !== null) namesIn(node.argument, found, depth + 1);
      return undefined;
    });
  }
}
/** Where a command begins: `path` of `${path} --now` and of `path + ' --now'`. */
function firstPart(command: Node): Node {
  if (command.type === 'TemplateLiteral') {
    const first = command.expressions[0] as Node | undefined;
    return first !== undefined && /^["']?$/.test(command.quasis[0]?.value.cooked ?? '')
      ? first
      : command.quasis[0] === undefined
        ? command
        : (command.quasis[0] as Node);
  }
  return command.type === 'BinaryExpression' ? firstPart(command.left as Node) : command;
}

/** A name, or a member of `this`. */
function keyOf(node: Node): string | null {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression' || node.object.type !== 'ThisExpression' || node.computed) return null;
  return `.${nameOf(node.property as Node) ?? ''}`;
}
