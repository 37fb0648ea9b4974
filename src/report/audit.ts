import { printable } from '../model/printable.ts';
import type { AuditedServer, AuditResult } from '../model/results.ts';
import { ageLines } from './advisories.ts';
import { count } from './bytes.ts';
import { section } from './card.ts';
import { findingLines } from './findings.ts';
import { hang, pad, width } from './layout.ts';
import { sandboxSummary } from './sandbox.ts';
import type { Style } from './style.ts';

/** Every server with one state line, what is wrong with it, and the command that deals with it. */
export function auditText(result: AuditResult, options: { readonly full: boolean }, style: Style): string {
  const { summary } = result;
  if (summary.entries === 0 && result.servers.length === 0 && result.problems.length === 0)
    return 'nothing to audit: no client on this machine has a server';
  const widest = Math.min(28, Math.max(0, ...result.servers.map(({ name }) => width(printable(name)))));
  const blocks = result.servers.map((server) => serverBlock(server, widest, options.full, style));
  const counts = (['block', 'review', 'warn', 'info'] as const)
    .filter((key) => summary.findings[key] > 0)
    .map((key) => `${summary.findings[key]} ${key}`);
  return [
    ...blocks,
    section('about the whole machine', findingLines(result.findings, style, options), style),
    section(
      'config files that could not be read',
      result.problems.map(({ client, file, message }) => hang('  ', printable(`${client}: ${file}: ${message}`), style.columns)),
      style,
    ),
    result.summary.guarded === 0 && result.advisories.feeds.length === 0 ? '' : ageLines(result.advisories, style).join('\n'),
    `${count(summary.entries, 'entry', 'entries')} of ${count(summary.servers, 'server')}, ${summary.guarded} guarded; findings: ${counts.join(', ') || 'none'}`,
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

function serverBlock(server: AuditedServer, widest: number, full: boolean, style: Style): string {
  const where = [...new Set(server.places.map(({ client }) => client))].join(', ') || 'no client';
  const head = `${verdict(server, style)}  ${style.bold(pad(printable(server.name), widest))}  ${printable(server.subject ?? 'not identified')}  ${style.dim(where)}`;
  const inside = server.sandbox === null ? [] : [hang('          ', `sandbox: ${sandboxSummary(server.sandbox)}`, style.columns)];
  const lines = [head, ...inside, ...findingLines(server.findings, style, { full })];
  if (server.remedy !== null) lines.push(`          hint: ${printable(server.remedy, { maxLength: 1_000 })}`);
  return lines.join('\n');
}

function verdict(server: AuditedServer, style: Style): string {
  const worst = (['block', 'review', 'warn'] as const).find((severity) => server.findings.some((finding) => finding.severity === severity));
  if (server.decision.verdict === 'block' || worst === 'block') return style.red('block ');
  if (worst === undefined) return style.green('ok    ');
  return style.yellow(worst.padEnd(6));
}
