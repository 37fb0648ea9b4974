import { type RiskContradiction, type ToolRisk, type ToolView, toolRisks, toolRisksOf } from '../analysis/tool-risk.ts';
import type { Disclosure } from '../model/disclosure.ts';
import { printable } from '../model/printable.ts';
import { count } from './bytes.ts';
import { shortPhrases } from './capability-words.ts';
import { hang, hangWithin, pad, truncate, width } from './layout.ts';
import { type Room, rowsFor } from './room.ts';
import type { Style } from './style.ts';
import { viewPhrases } from './views.ts';

/** What a tool says of itself, in the words of a card. They are its own claims, never facts. */
export const riskWords: Record<ToolRisk, string> = {
  destructive: 'destructive',
  'open-world': 'open-world',
  writes: 'writes',
  undeclared: 'undeclared',
  'read-only': 'read-only',
};

/** What the lines about tools are made of. */
type Offered = Pick<Disclosure, 'probed' | 'probeAbsence' | 'static' | 'capabilities'>;

/** Title and lines of what the server offers: the probed view when there is one, else what its code names. */
export function manifestLines(disclosure: Offered, style: Style, room: Room): readonly [string, readonly string[]] {
  const { full } = room;
  const { tools, contradictions } = toolRisksOf(disclosure);
  const lines = full
    ? tools.flatMap((tool) => fullLines(tool, style))
    : tools.length <= room.tools
      ? one(tools, style)
      : byRisk(tools, style, room);
  lines.push(...together(contradictions).map((found) => contradictionLine(found, tools.length, style, room)));
  lines.push(...(disclosure.probed === null ? gapLines(disclosure, style, room) : otherLines(disclosure.probed, style, room)));
  if (tools.length === 0) lines.unshift(disclosure.probed === null ? '  none is named where it can be read' : '  none');
  return [`tools: ${tools.length}, ${seenHow(disclosure)}`, lines];
}

/** Where the list comes from. */
export function seenHow({ probed, probeAbsence }: Pick<Disclosure, 'probed' | 'probeAbsence'>): string {
  if (probed !== null) return 'as it showed them when it was started';
  return `as its code names them; it ${probeAbsence?.why === 'failed' ? 'did not answer' : 'was not started'}`;
}

/** Promises that the same code breaks stand in one line. */
function together(found: readonly RiskContradiction[]): readonly (readonly RiskContradiction[])[] {
  const groups = new Map<string, RiskContradiction[]>();
  for (const one of found) groups.set(one.can.join(), [...(groups.get(one.can.join()) ?? []), one]);
  return [...groups.values()];
}

/** On a card one line: as many of the classes as there is room for, most serious first. */
function contradictionLine(found: readonly RiskContradiction[], total: number, style: Style, { full }: Room): string {
  const start = `  ${style.yellow('*')} `;
  if (full) return hang(start, contradictionWords(found, total), style.columns);
  const can = found[0]?.can ?? [];
  const words = (shown: number) =>
    contradictionWords(
      found.map((one) => ({ ...one, can: one.can.slice(0, shown) })),
      total,
    ) + (shown < can.length ? `, +${can.length - shown}` : '');
  let shown = can.length;
  while (shown > 1 && width(start + words(shown)) > style.columns) shown--;
  return hangWithin(start, words(shown), style.columns, { rows: 2 });
}

/** What was promised and what the code can do, in one sentence; all of `found` are broken by the same code. */
export function contradictionWords(found: readonly RiskContradiction[], total: number): string {
  const said = found.map(({ says, tools }, index) => {
    const who =
      tools.length === total
        ? total === 1
          ? 'its tool'
          : `all ${total}`
        : index === 0
          ? `${tools.length} of ${total}`
          : `${tools.length}`;
    const verb = index > 0 ? '' : who === 'its tool' ? ' says' : ' say';
    return `${who}${verb} ${promiseWords[says]}`;
  });
  return `${said.join(', ')}; the server's code ${(found[0]?.can ?? []).map((of) => shortPhrases[of]).join(', ')}`;
}

const promiseWords = { 'read-only': 'read-only', 'closed-world': 'closed world', 'not-destructive': 'not destructive' } as const;

function one(tools: readonly ToolView[], style: Style): string[] {
  const risks = Math.max(0, ...tools.map(({ risk }) => width(riskWords[risk])));
  const names = Math.min(32, Math.max(0, ...tools.map(({ name }) => width(printable(name, { maxLength: 60 })))));
  return tools.map((tool) => {
    const start = `  ${pad(riskWords[tool.risk], risks)}  ${pad(printable(tool.name, { maxLength: 60 }), names)}  `;
    return (start + truncate(firstWords(tool), Math.max(10, style.columns - width(start)))).trimEnd();
  });
}

