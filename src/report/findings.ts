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

/** Findings as lines, most serious first; findings of one code and severity beyond the third are counted, not listed. */
export function findingLines(findings: readonly Finding[], style: Style, options: { readonly full?: boolean } = {}): readonly string[] {
  const sorted = [...findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const shown = new Map<string, number>();
  const lines: string[] = [];
  for (const finding of sorted) {
    const key = `${finding.severity} ${finding.code}`;
    const before = shown.get(key) ?? 0;
    shown.set(key, before + 1);
    if (before >= 3 && options.full !== true) continue;
    const subject = printable(finding.subject, { maxLength: 100 });
    lines.push(hang(`  ${paint(finding, style)}  `, `${subject}: ${findingSentence(finding)} (${finding.code})`, style.columns));
  }
  for (const [key, total] of shown) {
    if (total > 3 && options.full !== true)
      lines.push(`          … and ${total - 3} more like this: ${key.split(' ')[1]} (--full lists them)`);
  }
  return lines;
}

function paint(finding: Finding, style: Style): string {
  const word = finding.severity.padEnd(6);
  if (finding.severity === 'block') return style.red(word);
  return finding.severity === 'review' ? style.yellow(word) : style.dim(word);
}
