import type { Disclosure } from '../model/disclosure.ts';
import { printable } from '../model/printable.ts';
import { shellLine } from '../model/shell-line.ts';
import { count, humanBytes } from './bytes.ts';
import { capabilityLines } from './capabilities.ts';
import { findingLines } from './findings.ts';
import { hang, pad, table } from './layout.ts';
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
    section('what it asks for', asks(disclosure, style), style),
    section(...manifestLines(disclosure, style, options.full), style),
    section('who stands behind it', evidence(disclosure, style), style),
    section(
      'what could not be checked',
      disclosure.notVerifiable.map((text) => hang('  ', printable(text), style.columns)),
      style,
    ),
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

function asks({ capabilities, launch }: Disclosure, style: Style): readonly string[] {
  const rows: string[] = [];
  const names = capabilities.environment;
  if (names.length > 0) rows.push(hang('  variables  ', printable(names.join(', '), { maxLength: 600 }), style.columns));
  if (launch.args.length > 0) rows.push(`  arguments  ${printable(shellLine(launch.args), { maxLength: 600 })}`);
  return rows;
}

function evidence(disclosure: Disclosure, style: Style): readonly string[] {
  const rows = disclosure.evidence.map(({ source, outcome, detail }) => [source, outcome, printable(detail)]);
  return rows.length === 0 ? [] : [table(rows, style.columns)];
}

function commands(disclosure: Disclosure, options: CardOptions): readonly string[] {
  const { launch } = disclosure;
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
  for (const reason of reasons.slice(0, 5)) lines.push(hang('  - ', printable(reason), style.columns));
  return lines.join('\n');
}
