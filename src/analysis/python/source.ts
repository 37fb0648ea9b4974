import { collectUses, type Use, type UseCollector } from '../uses.ts';
import { applyCall, applyEscape, applyImport, applyMethod, applyText } from './apply.ts';
import type { PythonContext } from './context.ts';
import { applyEnvironment } from './environment.ts';
import { argumentsOf, childOf, expressions, isExpression, isNamePlace, textOf } from './nodes.ts';
import type { PyNode, PythonUnreadable } from './syntax.ts';
import type { FileView, Views } from './views.ts';

/** What one Python file does and loads. Plain data. */
export interface PythonSourceFacts {
  /** POSIX path inside the package. */
  readonly path: string;
  /** Why nothing is known about it; null = it was read. */
  readonly unreadable: PythonUnreadable | 'crashed' | 'timeout' | null;
  /** Lines that could not be parsed; empty = none. */
  readonly badLines: readonly number[];
  /** Absolute dotted paths of modules that it loads, and of names taken from them, which may be modules too; sorted. */
  readonly imports: readonly string[];
  /** True when it loads or starts something that the text does not name: any file of the package may then run. */
  readonly loadsUnknown: boolean;
  /** Ends of paths of scripts that its texts mention, sorted. */
  readonly mentions: readonly string[];
  /** Hosts of URL texts, sorted; `*` = made at run time. */
  readonly hosts: readonly string[];
  readonly uses: readonly Use[];
  /** Names of the module with what they stand for elsewhere: what another package gets when it takes them from here. */
  readonly exports: readonly (readonly [name: string, origins: readonly string[]])[];
  /** Dotted paths of other packages that it calls or takes, sorted: what they are is only known with those packages. */
  readonly foreign: readonly string[];
}

/** More names of other packages than that are in no file that a person wrote. */
const maxForeign = 2_000;

/** Names that obfuscators generate. */
const mangled = /\b(?:[Il1]{8,}|[O0o]{8,}|_0x[0-9a-f]{4,}|_{6,}\d*)\b/g;
const minMangled = 20;

/** The facts of one Python file of a package. Never throws; a function of the package's bytes. */
export function analysePythonSource(path: string, views: Views): PythonSourceFacts {
  const view = views.of(path);
  if (view === null) return unreadPython(path, 'not-text');
  if (typeof view === 'string') return unreadPython(path, view);
  const { parsed, bindings, evaluator } = view;
  const lineOf = (node: PyNode) => parsed.lineOf(node.from);
  const uses = collectUses();
  const imports = new Set<string>();
  const foreign = new Set<string>();
  let loadsUnknown = false;
  const top = view.place.module.split('.')[0] ?? '';
  const context: PythonContext = {
    view,
    uses,
    mentions: new Set(),
    hosts: new Set(),
    lineOf,
    load: (module) => void imports.add(module),
    noteForeign: (path) => void (foreign.size < maxForeign && foreign.add(path)),
    loadUnknown(node, head) {
      loadsUnknown = true;
      // `import_module(f".commands.{name}")` can only be a file of the package, and all of them are looked at from here on.
      if (!head.startsWith('.') && !(top !== '' && head.startsWith(`${top}.`)))
        uses.add({ class: 'exec.dynamic', rule: 'load-unknown', line: lineOf(node), level: 'call-site' });
    },
  };
  for (const { path: module, names, node } of bindings.imports) {
    imports.add(module);
    for (const name of names) if (name !== '*') imports.add(`${module}.${name}`);
    for (const name of names) context.noteForeign(`${module}.${name}`);
    applyImport(module, names, node, context);
  }
  if ((parsed.text.match(mangled)?.length ?? 0) >= minMangled)
    uses.add({ class: 'code.opaque', rule: 'obfuscated', line: 0, level: 'call-site' });
  walk(context);
  // Too tangled to follow: every module that the file imports may be used in any way.
  if (evaluator.lostTrack())
    applyEscape(
      bindings.imports.map((found) => found.path),
      parsed.root,
      context,
    );
  if (startsScripts(uses)) loadsUnknown = true;
  return {
    path,
    unreadable: null,
    badLines: parsed.badLines,
    imports: [...imports].sort(),
    loadsUnknown,
    mentions: [...context.mentions].sort(),
    hosts: [...context.hosts].sort(),
    uses: uses.list(),
    exports: exportsOf(view),
    foreign: [...foreign].filter((path) => !path.startsWith(`${top}.`)).sort(),
  };
}

