import type { AdoptedEntry, AdoptPlan, AdoptResult, Released, ReleasedEntry, ReleasePlan } from '../model/adoption-results.ts';
import { printable } from '../model/printable.ts';
import { shellLine } from '../model/shell-line.ts';
import { tilde } from '../model/tilde.ts';
import { count } from './bytes.ts';
import { hang, table } from './layout.ts';
import { endedText, keptText } from './sign-in.ts';
import type { Style } from './style.ts';
import { unpinnedWords } from './unpinned.ts';

const how: Record<AdoptedEntry['how'], string> = {
  bytes: 'bytes and words',
  command: 'command and words',
  remote: 'address and words',
  guarded: 'is guarded',
  left: 'left as it is',
  failed: 'could not be read',
  blocked: 'blocked',
};

/** One row per entry: what of it the guard will hold to what it is now, or why nothing; then whose bytes are not pinned, and why. */
export function adoptPlanText({ entries }: AdoptPlan, style: Style): string {
  const rows = entries.map((entry) => [
    printable(entry.name, { maxLength: 30 }),
    entry.client,
    how[entry.how],
    printable(entry.why ?? detail(entry), { maxLength: 300 }),
  ]);
  const hints = [...new Set(entries.flatMap(({ hint }) => hint ?? []))].map((hint) => hang('  hint: ', printable(hint), style.columns));
  return [table(rows, style.columns, 'wrap'), ...unpinnedLines(entries, style), ...resemblingLines(entries, style), ...hints].join('\n');
}

/** A machine full of servers has few reasons: each is told once, with the names that it is about. */
function unpinnedLines(entries: readonly AdoptedEntry[], style: Style): readonly string[] {
  const names = new Map<string, string[]>();
  for (const { name, unpinned, why } of entries) {
    if (unpinned === null || why !== null) continue;
    const known = names.get(unpinned) ?? [];
    names.set(unpinned, [...known, printable(name, { maxLength: 30 })]);
  }
  const lines = [...names].map(([reason, of]) => hang('  ', `${unpinnedWords(reason)}: ${of.join(', ')}`, style.columns));
  return lines.length === 0 ? [] : [style.yellow('bytes not pinned'), ...lines];
}

/** One package may have several entries; whom its name may be taken for is asked once. */
function resemblingLines(entries: readonly AdoptedEntry[], style: Style): readonly string[] {
  const found = new Map(
    entries.flatMap(({ subject, resembles }) => (subject === null || resembles.length === 0 ? [] : [[subject, resembles]])),
  );
  const lines = [...found].map(([subject, names]) =>
    hang('  ', printable(`${subject}: did you mean ${names.join(', ')}?`, { maxLength: 400 }), style.columns),
  );
  return lines.length === 0 ? [] : [style.yellow('may be taken for something else; `pinfold info` says why'), ...lines];
}

function detail({ subject, kept, pin, name }: AdoptedEntry): string {
  return [
    subject ?? '',
    kept === 0 ? '' : `${count(kept, 'argument')} ${kept === 1 ? 'stays' : 'stay'} in the entry`,
    pin === null || pin.name === name ? '' : `as ${pin.name}`,
  ]
    .filter((text) => text !== '')
    .join('; ');
}

/** What was done, and what to do next. */
export function adoptedText({ entries, headersIn }: AdoptResult, style: Style): string {
  const done = entries.filter(({ pin }) => pin !== null);
  const rest = entries.filter(({ how: one }) => one === 'failed' || one === 'blocked');
  const lines = [
    done.length === 0
      ? 'nothing was put behind the guard'
      : `${style.green('adopted')} ${count(done.length, 'entry', 'entries')}; restart the clients`,
    ...(rest.length === 0
      ? []
      : [`${count(rest.length, 'entry', 'entries')} could not be adopted:`, adoptPlanText({ entries: rest }, style)]),
    ...done.flatMap(({ name, hint }) =>
      hint === null ? [] : [hang('  ', `${printable(name, { maxLength: 30 })}: ${printable(hint)}`, style.columns)],
    ),
    ...headersIn.map((where) => keptText(where, headersIn.length === 1 ? 'headers' : 'some headers')),
    ...(done.length === 0 ? [] : ['look at what was adopted: pinfold audit', 'undo with: pinfold release --all']),
  ];
  return lines.join('\n');
}

/** One row per entry: how it comes back, and what would be lost. */
export function releasePlanText({ entries }: ReleasePlan, home: string, style: Style): string {
  const rows = entries.map((entry) => [
    printable(entry.name, { maxLength: 30 }),
    entry.client,
    released[entry.how],
    printable(fate(entry, home), { maxLength: 300 }),
  ]);
  const hints = [...new Set(entries.flatMap(({ hint }) => hint ?? []))].map((hint) => hang('  hint: ', printable(hint), style.columns));
  return [table(rows, style.columns, 'wrap'), ...hints].join('\n');
}

const released: Record<ReleasedEntry['how'], string> = {
  restored: 'as it was',
  rebuilt: 'its pinned command',
  left: 'stays',
};

function fate({ why, lost, forgotten, keeps, pin, file }: ReleasedEntry, home: string): string {
  if (why !== null) return why;
  return [
    tilde(file, home),
    lost.length === 0 ? '' : `changed since, and lost: ${lost.map((name) => (name === '' ? 'the whole entry' : name)).join(', ')}`,
    forgotten ? `forgets the pin ${pin.name}` : '',
    keeps.length === 0 ? '' : `keeps the pin ${pin.name} for ${keeps.join(', ')}: kept with it, and in no entry`,
  ]
    .filter((text) => text !== '')
    .join('; ');
}

/** What was done. */
export function releasedText({ entries, signedOut }: Released, home: string, style: Style): string {
  const done = entries.filter(({ how: one }) => one !== 'left');
  const rest = entries.filter(({ how: one }) => one === 'left');
  return [
    done.length === 0
      ? 'nothing was released'
      : `${style.green('released')} ${count(done.length, 'entry', 'entries')}; restart the clients`,
    ...keptLines(done, style),
    ...signedOut.map(({ pin, ...ended }) => endedText(ended, `the sign-in to \`${printable(pin.name)}\``, style)),
    ...(rest.length === 0 ? [] : ['still behind the guard:', releasePlanText({ entries: rest }, home, style)]),
  ].join('\n');
}

/** Once for each pin: it outlived its entries, and only this command ends it. */
function keptLines(done: readonly ReleasedEntry[], style: Style): readonly string[] {
  const pins = new Map(done.filter(({ keeps }) => keeps.length > 0).map((one) => [`${one.pin.scope}:${one.pin.name}`, one]));
  return [...pins.values()].map(({ pin, keeps }) => {
    const remove = shellLine(['pinfold', 'remove', ...(pin.scope === 'project' ? ['--scope', 'project'] : []), pin.name]);
    return hang(
      '',
      printable(`still kept, because no entry holds it: ${keeps.join(', ')}; delete with: ${remove}`, { maxLength: 600 }),
      style.columns,
    );
  });
}
