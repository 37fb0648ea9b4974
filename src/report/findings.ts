import type { Artifact } from '../model/artifact.ts';
import { type Finding, findingCodes } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import { hang, truncate, width } from './layout.ts';
import { sentences } from './sentences.ts';
import type { Style } from './style.ts';

/** The finding with its English sentence. */
export function withMessage(finding: Finding) {
  const args = Object.fromEntries(
    Object.entries(finding.args).map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]),
  );
  return { code: finding.code, severity: finding.severity, subject: finding.subject, args, message: findingSentence(finding) };
}

/** One sentence for people: what was observed about what. Remote text in it is printable already. */
export function findingSentence(finding: Finding): string {
  const sentence = sentences[finding.code]((name) => argument(finding, name));
  return sentence === '' ? findingCodes[finding.code].title : sentence;
}

function argument(finding: Finding, name: string): string {
  const value = finding.args[name];
  if (value === undefined) return '';
  return printable(Array.isArray(value) ? value.join(', ') : String(value), { maxLength: 160 });
}

const order = ['block', 'review', 'warn', 'info'] as const;

const shownOtherwise = 3;
/** How many of one code a card has room for. */
const shownOnCard = { block: 3, review: 3, warn: 2, info: 1 } as const;

/**
 * Findings as lines, most serious first. Without `full`, of one code and severity only the first few are listed and the
 * rest counted; on a card several that are only for information share one line with the names of what they are about.
 */
export function findingLines(
  findings: readonly Finding[],
  style: Style,
  options: { readonly full?: boolean; readonly card?: Pick<Artifact, 'name' | 'version'> } = {},
): readonly string[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const found of findings) {
    const key = `${order.indexOf(found.severity)} ${found.code}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [found]);
    else group.push(found);
  }
  const sorted = [...groups.values()].sort(([a], [b]) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return sorted.flatMap((group) => groupLines(group, style, options));
}

function groupLines(
  group: readonly [Finding, ...Finding[]],
  style: Style,
  { full = false, card }: { readonly full?: boolean; readonly card?: Pick<Artifact, 'name' | 'version'> },
): readonly string[] {
  const [{ severity, code }] = group;
  const start = `  ${paint(group[0], style)}  `;
  if (card !== undefined && !full) {
    if (severity === 'info' && group.length > 1) return [together(group, start, style)];
    const said = new Set(group.map(findingSentence));
    if (said.size === 1 && group.length > 1)
      return [hang(start, `${subjectsOf(group, 3)}: ${[...said].join('')} (${code})`, style.columns)];
  }
  const shown = full ? group : group.slice(0, card === undefined ? shownOtherwise : shownOnCard[severity]);
  const lines = shown.map((found) => {
    // A card is about one server: that it is meant needs no words.
    const isOwn = card !== undefined && found.subject === `${card.name}@${card.version}`;
    const about = isOwn ? '' : `${printable(found.subject, { maxLength: 100 })}: `;
    return hang(start, `${about}${findingSentence(found)} (${code})`, style.columns);
  });
  const more = group.length - shown.length;
  return more === 0 ? lines : [...lines, `          … and ${more} more like this: ${code} (--full lists them)`];
}

function subjectsOf(group: readonly Finding[], shown: number): string {
  const all = [...new Set(group.map(({ subject }) => printable(subject, { maxLength: 60 })))];
  return all.slice(0, shown).join(', ') + (shown < all.length ? `, +${all.length - shown}` : '');
}

/** `6 × text-signal-low: tools/a, tools/b, +4 (--full)`, never more than a line. */
function together(group: readonly Finding[], start: string, style: Style): string {
  const head = `${group.length} × ${group[0]?.code}: `;
  const room = style.columns - width(start + head) - ' (--full)'.length;
  let shown = group.length;
  while (shown > 1 && width(subjectsOf(group, shown)) > room) shown--;
  return `${start}${head}${truncate(subjectsOf(group, shown), Math.max(10, room))} (--full)`;
}

function paint(finding: Finding, style: Style): string {
  const word = finding.severity.padEnd(6);
  if (finding.severity === 'block') return style.red(word);
  return finding.severity === 'review' ? style.yellow(word) : style.dim(word);
}
