import type { Disclosure } from '../model/disclosure.ts';
import { printable } from '../model/printable.ts';
import { shellLine } from '../model/shell-line.ts';
import { count, humanBytes } from './bytes.ts';
import { capabilityLines } from './capabilities.ts';
import { findingLines } from './findings.ts';
import { hang, pad, width } from './layout.ts';
import type { Style } from './style.ts';
import { manifestLines } from './tools.ts';

export interface CardOptions {
  /** Everything, not only what fits a screen. */
  readonly full: boolean;
  /** The exact command that the client will run, untruncated (SEP-1024). */
  readonly clientCommand: readonly string[];
}

/** The disclosure as one screen for a person, most serious first. */
export function card(disclosure: Disclosure, options: CardOptions, style: Style): string {
  const sections = [
    identity(disclosure, style),
    section('what it can do', capabilityLines(disclosure.capabilities, style, options.full), style),
    section('what it is given', given(disclosure, style), style),
    section(...manifestLines(disclosure, style, options.full), style),
    section('what was checked, and what was not', checked(disclosure, style), style),
    section('findings', findingLines(disclosure.findings, style, options), style),
    section('what the client will run', commands(disclosure, options), style),
    decision(disclosure, style),
  ];
  return sections.filter((text) => text !== '').join('\n\n');
}

/** A headed block of lines; nothing when there are no lines. */
export function section(title: string, lines: readonly string[], style: Style): string {
  return lines.length === 0 ? '' : [style.bold(title), ...lines].join('\n');
}

function identity(disclosure: Disclosure, style: Style): string {
  const { artifact, closure, installScripts } = disclosure;
  const scripts = installScripts.length === 0 ? 'no install scripts' : count(installScripts.length, 'install script');
  return [
    style.bold(`${printable(artifact.name)} ${printable(artifact.version)}`),
    `  ${printable(`${artifact.subject}@${artifact.version}`)}`,
    `  ${count(closure.packages.length, 'package')}, ${humanBytes(disclosure.closureBytes)}, ${scripts}`,
    `  ${style.dim(`${printable(artifact.integrity, { maxLength: 30 }).replace(/ \(.*$/, '')}  closure ${closure.digest.slice(0, 22)}…`)}`,
  ].join('\n');
}

function given({ capabilities, launch }: Disclosure, style: Style): readonly string[] {
  const rows: string[] = [];
  const names = capabilities.environment;
  if (names.length > 0) rows.push(hang('  reads variables  ', printable(names.join(', '), { maxLength: 600 }), style.columns));
  if (launch.envNames.length > 0)
    rows.push(hang('  gets from its entry  ', printable(launch.envNames.join(', '), { maxLength: 600 }), style.columns));
  return rows;
}

/** Each source with its outcome, then what nobody can check: both are facts of the same kind, so they share a column. */
function checked(disclosure: Disclosure, style: Style): readonly string[] {
  const rows: [string, string][] = [
    ...disclosure.evidence.map(({ source, outcome, detail }): [string, string] => [outcome, `${detail} (${source})`]),
    ...disclosure.notVerifiable.map((text): [string, string] => ['cannot tell', text]),
  ];
  const widest = Math.max(0, ...rows.map(([outcome]) => width(outcome)));
  return rows.map(([outcome, text]) => hang(`  ${pad(outcome, widest)}  `, printable(text), style.columns));
}

function commands(disclosure: Disclosure, options: CardOptions): readonly string[] {
  const { launch } = disclosure;
  if (launch.runtime === 'python') {
    const command = printable(shellLine([launch.bin, ...launch.args]), { maxLength: 2_000 });
    return [
      '  nothing yet: Python servers can be looked at, not installed',
      `  by itself it starts as: ${command} (${printable(launch.entry, { maxLength: 200 })})`,
    ];
  }
  return [
    `  ${printable(shellLine(options.clientCommand), { maxLength: 2_000 })}`,
    `  which starts, from verified bytes: ${printable(shellLine(['node', launch.entry, ...launch.args]), { maxLength: 2_000 })}`,
  ];
}

function decision(disclosure: Disclosure, style: Style): string {
  const { verdict, reasons } = disclosure.decision;
  const paint = { allow: style.green, warn: style.yellow, review: style.yellow, block: style.red }[verdict];
  const words = { allow: 'allowed by policy', warn: 'allowed with warnings', review: 'needs a person', block: 'blocked' }[verdict];
  const lines = [`${style.bold('decision')}  ${paint(pad(words, 10).trimEnd())}`];
  lines.push(...reasonLines(reasons, style));
  return lines.join('\n');
}

/** Why policy decides so. Findings are listed with their sentences already: they are named here only where nothing else is. */
export function reasonLines(reasons: readonly string[], style: Style): readonly string[] {
  const others = reasons.filter((reason) => !reason.startsWith('finding '));
  return (others.length > 0 ? others : reasons).slice(0, 5).map((reason) => hang('  - ', printable(reason), style.columns));
}
