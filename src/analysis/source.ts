import type { Node } from 'oxc-parser';
import type { PackageFile } from '../model/artifact.ts';
import { applyCall, applyEscape, applyText } from './apply-rules.ts';
import { credentialFlows } from './credential-flow.ts';
import { collectLinks } from './linking/collect.ts';
import { patternsOf } from './linking/patterns.ts';
import { isOpen } from './linking/term.ts';
import { runsScripts, startsAnything } from './meaning.ts';
import { looksObfuscated } from './readability.ts';
import { applyRunner } from './runners.ts';
import type { SourceContext } from './source-context.ts';
import type { SourceFacts } from './source-facts.ts';
import { collectBindings, maxPerName, nameOf } from './syntax/bindings.ts';
import { makeEvaluator } from './syntax/evaluate.ts';
import { isRequire } from './syntax/origin.ts';
import { collectScopes } from './syntax/parameters.ts';
import { parseSource } from './syntax/parse.ts';
import { isFunctionConstructor, isReference, usageOf } from './syntax/references.ts';
import { makeTerms } from './syntax/terms.ts';
import { type Place, walkOver } from './syntax/walk.ts';
import { unreadSource } from './unread-source.ts';
import { collectUses, type Use } from './uses.ts';
import { collectWrittenPrograms } from './written-programs.ts';

/**
 * The facts of one JavaScript or TypeScript file. Never throws; depends on nothing but the path's ending and the bytes.
 *
 * @param keys `not-followed` leaves `credentials` null where the file reads the environment or connects: of a package that is not the
 * server's own nobody asks where its keys go
 */
