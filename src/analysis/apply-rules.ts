import type { Node } from 'oxc-parser';
import type { CapabilityClass } from '../model/capability.ts';
import { agentRequestMembers, binaryClasses, globalRules, registrationMembers } from './rules/globals.ts';
import { literalRules, packageRunnerPattern } from './rules/literals.ts';
import type { ScopeKind } from './rules/rule.ts';
import { moduleRule } from './rules/ruleset.ts';
import { hostOf, noteText, scopeOf } from './scopes.ts';
import type { SourceContext } from './source-context.ts';
import { nameOf } from './syntax/bindings.ts';
import type { Origin } from './syntax/origin.ts';
import type { Place } from './syntax/walk.ts';

type Call = Node & { type: 'CallExpression' | 'NewExpression' | 'TaggedTemplateExpression' };

interface Hit {
  readonly rule: string;
  readonly classes: readonly CapabilityClass[];
  readonly scope: ScopeKind | undefined;
  readonly module: string | null;
  /** Scopes that the origin itself names: a variable of the environment. */
  readonly named: readonly string[];
}

/** Records what calling (or `new`, or a tagged template) on these origins means, with the scope of its first argument. */
export function applyCall(origins: readonly Origin[], call: Call, context: SourceContext): void {
  const args: readonly Node[] = call.type === 'TaggedTemplateExpression' ? [call.quasi] : (call.arguments as readonly Node[]);
  for (const hit of origins.flatMap((origin) => hits(origin, true))) record(hit, args, call, context);
  if (origins.some((origin) => /^global:Reflect\.(?:construct|apply)$/.test(origin)) && args[0] !== undefined) {
    for (const hit of context.evaluator.origins(args[0]).flatMap((origin) => hits(origin, true))) record(hit, [], call, context);
  }
  const callee = call.type === 'TaggedTemplateExpression' ? call.tag : (call.callee as Node);
  if (callee.type === 'MemberExpression') method(nameOf(callee.property as Node), args, call, context);
  if (origins.some((origin) => /^(?:module:worker_threads |global:)Worker$/.test(origin))) worker(args, call, context);
}

/** Records what it means that these origins leave the analysis' sight: everything that they can do, at import level. */
export function applyEscape(origins: readonly Origin[], node: Node, context: SourceContext): void {
  for (const hit of origins.flatMap((origin) => hits(origin, false))) {
    for (const of of hit.classes) {
      const scopes = of === 'env.read' ? hit.named : [];
      const level = scopes.length > 0 && !scopes.includes('*') ? 'literal-scoped' : hit.module === null ? 'call-site' : 'import';
      context.uses.add({ class: of, rule: hit.rule, line: context.lineOf(node), level, scopes, module: hit.module });
    }
  }
}

/** Records what a text gives away: a host, a script's name, a credential store, an autostart place, an agent's files. */
export function applyText(node: Node, place: Place, context: SourceContext): void {
  const whole = context.evaluator.text(node);
  const text = whole ?? context.evaluator.head(node);
  if (text === '' && node.type !== 'TemplateLiteral') return;
  // What is imported is followed as an import.
  if (!isSpecifier(node, place)) noteText(node, text, context);
  if (/\s/.test(text) ? text.length > 60 : text.length > 300) return;
  if (place.parent?.node.type === 'ImportDeclaration') return;
  for (const rule of literalRules) {
    if (!rule.pattern.test(text)) continue;
    context.uses.add({
      class: rule.class,
      rule: rule.id,
      line: context.lineOf(node),
      level: 'literal-scoped',
      scopes: [text],
      needs: rule.needs,
    });
  }
}

function isSpecifier(node: Node, place: Place): boolean {
  const parent = place.parent?.node;
  if (parent?.type === 'ImportExpression') return parent.source === node;
  return parent?.type === 'CallExpression' && parent.callee.type === 'Identifier' && /require/.test(parent.callee.name);
}

function hits(origin: Origin, isCall: boolean): readonly Hit[] {
  if (origin.startsWith('module:')) return moduleHits(origin);
  const path = origin.slice('global:'.length);
  if (path === '*' || path === 'process.*')
    return [{ rule: 'computed-global', classes: ['exec.dynamic'], scope: undefined, module: null, named: [] }];
  for (const rule of globalRules) {
    if (path !== rule.path && !path.startsWith(`${rule.path}.`)) continue;
    const rest = path.slice(rule.path.length + 1);
    if (rule.path === 'process.env')
      return [{ rule: rule.id, classes: rule.classes, scope: undefined, module: null, named: [environmentName(rest)] }];
    // `Function.prototype` and `fetch.name` do nothing; `Function.call(…)` and `eval.bind(…)` do.
    const isFunction = /^(?:fetch|eval|Function|WebSocket|EventSource|XMLHttpRequest)$/.test(rule.path);
    if (rest !== '' && isFunction && !/^(?:call|apply|bind|\*)$/.test(rest)) continue;
    if (rule.callOnly === true && !isCall) continue;
    return [{ rule: rule.id, classes: rule.classes, scope: rule.scope, module: null, named: [] }];
  }
  return [];
}

function environmentName(rest: string): string {
  const name = rest.split('.')[0] ?? '';
  return /^[A-Za-z_][\w]*$/.test(name) && !/^(?:hasOwnProperty|toString)$/.test(name) ? name : '*';
}

