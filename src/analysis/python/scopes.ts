import { nameOnlyHosts } from '../rules/literals.ts';
import { hostOf } from '../scopes.ts';
import type { PythonContext } from './context.ts';
import type { Evaluator } from './evaluator.ts';
import { type Argument, expressions } from './nodes.ts';
import type { PyNode } from './syntax.ts';

/** What a call names as its host, path or program; `*` = not known. */
export function scopeOf(kind: 'host' | 'path' | 'binary', args: readonly Argument[], evaluator: Evaluator): string | null {
  if (kind === 'host') return hostArgument(args, evaluator);
  const first = positional(args)[0] ?? named(args, kind === 'path' ? ['file', 'path', 'filename'] : ['args', 'command', 'program']);
  if (first === undefined) return null;
  if (kind === 'path') return evaluator.text(first) ?? '*';
  return programOf(commandWords(args, evaluator)[0] ?? '');
}

/**
 * The words of a command: the first argument as a list or a text, or all arguments in a row. `…` = not known, and a text
 * that goes on ends with it.
 */
export function commandWords(args: readonly Argument[], evaluator: Evaluator): readonly string[] {
  const values = positional(args);
  const first = values[0] ?? named(args, ['args', 'command', 'program', 'cmd']);
  if (first === undefined) return [];
  const parts = listed(first);
  const tail = parts === null ? values.slice(1).flatMap((value) => listed(value) ?? [value]) : [];
  return [...(parts ?? [first]), ...tail].map((part) => {
    const text = evaluator.text(part);
    return text ?? `${evaluator.head(part)}…`;
  });
}

/** The words of an argument that is a list, or a list with more added. */
function listed(node: PyNode): readonly PyNode[] | null {
  if (/^(?:Array|Tuple)Expression$/.test(node.type)) return expressions(node);
  if (node.type === 'BinaryExpression' || node.type === 'ParenthesizedExpression') {
    const [first] = expressions(node);
    return first === undefined ? null : listed(first);
  }
  return null;
}

/** The program that a command starts with. */
export function programOf(command: string): string {
  const first = command.trim().split(/\s+/)[0] ?? '';
  if (first.includes('…')) return '*';
  const program = first.replace(/^.*[/\\]/, '').replace(/\.(?:cmd|exe)$/i, '');
  return program === '' ? '*' : program;
}

const hostNames = ['url', 'base_url', 'host', 'hostname', 'endpoint_url', 'api_base', 'dsn', 'uri'];

function hostArgument(args: readonly Argument[], evaluator: Evaluator): string | null {
  const keyword = named(args, hostNames);
  const candidates = [...(keyword === undefined ? [] : [keyword]), ...positional(args).slice(0, 2)];
  if (candidates.length === 0) return null;
  for (const candidate of candidates) {
    const tuple =
      candidate.type === 'ParenthesizedExpression' || candidate.type === 'TupleExpression' ? expressions(candidate)[0] : undefined;
    const text = evaluator.text(tuple ?? candidate);
    const head = text ?? evaluator.head(candidate);
    const host = hostOf(head);
    if (host !== '' && (text !== null || /:\/\/[^/]+[/?#]/.test(head))) return host;
    if (text !== null && (tuple !== undefined || candidate === keyword) && /^[\w.-]+$/.test(text)) return text;
  }
  return '*';
}

/** The address that something listens on; null = not said. */
export function listenScope(args: readonly Argument[], evaluator: Evaluator): string | null {
  const host = named(args, ['host', 'address', 'bind', 'hostname', 'interface']);
  const [first] = positional(args);
  const tuple = first?.type === 'TupleExpression' || first?.type === 'ParenthesizedExpression' ? expressions(first)[0] : undefined;
  const node = host ?? tuple;
  if (node === undefined) return null;
  const text = evaluator.text(node);
  return text === '' ? '0.0.0.0' : (text ?? '*');
}

/** Notes hosts and names of scripts in a text. */
export function noteText(text: string, isWhole: boolean, context: PythonContext): void {
  if (text.length > 2_000 || /\s/.test(text)) return;
  const host = hostOf(text);
  if (host !== '' && !nameOnlyHosts.has(host)) context.hosts.add(isWhole || /:\/\/[^/]+\//.test(text) ? host : '*');
  const isScript = /[^/\\]\.(?:pyw?|pyc|pyz|so|pyd|[cm]?js|sh|ps1|bat|exe|zip|whl)$/.test(text);
  if (isScript && context.mentions.size < 500) context.mentions.add(text.replaceAll('\\', '/').replace(/^(?:\.{0,2}\/)+/, ''));
}

export function positional(args: readonly Argument[]): readonly PyNode[] {
  return args.flatMap(({ name, value }) => (name === null ? [value] : []));
}

export function named(args: readonly Argument[], names: readonly string[]): PyNode | undefined {
  return args.find(({ name }) => name !== null && names.includes(name))?.value;
}
