import type { Finding, Severity } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import type { Inspection } from '../model/results.ts';
import { findingLines } from './findings.ts';
import { hang } from './layout.ts';
import type { Style } from './style.ts';

/** What was found in a saved listing, server by server; what fired stands between `»` and `«`. */
export function inspectText(inspection: Inspection, options: { readonly full: boolean }, style: Style): string {
  const blocks = inspection.servers.map((server) => {
    const title = `${style.bold(printable(server.name ?? 'unnamed server', { maxLength: 60 }))}  ${itemsText(server.items)}`;
    const lines = server.findings.length === 0 ? ['  nothing found'] : findingLines(server.findings, style, options);
    return [title, ...lines].join('\n');
  });
  return [...blocks, closing(inspection, style)].join('\n\n');
}

function closing({ servers, strayLines }: Inspection, style: Style): string {
  const all = servers.flatMap(({ findings }) => findings);
  const lines = [all.length === 0 ? limits : `${severityText(all)}; each rule has a page in docs/signals`];
  if (strayLines.length > 0)
    lines.push(
      `${strayLines.length} ${strayLines.length === 1 ? 'line is' : 'lines are'} no JSON and were not read: ${numbers(strayLines)}`,
    );
  return lines.map((line) => hang('', line, style.columns)).join('\n');
}

const limits = 'no rule fired. That says nothing about what the tools do, or about words that no rule knows';

function numbers(lines: readonly number[]): string {
  return `${lines.slice(0, 8).join(', ')}${lines.length > 8 ? ', …' : ''}`;
}

function itemsText(items: Inspection['servers'][number]['items']): string {
  const words = { tools: 'tool', prompts: 'prompt', resources: 'resource', resourceTemplates: 'resource template' } as const;
  const parts = (Object.keys(words) as (keyof typeof words)[])
    .filter((kind) => items[kind] > 0)
    .map((kind) => `${items[kind]} ${words[kind]}${items[kind] === 1 ? '' : 's'}`);
  return parts.length === 0 ? 'lists nothing' : parts.join(', ');
}

function severityText(findings: readonly Finding[]): string {
  return (['block', 'review', 'warn', 'info'] as const satisfies readonly Severity[])
    .map((severity) => ({ severity, count: findings.filter((one) => one.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}`)
    .join(', ');
}
