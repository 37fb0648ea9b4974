import type { Disclosure } from '../model/disclosure.ts';
import type { Finding } from '../model/finding.ts';
import type { Evidence } from '../model/outcome.ts';
import { printable, printableCommand } from '../model/printable.ts';
import { shellLine } from '../model/shell-line.ts';
import { asksLines } from './asks.ts';
import { count, humanBytes } from './bytes.ts';
import { capabilityLines } from './capabilities.ts';
import { ownWords } from './capability-words.ts';
import { cardFindingLines } from './card-findings.ts';
import { byCode, findingSentence } from './findings.ts';
import { publisherWords, splitFindings } from './headlines.ts';
import { hangWithin, pad, width } from './layout.ts';
import { everything, fitted, type Room, rowsFor, type Section } from './room.ts';
import type { Style } from './style.ts';
import { manifestLines } from './tools.ts';

export interface CardOptions {
  /** Everything, not only what fits a screen. */
  readonly full: boolean;
  /** The exact command that the client will run, untruncated (SEP-1024). */
  readonly clientCommand: readonly string[];
}

/**
 * The disclosure as one screen for a person: at 80 columns at most 45 rows without `full`, whatever others wrote into it,
 * except for what a command of many lines takes: it is never cut. Most people read the first lines and the last: what it
 * is, what policy says and what blocks it stand first; the exact command, the findings and the reasons last, so that
 * nothing above pushes them out of a terminal's last screen.
 */
export function card(disclosure: Disclosure, options: CardOptions, style: Style): string {
  return fitted((room) => sections(disclosure, options, style, room), options.full, style);
}

