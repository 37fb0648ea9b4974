import { tallyAlarms, tallyCarried, tallyClasses, tallyTools, totalOf } from './compare.mjs';

/** Everything as text, at most 80 columns. `failed` are the servers that could not be looked at: they are in no count. */
export function printResult({ compared, failed, asked, about, verbose }) {
  const rows = tallyClasses(compared);
  const parts = [
    head(compared, failed, asked, about),
    classTable([...rows, totalOf(rows)]),
    carriedPart(tallyCarried(compared)),
    toolsPart(tallyTools(compared), compared.length),
    alarmsPart(tallyAlarms(compared)),
  ];
  if (failed.length > 0) parts.push(`not looked at\n${failed.map(({ server, why }) => fold(`${server}: ${why}`)).join('\n')}`);
  if (verbose) parts.push(...compared.map(missesOf).filter((text) => text !== ''));
  return `${parts.join('\n\n')}\n`;
}

function head(compared, failed, asked, { command, date, ruleset, node, seconds }) {
  return [
    `${compared.length} of ${asked} servers looked at${failed.length > 0 ? `, ${failed.length} not` : ''}, ${date}`,
    `ruleset ${ruleset}, node ${node}, ${seconds} s`,
    `again with: ${command}`,
  ].join('\n');
}

function classTable(rows) {
  const widths = [14, 4, 4, 8, 5, 7, 6, 6, 8, 7, 10];
  const line = (cells) => cells.map((cell, i) => (i === 0 ? String(cell).padEnd(widths[0]) : String(cell).padStart(widths[i]))).join('');
  const lines = rows.map((row) =>
    line([
      row.class,
      row.yes,
      row.no,
      row.unlabelled,
      row.hit,
      row.missed,
      row.blind,
      row.extra,
      row.onCard,
      ratio(row.recall),
      ratio(row.precision),
    ]),
  );
  return [
    'capability classes of own code (labels: yes, no, unclear; unclear is counted',
    'nowhere else)',
    line(['class', 'yes', 'no', 'unclear', 'hit', 'missed', 'blind', 'extra', 'on card', 'recall', 'precision']),
    ...lines,
    'recall = hit / yes; precision = hit / (hit + extra); blind = yes, but the card',
    'says "cannot tell"; on card = yes, and seen in whoever\'s code',
  ].join('\n');
}

function carriedPart({ all, seen, named, recall, namedRate }) {
  return [
    'power that sits in a dependency which the labels name',
    `  the class is on the card       ${seen} of ${all}  ${ratio(recall)}`,
    `  evidence names the dependency  ${named} of ${all}  ${ratio(namedRate)}`,
  ].join('\n');
}

function toolsPart({ servers, whole, silentlyShort, unreadable, hits, missed, extra, recall, precision }, looked) {
  const withNames = servers + unreadable.servers;
  return [
    'names of tools: static list against a contained run',
    `  of ${looked} servers ${withNames} have such names; the tools of ${unreadable.servers} of them (${unreadable.names} names)`,
    '  stand in a native program or come from a remote server: not counted here',
    `  recall                         ${hits} of ${hits + missed}  ${ratio(recall)}`,
    `  precision                      ${hits} of ${hits + extra}  ${ratio(precision)}`,
    `  exactly the same list          ${whole} of ${servers} servers`,
    `  short, and does not say so     ${silentlyShort} of ${withNames} servers`,
  ].join('\n');
}

function alarmsPart({ servers, review, block, any, codes }) {
  return [
    'findings at first look, without a probe',
    `  any that asks for a review     ${review} of ${servers} servers`,
    `  any that blocks                ${block} of ${servers} servers`,
    `  either                         ${any} of ${servers} servers`,
    ...codes.map(([code, count]) => `    ${code.padEnd(36)} ${count}`),
  ].join('\n');
}

/** What one server's disclosure got otherwise than its label, each with the label's reason; empty = nothing. */
function missesOf({ server, classes, tools, carried, alarms }) {
  const lines = [];
  for (const one of classes) {
    if (one.is === 'missed' || one.is === 'blind') lines.push(`${one.is.padEnd(7)}${one.class} (says: ${one.said})`, `\t${one.reason}`);
    if (one.is === 'extra') lines.push(`extra  ${one.class} (at ${one.at})`, `\tlabel: ${one.reason}`);
  }
  for (const one of carried) {
    if (!one.seen) lines.push(`missed ${one.class} through ${one.dependency}`);
    else if (!one.named) lines.push(`seen, but not through ${one.dependency}: ${one.class}`);
  }
  if (tools !== null && tools.missed.length > 0)
    lines.push(`tools missed${tools.saidIncomplete ? ' (and said so)' : ''}: ${tools.missed.join(', ')}`);
  if (tools !== null && tools.extra.length > 0) lines.push(`tools extra: ${tools.extra.join(', ')}`);
  for (const code of new Set(alarms.map((finding) => `${finding.severity} ${finding.code}`))) lines.push(`finding ${code}`);
  return lines.length === 0 ? '' : `${server}\n${lines.map(fold).join('\n')}`;
}

/** One entry over as many lines of 80 columns as it needs; a word that is longer than a line is broken. */
function fold(text) {
  const continues = ' '.repeat(9);
  const lines = [];
  let line = text.startsWith('\t') ? continues : '  ';
  for (const word of text.trim().split(' ')) {
    if (line.trim() !== '' && line.length + word.length > 80) {
      lines.push(line.trimEnd());
      line = continues;
    }
    line += `${word} `;
    while (line.trimEnd().length > 80) {
      lines.push(line.slice(0, 80));
      line = continues + line.slice(80);
    }
  }
  return [...lines, line.trimEnd()].join('\n');
}

function ratio(value) {
  return value === null ? '–' : value.toFixed(2);
}
