import type { Updated, UpdatePlan } from '../analysis/diff/update.ts';
import { printable } from '../model/printable.ts';
import { reasonLines, section } from './card.ts';
import { diffText } from './diff.ts';
import { findingLines } from './findings.ts';
import type { Style } from './style.ts';

/** The differences, the findings of the new version, and what policy says. */
export function updatePlanText(plan: UpdatePlan, options: { readonly full: boolean }, style: Style): string {
  const sections = [
    diffText(plan.diff, options, style),
    section('findings about the new version', findingLines(plan.findings, style, options), style),
    section('decision', reasonLines(plan.decision.reasons, style), style),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

/** What was done. */
export function updatedText(result: Updated, style: Style): string {
  const name = printable(result.name);
  if (result.outcome === 'up-to-date') return `\`${name}\` is up to date: ${printable(result.from)}`;
  const what = result.outcome === 'updated' ? 'updated' : 'rolled back';
  return [
    `${style.green(what)} \`${name}\`: ${printable(result.from)} → ${printable(result.to)}`,
    `counts from the next start of the server; undo with: pinfold update ${name} --rollback`,
  ].join('\n');
}