function sections(disclosure: Disclosure, options: CardOptions, style: Style, room: Room): readonly Section[] {
  const { name, version } = disclosure.artifact;
  const [toolsTitle, tools] = manifestLines(disclosure, style, room);
  const others = splitFindings(disclosure.findings).others;
  const part = (title: string, lines: readonly string[], foldable = false): Section => ({
    title: lines.length === 0 ? '' : style.bold(title),
    lines,
    foldable,
  });
  return [
    { title: '', lines: identity(disclosure, style, room), foldable: false },
    part('what it can do', capabilityLines(disclosure.capabilities, ownWords(name), style, room), true),
    part('what it asks for', asksLines(disclosure, style, room), true),
    part(toolsTitle, tools, true),
    part('who stands behind it, and what could not be checked', checked(disclosure, style, room), true),
    part('what the client will run', commands(disclosure, options, style)),
    part('findings', cardFindingLines(others, `${name}@${version}`, style, room)),
    { title: '', lines: decision(disclosure, style, room), foldable: false },
  ];
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

function identity(disclosure: Disclosure, style: Style, room: Room): readonly string[] {
  const { artifact, closure, installScripts, findings } = disclosure;
  const scripts = installScripts.length === 0 ? 'no install scripts' : count(installScripts.length, 'install script');
  const size = `${count(closure.packages.length, 'package')}, ${humanBytes(disclosure.closureBytes)}, ${scripts}`;
  const whole = printable(`${artifact.subject}@${artifact.version}`);
  const fits = width(`  ${whole}  ${size}`) <= style.columns;
  return [
    `${style.bold(printable(`${artifact.name} ${artifact.version}`, { maxLength: room.full ? 400 : 120 }))}  ${paintVerdict(disclosure.decision, style)}`,
    ...headlines(findings, style, room),
    ...(fits ? [`  ${whole}  ${size}`] : [hangWithin('  ', whole, style.columns, { rows: rowsFor(room, 2) }), `  ${size}`]),
    hangWithin('  ', printable(publisherWords(disclosure.publisher), { maxLength: 600 }), style.columns, { rows: rowsFor(room, 2) }),
  ];
}

/** What blocks it, and the findings that change how all the rest is read. */
function headlines(findings: readonly Finding[], style: Style, room: Room): readonly string[] {
  const { top, others } = splitFindings(findings);
  const blocking = [...new Set(others.filter(({ severity }) => severity === 'block').map(({ code }) => code))];
  return [
    ...byCode(top).flatMap((group) => {
      const shown = room.full ? group : group.slice(0, 1);
      return shown.map((found) => {
        const paint = found.severity === 'block' ? style.red : style.yellow;
        const more = group.length === shown.length ? '' : `, +${group.length - shown.length} like it`;
        const [start, tail] = [`  ${paint(topWords(found))}: `, ` (${found.code}${more})`];
        return hangWithin(start, findingSentence(found), style.columns, { rows: room.seriousRows, tail });
      });
    }),
    ...(blocking.length === 0
      ? []
      : [hangWithin(`  ${style.red('blocking')}: `, blocking.join(', '), style.columns, { rows: rowsFor(room, 3) })]),
  ];
}

/** The first words of a finding that stands at the top. */
export function topWords({ code, severity }: Finding): string {
  if (code === 'not-a-server') return 'not an MCP server';
  return severity === 'block' ? 'blocking: another name' : 'another name';
}

/** Each outcome with its sources (each source with `full`), then what nobody can check: facts of the same kind share a column. */
function checked({ evidence, notVerifiable, findings }: Disclosure, style: Style, room: Room): readonly string[] {
  const { full } = room;
  // Why it was not started is a finding already.
  const told = (source: string) =>
    !full && source === 'probe' && findings.some(({ code }) => code === 'probe-missing' || code === 'probe-failed');
  const sources = evidence.filter(({ source }) => !told(source));
  const outcomes = [...new Set(sources.map(({ outcome }) => outcome))];
  const cannotTell = full ? notVerifiable : [notVerifiable.map((text) => printable(text, { maxLength: 160 })).join('; ')];
  const rows: (readonly [string, string])[] = [
    ...(full
      ? sources.map(({ source, outcome, detail }): [string, string] => [outcome, `${detail} (${source})`])
      : outcomes.map((wanted): [string, string] => [wanted, detailsOf(sources.filter(({ outcome }) => outcome === wanted))])),
    ...cannotTell.filter((text) => text !== '').map((text): [string, string] => ['cannot tell', text]),
  ];
  const widest = Math.max(0, ...rows.map(([outcome]) => width(outcome)));
  return rows.map(([outcome, text]) => {
    const rows = outcome === 'cannot tell' ? room.cannotTellRows : full ? Number.POSITIVE_INFINITY : outcome === 'unavailable' ? 3 : 2;
    return hangWithin(`  ${pad(outcome, widest)}  `, printable(text, { maxLength: 4_000 }), style.columns, { rows });
  });
}

/** What went well, and who could not be asked, without particulars: each of several sources is named then. */
function detailsOf(sources: readonly Evidence[]): string {
  const short = ({ source, outcome, detail }: Evidence) => {
    const hosts = detail.replace(/https?:\/\/([^/\s:]+(?::\d+)?)(?:\/[^\s:]*)?/g, '$1');
    const isBrief = outcome === 'verified' || (outcome === 'unavailable' && source !== 'probe');
    return isBrief ? hosts.replace(/[,;:] .*$| \(.*$/s, '') : hosts;
  };
  // How it was started comes first: the line may be cut, and "outside any sandbox" must not be.
  const inOrder = [...sources].sort((a, b) => Number(b.source === 'probe') - Number(a.source === 'probe'));
  return inOrder.map(short).reduce(withWhatElseItLacks, '');
}

/** `x serves no signatures` and `x serves no attestations` are one thing: it is a mirror. */
function withWhatElseItLacks(before: string, next: string): string {
  const [lacks, holder] = /^(.+ serves) (?=no )/.exec(next) ?? [];
  if (lacks !== undefined && before.split('; ').at(-1)?.startsWith(`${holder} no `)) return `${before}, ${next.slice(lacks.length)}`;
  return before === '' ? next : `${before}; ${next}`;
}

function commands(disclosure: Disclosure, options: CardOptions, style: Style): readonly string[] {
  const { launch, artifact, closure } = disclosure;
  if (launch.runtime === 'python') {
    const command = printableCommand(shellLine([launch.bin, ...launch.args]));
    return [
      '  nothing yet: Python servers can be looked at, not installed',
      `  by itself it starts as: ${command} (${printable(launch.entry, { maxLength: 200 })})`,
    ];
  }
  return [
    `  ${printableCommand(shellLine(options.clientCommand))}`,
    ...startLines(printableCommand(shellLine([launch.runtime, launch.entry, ...launch.args])), style),
    ...(options.full
      ? [style.dim(`  ${printable(artifact.integrity, { maxLength: 120 })}`), style.dim(`  closure: ${closure.digest}`)]
      : []),
  ];
}

/** Whole, as everything that somebody may want to paste; on a line of its own where there is no room beside the words. */
function startLines(command: string, style: Style): readonly string[] {
  const words = '  which starts, from verified bytes:';
  return width(`${words} ${command}`) <= style.columns ? [`${words} ${command}`] : [words, `    ${command}`];
}

function decision(disclosure: Disclosure, style: Style, room: Room): readonly string[] {
  return [
    `${style.bold('decision')}  ${paintVerdict(disclosure.decision, style)}`,
    ...reasonLines(disclosure.decision.reasons, style, room),
  ];
}

/** Why policy decides so. Findings are listed with their sentences already: they are named here only where nothing else is. */
export function reasonLines(reasons: readonly string[], style: Style, room: Room = everything): readonly string[] {
  const others = reasons.filter((reason) => !reason.startsWith('finding '));
  const all = (others.length > 0 ? others : reasons).slice(0, room.full ? 5 : 3);
  return all.map((reason) => hangWithin('  - ', printable(reason), style.columns, { rows: rowsFor(room, 3) }));
}
