import type { QuarantinedEntry, Review, Reviewed, ReviewedName, WatchEvent, WithheldWords } from '../model/entry-results.ts';
import { printable } from '../model/printable.ts';
import { shellLine } from '../model/shell-line.ts';
import { tilde } from '../model/tilde.ts';
import { approvedText } from './approve.ts';
import { count } from './bytes.ts';
import { hang, table } from './layout.ts';
import type { Style } from './style.ts';

/** One event, a line or two. */
export function watchText(event: WatchEvent, home: string, style: Style): string {
  switch (event.event) {
    case 'watching': {
      const { servers, clients, guarded, polled, first } = event;
      const open = servers - guarded;
      return [
        `watching ${count(servers, 'server', 'servers')} of ${count(clients, 'client', 'clients')}: ${guarded} guarded, ${open} not`,
        ...(first ? ['they are accepted as they are; what comes or changes from now on is kept from starting'] : []),
        ...(first && open > 0 ? ['hint: put them behind the guard: pinfold adopt'] : []),
        ...(polled > 0 ? [`${count(polled, 'folder', 'folders')} cannot be watched and ${polled === 1 ? 'is' : 'are'} polled`] : []),
      ].join('\n');
    }
    case 'quarantined': {
      const { entry } = event;
      const { client, file, change, how } = entry;
      const done = how === 'off' ? 'switched off' : 'blocked';
      return [
        hang(`${style.red(done)} `, `${quoted(entry)} was ${change} in ${client}, ${printable(tilde(file, home))}`, style.columns),
        `  hint: ${shellLine(['pinfold', 'review', ...dashed(entry.name)])}`,
      ].join('\n');
    }
    case 'revoked': {
      const { name, scope, id, summary } = event;
      const what = `\`${printable(name)}\`${scope === 'project' ? ' (project)' : ''}: ${id}: ${printable(summary, { maxLength: 200 })}`;
      return [hang(`${style.red('not started any more')} `, what, style.columns), '  hint: pinfold audit'].join('\n');
    }
    case 'stuck': {
      const { place, change, why } = event;
      const what = `\`${printable(place.name)}\` was ${change} in ${place.client}, ${printable(tilde(place.file, home))}, and may start`;
      return [hang(`${style.red('not stopped')} `, what, style.columns), hang('  why: ', printable(why), style.columns)].join('\n');
    }
  }
}

/** The words of a notification; null for what nobody has to be told at once. */
export function noticeText(event: WatchEvent): string | null {
  if (event.event === 'watching') return null;
  if (event.event === 'revoked')
    return `The server \`${printable(event.name, { maxLength: 60 })}\` is malicious or revoked (${event.id}). It is not started any more: pinfold audit`;
  const { client, name } = event.event === 'quarantined' ? event.entry : event.place;
  const done = event.event === 'quarantined' ? 'It cannot start until you say so: pinfold review' : 'It could not be stopped.';
  const change = event.event === 'quarantined' ? event.entry.change : event.change;
  return `The server \`${printable(name, { maxLength: 60 })}\` was ${change} in ${client}. ${done}`;
}

/** What waits for a person, and how to decide: one table, entries first. */
export function reviewText({ entries, words }: Review, home: string, style: Style): string {
  const waiting = [...entries.map(entryRow), ...words.flatMap((one) => (one.items === 0 ? [] : [wordsRow(one)]))];
  const blocked = words.filter((one) => one.blocked > 0);
  const [first] = [...entries, ...words.filter(({ items }) => items > 0)];
  return [
    ...(first === undefined ? ['nothing waits for a review'] : [`${waiting.length} ${waiting.length === 1 ? 'waits' : 'wait'} for you`]),
    ...(waiting.length === 0 ? [] : [table(waiting, style.columns)]),
    ...(first === undefined
      ? []
      : [
          ...hardCases(words),
          `hint: decide with: ${shellLine(['pinfold', 'review', ...dashed(first.name)])}${entries.length === 0 ? '' : '   take out with: --remove'}`,
          '      or on a page: pinfold review --web',
        ]),
    ...(entries.length === 0 ? [] : [`in ${[...new Set(entries.map(({ file }) => printable(tilde(file, home))))].join(', ')}`]),
    // A command stands on a line of its own: one that is wrapped cannot be pasted.
    ...blocked.flatMap((one) => [`blocked for ever: ${one.blocked} of ${one.name}; take it back with:`, `  ${unblocking(one)}`]),
  ].join('\n');
}

/** Where the bytes are the approved ones, nobody published the new words. */
function hardCases(words: Review['words']): readonly string[] {
  const named = words.filter(({ changed, samePackage }) => samePackage && changed > 0).map(({ name }) => `\`${name}\``);
  const [package_, have] = named.length === 1 ? ['package has', 'its'] : ['packages have', 'their'];
  return named.length === 0 ? [] : [`the ${package_} not changed; ${have} words have: ${named.join(', ')}`];
}

function entryRow({ name, client, change, how, at, starts }: QuarantinedEntry): readonly string[] {
  const what = `${change}, ${how === 'off' ? 'switched off' : 'blocked'}`;
  return [printable(name, { maxLength: 30 }), client, what, minute(at), printable(starts ?? 'not known', { maxLength: 200 })];
}

function wordsRow({ name, scope, items, since }: WithheldWords): readonly string[] {
  return [name, `${scope} scope`, `${count(items, 'item', 'items')} withheld`, since === null ? '' : minute(since)];
}

function minute(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}

function unblocking({ scope, name }: WithheldWords): string {
  return shellLine(['pinfold', 'unblock', ...(scope === 'project' ? ['--scope', 'project'] : []), name]);
}

const outcomes: Record<Reviewed['outcome'], string> = {
  guarded: 'approved, behind the guard',
  kept: 'approved, without the guard',
  removed: 'taken out',
  restored: 'the accepted one is back',
  waits: 'still kept from starting',
};

/** What became of each. */
export function reviewedText({ entries, words }: ReviewedName, style: Style): string {
  const rows = entries.map(({ entry, outcome, why }) => [
    printable(entry.name, { maxLength: 30 }),
    entry.client,
    outcomes[outcome],
    printable(why ?? ''),
  ]);
  const restart = entries.some(({ outcome }) => outcome !== 'waits') ? ['restart the clients'] : [];
  return [
    ...(rows.length === 0 ? [] : [table(rows, style.columns, 'wrap')]),
    ...words.map((one) => approvedText(one, style)),
    ...restart,
  ].join('\n');
}

function quoted({ name, starts }: QuarantinedEntry): string {
  return `\`${printable(name, { maxLength: 60 })}\`${starts === null ? '' : ` (${printable(starts, { maxLength: 120 })})`}`;
}

function dashed(name: string): readonly string[] {
  return name.startsWith('-') ? ['--', name] : [name];
}
