import type { Node } from 'oxc-parser';
import { nameOnlyHosts } from './rules/literals.ts';
import { hostOf } from './scopes.ts';
import type { SourceContext } from './source-context.ts';

/** Notes hosts and names of scripts in a text. The head of a template whose host has a hole is `*`. */
export function noteText(node: Node, text: string, context: SourceContext): void {
  if (text.length > 2_000 || /\s/.test(text)) return;
  const host = hostOf(text);
  const isWhole = node.type === 'Literal' || context.evaluator.text(node) !== null || /:\/\/[^/]+\//.test(text);
  if (host !== '' && !nameOnlyHosts.has(host)) context.hosts.add(isWhole ? host : '*');
  const isScript = /[^/\\]\.(?:[cm]?[jt]sx?|node|wasm|py|sh|ps1|bat|exe)$/.test(text);
  if (isScript && context.mentions.size < 500) context.mentions.add(text.replaceAll('\\', '/').replace(/^(?:file:)?(?:\.{0,2}\/)+/, ''));
}
