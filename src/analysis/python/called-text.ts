import { cleaned, dedented } from './literals.ts';
import { argumentsOf, expressions, textOf } from './nodes.ts';
import type { PyNode } from './syntax.ts';

interface Around {
  readonly source: string;
  readonly origins: (node: PyNode) => readonly string[];
  readonly text: (node: PyNode) => string | null;
}

/** The text that a call gives: paths put together, `'.'.join(…)`, `Path.home()` as `~`. null = not known. */
export function calledText(node: PyNode, { source, origins, text }: Around): string | null {
  const [callee] = node.children;
  const args = argumentsOf(node, source).map(({ value }) => value);
  if (callee === undefined) return null;
  const names = origins(callee);
  const first = args[0] === undefined ? null : text(args[0]);
  const is = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (
    is(/^pathlib\.(?:Pure)?(?:Posix|Windows)?Path\.home$/) ||
    (is(/^(?:os\.path|posixpath|ntpath)\.expanduser$/) && args[0] === undefined)
  )
    return '~';
  if (is(/^(?:os\.path|posixpath)\.(?:expanduser|abspath|realpath|normpath)$|^builtins\.(?:str|bytes)$|^os\.fspath$|^shutil\.which$/))
    return first;
  if (is(/^(?:os\.path|posixpath|ntpath)\.join$|^pathlib\.(?:Pure)?(?:Posix|Windows)?Path$/)) return joined(args.map(text), '/');
  if (is(/^textwrap\.dedent$/)) return first === null ? null : dedented(first);
  if (is(/^inspect\.cleandoc$/)) return first === null ? null : cleaned(first);
  if (callee.type !== 'MemberExpression') return null;
  const [object, method] = expressions(callee);
  const on = object === undefined ? null : text(object);
  if (object === undefined || method === undefined || on === null) return null;
  switch (textOf(method, source)) {
    case 'join': {
      const list = args[0] !== undefined && /^(?:Array|Tuple)Expression$/.test(args[0].type) ? expressions(args[0]) : null;
      return list === null ? null : joined(list.map(text), on);
    }
    case 'joinpath':
      return joined([on, ...args.map(text)], '/');
    case 'strip':
      return args.length === 0 ? on.trim() : on;
    case 'lower':
      return on.toLowerCase();
    case 'encode':
    case 'decode':
    case 'expanduser':
    case 'resolve':
    case 'absolute':
    case 'as_posix':
      return on;
    default:
      return null;
  }
}

/** The texts one after the other; null when one is not known. */
export function joined(pieces: readonly (string | null)[], between = ''): string | null {
  return pieces.includes(null) ? null : pieces.join(between);
}
