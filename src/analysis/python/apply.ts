import type { CapabilityClass, EvidenceLevel } from '../../model/capability.ts';
import { binaryClasses } from '../rules/globals.ts';
import { packageRunnerPattern, placesIn } from '../rules/literals.ts';
import type { PythonContext } from './context.ts';
import type { Origin } from './evaluator.ts';
import { listenPorts } from './listen-ports.ts';
import { type Argument, childOf, expressions, textOf } from './nodes.ts';
import { agentMembers, offerMembers, type PythonRule, pathMembers } from './rules.ts';
import { rulesBelow, rulesFor } from './ruleset.ts';
import { commandWords, listenScope, named, noteText, positional, programOf, scopeOf } from './scopes.ts';
import type { PyNode } from './syntax.ts';

/** Records what calling these origins means, with the scope that the arguments name. */
export function applyCall(origins: readonly Origin[], args: readonly Argument[], node: PyNode, context: PythonContext): void {
  for (const origin of origins) {
    if (isImporter(origin)) importCall(args, node, context);
    else {
      const rules = rulesFor(origin);
      for (const rule of rules) record(rule, origin, args, node, context);
      if (rules.length === 0 && origin.includes('.') && !origin.startsWith('builtins.'))
        context.noteForeign(origin.replace(/\(\)|\[\]/g, ''));
    }
  }
}

function isImporter(origin: Origin): boolean {
  return origin === 'importlib.import_module' || origin === 'builtins.__import__' || origin === 'importlib.__import__';
}

function importCall(args: readonly Argument[], node: PyNode, context: PythonContext): void {
  const first = positional(args)[0] ?? named(args, ['name']);
  const text = first === undefined ? null : context.view.evaluator.text(first);
  if (text === null) {
    context.loadUnknown(node, first === undefined ? '' : context.view.evaluator.head(first));
    return;
  }
  const { module, isPackage } = context.view.place;
  const parent = isPackage ? module : module.split('.').slice(0, -1).join('.');
  const path = text.startsWith('.') ? `${parent}${parent === '' ? text.slice(1) : text}` : text;
  context.load(path);
  applyImport(path, [], node, context);
}

/** Records what importing a module shows. */
export function applyImport(path: string, names: readonly string[], node: PyNode, context: PythonContext): void {
  const taken = names.length === 0 || names.includes('*') ? [path] : names.map((name) => `${path}.${name}`);
  if (/^(?:pyarmor_runtime|pytransform)/.test(path)) add('code.opaque', 'pyarmor', 'import', [], path, node, context);
  const all = names.includes('*') ? rulesBelow(path) : taken.flatMap((name) => rulesFor(name)).filter((rule) => rule.onImport === true);
  for (const rule of new Set(all)) for (const of of rule.classes) add(of, rule.id, 'import', [], path, node, context);
}

/** Records what it means that these origins leave the analysis' sight. What was made by a call was counted there. */
export function applyEscape(origins: readonly Origin[], node: PyNode, context: PythonContext): void {
  for (const origin of origins) {
    if (origin.includes('()') || /^(?:pathlib|anyio|trio)\.(?:\w*Path)$/.test(origin)) continue;
    if (isImporter(origin)) context.loadUnknown(node, '');
    const direct = rulesFor(origin);
    for (const rule of direct.length > 0 ? direct : rulesBelow(origin)) {
      for (const of of rule.classes) add(of, rule.id, 'import', of === 'env.read' ? ['*'] : [], origin, node, context);
    }
  }
}

function record(rule: PythonRule, origin: Origin, args: readonly Argument[], node: PyNode, context: PythonContext): void {
  const { evaluator } = context.view;
  if (rule.classes.includes('env.read')) return; // by `environment.ts`, which knows the names
  if (rule.scope === 'mode') {
    openFile(rule, args, node, context);
    return;
  }
  const scope = rule.scope === undefined ? null : (memberProgram(origin) ?? scopeOf(rule.scope, spawnArguments(origin, args), evaluator));
  for (const of of rule.classes) {
    const listens = of === 'net.listen' ? listenScope(args, evaluator) : null;
    const named = listens ?? scope;
    const level = named === null || named === '*' ? 'call-site' : 'literal-scoped';
    add(of, rule.id, level, named === null ? [] : [named], origin, node, context);
  }
  if (rule.classes.includes('net.listen') || origin.endsWith('.FastMCP')) notePorts(origin, args, context.lineOf(node), context);
  if (rule.scope === 'binary') started(commandWords(spawnArguments(origin, args), evaluator), node, context);
}

/** `os.spawnlp(mode, 'git', …)` names its program second. */
function spawnArguments(origin: Origin, args: readonly Argument[]): readonly Argument[] {
  return /^os\.spawn/.test(origin) ? args.slice(1) : args;
}

/** `sh.git(…)` names its program as a member. */
function memberProgram(origin: Origin): string | null {
  const found = /^sh\.(\w+)$/.exec(origin)?.[1];
  if (found !== undefined) return found === 'Command' ? null : found;
  return origin.startsWith('git.') ? 'git' : null;
}

