import type { Node } from 'oxc-parser';
import { type Hit, hitsOf } from './hits.ts';
import { patternsOf } from './linking/patterns.ts';
import { isOpen, type Term } from './linking/term.ts';
import { isSocketServer, notePortsOfListen, notePortsOfOptions, noteSocketServer } from './listen-ports.ts';
import { scopeOf, usesOf } from './meaning.ts';
import { noteText } from './note-text.ts';
import { agentRequestMembers, credentialMembers, registrationMembers, startedFrameworks } from './rules/globals.ts';
import { downloadRule, placesIn } from './rules/literals.ts';
import { folderOf, hostOf } from './scopes.ts';
import type { SourceContext } from './source-context.ts';
import { nameOf } from './syntax/bindings.ts';
import type { Origin } from './syntax/origin.ts';
import type { Place } from './syntax/walk.ts';

const makesFiles = /^module:(?:fs|fs\/promises|graceful-fs|fs-extra) (?:promises\.)?(?:chmod|writeFile|createWriteStream)(?:Sync)?$/;
/** Modes with which a file can be started, as numbers and as texts; 700 is left out, which folders are given. */
const executableModes: ReadonlySet<string> = new Set([
  '493',
  '511',
  '509',
  '484',
  '489',
  '755',
  '777',
  '775',
  '0755',
  '0o755',
  'a+x',
  '+x',
]);

type Call = Node & { type: 'CallExpression' | 'NewExpression' | 'TaggedTemplateExpression' };

/** Records what calling (or `new`, or a tagged template) on these origins means, with the scope of its first argument. */
export function applyCall(origins: readonly Origin[], call: Call, context: SourceContext): void {
  const args: readonly Node[] = call.type === 'TaggedTemplateExpression' ? [call.quasi] : (call.arguments as readonly Node[]);
  const hits = origins.flatMap((origin) => hitsOf(origin, true));
  const listens = hits.some(({ classes }) => classes.includes('net.listen'));
  const asks = listens || isSocketServer(origins) || hits.some((hit) => hit.scope !== undefined);
  const terms = asks ? args.slice(0, 3).map((arg) => context.terms.term(arg)) : [];
  for (const hit of hits) record(hit, terms, call, context);
  if (listens) notePortsOfOptions(terms, context.lineOf(call), context);
  noteSocketServer(origins, terms, context.lineOf(call), context);
  if (origins.some((origin) => makesFiles.test(origin)) && terms.some(isExecutableMode)) {
    const scopes = patternsOf(terms[0] ?? null, () => null).map(folderOf);
    // Counts where the package also fetches and starts something: see `packageObservations`.
    context.uses.add({
      class: 'supply.mutable',
      rule: downloadRule,
      line: context.lineOf(call),
      level: 'call-site',
      scopes,
      needs: ['net.connect'],
    });
  }
  if (origins.some((origin) => /^global:Reflect\.(?:construct|apply)$/.test(origin)) && args[0] !== undefined) {
    for (const hit of context.evaluator.origins(args[0]).flatMap((origin) => hitsOf(origin, true))) record(hit, [], call, context);
  }
  const callee = call.type === 'TaggedTemplateExpression' ? call.tag : (call.callee as Node);
  if (callee.type === 'MemberExpression') method(nameOf(callee.property as Node), args, call, context);
  if (origins.some((origin) => /^(?:module:worker_threads |global:)Worker$/.test(origin))) worker(args, call, context);
}