/** What the names of a module stand for, as far as it is something of another one. */
function exportsOf({ bindings, evaluator, place }: FileView): PythonSourceFacts['exports'] {
  const own = `${place.module.split('.')[0] ?? ''}.`;
  return [...bindings.names.keys()].slice(0, maxForeign).flatMap((name) => {
    const origins = evaluator
      .named(name)
      .filter((origin) => !/\(\)|\[\]/.test(origin) && origin !== `builtins.${name}` && !origin.startsWith(own));
    return origins.length === 0 ? [] : [[name, origins] as const];
  });
}

/** What is known of a file that nobody could read: that it may load anything. */
export function unreadPython(path: string, unreadable: NonNullable<PythonSourceFacts['unreadable']>): PythonSourceFacts {
  return { path, unreadable, badLines: [], imports: [], loadsUnknown: true, mentions: [], hosts: [], uses: [], exports: [], foreign: [] };
}

/** A program that is not named, or Python itself, may be handed any file of the package. */
function startsScripts(uses: UseCollector): boolean {
  return uses.list().some((use) => use.class === 'exec.spawn' && use.scopes.some((scope) => scope === '*' || /^python[\d.]*$/.test(scope)));
}

function walk(context: PythonContext): void {
  const stack: PyNode[] = [context.view.parsed.root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (context.view.isTypeOnly(node) || node.type === 'ImportStatement') continue;
    visit(node, context);
    for (let index = node.children.length - 1; index >= 0; index--) {
      const child = node.children[index];
      if (child !== undefined) stack.push(child);
    }
  }
}

function visit(node: PyNode, context: PythonContext): void {
  const { evaluator, parsed } = context.view;
  switch (node.type) {
    case 'CallExpression': {
      const [callee] = node.children;
      const args = argumentsOf(node, parsed.text);
      if (callee === undefined) return;
      applyCall(evaluator.origins(callee), args, node, context);
      applyMethod(callee, args, node, context);
      applyEnvironment(node, context);
      madeText(node, context);
      value(node, context); // `print(getattr(os, 'environ'))`
      return;
    }
    case 'Decorator':
      decorator(node, context);
      return;
    case 'MemberExpression':
      applyEnvironment(node, context);
      value(node, context);
      return;
    case 'VariableName':
      value(node, context);
      return;
    case 'BinaryExpression':
      applyEnvironment(node, context);
      madeText(node, context);
      return;
    case 'ClassDefinition':
    case 'ArgList':
      applyEnvironment(node, context);
      return;
    case 'String':
    case 'ContinuedString':
    case 'FormatString':
      literal(node, context);
      return;
    default:
      return;
  }
}

/** A docstring names things that it does not touch. */
function literal(node: PyNode, context: PythonContext): void {
  if (node.parent?.type === 'ContinuedString' || node.parent?.type === 'ExpressionStatement') return;
  const whole = context.view.evaluator.text(node);
  applyText(node, whole ?? context.view.evaluator.head(node), whole !== null, context);
}

/** `Path.home() / '.ssh'`, `os.path.join(home, '.aws')`: a text that no single literal holds. */
function madeText(node: PyNode, context: PythonContext): void {
  if (node.parent?.type === 'BinaryExpression') return;
  const text = context.view.evaluator.text(node);
  if (text !== null) applyText(node, text, true, context);
}

