import { type Capability, type CapabilityReport, capabilityClasses, gainTiers } from '../model/capability.ts';
import { printable } from '../model/printable.ts';
import { hang, pad, width } from './layout.ts';
import type { Style } from './style.ts';

const shownOnCard = 7;

/**
 * What the code can do: one line per class that was seen outside the usual plumbing, most serious first, at most seven
 * unless `full`; then one line for the folded baseline, one for what cannot be told, one for what was not seen.
 */
export function capabilityLines(report: CapabilityReport, style: Style, full: boolean): readonly string[] {
  const seen = report.capabilities.filter((capability) => capability.verdict === 'seen');
  const own = seen.filter((capability) => capability.reach !== 'baseline').sort(bySeriousness);
  const listed = full ? own : own.slice(0, shownOnCard);
  const widest = Math.max(0, ...listed.map(({ class: name }) => width(capabilityClasses[name].phrase)));
  const lines = listed.map((capability) => capabilityLine(capability, widest, style));
  if (listed.length < own.length) lines.push(`  … and ${own.length - listed.length} more (--full lists them)`);
  const groups = [
    ['plus the usual SDK plumbing: ', seen.filter(({ reach }) => reach === 'baseline')],
    ['cannot tell: ', report.capabilities.filter(({ verdict }) => verdict === 'cannot-tell')],
    ['not seen: ', full ? report.capabilities.filter(({ verdict }) => verdict === 'not-seen') : []],
  ] as const;
  for (const [title, members] of groups) {
    if (members.length > 0) lines.push(style.dim(hang(`  ${title}`, members.map(({ class: name }) => name).join(', '), style.columns)));
  }
  const unseen = report.capabilities.filter(({ verdict }) => verdict === 'not-seen').length;
  if (!full && unseen > 0)
    lines.push(style.dim(`  not seen: the other ${unseen} of ${report.capabilities.length} classes (--full names them)`));
  return lines;
}

function capabilityLine(capability: Capability, widest: number, style: Style): string {
  const tier = capabilityClasses[capability.class].gain;
  const mark = tier === 'red' ? style.red('!') : tier === 'amber' ? style.yellow('*') : ' ';
  const scopes = capability.scopes.length === 0 ? '' : printable(capability.scopes.slice(0, 6).join(', '), { maxLength: 120 });
  const more = capability.scopes.length > 6 ? `, +${capability.scopes.length - 6}` : '';
  const text = pad(capabilityClasses[capability.class].phrase, widest);
  return hang(`  ${mark} ${text}  `, `${whose(capability)}${scopes === '' ? '' : `: ${scopes}${more}`}`, style.columns);
}

function whose(capability: Capability): string {
  if (capability.reach === 'own') return 'own code';
  const through = capability.evidence.find((item) => item.through !== null)?.through;
  return through === undefined || through === null ? 'a dependency' : `through ${printable(through, { maxLength: 60 })}`;
}

function bySeriousness(a: Capability, b: Capability): number {
  return gainTiers.indexOf(capabilityClasses[b.class].gain) - gainTiers.indexOf(capabilityClasses[a.class].gain);
}
