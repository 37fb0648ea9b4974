import { printable } from '../model/printable.ts';
import type { ListedSecrets, SecretSet, SecretsMoved, SecretsRow } from '../model/secret-results.ts';
import { tilde } from '../model/tilde.ts';
import { count } from './bytes.ts';
import { hang, table } from './layout.ts';
import type { Style } from './style.ts';

/** Where values lie, in words. */
export const secretPlaces = {
  keychain: 'the keychain of this machine',
  file: 'a file that only you may read: there is no keychain, or --file was given',
};

/** A row per entry: what was taken out, what stays and why. Names only. */
export function secretsMovedText(result: SecretsMoved, home: string, style: Style): string {
  const { rows, where, withoutCopy, stillIn, dryRun } = result;
  const moved = rows.reduce((sum, row) => sum + row.moved.length, 0);
  const shown = rows.map((row) => [
    printable(row.name, { maxLength: 30 }),
    row.client,
    row.how === 'moved' ? (dryRun ? 'would move' : 'moved') : row.how === 'nothing' ? 'none' : 'stays',
    printable(fate(row), { maxLength: 400 }),
  ]);
  const hints = [...new Set(rows.flatMap(({ hint }) => hint ?? []))].map((hint) => hang('  hint: ', printable(hint), style.columns));
  const head =
    moved === 0
      ? 'no plaintext secrets were moved'
      : dryRun
        ? `${count(moved, 'value', 'values')} would be moved; nothing was changed`
        : `${style.green('moved')} ${count(moved, 'value', 'values')} to ${secretPlaces[where ?? 'keychain']}`;
  const file = (path: string) => printable(tilde(path, home), { maxLength: 300 });
  return [
    hang('', head, style.columns),
    ...(shown.length === 0 ? [] : [table(shown, style.columns, 'wrap')]),
    ...hints,
    ...withoutCopy.map((path) =>
      hang('', `${file(path)}: the copy from before pinfold held them and is gone; \`pinfold release\` brings entries back`, style.columns),
    ),
    ...stillIn.map((path) => hang(`${style.yellow('still in')}  `, `${file(path)}: it keeps what another entry was`, style.columns)),
    ...(moved === 0 || dryRun ? [] : ['restart the clients; undo with: pinfold release <name>']),
  ].join('\n');
}

function fate({ moved, replaced, left, why }: SecretsRow): string {
  if (why !== null) return why;
  return [
    ...(moved.length === 0
      ? []
      : [moved.map((name) => (replaced.includes(name) ? `${name} (in place of an older value)` : name)).join(', ')]),
    ...left.map(({ name, why: reason }) => `${name} stays: ${reason}`),
  ].join('; ');
}

/** A row per variable; never a value. */
export function secretsListText({ secrets }: ListedSecrets, style: Style): string {
  if (secrets.length === 0) return 'nothing is kept\nhint: pinfold secrets move';
  const rows = secrets.map(({ server, scope, name, option, where, at, used }) => [
    `${printable(server, { maxLength: 30 })}${scope === 'user' ? '' : ' (project)'}`,
    printable(option === null ? name : `${name} (${option})`, { maxLength: 60 }),
    where,
    printable(at.slice(0, 10)),
    used ? '' : 'not handed out: another server has the name now',
  ]);
  return table([['server', 'secret', 'kept in', 'since', ''].map((head) => style.dim(head)), ...rows], style.columns, 'wrap');
}

export function secretSetText({ server, name, where }: SecretSet, style: Style): string {
  return hang(
    '',
    `${style.green('kept')} ${printable(name)} for \`${printable(server)}\` in ${secretPlaces[where]}; it counts from the next start`,
    style.columns,
  );
}
