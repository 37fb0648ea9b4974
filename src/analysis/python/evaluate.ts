import type { Binding, Bindings } from './bindings.ts';
import { calledText, joined } from './called-text.ts';
import type { Evaluator, Origin, OwnNames } from './evaluator.ts';
import { formatPieces, stringValue } from './literals.ts';
import { argumentsOf, childOf, expressions, isExpression, textOf } from './nodes.ts';
import type { PyNode } from './syntax.ts';

const maxDepth = 40;
const maxOrigins = 12;
/** Steps of evaluation in one file. */
const maxSteps = 400_000;
const maxText = 20_000;

export function makeEvaluator(bindings: Bindings, source: string, own: OwnNames): Evaluator {
  const originsOf = new Map<PyNode, readonly Origin[]>();
  const texts = new Map<PyNode, string | null>();
  let steps = 0;
  let depth = 0;
  return {
    origins,
    text,
    head,
    named: (name) => limited(() => named(name), []),
    namedText: (name, member) => limited(() => (member === null ? nameText(name) : classText(name, member)), null),
    lostTrack: () => steps >= maxSteps,
  };

  function limited<T>(work: () => T, otherwise: T): T {
    if (depth >= maxDepth || steps >= maxSteps) return otherwise;
    steps++;
    depth++;
    try {
      return work();
    } finally {
      depth--;
    }
  }

  function origins(node: PyNode): readonly Origin[] {
    const before = originsOf.get(node);
    if (before !== undefined) return before;
    originsOf.set(node, []); // a cycle ends here
    const found = limited(() => [...new Set(compute(node))].slice(0, maxOrigins), []);
    originsOf.set(node, found);
    return found;
  }

  function compute(node: PyNode): readonly Origin[] {
    switch (node.type) {
      case 'VariableName':
        return named(textOf(node, source));
      case 'MemberExpression':
        return member(node);
      case 'CallExpression':
        return called(node);
      case 'ParenthesizedExpression':
      case 'AwaitExpression':
        return expressions(node).flatMap(origins);
      case 'NamedExpression':
        return expressions(node).slice(1).flatMap(origins);
      case 'ConditionalExpression': {
        const [yes, , no] = expressions(node);
        return [yes, no].flatMap((side) => (side === undefined ? [] : origins(side)));
      }
      case 'BinaryExpression':
        return node.children.some(({ type }) => type === 'or' || type === 'and') || isPath(node) ? expressions(node).flatMap(origins) : [];
      default:
        return [];
    }
  }

  function named(name: string): readonly Origin[] {
    const held = bindings.names.get(name);
    if (held === undefined) return starred(name);
    return held.flatMap((binding) => bound(binding));
  }

  /** A name that the file does not bind is a builtin, or came with `from module import *`. */
  function starred(name: string): readonly Origin[] {
    const from = bindings.imports.filter(({ names }) => names.includes('*')).map(({ path }) => path);
    return [`builtins.${name}`, ...from.flatMap((path) => own.origins(`${path}.${name}`) ?? [`${path}.${name}`])];
  }

  function bound(binding: Binding): readonly Origin[] {
    if (binding.kind === 'import') return own.origins(binding.path) ?? [binding.path];
    return binding.kind === 'value' ? origins(binding.node) : [];
  }

  function member(node: PyNode): readonly Origin[] {
    const [object, key] = expressions(node);
    if (object === undefined) return [];
    if (childOf(node, '.') !== undefined) {
      const name = key === undefined ? '*' : textOf(key, source);
      return origins(object).flatMap((origin) => attribute(origin, name));
    }
    const name = key === undefined ? null : text(key);
    return origins(object).flatMap((origin) => item(origin, name));
  }

  function attribute(origin: Origin, name: string): readonly Origin[] {
    if (origin.endsWith('*')) return [origin];
    if (origin === 'builtins.__builtins__') return [`builtins.${name}`];
    if (name === '__dict__') return [`${origin}.__dict__`];
    const path = `${origin}.${name}`;
    return own.origins(path) ?? [path];
  }

  /** `vars(os)['system']`, `globals()['os']`, `sys.modules['os']`. */
  function item(origin: Origin, name: string | null): readonly Origin[] {
    const dict = /^(.*)\.__dict__$/.exec(origin)?.[1];
    if (dict !== undefined) return name === null ? [`${dict}.*`] : attribute(dict, name);
    if (/^builtins\.(?:globals|locals|vars)\(\)$/.test(origin)) return name === null ? ['builtins.*'] : named(name);
    if (origin === 'sys.modules') return name === null ? ['*'] : [name];
    if (origin === 'builtins.__builtins__') return [`builtins.${name ?? '*'}`];
    return [`${origin}[]`];
  }

  function called(node: PyNode): readonly Origin[] {
    const [callee] = node.children;
    const args = argumentsOf(node, source);
    const first = args[0]?.value;
    return (callee === undefined ? [] : origins(callee)).flatMap((origin) => {
      switch (origin) {
        case 'importlib.import_module':
        case 'importlib.__import__':
        case 'builtins.__import__': {
          const name = first === undefined ? null : text(first);
          if (name === null) return ['*'];
          return [origin === 'importlib.import_module' || args.length > 3 ? name : (name.split('.')[0] ?? name)];
        }
        case 'builtins.getattr':
        case 'operator.attrgetter': {
          if (first === undefined || origin !== 'builtins.getattr') return [];
          const name = args[1] === undefined ? null : text(args[1].value);
          return origins(first).flatMap((found) => (name === null ? [`${found}.*`] : attribute(found, name)));
        }
        case 'builtins.vars':
          return first === undefined ? ['builtins.vars()'] : origins(first).map((found) => `${found}.__dict__`);
        case 'functools.partial':
        case 'builtins.staticmethod':
          return first === undefined ? [] : origins(first);
        default: {
          // `sys.modules.get('os')` and `os.__dict__.get('system')`.
          const get = /^(.*)\.(?:get|pop|setdefault|__getitem__)$/.exec(origin)?.[1];
          if (get !== undefined && /^sys\.modules$|\.__dict__$|^builtins\.(?:globals|locals|vars)\(\)$/.test(get))
            return item(get, first === undefined ? null : text(first));
          const dunder = /^(.*)\.__getattribute__$/.exec(origin)?.[1];
          if (dunder !== undefined) return attribute(dunder, (first === undefined ? null : text(first)) ?? '*');
          return [`${origin}()`];
        }
      }
    });
  }

  function text(node: PyNode): string | null {
    const before = texts.get(node);
    if (before !== undefined) return before;
    texts.set(node, null); // a cycle ends here
    const found = limited(() => computeText(node), null);
    const kept = found !== null && found.length > maxText ? null : found;
    texts.set(node, kept);
    return kept;
  }

  function computeText(node: PyNode): string | null {
    switch (node.type) {
      case 'String':
        return stringValue(textOf(node, source));
      case 'ContinuedString':
        return joined(node.children.map(text));
      case 'FormatString':
        return joined(formatPieces(node, source).map((piece) => (typeof piece === 'string' ? piece : hole(piece))));
      case 'Number':
        return textOf(node, source);
      case 'ParenthesizedExpression': {
        const inner = node.children.filter(isExpression);
        return inner[0] === undefined || inner.length > 1 ? null : text(inner[0]);
      }
      case 'BinaryExpression': {
        const [left, right] = expressions(node).map(text);
        if (left === undefined || right === undefined || left === null || right === null) return null;
        const operator = textOf(node.children[1] ?? node, source);
        return operator === '+' ? left + right : isPath(node) ? `${left.replace(/\/$/, '')}/${right}` : null;
      }
      case 'VariableName':
        return nameText(textOf(node, source));
      case 'CallExpression':
        return calledText(node, { source, origins, text });
      case 'MemberExpression':
        return memberText(node);
      default:
        return null;
    }
  }

  function hole(piece: PyNode): string | null {
    const [value] = expressions(piece);
    return value === undefined ? null : text(value);
  }

  function nameText(name: string): string | null {
    return oneOf((bindings.names.get(name) ?? []).map(boundText));
  }

  function boundText(binding: Binding): string | null {
    if (binding.kind === 'import') return own.text(binding.path);
    return binding.kind === 'value' ? text(binding.node) : null;
  }

  /** `sys.executable`, `Names.READ`, `Names.READ.value`, `config.URL`. */
  function memberText(node: PyNode): string | null {
    const [object, key] = expressions(node);
    if (object === undefined || key === undefined || childOf(node, '.') === undefined) return null;
    const member = textOf(key, source);
    if (member === 'value' && object.type === 'MemberExpression') return text(object);
    if (object.type !== 'VariableName') return null;
    const name = textOf(object, source);
    const [binding, ...others] = bindings.names.get(name) ?? [];
    if (binding === undefined || others.length > 0) return null;
    if (binding.kind === 'import')
      return `${binding.path}.${member}` === 'sys.executable' ? 'python' : own.text(`${binding.path}.${member}`);
    return classText(name, member);
  }

  /** The text that the body of a class gives to a name: members of an Enum, constants. */
  function classText(name: string, member: string): string | null {
    const found = (bindings.names.get(name) ?? []).flatMap((binding) => {
      const body = binding.kind === 'class' ? childOf(binding.node, 'Body') : undefined;
      return (body?.children ?? []).flatMap((statement) => {
        const [target] = statement.children;
        const value = statement.children.at(-1);
        const isIt = statement.type === 'AssignStatement' && target?.type === 'VariableName' && textOf(target, source) === member;
        return isIt && value !== undefined ? [text(value)] : [];
      });
    });
    return oneOf(found);
  }

  function head(node: PyNode): string {
    return limited(() => {
      const whole = text(node);
      if (whole !== null) return whole;
      if (node.type === 'FormatString') {
        let start = '';
        for (const piece of formatPieces(node, source)) {
          const value = typeof piece === 'string' ? piece : hole(piece);
          if (value === null) return start;
          start += value;
        }
        return start;
      }
      const [first] = node.type === 'CallExpression' ? [formatted(node)] : expressions(node);
      return first !== undefined && /^(?:ContinuedString|BinaryExpression|ParenthesizedExpression)$/.test(node.type)
        ? head(first)
        : node.type === 'CallExpression' && first !== undefined
          ? head(first).replace(/[{%][\s\S]*$/, '')
          : '';
    }, '');
  }

  /** `'https://{}/x'.format(host)`: the text before the first hole. */
  function formatted(node: PyNode): PyNode | undefined {
    const [callee] = node.children;
    const [object, method] = callee?.type === 'MemberExpression' ? expressions(callee) : [];
    return method !== undefined && textOf(method, source) === 'format' ? object : undefined;
  }

  /** `Path.home() / '.ssh'`. */
  function isPath(node: PyNode): boolean {
    return node.children[1]?.type === 'ArithOp' && textOf(node.children[1], source) === '/';
  }
}

function oneOf(found: readonly (string | null)[]): string | null {
  const [first = null, ...others] = new Set(found);
  return others.length === 0 ? first : null;
}
