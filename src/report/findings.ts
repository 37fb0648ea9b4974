import { type Finding, findingCodes } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import { hang } from './layout.ts';
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

/** Findings by code and severity, most serious first. */
export function byCode(findings: readonly Finding[]): readonly (readonly [Finding, ...Finding[]])[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const found of findings) {
    const key = `${order.indexOf(found.severity)} ${found.code}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [found]);
    else group.push(found);
  }
  return [...groups.values()].sort(([a], [b]) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

/**
 * Findings as lines, most serious first. Without `full`, of one code and severity only the first few are listed and the
 * rest counted.
 *
 * @param own the one package that all is about, as `name@version`: that it is meant needs no words
 */
export function findingLines(
  findings: readonly Finding[],
  style: Style,
  { full = false, own = null }: { readonly full?: boolean; readonly own?: string | null } = {},
): readonly string[] {
  return byCode(findings).flatMap((group) => {
    const shown = full ? group : group.slice(0, shownOtherwise);
    const lines = shown.map((found) =>
      hang(startOf(found, style), `${aboutWords(found, own)}${findingSentence(found)} (${found.code})`, style.columns),
    );
    const more = group.length - shown.length;
    return more === 0 ? lines : [...lines, `          … and ${more} more like this: ${group[0].code} (--full lists them)`];
  });
}

/** `tools/x: `, or nothing where the one package is meant that all is about. */
export function aboutWords({ subject }: Finding, own: string | null): string {
  return subject === own ? '' : `${printable(subject, { maxLength: 100 })}: `;
}

/** `  review  `, painted. */
export function startOf(finding: Finding, style: Style): string {
  return `  ${paint(finding, style)}  `;
}

function paint(finding: Finding, style: Style): string {
  const word = finding.severity.padEnd(6);
  if (finding.severity === 'block') return style.red(word);
  return finding.severity === 'review' ? style.yellow(word) : style.dim(word);
}
