import type { Node } from 'oxc-parser';
import type { PackageFile } from '../model/artifact.ts';
import { applyCall, applyEscape, applyText } from './apply-rules.ts';
import { looksObfuscated } from './readability.ts';
import type { SourceContext } from './source-context.ts';
import { collectBindings, maxPerName, nameOf } from './syntax/bindings.ts';
import { makeEvaluator } from './syntax/evaluate.ts';
import { isRequire } from './syntax/origin.ts';
import { parseSource, type UnreadableReason } from './syntax/parse.ts';
import { isFunctionConstructor, isReference, usageOf } from './syntax/references.ts';
import { type Place, walk } from './syntax/walk.ts';
import { unreadSource } from './unread-source.ts';
import { collectUses, type Use, type UseCollector } from './uses.ts';

/** What one source file does and loads. Plain data. */
export interface SourceFacts {
  /** POSIX path inside the package. */
  readonly path: string;
  /** Why nothing is known about it; null = it was read. */
  readonly unreadable: UnreadableReason | null;
  /** Specifiers as written, sorted, without `node:`. */
  readonly imports: readonly string[];
  /** True when it loads or starts something that the text does not name: any file of the package may then run. */
  readonly loadsUnknown: boolean;
  /** Ends of paths of scripts and programs that its texts mention, sorted; each may be started by path. */
  readonly mentions: readonly string[];
  /** Hosts of URL texts, sorted; `*` = made at run time. They are scopes where the same reach connects. */
  readonly hosts: readonly string[];
  readonly uses: readonly Use[];
}

/** The facts of one JavaScript or TypeScript file. Never throws; depends on nothing but the path's ending and the bytes. */
export function analyseSource(file: Pick<PackageFile, 'path' | 'bytes'>): SourceFacts {
  const parsed = parseSource(file.path, file.bytes);
  if (typeof parsed === 'string') return unreadSource(file.path, parsed);
  const { program, text, lineOf } = parsed;
  let loadsUnknown = false;
  const uses = collectUses();
  const bindings = collectBindings(program);
  const context: SourceContext = {
    isCrowded: (name) => (bindings.get(name)?.length ?? 0) >= maxPerName,
    evaluator: makeEvaluator(bindings, (node) => text.slice(node.start, node.end)),
    uses,
    imports: new Set(),
    mentions: new Set(),
    hosts: new Set(),
    lineOf: (node) => lineOf(node.start),
    loadUnknown(node, head) {
      loadsUnknown = true;
      // `./commands/${name}` can only be a file of the package, and all of them are looked at from here on.
      if (!/^\.{1,2}\//.test(head)) uses.add({ class: 'exec.dynamic', rule: 'load-unknown', line: lineOf(node.start), level: 'call-site' });
    },
  };
  const obfuscated = looksObfuscated(text);
  if (obfuscated !== null) uses.add({ class: 'code.opaque', rule: obfuscated, line: 0, level: 'call-site' });
  walk(program, (node, place) => visit(node, place, context));
  // Too tangled to follow: every module that the file imports may be used in any way.
  if (context.evaluator.lostTrack())
    applyEscape(
      [...context.imports].map((specifier) => `module:${specifier}`),
      program,
      context,
    );
  if (startsScripts(uses)) loadsUnknown = true;
  return {
    path: file.path,
    unreadable: null,
    imports: [...context.imports].sort(),
    loadsUnknown,
    mentions: [...context.mentions].sort(),
    hosts: [...context.hosts].sort(),
    uses: uses.list(),
  };
}

/** A program that is not named, or Node itself, may be handed any file of the package. */
function startsScripts(uses: UseCollector): boolean {
  return uses
    .list()
    .some((use) => use.class === 'exec.spawn' && use.scopes.some((scope) => scope === '*' || /^(?:node|bun|tsx|deno)$/.test(scope)));
}

function visit(node: Node, place: Place, context: SourceContext): boolean | undefined {
  if (isTypeOnly(node)) return false;
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
      value(node, place, context);
      return undefined;
    }
    case 'TaggedTemplateExpression':
      applyCall(context.evaluator.origins(node.tag), node, context);
      return undefined;
    case 'VariableDeclarator':
      if (node.init !== null && node.id.type === 'ObjectPattern') namedByPattern(node.id, node.init, context);
      return undefined;
    case 'MemberExpression':
      if (isFunctionConstructor(node, context.evaluator))
        context.uses.add({ class: 'exec.dynamic', rule: 'constructor-of-function', line: context.lineOf(node), level: 'call-site' });
      value(node, place, context);
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
  const origins = context.evaluator.origins(node);
  if (usage === 'escape' && origins.some(isRequire)) {
    context.uses.add({ class: 'exec.dynamic', rule: 'require-passed', line: context.lineOf(node), level: 'import' });
  }
  applyEscape(usage === 'alias' ? memberOnly(origins) : origins, node, context);
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
