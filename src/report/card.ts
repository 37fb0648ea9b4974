import type { Disclosure } from '../model/disclosure.ts';
import type { Finding } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import { shellLine } from '../model/shell-line.ts';
import { asksLines } from './asks.ts';
import { count, humanBytes } from './bytes.ts';
import { capabilityLines } from './capabilities.ts';
import { ownWords } from './capability-words.ts';
import { findingLines, findingSentence } from './findings.ts';
import { publisherWords, splitFindings } from './headlines.ts';
import { hang, pad, truncate, width } from './layout.ts';
import type { Style } from './style.ts';
import { manifestLines } from './tools.ts';

export interface CardOptions {
  /** Everything, not only what fits a screen. */
  readonly full: boolean;
  /** The exact command that the client will run, untruncated (SEP-1024). */
  readonly clientCommand: readonly string[];
}

/**
 * The disclosure as one screen for a person. Most people read the first lines and the last: what it is, what policy says
 * and what blocks it stand first, the findings, the exact command and the reasons last.
 */
export function card(disclosure: Disclosure, options: CardOptions, style: Style): string {
  const { full } = options;
  const sections = [
    identity(disclosure, style),
    section('what it can do', capabilityLines(disclosure.capabilities, ownWords(disclosure.artifact.name), style, full), style),
    section('what it asks for', asksLines(disclosure, style, full), style),
    section(...manifestLines(disclosure, style, full), style),
    section('who stands behind it, and what could not be checked', checked(disclosure, style, full), style),
    section('findings', findingLines(splitFindings(disclosure.findings).others, style, { full, card: disclosure.artifact }), style),
    section('what the client will run', commands(disclosure, options, style), style),
    decision(disclosure, style),
  ];
  return sections.filter((text) => text !== '').join('\n\n');
}

/** A headed block of lines; nothing when there are no lines. */
export function section(title: string, lines: readonly string[], style: Style): string {
  return lines.length === 0 ? '' : [style.bold(title), ...lines].join('\n');
}

const verdictWords = { allow: 'allowed by policy', warn: 'allowed with warnings', review: 'needs a person', block: 'blocked' } as const;

/** What policy says, in words. */
export function verdictText({ verdict }: Disclosure['decision']): string {
  return verdictWords[verdict];
}

function paintVerdict({ verdict }: Disclosure['decision'], style: Style): string {
  const paint = { allow: style.green, warn: style.yellow, review: style.yellow, block: style.red }[verdict];
  return paint(verdictWords[verdict]);
}

function identity(disclosure: Disclosure, style: Style): string {
  const { artifact, closure, installScripts, findings } = disclosure;
  const scripts = installScripts.length === 0 ? 'no install scripts' : count(installScripts.length, 'install script');
  const size = `${count(closure.packages.length, 'package')}, ${humanBytes(disclosure.closureBytes)}, ${scripts}`;
  const whole = printable(`${artifact.subject}@${artifact.version}`);
  return [
    `${style.bold(`${printable(artifact.name)} ${printable(artifact.version)}`)}  ${paintVerdict(disclosure.decision, style)}`,
    ...headlines(findings, style),
    ...(width(`  ${whole}  ${size}`) <= style.columns ? [`  ${whole}  ${size}`] : [hang('  ', whole, style.columns), `  ${size}`]),
    hang('  ', printable(publisherWords(disclosure.publisher), { maxLength: 600 }), style.columns),
  ].join('\n');
}

/** What blocks it, and the findings that change how all the rest is read. */
function headlines(findings: readonly Finding[], style: Style): readonly string[] {
  const { top, others } = splitFindings(findings);
  const blocking = [...new Set(others.filter(({ severity }) => severity === 'block').map(({ code }) => code))];
  return [
    ...top.map((found) => {
      const paint = found.severity === 'block' ? style.red : style.yellow;
      return hang(`  ${paint(topWords(found))}: `, `${findingSentence(found)} (${found.code})`, style.columns);
    }),
    ...(blocking.length === 0 ? [] : [hang(`  ${style.red('blocking')}: `, blocking.join(', '), style.columns)]),
  ];
}

/** The first words of a finding that stands at the top. */
export function topWords({ code, severity }: Finding): string {
  if (code === 'not-a-server') return 'not an MCP server';
  return severity === 'block' ? 'blocking: another name' : 'another name';
}

/** Each source with its outcome, then what nobody can check: both are facts of the same kind, so they share a column. */
function checked({ evidence, notVerifiable, findings }: Disclosure, style: Style, full: boolean): readonly string[] {
  // Why it was not started is a finding already.
  const told = (source: string) =>
    !full && source === 'probe' && findings.some(({ code }) => code === 'probe-missing' || code === 'probe-failed');
  const rows: (readonly [string, string])[] = [
    ...evidence
      .filter(({ source }) => !told(source))
      .map(({ source, outcome, detail }): [string, string] => [
        outcome,
        full ? `${detail} (${source})` : detail.replace(/^https:\/\//, ''),
      ]),
    ...(full ? notVerifiable : [notVerifiable.join('; ')])
      .filter((text) => text !== '')
      .map((text): [string, string] => ['cannot tell', text]),
  ];
  const widest = Math.max(0, ...rows.map(([outcome]) => width(outcome)));
  return rows.map(([outcome, text]) => {
    const start = `  ${pad(outcome, widest)}  `;
    // What went well is told in one line; what did not, in whole.
    const cut = !full && (outcome === 'verified' || outcome === 'absent');
    const safe = printable(text, { maxLength: 4_000 });
    return cut ? start + truncate(safe, style.columns - width(start)) : hang(start, safe, style.columns);
  });
}

function commands(disclosure: Disclosure, options: CardOptions, style: Style): readonly string[] {
  const { launch, artifact, closure } = disclosure;
  if (launch.runtime === 'python') {
    const command = printable(shellLine([launch.bin, ...launch.args]), { maxLength: 2_000 });
    return [
      '  nothing yet: Python servers can be looked at, not installed',
      `  by itself it starts as: ${command} (${printable(launch.entry, { maxLength: 200 })})`,
    ];
  }
  const integrity = printable(artifact.integrity, { maxLength: 30 }).replace(/ \(.*$/, '');
  return [
    `  ${printable(shellLine(options.clientCommand), { maxLength: 2_000 })}`,
    ...startLines(printable(shellLine([launch.runtime, launch.entry, ...launch.args]), { maxLength: 2_000 }), style),
    style.dim(hang('  ', `${integrity} closure: ${closure.digest.slice(0, 22)}…`, style.columns)),
  ];
}

/** Whole, as everything that somebody may want to paste; on a line of its own where there is no room beside the words. */
function startLines(command: string, style: Style): readonly string[] {
  const words = '  which starts, from verified bytes:';
  return width(`${words} ${command}`) <= style.columns ? [`${words} ${command}`] : [words, `    ${command}`];
}

function decision(disclosure: Disclosure, style: Style): string {
  const lines = [`${style.bold('decision')}  ${paintVerdict(disclosure.decision, style)}`];
  lines.push(...reasonLines(disclosure.decision.reasons, style));
  return lines.join('\n');
}

/** Why policy decides so. Findings are listed with their sentences already: they are named here only where nothing else is. */
export function reasonLines(reasons: readonly string[], style: Style): readonly string[] {
  const others = reasons.filter((reason) => !reason.startsWith('finding '));
  return (others.length > 0 ? others : reasons).slice(0, 5).map((reason) => hang('  - ', printable(reason), style.columns));
}