/** `@module.name` and `@module.name(…)` call what they name. */
function decorator(node: PyNode, context: PythonContext): void {
  const names = node.children.filter(({ type }) => type === 'VariableName' || type === 'PropertyName');
  const [first, ...rest] = names.map((name) => textOf(name, context.view.parsed.text));
  const [head] = names;
  if (first === undefined || head === undefined) return;
  const origins = context.view.evaluator.named(first).map((origin) => [origin, ...rest].join('.'));
  const args = argumentsOf(node, context.view.parsed.text);
  applyCall(origins, args, node, context);
  // The same shape as a call of a member, as far as names of methods go.
  const last = names.at(-1);
  if (rest.length > 0 && last !== undefined) {
    const dot = childOf(node, '.') ?? head;
    applyMethod({ ...node, type: 'MemberExpression', children: [head, dot, { ...last, type: 'PropertyName' }] }, args, node, context);
  }
}

/** A module or a function that is passed on, returned or stored can be used in any way from there. */
function value(node: PyNode, context: PythonContext): void {
  if (!escapes(node, context)) return;
  const origins = context.view.evaluator.origins(node);
  if (origins.length > 0) applyEscape(origins, node, context);
}

/** Calls that look at what they are given, or whose result is followed. */
const lookers = /^(?:builtins\.(?:isinstance|issubclass|hasattr|type|id|getattr|vars|super|callable)|functools\.partial|typing\.cast)$/;

function escapes(node: PyNode, context: PythonContext): boolean {
  const parent = node.parent;
  if (parent === null || isNamePlace(node)) return false;
  switch (parent.type) {
    case 'MemberExpression':
      // The inside of `x[…]` is a value of its own.
      return parent.children[0] !== node && childOf(parent, '.') === undefined;
    case 'CallExpression':
    case 'Decorator':
    case 'ExpressionStatement':
    case 'DeleteStatement':
    case 'TryStatement':
    case 'TypeDef':
      return false;
    case 'ParenthesizedExpression':
    case 'ConditionalExpression':
    case 'AwaitExpression':
      return escapes(parent, context);
    case 'BinaryExpression':
      if (parent.children.some(({ type }) => /^(?:CompareOp|in|is|not)$/.test(type))) return false;
      return parent.children.some(({ type }) => type === 'or' || type === 'and') ? escapes(parent, context) : true;
    case 'AssignStatement':
      return !isAlias(parent, context);
    case 'NamedExpression':
      return false;
    case 'ArgList':
      return argumentEscapes(parent, node, context);
    default:
      return !insideType(parent) && isExpression(node);
  }
}

/** A plain name that is given the value is followed; too many values for one name, and members of a class, are not. */
function isAlias(statement: PyNode, { view }: PythonContext): boolean {
  if (statement.parent?.parent?.type === 'ClassDefinition') return false;
  const targets = statement.children.filter((child, index) => {
    const next = statement.children[index + 1]?.type;
    return /^[A-Z]/.test(child.type) && (next === 'AssignOp' || next === 'TypeDef');
  });
  return targets.every(
    (target) => target.type === 'VariableName' && (view.bindings.names.get(textOf(target, view.parsed.text))?.length ?? 0) < 24,
  );
}

function argumentEscapes(list: PyNode, node: PyNode, context: PythonContext): boolean {
  const call = list.parent;
  const callee = call?.children[0];
  if (call?.type !== 'CallExpression' || callee === undefined) return !insideType(list);
  const origins = context.view.evaluator.origins(callee);
  if (!origins.some((origin) => lookers.test(origin))) return true;
  // `getattr(os, name)` is followed by what it may give; its own call has the rest.
  if (!origins.includes('builtins.getattr') || expressions(list)[0] !== node) return false;
  return context.view.evaluator.origins(call).some((origin) => origin.endsWith('.*'));
}

function insideType(node: PyNode): boolean {
  for (let at: PyNode | null = node; at !== null; at = at.parent) {
    if (at.type === 'TypeDef') return true;
    if (/Statement$|^Body$/.test(at.type)) return false;
  }
  return false;
}
