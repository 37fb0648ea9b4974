import type { CapabilityChange } from '../analysis/diff/capabilities.ts';
import { isEmptyDiff } from '../analysis/diff/manifests.ts';
import type { NamesDiff, ServerDiff } from '../analysis/diff/server.ts';
import { capabilityClasses } from '../model/capability.ts';
import { itemKinds } from '../model/manifest.ts';
import { printable } from '../model/printable.ts';
import { count } from './bytes.ts';
import { section } from './card.ts';
import { hang } from './layout.ts';
import { memberWords } from './sentences.ts';
import type { Style } from './style.ts';
import { isSpelling, wordLines } from './words.ts';

/** What one side gained, changed and lost over the other, most serious first: DESIGN §6. */
export function diffText(diff: ServerDiff, options: { readonly full: boolean }, style: Style): string {
  const { capabilities, words } = diff;
  const rows = [
    ...capabilityRows('+ gained ', capabilities.gained, style),
    ...capabilityRows('~ widened', capabilities.widened, style),
    ...capabilityRows('~ new use', capabilities.newUse, style),
    ...capabilityRows('- lost   ', capabilities.lost, style),
  ];
  return [
    headline(diff, style),
    section('what it can do', rows, style),
    section('seen by newer rules, not gained', capabilityRows('~ visible', capabilities.newlyVisible, style), style),
    section('who stands behind it', trustLines(diff, style), style),
    section('what it is made of', closureLines(diff, style, options.full), style),
    section(
      wordsTitle(diff),
      words === null ? ['  not compared: neither side shows any'] : isEmptyDiff(words) ? [] : wordLines(words, style, options.full),
      style,
    ),
    section(
      'what it asks for',
      nameLines(
        [
          ['variable', diff.environment],
          ['argument', diff.arguments],
        ],
        style,
        options.full,
      ),
      style,
    ),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

function wordsTitle({ wordsFrom }: ServerDiff): string {
  return wordsFrom === 'code' ? 'what it says, as its code names it (not both sides were seen running)' : 'what it says';
}

/** From what to what, how serious, and how much: what most people read. */
function headline(diff: ServerDiff, style: Style): string {
  const words = { none: 'gains nothing', grey: 'grey gain, harmless by itself', amber: 'amber gain, look at it', red: 'red gain, serious' }[
    diff.gain
  ];
  const paint = diff.gain === 'red' ? style.red : diff.gain === 'amber' ? style.yellow : style.green;
  const parts = summary(diff);
  return [
    style.bold(`${printable(diff.from)} → ${printable(diff.to)}`),
    hang('  ', `${paint(words)}: ${parts.length === 0 ? 'no difference' : parts.join(', ')}`, style.columns),
  ].join('\n');
}

function summary({ capabilities, words, closure, trust, installScripts }: ServerDiff): readonly string[] {
  const more = capabilities.gained.length + capabilities.widened.length + capabilities.newUse.length;
  const items = itemKinds.map((kind) => words?.[kind]);
  const sum = (key: 'added' | 'removed' | 'renamed') => items.reduce((total, one) => total + (one?.[key].length ?? 0), 0);
  const changed = items.flatMap((one) => one?.changed ?? []).filter((change) => !isSpelling(change)).length;
  const packages = closure.added.length + closure.removed.length + closure.changed.length;
  const counts: readonly (readonly [number, string])[] = [
    [more, `${count(more, 'capability', 'capabilities')} more`],
    [capabilities.lost.length, `${capabilities.lost.length} lost`],
    [trust.evidence.length + trust.builder.length + (trust.owners?.added.length ?? 0) + (trust.owners?.removed.length ?? 0), 'other trust'],
    [installScripts.added.length, count(installScripts.added.length, 'install script')],
    [sum('added'), `${count(sum('added'), 'tool or text', 'tools or texts')} new`],
    [sum('removed'), `${sum('removed')} gone`],
    [sum('renamed'), `${sum('renamed')} renamed`],
    [changed, `${changed} changed`],
    [words?.instructions === null || words === null ? 0 : 1, 'instructions changed'],
    [packages, `${count(packages, 'package')} moved`],
  ];
  return counts.filter(([amount]) => amount > 0).map(([, text]) => text);
}

function capabilityRows(title: string, changes: readonly CapabilityChange[], style: Style): readonly string[] {
  return changes.map((change) => {
    const named = change.scopes.map((scope) => (scope === '*' ? 'any' : scope));
    const scopes =
      named.length === 0
        ? ''
        : `: ${printable(named.slice(0, 8).join(', '), { maxLength: 300 })}${named.length > 8 ? `, +${named.length - 8}` : ''}`;
    const unsure = change.after?.verdict === 'cannot-tell' ? ' (cannot tell any more)' : '';
    const where =
      change.after?.reach === 'closure' ? ' (in a dependency)' : change.after?.reach === 'baseline' ? ' (in the usual plumbing)' : '';
    const paint = title.startsWith('-') ? style.dim : capabilityClasses[change.class].gain === 'red' ? style.red : style.yellow;
    return hang(`  ${paint(title)}  `, `${capabilityClasses[change.class].phrase}${where}${scopes}${unsure}`, style.columns);
  });
}

function trustLines({ trust }: ServerDiff, style: Style): readonly string[] {
  return [
    ...(trust.owners === null
      ? [style.dim('  owners: cannot tell, the registry does not name them for both')]
      : nameLines([['owner', trust.owners]], style, true)),
    ...trust.builder.map(({ member, before, after, isOwnership }) =>
      hang(`  ${(isOwnership ? style.red : style.yellow)('~')} `, printable(`${memberWords(member)}: ${before} → ${after}`), style.columns),
    ),
    ...trust.evidence.map(({ source, before, after }) => {
      const change = `${before ?? 'not asked'} → ${after ?? 'not asked'}`;
      return hang(`  ${style.yellow('~')} `, `${printable(source)}: ${change}`, style.columns);
    }),
  ];
}

function closureLines(diff: ServerDiff, style: Style, full: boolean): readonly string[] {
  const { added, removed, changed } = diff.closure;
  const moved = changed.map(
    ({ name, before, after, republished }) => `${name} ${before} → ${after}${republished ? ' (same version, other bytes)' : ''}`,
  );
  return [
    ...nameLines([['package', { added: added.map(label), removed: removed.map(label) }]], style, full),
    ...listing(style.yellow('~'), 'package', moved, style, full),
    ...nameLines(
      [
        ['install script', diff.installScripts],
        ['program', diff.bins],
        ['declared dependency', diff.dependencies],
      ],
      style,
      full,
    ),
  ];
}

function label({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name}@${version}`;
}

function nameLines(rows: readonly (readonly [string, NamesDiff])[], style: Style, full: boolean): readonly string[] {
  return rows.flatMap(([noun, { added, removed }]) => [
    ...listing(style.green('+'), noun, added, style, full),
    ...listing(style.red('-'), noun, removed, style, full),
  ]);
}

/** One line's worth of names, or all of them. */
function listing(mark: string, noun: string, names: readonly string[], style: Style, full: boolean): readonly string[] {
  if (names.length === 0) return [];
  const shown = full ? names : names.slice(0, 6);
  const more = shown.length < names.length ? `, +${names.length - shown.length}` : '';
  const plural = noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return [
    hang(`  ${mark} ${count(names.length, noun, plural)}: `, printable(shown.join(', '), { maxLength: 8_000 }) + more, style.columns),
  ];
}
