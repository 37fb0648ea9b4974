import { portScope } from '../scopes.ts';
import type { Origin } from './evaluator.ts';
import { type Argument, argumentsOf, expressions } from './nodes.ts';
import { named, positional } from './scopes.ts';
import type { PyNode } from './syntax.ts';
import type { FileView } from './views.ts';

const maxDepth = 12;
/** Expressions that one call's port may be made of. */
const maxVisits = 100;

/** `make_server(host, port, app)`, `app.run(host, port)`. */
const portIsSecond = /^(?:flask|quart|sanic|bottle)\..*\brun$|\.make_server$/;
/** `start_server(handler, host, port)`, `TCPSite(runner, host, port)`. */
const portIsThird = /\.(?:start_server|TCPSite)$/;

/**
 * The ports that a call which makes something listen names, as `:8000`, sorted: `port=8000`, `('', 8000)`, and what stands in
 * place of a variable of the environment that is not set. Empty = none is named.
 */
export function listenPorts(origin: Origin, args: readonly Argument[], view: FileView): readonly string[] {
  const [first, second, third] = positional(args);
  // `create_server(('', 8000))`, `bind(('', 8000))`, `HTTPServer(('', 8000), Handler)`.
  const pair = first !== undefined && isPair(first) ? expressions(first)[1] : undefined;
  const port = named(args, ['port']) ?? pair ?? (portIsSecond.test(origin) ? second : portIsThird.test(origin) ? third : undefined);
  if (port === undefined) return [];
  let visits = 0;
  return [...new Set(texts(port, 0).flatMap(portScope))].sort();

  function texts(node: PyNode, depth: number): readonly string[] {
    if (depth > maxDepth || ++visits > maxVisits) return [];
    const { evaluator, bindings, parsed } = view;
    const text = evaluator.text(node);
    if (text !== null) return [text];
    switch (node.type) {
      case 'ParenthesizedExpression':
        return expressions(node).flatMap((inner) => texts(inner, depth + 1));
      case 'VariableName': {
        const held = bindings.names.get(parsed.text.slice(node.from, node.to)) ?? [];
        return held.flatMap((binding) => (binding.kind === 'value' ? texts(binding.node, depth + 1) : []));
      }
      case 'BinaryExpression':
        // `os.environ.get('PORT') or 8000`
        return node.children.some(({ type }) => type === 'or') ? expressions(node).flatMap((side) => texts(side, depth + 1)) : [];
      case 'ConditionalExpression': {
        const [yes, , no] = expressions(node);
        return [yes, no].flatMap((side) => (side === undefined ? [] : texts(side, depth + 1)));
      }
      case 'CallExpression': {
        const [callee] = node.children;
        const origins = callee === undefined ? [] : evaluator.origins(callee);
        const given = argumentsOf(node, parsed.text);
        const [value, otherwise] = positional(given);
        if (origins.includes('builtins.int')) return value === undefined ? [] : texts(value, depth + 1);
        if (!origins.some((origin) => origin === 'os.getenv' || origin === 'os.environ.get')) return [];
        const fallback = otherwise ?? named(given, ['default']);
        return fallback === undefined ? [] : texts(fallback, depth + 1);
      }
      default:
        return [];
    }
  }
}

function isPair(node: PyNode): boolean {
  return (node.type === 'TupleExpression' || node.type === 'ParenthesizedExpression') && expressions(node).length === 2;
}