function moduleHits(origin: Origin): readonly Hit[] {
  const [specifier = '', ...rest] = origin.slice('module:'.length).split(' ');
  const dynamic: Hit = { rule: 'load-unknown', classes: ['exec.dynamic'], scope: undefined, module: null, named: [] };
  if (specifier === '*') return [dynamic];
  const rule = moduleRule(specifier);
  if (rule === undefined) return [];
  let members = rest
    .join(' ')
    .split('.')
    .filter((member) => member !== '' && member !== 'default');
  while (members[0] !== undefined && rule.members?.[members[0]] === 'descend') members = members.slice(1);
  const listed = rule.members?.[members.slice(0, 2).join('.')] ?? (members[0] === undefined ? undefined : rule.members?.[members[0]]);
  const classes = listed === undefined || listed === 'descend' ? rule.classes : listed;
  return [{ rule: rule.id, classes, scope: rule.scope, module: specifier, named: [] }];
}

function record(hit: Hit, args: readonly Node[], call: Call, context: SourceContext): void {
  const line = context.lineOf(call);
  const scope = hit.scope === undefined ? null : scopeOf(hit.scope, args, context.evaluator);
  for (const of of hit.classes) {
    const scopes = of === 'env.read' ? hit.named : scope === null ? [] : [scope];
    const level = scopes.length > 0 && !scopes.includes('*') ? 'literal-scoped' : 'call-site';
    context.uses.add({ class: of, rule: hit.rule, line, level, scopes, module: hit.module });
  }
  if (hit.scope === 'binary' && scope !== null) started(scope, args, line, context);
}

/** What starting this program means beyond starting one. */
function started(program: string, args: readonly Node[], line: number, context: SourceContext): void {
  for (const of of binaryClasses[program] ?? []) {
    context.uses.add({ class: of, rule: `start-${program}`, line, level: 'literal-scoped', scopes: [program] });
  }
  const first = args[0] === undefined ? null : (context.evaluator.text(args[0]) ?? context.evaluator.head(args[0]));
  const list =
    args[1]?.type === 'ArrayExpression'
      ? args[1].elements.map((part) => (part === null ? '' : (context.evaluator.text(part as Node) ?? '…')))
      : [];
  const command = [first ?? '', ...list].join(' ').trim();
  const bare = command.replace(/^\S*[/\\]/, '').replace(/^(\w+)\.cmd\b/, '$1');
  if (packageRunnerPattern.test(bare)) {
    context.uses.add({
      class: 'supply.mutable',
      rule: 'start-package-runner',
      line,
      level: 'literal-scoped',
      scopes: [command.slice(0, 200)],
    });
  } else if (/^(?:npm|pnpm|yarn|bun|uv|pip3?|docker)$/.test(bare)) {
    // The sub-command is not known: it may be the one that fetches.
    context.uses.add({ class: 'supply.mutable', rule: 'start-package-manager', line, level: 'call-site', scopes: [bare] });
  }
}

function method(name: string | null, args: readonly Node[], call: Call, context: SourceContext): void {
  const line = context.lineOf(call);
  if (name === null) return;
  if (registrationMembers.has(name)) context.uses.add({ class: 'agent.surface', rule: 'registration', line, level: 'call-site' });
  const request = Object.hasOwn(agentRequestMembers, name) ? agentRequestMembers[name] : undefined;
  if (request !== undefined)
    context.uses.add({ class: 'agent.surface', rule: 'agent-request', line, level: 'literal-scoped', scopes: [request] });
  if (name === 'listen' && args.length > 0 && args[0]?.type !== 'ArrowFunctionExpression') {
    const host = args
      .slice(0, 2)
      .map((arg) => context.evaluator.text(arg))
      .find((text) => text !== null && /[a-z.:]/i.test(text));
    context.uses.add({
      class: 'net.listen',
      rule: 'method-listen',
      line,
      level: host === undefined ? 'call-site' : 'literal-scoped',
      scopes: [host ?? '*'],
      needs: ['net.listen'],
    });
  }
  // `(() => {}).constructor('…')()` is `Function` without its name.
  if (name === 'constructor' && args.length > 0 && makesFunction(call)) {
    context.uses.add({ class: 'exec.dynamic', rule: 'constructor-call', line, level: 'call-site' });
  }
}

/** `new list.constructor(4)` copies a type; on a function, or with a text, `constructor` compiles one. */
function makesFunction(call: Call): boolean {
  if (call.type === 'TaggedTemplateExpression' || call.callee.type !== 'MemberExpression') return call.type === 'TaggedTemplateExpression';
  const { object } = call.callee;
  if (call.type === 'CallExpression') return object.type !== 'ThisExpression' && object.type !== 'Super';
  const isNested = object.type === 'MemberExpression' && nameOf(object.property as Node) === 'constructor';
  return isNested || /Function/.test(object.type) || (call.arguments[0]?.type === 'Literal' && typeof call.arguments[0].value === 'string');
}

/** A worker runs a file of the package, or a text. */
function worker(args: readonly Node[], call: Call, context: SourceContext): void {
  const [script, options] = args;
  const target = script?.type === 'NewExpression' && script.arguments[0] !== undefined ? (script.arguments[0] as Node) : script;
  const named = target === undefined ? null : context.evaluator.text(target);
  if (named === null) context.loadUnknown(call, './');
  else if (/^\.{0,2}\//.test(named) || !hostOf(named)) context.mentions.add(named.replace(/^(?:\.{0,2}\/)+/, ''));
  if (named !== null && /^data:/i.test(named)) {
    context.uses.add({ class: 'exec.dynamic', rule: 'worker-eval', line: context.lineOf(call), level: 'call-site' });
  }
  const evaluates =
    options?.type === 'ObjectExpression' && options.properties.some((found) => found.type === 'Property' && nameOf(found.key) === 'eval');
  if (evaluates) context.uses.add({ class: 'exec.dynamic', rule: 'worker-eval', line: context.lineOf(call), level: 'call-site' });
}
