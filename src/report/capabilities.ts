import { type Capability, type CapabilityClass, type CapabilityReport, capabilityClasses } from '../model/capability.ts';
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
import { hang, hangWithin, pad, truncate, width } from './layout.ts';
import { type Room, rowsFor } from './room.ts';
import type { Style } from './style.ts';

/**
 * What the code can do: one line per class that was seen outside the usual plumbing, most serious first as many as there is
 * room for; then one line for the folded baseline, one for what cannot be told, one for what was not seen.
 *
 * @param own words of the package's name: scopes that hold one are named first
 */
export function capabilityLines(report: CapabilityReport, own: readonly string[], style: Style, room: Room): readonly string[] {
  const { full } = room;
  const seen = seenBeyondPlumbing(report.capabilities);
  const listed = seen.slice(0, room.capabilities);
  const widest = Math.max(0, ...listed.map(({ class: name }) => width(shortPhrases[name])));
  const lines = listed.map((capability) => (full ? fullLine : line)(capability, widest, own, style));
  if (listed.length < seen.length) lines.push(restLine(seen.slice(listed.length), style));
  const classes = (verdict: Capability['verdict'], folded: boolean) =>
    report.capabilities.filter((one) => one.verdict === verdict && (one.reach === 'baseline') === folded).map((one) => one.class);
  const unseen = report.capabilities.filter(({ verdict }) => verdict === 'not-seen').map((one) => one.class);
  lines.push(...cannotTell(report, style, room), ...folded(classes('seen', true), unseen, report.capabilities.length, style, room));
  return lines;
}

/** What every server has, and what this one was not seen to do: in one line where they fit. */
function folded(
  plumbing: readonly CapabilityClass[],
  unseen: readonly CapabilityClass[],
  total: number,
  style: Style,
  room: Room,
): readonly string[] {
  const usual = plumbing.length === 0 ? '' : `plus the usual SDK plumbing: ${plumbing.join(', ')}`;
  const rest =
    unseen.length === 0
      ? ''
      : room.full
        ? `not seen: ${unseen.join(', ')}`
        : `not seen: the other ${unseen.length} of ${total} classes (--full names them)`;
  const both = [usual, rest].filter((text) => text !== '');
  const one = `  ${usual.replace('plus the ', '')}; not seen: the other ${unseen.length} of ${total} classes`;
  const lines =
    !room.full && both.length === 2 && width(one) <= style.columns
      ? [one]
      : both.map((text) => hangWithin('  ', text, style.columns, { rows: rowsFor(room, 1) }));
  return lines.map((line) => style.dim(line));
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
function cannotTell({ capabilities }: CapabilityReport, style: Style, room: Room): readonly string[] {
  const members = capabilities.filter(({ verdict }) => verdict === 'cannot-tell');
  const blind = members[0]?.evidence[0];
  if (members.length === 0) return [];
  const classes = members.map(({ class: name }) => name).join(', ');
  const names = hangWithin('  cannot tell: ', classes, style.columns, { rows: rowsFor(room, 2) });
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