/** Records what it means that these origins leave the analysis' sight: everything that they can do, at import level. */
export function applyEscape(origins: readonly Origin[], node: Node, context: SourceContext): void {
  for (const hit of origins.flatMap((origin) => hitsOf(origin, false))) {
    for (const of of hit.classes) {
      const scopes = hit.fixed?.[of] ?? (of === 'env.read' || of === 'net.connect' ? hit.named : []);
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
  if (place.parent?.node.type === 'ImportDeclaration') return;
  for (const { class: of, id, needs } of placesIn(text))
    context.uses.add({ class: of, rule: id, line: context.lineOf(node), level: 'literal-scoped', scopes: [text], needs });
}

function isExecutableMode(term: Term): boolean {
  if (typeof term === 'string') return executableModes.has(term);
  return term !== null && 'members' in term && Object.hasOwn(term.members, 'mode') && isExecutableMode(term.members['mode'] ?? null);
}

function isSpecifier(node: Node, place: Place): boolean {
  const parent = place.parent?.node;
  if (parent?.type === 'ImportExpression') return parent.source === node;
  return parent?.type === 'CallExpression' && parent.callee.type === 'Identifier' && /require/.test(parent.callee.name);
}

function record(hit: Hit, args: readonly Term[], call: Call, context: SourceContext): void {
  const line = context.lineOf(call);
  const scope = scopeOf(hit, args);
  for (const of of hit.classes) {
    const use = { class: of, rule: hit.rule, line, module: hit.module };
    if (of === 'env.read') {
      const level = hit.named.length > 0 && !hit.named.includes('*') ? 'literal-scoped' : 'call-site';
      context.uses.add({ ...use, level, scopes: hit.named });
    } else if (hit.fixed?.[of] !== undefined) context.uses.add({ ...use, level: 'literal-scoped', scopes: hit.fixed[of] });
    else if (scope === null) context.uses.add({ ...use, level: 'call-site' });
    else if (isOpen(scope.term)) context.uses.add({ ...use, level: 'call-site', open: [scope] });
    else
      for (const found of usesOf(
        { class: of, rule: hit.rule },
        scope.kind,
        patternsOf(scope.term, () => null),
      ))
        context.uses.add({ ...use, ...found });
  }
}

function method(name: string | null, args: readonly Node[], call: Call, context: SourceContext): void {
  const line = context.lineOf(call);
  if (name === null) return;
  if (registrationMembers.has(name)) context.uses.add({ class: 'agent.surface', rule: 'registration', line, level: 'call-site' });
  const request = Object.hasOwn(agentRequestMembers, name) ? agentRequestMembers[name] : undefined;
  if (request !== undefined)
    context.uses.add({ class: 'agent.surface', rule: 'agent-request', line, level: 'literal-scoped', scopes: [request] });
  const keys = Object.hasOwn(credentialMembers, name) ? credentialMembers[name] : undefined;
  if (keys !== undefined)
    context.uses.add({
      class: 'secrets.read',
      rule: 'credential-member',
      line,
      level: 'literal-scoped',
      scopes: [keys],
      needs: ['host.control'],
    });
  if (name === 'start') started(args, line, context);
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
    notePortsOfListen([context.terms.term(args[0] as Node)], line, context);
  }
  // `(() => {}).constructor('…')()` is `Function` without its name.
  if (name === 'constructor' && args.length > 0 && makesFunction(call)) {
    context.uses.add({ class: 'exec.dynamic', rule: 'constructor-call', line, level: 'call-site' });
  }
}

/** Their server speaks over standard streams or over a port, as `start` is told. */
function started([options]: readonly Node[], line: number, context: SourceContext): void {
  const framework = [...context.imports].find((specifier) => startedFrameworks.has(specifier));
  if (framework === undefined || options === undefined) return;
  const kind = context.terms.term(options);
  const members = kind !== null && typeof kind === 'object' && 'members' in kind ? kind : null;
  const transport = members === null ? null : Object.hasOwn(members.members, 'transportType') ? members.members['transportType'] : '';
  // Without a kind it is the standard streams.
  if (transport === 'stdio' || (transport === '' && members?.more === false)) return;
  context.uses.add({ class: 'net.listen', rule: 'framework-start', line, level: 'call-site', scopes: ['*'], module: framework });
  notePortsOfOptions([kind], line, context);
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
