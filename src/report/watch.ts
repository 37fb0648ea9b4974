import type { QuarantinedEntry, Review, Reviewed, WatchEvent } from '../model/entry-results.ts';
import { printable } from '../model/printable.ts';
import { shellLine } from '../model/shell-line.ts';
import { count } from './bytes.ts';
import { hang, table } from './layout.ts';
import { tilde } from './list.ts';
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
  const { client, name } = event.event === 'quarantined' ? event.entry : event.place;
  const done = event.event === 'quarantined' ? 'It cannot start until you say so: pinfold review' : 'It could not be stopped.';
  const change = event.event === 'quarantined' ? event.entry.change : event.change;
  return `The server \`${printable(name, { maxLength: 60 })}\` was ${change} in ${client}. ${done}`;
}

/** What waits for a person, and how to decide. */
export function reviewText({ entries, words }: Review, home: string, style: Style): string {
  if (entries.length + words.length === 0) return 'nothing waits for a review';
  const rows = entries.map(({ name, client, change, how, at, starts }) => [
    printable(name, { maxLength: 30 }),
    client,
    `${change}, ${how === 'off' ? 'switched off' : 'blocked'}`,
    at.slice(0, 16).replace('T', ' '),
    printable(starts ?? 'not known', { maxLength: 200 }),
  ]);
  const said = words.map(({ scope, name, items }) => [
    name,
    scope,
    `${count(items, 'item', 'items')} withheld`,
    `pinfold approve${scope === 'project' ? ' --scope project' : ''} ${name}`,
  ]);
  const [first] = entries;
  return [
    ...(entries.length === 0 ? [] : ['servers that nobody approved', table(rows, style.columns)]),
    ...(first === undefined
      ? []
      : [`hint: decide with: ${shellLine(['pinfold', 'review', ...dashed(first.name)])}   take out with: --remove`]),
    ...(words.length === 0 ? [] : ['words that were not approved', table(said, style.columns, 'whole'), ...hardCases(words)]),
    ...(entries.length === 0 ? [] : [`in ${[...new Set(entries.map(({ file }) => printable(tilde(file, home))))].join(', ')}`]),
  ].join('\n');
}

/** Where the bytes are the approved ones, nobody published the new words. */
function hardCases(words: Review['words']): readonly string[] {
  const named = words.filter(({ changed, samePackage }) => samePackage && changed > 0).map(({ name }) => `\`${name}\``);
  const [package_, have] = named.length === 1 ? ['package has', 'its'] : ['packages have', 'their'];
  return named.length === 0 ? [] : [`the ${package_} not changed; ${have} words have: ${named.join(', ')}`];
}

const outcomes: Record<Reviewed['outcome'], string> = {
  guarded: 'approved, behind the guard',
  kept: 'approved, without the guard',
  removed: 'taken out',
  restored: 'the accepted one is back',
  waits: 'still kept from starting',
};

/** What became of each. */
export function reviewedText(done: readonly Reviewed[], style: Style): string {
  const rows = done.map(({ entry, outcome, why }) => [
    printable(entry.name, { maxLength: 30 }),
    entry.client,
    outcomes[outcome],
    printable(why ?? ''),
  ]);
  const restart = done.some(({ outcome }) => outcome !== 'waits') ? ['restart the clients'] : [];
  return [table(rows, style.columns, 'wrap'), ...restart].join('\n');
}

function quoted({ name, starts }: QuarantinedEntry): string {
  return `\`${printable(name, { maxLength: 60 })}\`${starts === null ? '' : ` (${printable(starts, { maxLength: 120 })})`}`;
}

function dashed(name: string): readonly string[] {
  return name.startsWith('-') ? ['--', name] : [name];
}
