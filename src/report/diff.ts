import type { CapabilityChange } from '../analysis/diff/capabilities.ts';
import { isEmptyDiff } from '../analysis/diff/manifests.ts';
import type { ServerDiff } from '../analysis/diff/server.ts';
import { capabilityClasses } from '../model/capability.ts';
import { printable } from '../model/printable.ts';
import { count } from './bytes.ts';
import { section } from './card.ts';
import { hang } from './layout.ts';
import type { Style } from './style.ts';
import { wordLines } from './words.ts';

/** What one side gained, changed and lost over the other, most serious first. */
export function diffText(diff: ServerDiff, options: { readonly full: boolean }, style: Style): string {
  const { capabilities } = diff;
  const rows = [
    ...capabilityRows('gained     ', capabilities.gained, style),
    ...capabilityRows('widened    ', capabilities.widened, style),
    ...capabilityRows('new use    ', capabilities.newUse, style),
    ...capabilityRows('lost       ', capabilities.lost, style),
    ...capabilityRows('now visible', capabilities.newlyVisible, style),
  ];
  const words =
    diff.words === null
      ? ['  not compared: one side was not started, or did not answer']
      : isEmptyDiff(diff.words)
        ? []
        : wordLines(diff.words, style, options.full);
  const nothing = rows.length === 0 && words.length === 0;
  return [
    style.bold(`${printable(diff.from)} → ${printable(diff.to)}`),
    section('what it can do', rows, style),
    section('what it says', words, style),
    section('what it is made of', closureLines(diff, style, options.full), style),
    `${nothing ? 'no difference in what it can do or say; ' : ''}gain: ${paintGain(diff.gain, style)}`,
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

function capabilityRows(title: string, changes: readonly CapabilityChange[], style: Style): readonly string[] {
  return changes.map((change) => {
    const scopes = change.scopes.length === 0 ? '' : `: ${printable(change.scopes.slice(0, 8).join(', '), { maxLength: 300 })}`;
    const unsure = change.after?.verdict === 'cannot-tell' ? ' (cannot tell any more)' : '';
    const where =
      change.after?.reach === 'closure' ? ' (in a dependency)' : change.after?.reach === 'baseline' ? ' (in the usual plumbing)' : '';
    return hang(`  ${title}  `, `${capabilityClasses[change.class].phrase}${where}${scopes}${unsure}`, style.columns);
  });
}

function closureLines(diff: ServerDiff, style: Style, full: boolean): readonly string[] {
  const { added, removed, changed } = diff.closure;
  const lines: string[] = [];
  const listing = (title: string, names: readonly string[]) => {
    if (names.length === 0) return;
    const shown = full ? names : names.slice(0, 8);
    const more = shown.length < names.length ? `, … (+${names.length - shown.length})` : '';
    lines.push(hang(`  ${title}  `, printable(shown.join(', '), { maxLength: 4_000 }) + more, style.columns));
  };
  listing(
    `${count(added.length, 'package')} added:`,
    added.map(({ name, version }) => `${name}@${version}`),
  );
  listing(
    `${count(removed.length, 'package')} gone:`,
    removed.map(({ name, version }) => `${name}@${version}`),
  );
  listing(
    `${count(changed.length, 'package')} changed:`,
    changed.map(
      ({ name, before, after, republished }) => `${name} ${before} → ${after}${republished ? ' (same version, other bytes)' : ''}`,
    ),
  );
  listing('install scripts added:', diff.installScripts.added);
  listing('install scripts gone:', diff.installScripts.removed);
  listing('variables added:', diff.environment.added);
  listing('variables gone:', diff.environment.removed);
  return lines;
}

function paintGain(gain: ServerDiff['gain'], style: Style): string {
  const words = { none: 'none', grey: 'grey (harmless by itself)', amber: 'amber (look at it)', red: 'red (serious)' }[gain];
  if (gain === 'red') return style.red(words);
  return gain === 'amber' ? style.yellow(words) : words;
}
