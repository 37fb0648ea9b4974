import type { EntryPlace, ExecResult, LeftAlone, RestorableFile, SwitchedEntries, Synced } from '../model/entry-results.ts';
import { printable } from '../model/printable.ts';
import { tilde } from '../model/tilde.ts';
import { count } from './bytes.ts';
import { hang, table } from './layout.ts';
import type { Style } from './style.ts';

/** What `enable` or `disable` did, client by client. */
export function switchedText(result: SwitchedEntries, home: string, style: Style): string {
  const word = result.on ? 'on' : 'off';
  const blocks = [
    block(`switched \`${printable(result.name)}\` ${word} in`, result.changed, home),
    block(`was ${word} already in`, result.unchanged, home),
    refusedBlock(result.refused, style),
  ];
  return blocks.filter((lines) => lines !== '').join('\n');
}

function block(head: string, places: readonly EntryPlace[], home: string): string {
  return places.length === 0 ? '' : [head, ...places.map((place) => `  ${placeText(place, home)}`)].join('\n');
}

function placeText({ client, file }: EntryPlace, home: string): string {
  return `${client}: ${printable(tilde(file, home))}`;
}

function refusedBlock(refused: readonly LeftAlone[], style: Style): string {
  if (refused.length === 0) return '';
  return ['left as it is in', ...refused.map(({ client, why }) => hang(`  ${client}: `, printable(why), style.columns))].join('\n');
}

/** One row per server and target client, then how many are there without the guard. */
export function syncText(result: Synced, style: Style): string {
  if (result.rows.length === 0) return `${result.from} has no server that could be copied`;
  const rows = result.rows.map(({ name, as, client, action, guarded, why }) => [
    printable(name, { maxLength: 30 }),
    client,
    action === 'skip' ? 'left out' : action,
    why === null ? `${guarded ? 'guarded' : 'unguarded'}${as === name ? '' : `, as ${printable(as)}`}` : printable(why),
  ]);
  const open = result.rows.filter(({ action, guarded }) => action !== 'skip' && !guarded).length;
  const hint = open === 0 ? [] : [`${count(open, 'entry', 'entries')} without the guard; put them behind it: pinfold adopt`];
  const remedies = [...new Set(result.rows.flatMap((row) => row.hint ?? []))].map(
    (remedy) => `  hint: ${printable(remedy, { maxLength: 300 })}`,
  );
  return [table(rows, style.columns, 'wrap'), ...remedies, ...hint].join('\n');
}

/** What became of each entry that a command touched; empty when it touched none. */
export function execText({ decisions, left }: Pick<ExecResult, 'decisions' | 'left'>, home: string, style: Style): string {
  if (decisions.length === 0) return '';
  const rows = decisions.map(({ client, name, change, outcome, why }) => [
    printable(name, { maxLength: 30 }),
    client,
    outcome === 'refused' ? `${change}, taken back` : `${change}, ${outcome}`,
    printable(why),
  ]);
  const stuck = left.map(({ client, file, name, why }) =>
    hang('  ', printable(`\`${name}\` is still in ${client}, ${tilde(file, home)}: ${why}`), style.columns),
  );
  return [table(rows, style.columns, 'wrap'), ...(stuck.length === 0 ? [] : ['could not be taken back', ...stuck])].join('\n');
}

/** Files with a backup, when it was taken, and what a restore would do. */
export function restorableText(files: readonly RestorableFile[], home: string, style: Style): string {
  if (files.length === 0) return 'there is no backup: pinfold touched no file of a client, or the copy went with `secrets move`';
  const rows = files.map(({ path, takenAt, existed, differs, entries }) => {
    const names = entries.map(({ name, change }) => `${{ added: '+', removed: '-', changed: '~' }[change]}${printable(name)}`).join(' ');
    const would = existed ? (names === '' ? 'other members only' : names) : 'goes: it was not there';
    return [printable(tilde(path, home)), takenAt.slice(0, 16).replace('T', ' '), differs ? would : 'as it was'];
  });
  return table(rows, style.columns);
}

/** What was restored. */
export function restoredText(files: readonly RestorableFile[], home: string): string {
  if (files.length === 0) return 'nothing to restore: every file is as it was';
  return ['restored', ...files.map(({ path }) => `  ${printable(tilde(path, home))}`), 'to undo it: pinfold restore --undo'].join('\n');
}
