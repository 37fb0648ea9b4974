import type { Finding } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import { aboutWords, byCode, findingLines, findingSentence, startOf } from './findings.ts';
import { hang, hangWithin, truncate, width } from './layout.ts';
import type { Room } from './room.ts';
import type { Style } from './style.ts';

type Group = readonly [Finding, ...Finding[]];

/** With more codes than this, serious ones that have a line each would be a screen of their own. */
const maxSeriousLines = 7;
const maxMinorLines = 3;

/**
 * The findings of a card, most serious first. Where there is no room, several of one code share a line with their number,
 * then those that are only to be known share one. Every code that blocks or needs a person is named, whatever else there
 * is: it must not be possible to push it off the card with many others.
 *
 * @param own the package of the card, as `name@version`
 */
export function cardFindingLines(findings: readonly Finding[], own: string, style: Style, room: Room): readonly string[] {
  if (room.full) return findingLines(findings, style, { full: true, own });
  const groups = byCode(findings);
  const serious = groups.filter(([{ severity }]) => severity === 'block' || severity === 'review');
  const minor = groups.filter((group) => !serious.includes(group));
  const isCrowded = room.findings.serious === 0 && serious.length > maxSeriousLines;
  return [
    ...(isCrowded ? codesBySeverity(serious, style) : serious.flatMap((group) => groupLines(group, own, style, room))),
    ...(room.findings.warn === 0 && minor.length > maxMinorLines
      ? codesBySeverity(minor, style, 1)
      : minor.flatMap((group) => groupLines(group, own, style, room))),
  ];
}

function groupLines(group: Group, own: string, style: Style, room: Room): readonly string[] {
  const [{ severity, code }] = group;
  const start = startOf(group[0], style);
  const isSerious = severity === 'block' || severity === 'review';
  const allowed = isSerious ? room.findings.serious : room.findings[severity];
  const rows = isSerious ? room.seriousRows : room.textRows;
  const said = new Set(group.map(findingSentence));
  const tail = ` (${code})`;
  if (group.length > 1 && said.size === 1 && allowed > 0)
    return [hangWithin(start, `${subjectsOf(group, 3)}: ${[...said].join('')}`, style.columns, { rows, tail })];
  if (group.length > 1 && (allowed === 0 || severity === 'info')) return [together(group, start, style)];
  const shown = group.slice(0, Math.max(1, allowed));
  const lines = shown.map((found) =>
    hangWithin(start, `${aboutWords(found, own)}${findingSentence(found)}`, style.columns, { rows, tail }),
  );
  const more = group.length - shown.length;
  return more === 0 ? lines : [...lines, `          … and ${more} more like this: ${code} (--full lists them)`];
}

/** `review  2 × install-script, probe-failed (--full)`: a line for each severity, or as many as all the codes need. */
function codesBySeverity(groups: readonly Group[], style: Style, rows: number | null = null): readonly string[] {
  const severities = [...new Set(groups.map(([{ severity }]) => severity))];
  return severities.map((wanted) => {
    const members = groups.filter(([{ severity }]) => severity === wanted);
    const text = members.map((group) => (group.length === 1 ? group[0].code : `${group.length} × ${group[0].code}`)).join(', ');
    const start = members[0] === undefined ? '' : startOf(members[0][0], style);
    return rows === null
      ? hang(start, `${text} (--full)`, style.columns)
      : hangWithin(start, text, style.columns, { rows, tail: ' (--full)' });
  });
}

function subjectsOf(group: readonly Finding[], shown: number): string {
  const all = [...new Set(group.map(({ subject }) => printable(subject, { maxLength: 60 })))];
  return all.slice(0, shown).join(', ') + (shown < all.length ? `, +${all.length - shown}` : '');
}

/** `6 × text-signal-low: tools/a, tools/b, +4 (--full)`, never more than a line. */
function together(group: Group, start: string, style: Style): string {
  const head = `${group.length} × ${group[0].code}: `;
  const room = style.columns - width(start + head) - ' (--full)'.length;
  let shown = Math.min(group.length, Math.max(1, room));
  while (shown > 1 && width(subjectsOf(group, shown)) > room) shown--;
  return `${start}${head}${truncate(subjectsOf(group, shown), Math.max(10, room))} (--full)`;
}
