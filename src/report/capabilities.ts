import { type Capability, type CapabilityReport, capabilityClasses } from '../model/capability.ts';
import { printable } from '../model/printable.ts';
import {
  placeOf,
  scopesIn,
  seenBeyondPlumbing,
  shortPhrases,
  tellingFirst,
  throughOf,
  unreadWords,
  withoutVersion,
} from './capability-words.ts';
import { hang, pad, truncate, width } from './layout.ts';
import type { Style } from './style.ts';

const shownOnCard = 7;

/**
 * What the code can do: one line per class that was seen outside the usual plumbing, most serious first, at most seven
 * unless `full`; then one line for the folded baseline, one for what cannot be told, one for what was not seen.
 *
 * @param own words of the package's name: scopes that hold one are named first
 */
export function capabilityLines(report: CapabilityReport, own: readonly string[], style: Style, full: boolean): readonly string[] {
  const seen = seenBeyondPlumbing(report.capabilities);
  // One more takes as much room as the words that it is left out.
  const listed = full || seen.length === shownOnCard + 1 ? seen : seen.slice(0, shownOnCard);
  const widest = Math.max(0, ...listed.map(({ class: name }) => width(shortPhrases[name])));
  const lines = listed.map((capability) => (full ? fullLine : line)(capability, widest, own, style));
  if (listed.length < seen.length) lines.push(restLine(seen.slice(listed.length), style));
  const classes = (verdict: Capability['verdict'], folded: boolean) =>
    report.capabilities.filter((one) => one.verdict === verdict && (one.reach === 'baseline') === folded).map((one) => one.class);
  const plumbing = classes('seen', true);
  if (plumbing.length > 0) lines.push(style.dim(hang('  plus the usual SDK plumbing: ', plumbing.join(', '), style.columns)));
  lines.push(...cannotTell(report, style));
  const unseen = report.capabilities.filter(({ verdict }) => verdict === 'not-seen').map((one) => one.class);
  if (unseen.length > 0 && full) lines.push(style.dim(hang('  not seen: ', unseen.join(', '), style.columns)));
  else if (unseen.length > 0)
    lines.push(style.dim(`  not seen: the other ${unseen.length} of ${report.capabilities.length} classes (--full names them)`));
  return lines;
}

function mark({ class: name }: Capability, style: Style): string {
  const tier = capabilityClasses[name].gain;
  return tier === 'red' ? style.red('!') : tier === 'amber' ? style.yellow('*') : ' ';
}

/** One line, never more: what it does, on what, and through which dependency where it is not the server's own code. */
function line(capability: Capability, widest: number, own: readonly string[], style: Style): string {
  const start = `  ${mark(capability, style)} ${pad(shortPhrases[capability.class], widest)}  `;
  const room = Math.max(20, style.columns - width(start));
  const through = throughOf(capability);
  const via = through === null ? '' : `through ${printable(withoutVersion(through), { maxLength: 60 })}`;
  const left = via === '' ? room : room - width(via) - 2;
  // Whose code it is says more than on what: where there is no room for both, the scopes are left to --full.
  const scopes = left < 12 ? '' : scopesIn(tellingFirst(capability.scopes, own), left);
  if (via === '') return start + (scopes === '' ? 'its own code' : scopes);
  return start + truncate(scopes === '' ? via : `${scopes}  ${via}`, room);
}

function fullLine(capability: Capability, widest: number, own: readonly string[], style: Style): string {
  const through = throughOf(capability);
  const whose = through === null ? 'own code' : `through ${printable(through, { maxLength: 120 })}`;
  const scopes = tellingFirst(capability.scopes, own)
    .map((scope) => (scope === '*' ? 'any' : printable(scope, { maxLength: 120 })))
    .join(', ');
  const first = capability.evidence[0];
  const where = first === undefined ? '' : ` (${printable(placeOf(first), { maxLength: 300 })})`;
  const start = `  ${mark(capability, style)} ${pad(shortPhrases[capability.class], widest)}  `;
  return hang(start, `${whose}${scopes === '' ? '' : `: ${scopes}`}${where}`, style.columns);
}

function restLine(rest: readonly Capability[], style: Style): string {
  const words = rest.map(({ class: name }) => shortPhrases[name]).join(', ');
  return truncate(`    also: ${words} (--full)`, style.columns);
}

/** What nobody can tell, and the first file that is why. */
function cannotTell({ capabilities }: CapabilityReport, style: Style): readonly string[] {
  const members = capabilities.filter(({ verdict }) => verdict === 'cannot-tell');
  const blind = members[0]?.evidence[0];
  if (members.length === 0) return [];
  const names = hang('  cannot tell: ', members.map(({ class: name }) => name).join(', '), style.columns);
  if (blind === undefined) return [style.dim(names)];
  const why = ` ${unreadWords(blind.unread)}`;
  const start = '    because ';
  const path = shortPath(printable(blind.file, { maxLength: 300 }), Math.max(20, style.columns - width(start + why)));
  return [style.dim(names), style.dim(truncate(start + path + why, style.columns))];
}

/** The end of a path says more than its start. */
function shortPath(path: string, columns: number): string {
  return width(path) <= columns ? path : `…${path.slice(-(columns - 1))}`;
}