export function analyseSource(file: Pick<PackageFile, 'path' | 'bytes'>, keys: 'followed' | 'not-followed' = 'followed'): SourceFacts {
  const parsed = parseSource(file.path, file.bytes);
  if (typeof parsed === 'string') return unreadSource(file.path, parsed);
  const { program, text, lineOf } = parsed;
  let loadsAny = false;
  const uses = collectUses();
  const walk = walkOver(program);
  const bindings = collectBindings(walk);
  const scopes = collectScopes(program, walk);
  const evaluator = makeEvaluator(bindings, (node) => text.slice(node.start, node.end), scopes);
  const terms = makeTerms(bindings, scopes, evaluator, file.path);
  const links = collectLinks(bindings, terms, (node) => lineOf(node.start));
  const context: SourceContext = {
    isCrowded: (name) => (bindings.get(name)?.length ?? 0) >= maxPerName,
    evaluator,
    terms,
    links,
    written: collectWrittenPrograms(bindings, terms),
    uses,
    imports: new Set(),
    mentions: new Set(),
    hosts: new Set(),
    lineOf: (node) => lineOf(node.start),
    loadUnknown(node, head) {
      loadsAny = true;
      // `./commands/${name}` can only be a file of the package, and all of them are looked at from here on.
      if (!/^\.{1,2}\//.test(head)) uses.add({ class: 'exec.dynamic', rule: 'load-unknown', line: lineOf(node.start), level: 'call-site' });
    },
  };
  const obfuscated = looksObfuscated(text);
  if (obfuscated !== null) uses.add({ class: 'code.opaque', rule: obfuscated, line: 0, level: 'call-site' });
  walk((node, place) => visit(node, place, context));
  context.written.finish(context);
  // Too tangled to follow: every module that the file imports may be used in any way.
  if (context.evaluator.lostTrack())
    applyEscape(
      [...context.imports].map((specifier) => `module:${specifier}`),
      program,
      context,
    );
  const list = uses.list();
  const found = links.found(list, loadsAny);
  const followed = !uses.has('env.read', 'net.connect')
    ? noKeys
    : keys === 'followed'
      ? credentialFlows(program, walk, context, found.exports)
      : { flows: null, open: [] };
  return {
    path: file.path,
    unreadable: null,
    imports: [...context.imports].sort(),
    loadsUnknown: loadsAny || startsScripts(list),
    mentions: [...context.mentions].sort(),
    hosts: [...context.hosts].sort(),
    uses: list,
    links: found,
    credentials: followed.flows,
    openCredentials: followed.open,
  };
}

const noKeys = { flows: [], open: [] };

/** A program that is not named, or Node itself, may be handed any file of the package. */
function startsScripts(uses: readonly Use[]): boolean {
  return uses.some(
    ({ class: of, scopes, open }) =>
      of === 'exec.spawn' &&
      (scopes.some((scope) => runsScripts.test(scope)) ||
        open.some(({ term }) => patternsOf(term, () => null).some((pattern) => startsAnything(pattern)))),
  );
}

function visit(node: Node, place: Place, context: SourceContext): boolean | undefined {
  if (isTypeOnly(node)) return false;
  context.links.visit(node);
  switch (node.type) {
    case 'ImportDeclaration':
      if (node.importKind === 'type') return false;
      load(node.source.value, node, context);
      // Imported for its effect: nothing is named, so everything that the module can do is claimed.
      if (node.specifiers.length === 0) applyEscape([`module:${bare(node.source.value)}`], node, context);
      return false;
    case 'ExportAllDeclaration':
      load(node.source.value, node, context);
      applyEscape([`module:${bare(node.source.value)}`], node, context);
      return false;
    case 'ExportNamedDeclaration':
      if (node.source === null) return undefined;
      load(node.source.value, node, context);
      for (const specifier of node.specifiers) {
        const member = specifier.local.type === 'Identifier' ? specifier.local.name : '*';
        applyEscape([`module:${bare(node.source.value)}${member === 'default' ? '' : ` ${member}`}`], node, context);
      }
      return false;
    case 'TSImportEqualsDeclaration':
      if (node.moduleReference.type === 'TSExternalModuleReference') load(node.moduleReference.expression.value, node, context);
      return false;
    case 'ImportExpression':
      loadExpression(node.source, node, context);
      value(node, place, context);
      return undefined;
    case 'CallExpression':
    case 'NewExpression': {
      const origins = context.evaluator.origins(node.callee as Node);
      if (origins.some(isRequire)) {
        if (node.arguments[0] !== undefined) loadExpression(node.arguments[0] as Node, node, context);
      }
      applyCall(origins, node, context);
      applyRunner(node, context);
      context.written.call(origins, node);
      context.links.call(origins, node);
      value(node, place, context);
      return undefined;
    }
    case 'TaggedTemplateExpression':
      applyCall(context.evaluator.origins(node.tag), node, context);
      return undefined;
    case 'ObjectExpression':
      applyRunner(node, context);
      return undefined;
    case 'VariableDeclarator':
      if (node.init !== null && node.id.type === 'ObjectPattern') namedByPattern(node.id, node.init, context);
      return undefined;
    case 'MemberExpression':
      if (isFunctionConstructor(node, context.evaluator))
        context.uses.add({ class: 'exec.dynamic', rule: 'constructor-of-function', line: context.lineOf(node), level: 'call-site' });
      if (!namedByTerm(node, context)) value(node, place, context);
      return undefined;
    case 'Identifier':
      if (isReference(place)) value(node, place, context);
      return undefined;
    case 'Literal':
    case 'TemplateLiteral':
      applyText(node, place, context);
      return undefined;
    case 'BinaryExpression':
      if (node.operator === '+' && place.parent?.node.type !== 'BinaryExpression') applyText(node, place, context);
      else if (node.operator === 'in') namedIn(node.left as Node, node.right, context);
      return undefined;
    default:
      return undefined;
  }
}

/** A module or a global that is passed on, returned or stored can be used in any way from there. */
function value(node: Node, place: Place, context: SourceContext): void {
  const usage = usageOf(place, context.isCrowded);
  if (usage === 'object' || usage === 'callee' || usage === 'idle') {
    if (usage === 'idle' && node.type === 'MemberExpression') applyEscape(memberOnly(context.evaluator.origins(node)), node, context);
    return;
  }
  if (usage === 'alias' && node.type !== 'MemberExpression') return;
  // The value of a variable whose name is not known was read where `process.env` stands.
  const origins = context.evaluator.origins(node).filter((origin) => node.type !== 'Identifier' || origin !== 'global:process.env.*');
  if (usage === 'escape' && origins.some(isRequire)) {
    context.uses.add({ class: 'exec.dynamic', rule: 'require-passed', line: context.lineOf(node), level: 'import' });
  }
  if (usage === 'escape') context.links.pass(origins, node);
  applyEscape(
    usage === 'alias' ? memberOnly(origins) : origins.filter((origin) => !isFollowedGlobal(origin, node, place, context)),
    node,
    context,
  );
}

/** `process` and the global object are followed to whoever imports them, and into functions of the file. */
function isFollowedGlobal(origin: string, node: Node, place: Place, context: SourceContext): boolean {
  if (origin !== 'global:' && origin !== 'global:process') return false;
  // The other names of the global object are usual ones for parameters and members, and name nothing in Node.
  if (origin === 'global:' && !(node.type === 'Identifier' && /^global(?:This)?$/.test(node.name))) return true;
  const parent = place.parent?.node;
  const callee = parent?.type === 'CallExpression' ? (parent.callee as Node) : null;
  if (
    callee?.type === 'MemberExpression' &&
    /^(?:bind|call|apply|define\w+|get\w+|has\w*|keys|is)$/.test(nameOf(callee.property as Node) ?? '')
  )
    return true;
  if (parent?.type === 'CallExpression') return context.terms.functions(parent.callee as Node).length > 0;
  return context.links.isExported(node) || !/^(?:NewExpression|Property|ArrayExpression|ReturnStatement)$/.test(parent?.type ?? '');
}

/** `process.env[name]` where a caller or another file says the name. */
function namedByTerm(node: Node & { type: 'MemberExpression' }, context: SourceContext): boolean {
  if (!node.computed || !context.evaluator.origins(node.object as Node).includes('global:process.env')) return false;
  const term = context.evaluator.text(node.property as Node) === null ? context.terms.term(node.property as Node) : null;
  if (!isOpen(term)) return false;
  context.uses.add({
    class: 'env.read',
    rule: 'global-env',
    line: context.lineOf(node),
    level: 'call-site',
    open: [{ kind: 'name', term }],
  });
  return true;
}

/** `const home = process.env.HOME` is a use where it stands; `const env = process.env` is one where `env` is used. */
function memberOnly(origins: readonly string[]): readonly string[] {
  return origins.filter((origin) => /^global:process\.env\./.test(origin) || origin.endsWith('*'));
}

/** `const { TOKEN } = process.env` reads the variable whether or not the name is used again. */
function namedByPattern(pattern: Node & { type: 'ObjectPattern' }, init: Node, context: SourceContext): void {
  if (!context.evaluator.origins(init).includes('global:process.env')) return;
  for (const property of pattern.properties) {
    const name = property.type === 'Property' && !property.computed ? nameOf(property.key) : null;
    if (name !== null) applyEscape([`global:process.env.${name}`], property, context);
  }
}

function namedIn(left: Node, right: Node, context: SourceContext): void {
  const name = context.evaluator.text(left);
  if (name !== null && context.evaluator.origins(right).includes('global:process.env')) {
    applyEscape([`global:process.env.${name}`], left, context);
  }
}

function load(specifier: string, node: Node, context: SourceContext): void {
  context.imports.add(bare(specifier));
  // Code inside a text, from the network, or from a place outside the pinned tree.
  if (/^(?:data|https?|blob|file):|^\//i.test(specifier)) {
    context.uses.add({
      class: 'exec.dynamic',
      rule: 'load-outside',
      line: context.lineOf(node),
      level: 'literal-scoped',
      scopes: [specifier.slice(0, 200)],
    });
  }
}

function loadExpression(source: Node, node: Node, context: SourceContext): void {
  const specifier = context.evaluator.text(source);
  if (specifier !== null) load(specifier, node, context);
  else context.loadUnknown(node, context.evaluator.head(source));
}

function bare(specifier: string): string {
  return specifier.replace(/^node:/, '');
}

/** Types are erased before anything runs. */
function isTypeOnly(node: Node): boolean {
  if (!node.type.startsWith('TS')) return false;
  return !/^TS(?:AsExpression|SatisfiesExpression|NonNullExpression|TypeAssertion|InstantiationExpression|ExportAssignment|Enum|Module|ImportEquals|ParameterProperty)/.test(
    node.type,
  );
}
