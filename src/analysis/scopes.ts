import type { Node } from 'oxc-parser';
import { nameOnlyHosts } from './rules/literals.ts';
import type { ScopeKind } from './rules/rule.ts';
import type { SourceContext } from './source-context.ts';
import { nameOf } from './syntax/bindings.ts';
import type { Evaluator } from './syntax/evaluate.ts';

/** What the first argument of a call names: a host, a path, a program; `*` when the text does not say. */
export function scopeOf(kind: ScopeKind, args: readonly Node[], evaluator: Evaluator): string | null {
  const first = args[0];
  if (first === undefined) return null;
  if (kind === 'host') return hostArgument(first, evaluator);
  const whole = evaluator.text(first);
  if (kind === 'binary') return programOf(whole ?? evaluator.head(first));
  return whole ?? '*';
}

/** The host of a URL text; '' when it is no URL; `*` when the host itself is made at run time. */
export function hostOf(text: string): string {
  const found = /^(?:https?|wss?|ftp|mongodb(?:\+srv)?|postgres(?:ql)?|mysql|redis|amqp|mqtt):\/\/([^/\s?#]*)/i.exec(text);
  if (found === null) return '';
  const authority = (found[1] ?? '').replace(/^.*@/, '');
  const bracketed = authority.startsWith('[') ? (/^\[[\da-f:.]+\]/i.exec(authority)?.[0] ?? '*') : authority.replace(/:\d*$/, '');
  return bracketed.toLowerCase() || '*';
}

/** Notes hosts and names of scripts in a text. The head of a template whose host has a hole is `*`. */
export function noteText(node: Node, text: string, context: SourceContext): void {
  if (text.length > 2_000 || /\s/.test(text)) return;
  const host = hostOf(text);
  const isWhole = node.type === 'Literal' || context.evaluator.text(node) !== null || /:\/\/[^/]+\//.test(text);
  if (host !== '' && !nameOnlyHosts.has(host)) context.hosts.add(isWhole ? host : '*');
  const isScript = /[^/\\]\.(?:[cm]?[jt]sx?|node|wasm|py|sh|ps1|bat|exe)$/.test(text);
  if (isScript && context.mentions.size < 500) context.mentions.add(text.replaceAll('\\', '/').replace(/^(?:file:)?(?:\.{0,2}\/)+/, ''));
}

function hostArgument(node: Node, evaluator: Evaluator): string {
  const text = evaluator.text(node);
  const head = text ?? evaluator.head(node);
  const host = hostOf(head);
  if (host !== '' && (text !== null || /:\/\/[^/]+[/?#]/.test(head))) return host;
  if (node.type !== 'ObjectExpression') return '*';
  for (const property of node.properties) {
    if (property.type !== 'Property' || !/^(?:host|hostname|baseURL|url|socketPath)$/.test(nameOf(property.key) ?? '')) continue;
    const named = evaluator.text(property.value as Node);
    if (named !== null) return hostOf(named) || named;
  }
  return '*';
}

function programOf(command: string): string {
  const first = command.trim().split(/\s+/)[0] ?? '';
  const program = first.replace(/^.*[/\\]/, '').replace(/\.(?:cmd|exe)$/i, '');
  return program === '' ? '*' : program;
}