function byRisk(tools: readonly ToolView[], style: Style, { destructiveRows }: Room): string[] {
  const groups = toolRisks.flatMap((risk) => {
    const members = tools.filter((tool) => tool.risk === risk);
    return members.length === 0
      ? []
      : [{ title: `${riskWords[risk]} ${members.length}`, members, lines: risk === 'destructive' ? destructiveRows : 1 }];
  });
  const widest = Math.max(0, ...groups.map(({ title }) => width(title)));
  return groups.map(({ title, members, lines }) => {
    const start = `  ${pad(title, widest)}  `;
    const room = (style.columns - width(start)) * lines - (lines > 1 ? 12 : 5);
    const names = members.map(({ name }) => printable(name, { maxLength: 60 }));
    // No more names than columns: each takes at least one.
    let shown = Math.min(names.length, room);
    while (shown > 1 && width(names.slice(0, shown).join(', ')) > room) shown--;
    const rest = shown < names.length ? `, +${names.length - shown}` : '';
    return hangWithin(start, names.slice(0, shown).join(', '), style.columns, { rows: lines, tail: rest });
  });
}

function fullLines(tool: ToolView, style: Style): readonly string[] {
  const from = [tool.guessed ? 'guessed' : '', tool.through === null ? '' : `through ${tool.through}`, tool.where ?? ''].filter(
    (part) => part !== '',
  );
  const lines = [hang(`  ${printable(tool.name)}  `, printable([riskWords[tool.risk], ...from].join(', ')), style.columns)];
  if (tool.description !== '') lines.push(hang('      ', printable(tool.description, { maxLength: 4_000 }), style.columns));
  for (const { name, description, required } of tool.parameters) {
    const start = `      ${required ? '' : '['}${printable(name, { maxLength: 80 })}${required ? '' : ']'}  `;
    lines.push(hang(start, printable(description ?? '', { maxLength: 1_000 }), style.columns).trimEnd());
  }
  return lines;
}

function firstWords({ description, title }: ToolView): string {
  const text = description === '' ? (title ?? '') : description;
  return printable(
    text
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? '',
    { maxLength: 200 },
  );
}

function gapLines({ static: code }: Offered, style: Style, room: Room): readonly string[] {
  const others = [
    code.prompts.length > 0 ? count(code.prompts.length, 'prompt') : '',
    code.resources.length > 0 ? count(code.resources.length, 'resource') : '',
  ];
  const named = others.filter((part) => part !== '');
  const gaps = room.full ? code.gaps : code.gaps.slice(0, 1);
  const more = gaps.length < code.gaps.length ? ` (+${code.gaps.length - gaps.length}, --full)` : '';
  return [
    ...(named.length === 0 ? [] : [`  also  ${named.join(', ')}`]),
    ...told(code.instructions?.text ?? null, style, room),
    ...gaps.map((gap) => {
      const rows = rowsFor(room, 2);
      return hangWithin('  may be incomplete: ', printable(gap, { maxLength: 300 }), style.columns, { rows, tail: more });
    }),
  ];
}

function otherLines(probed: NonNullable<Disclosure['probed']>, style: Style, room: Room): readonly string[] {
  const { manifest, resourcePinning, agentRequests } = probed;
  const others = [
    manifest.prompts.length > 0 ? count(manifest.prompts.length, 'prompt') : '',
    manifest.resources.length > 0 ? `${count(manifest.resources.length, 'resource')} (pinned ${resourcePinning})` : '',
    manifest.resourceTemplates.length > 0 ? count(manifest.resourceTemplates.length, 'resource template') : '',
    agentRequests.length > 0 ? `asks the client for ${agentRequests.join(', ')}` : '',
  ].filter((part) => part !== '');
  return [
    ...(others.length === 0 ? [] : [hangWithin('  also  ', printable(others.join(' · ')), style.columns, { rows: rowsFor(room, 2) })]),
    ...byClientLines(probed, style, room),
    ...told(manifest.instructions, style, room),
  ];
}

/** What a client with fewer capabilities is not shown, or is shown in other words. */
function byClientLines(probed: NonNullable<Disclosure['probed']>, style: Style, room: Room): readonly string[] {
  const views = viewPhrases(probed);
  if (views === null) return [];
  const start = `  by what a client can do (${views.by.join(', ')})  `;
  return [hangWithin(start, views.phrases.join(' · '), style.columns, { rows: rowsFor(room, 2) })];
}

function told(instructions: string | null, style: Style, { full }: Room): readonly string[] {
  if (instructions === null) return [];
  const start = '  tells the model  ';
  if (full) return [hang(start, `"${printable(instructions, { maxLength: 4_000 })}"`, style.columns)];
  const tail = ` (${count(instructions.length, 'character')})`;
  return [hangWithin(start, `"${printable(instructions, { maxLength: 200 })}"`, style.columns, { rows: 1, tail })];
}