function openFile(rule: PythonRule, args: readonly Argument[], node: PyNode, context: PythonContext): void {
  const { evaluator } = context.view;
  const path = scopeOf('path', args, evaluator);
  const mode = named(args, ['mode']) ?? positional(args)[1];
  const said = mode === undefined ? 'r' : evaluator.text(mode);
  const classes: readonly CapabilityClass[] =
    said === null
      ? rule.classes
      : [...(/[r+]/.test(said) ? (['fs.read'] as const) : []), ...(/[wax+]/.test(said) ? (['fs.write'] as const) : [])];
  const level = path === null || path === '*' ? 'call-site' : 'literal-scoped';
  for (const of of classes) add(of, rule.id, level, path === null ? [] : [path], null, node, context);
}

/** What starting this program means beyond starting one. */
function started(words: readonly string[], node: PyNode, context: PythonContext): void {
  const program = programOf(words[0] ?? '');
  const line = context.lineOf(node);
  for (const of of Object.hasOwn(binaryClasses, program) ? (binaryClasses[program] ?? []) : [])
    context.uses.add({ class: of, rule: `start-${program}`, line, level: 'literal-scoped', scopes: [program] });
  const command = words.join(' ').trim();
  const bare = command.replace(/^[^\s…]*[/\\]/, '').replace(/^python3?(?:\.\d+)*(?=\s)/, 'python');
  if (packageRunnerPattern.test(bare))
    context.uses.add({
      class: 'supply.mutable',
      rule: 'start-package-runner',
      line,
      level: 'literal-scoped',
      scopes: [command.slice(0, 200)],
    });
  else if (/^(?:npm|pnpm|yarn|bun|uv|pip3?|docker)(?: …)?$/.test(bare))
    context.uses.add({
      class: 'supply.mutable',
      rule: 'start-package-manager',
      line,
      level: 'call-site',
      scopes: [bare.split(' ')[0] ?? bare],
    });
}

/** Records what a method's name alone shows: `path.write_text(…)`, `session.create_message(…)`, `@mcp.tool()`. */
export function applyMethod(callee: PyNode, args: readonly Argument[], node: PyNode, context: PythonContext): void {
  if (callee.type !== 'MemberExpression' || childOf(callee, '.') === undefined) return;
  const key = expressions(callee)[1];
  const name = key === undefined ? '' : textOf(key, context.view.parsed.text);
  const line = context.lineOf(node);
  if (Object.hasOwn(pathMembers, name)) {
    for (const of of pathMembers[name] ?? []) {
      const [object] = expressions(callee);
      const path = object === undefined ? null : context.view.evaluator.text(object);
      const level = path === null ? 'call-site' : 'literal-scoped';
      context.uses.add({ class: of, rule: 'py-path-method', line, level, scopes: path === null ? [] : [path] });
    }
  }
  if (offerMembers.has(name))
    context.uses.add({ class: 'agent.surface', rule: 'registration', line, level: 'call-site', needs: ['agent.surface'] });
  if (Object.hasOwn(agentMembers, name))
    context.uses.add({
      class: 'agent.surface',
      rule: 'agent-request',
      line,
      level: 'literal-scoped',
      scopes: [agentMembers[name] ?? ''],
      needs: ['agent.surface'],
    });
  if (/^run(?:_async|_http_async|_sse_async|_streamable_http_async)?$/.test(name)) transport(name, args, line, context);
}

/** `mcp.run(transport='sse')` opens a port; one that is chosen at run time may. */
function transport(name: string, args: readonly Argument[], line: number, context: PythonContext): void {
  const chosen = named(args, ['transport']);
  const said = chosen === undefined ? null : context.view.evaluator.text(chosen);
  if (chosen === undefined ? !/http|sse/.test(name) : said === 'stdio') return;
  const scope = listenScope(args, context.view.evaluator);
  context.uses.add({ class: 'net.listen', rule: 'py-transport', line, level: 'call-site', scopes: scope === null ? [] : [scope] });
  notePorts('', args, line, context);
}

/** Beside the use that says that something listens, and nothing without it. */
function notePorts(origin: Origin, args: readonly Argument[], line: number, context: PythonContext): void {
  const scopes = listenPorts(origin, args, context.view);
  if (scopes.length > 0)
    context.uses.add({ class: 'net.listen', rule: 'listen-port', line, level: 'literal-scoped', scopes, needs: ['net.listen'] });
}

/** Records what a text gives away: a host, a script's name, a credential store, an autostart place, an agent's files. */
export function applyText(node: PyNode, text: string, isWhole: boolean, context: PythonContext): void {
  if (text === '') return;
  noteText(text, isWhole, context);
  for (const { class: of, id, needs } of placesIn(text))
    context.uses.add({ class: of, rule: id, line: context.lineOf(node), level: 'literal-scoped', scopes: [text], needs });
}

function add(
  of: CapabilityClass,
  rule: string,
  level: EvidenceLevel,
  scopes: readonly string[],
  origin: Origin | null,
  node: PyNode,
  context: PythonContext,
): void {
  const module = origin === null || origin.startsWith('builtins.') ? null : (origin.split('.')[0] ?? null);
  context.uses.add({ class: of, rule, line: context.lineOf(node), level, scopes, module });
}
