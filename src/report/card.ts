import type { Disclosure } from '../model/disclosure.ts';
import type { Finding } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import { shellLine } from '../model/shell-line.ts';
import { asksLines } from './asks.ts';
import { count, humanBytes } from './bytes.ts';
import { capabilityLines } from './capabilities.ts';
import { credentialLines } from './credentials.ts';
import { findingLines, findingSentence } from './findings.ts';
import { hang, pad, truncate, width } from './layout.ts';
import { identityLines } from './lookalike.ts';
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
    section('what it can do', capabilityLines(disclosure.capabilities, style, full), style),
    section('what it asks for', [...asksLines(disclosure, style, full), ...credentialLines(disclosure, style, full)], style),
    section(...manifestLines(disclosure, style, full), style),
    section('who stands behind it, and what could not be checked', checked(disclosure, style, full), style),
    section('findings', findingLines(disclosure.findings, style, options), style),
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
  return [
    `${style.bold(`${printable(artifact.name)} ${printable(artifact.version)}`)}  ${paintVerdict(disclosure.decision, style)}`,
    hang('  ', printable(`${artifact.subject}@${artifact.version}`), style.columns),
    `  ${size}`,
    ...identityLines(disclosure, style),
    ...headlines(findings, style),
  ].join('\n');
}

/** What changes how all the rest is read: that this is no server at all, and what blocks it. */
function headlines(findings: readonly Finding[], style: Style): readonly string[] {
  const blocking = [...new Set(findings.filter(({ severity }) => severity === 'block').map(({ code }) => code))];
  return [
    ...findings
      .filter(({ code }) => code === 'not-a-server')
      .map((found) => hang(`  ${style.yellow('not an MCP server')}: `, findingSentence(found), style.columns)),
    ...(blocking.length === 0 ? [] : [hang(`  ${style.red('blocking')}: `, blocking.join(', '), style.columns)]),
  ];
}

/** Each source with its outcome, then what nobody can check: both are facts of the same kind, so they share a column. */
function checked(disclosure: Disclosure, style: Style, full: boolean): readonly string[] {
  const rows: (readonly [string, string])[] = [
    ...disclosure.evidence.map(({ source, outcome, detail }): [string, string] => [outcome, `${detail} (${source})`]),
    ...disclosure.notVerifiable.map((text): [string, string] => ['cannot tell', text]),
  ];
  const widest = Math.max(0, ...rows.map(([outcome]) => width(outcome)));
  return rows.map(([outcome, text]) => {
    const start = `  ${pad(outcome, widest)}  `;
    // What went well is told in one line; what did not, in whole.
    const cut = !full && (outcome === 'verified' || outcome === 'absent');
    return cut ? start + truncate(printable(text), style.columns - width(start)) : hang(start, printable(text), style.columns);
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
    `  which starts, from verified bytes: ${printable(shellLine([launch.runtime, launch.entry, ...launch.args]), { maxLength: 2_000 })}`,
    style.dim(hang('  ', `${integrity} closure: ${closure.digest.slice(0, 22)}…`, style.columns)),
  ];
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
