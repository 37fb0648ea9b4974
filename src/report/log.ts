import type { JsonValue } from '../model/json.ts';
import type { LedgerCheck, LedgerEntry, LedgerEventName } from '../model/ledger.ts';
import { printable } from '../model/printable.ts';
import { count } from './bytes.ts';
import { hang, table } from './layout.ts';
import type { Style } from './style.ts';

export interface ShownLog {
  readonly entries: readonly LedgerEntry[];
  readonly leftOut: number;
  readonly check: LedgerCheck;
}

/** One line per event, oldest first; what was left out, and damage, below. Times are UTC. */
export function logText({ entries, leftOut, check }: ShownLog, style: Style): string {
  if (entries.length === 0) return ['nothing happened that was asked for', ...damage(check, style)].join('\n');
  const rows = entries.map((entry) => [
    printable(entry.at.slice(0, 19).replace('T', ' '), { maxLength: 19 }),
    printable(about(entry.server), { maxLength: 30 }),
    printable(sentence(entry), { maxLength: 300 }),
  ]);
  const older = leftOut === 0 ? [] : [`${count(leftOut, 'older event', 'older events')} not shown; hint: pinfold log --all`];
  return [table(rows, style.columns, 'wrap'), ...older, ...damage(check, style)].join('\n');
}

/** Whether the ledger is all that was written, and what that does not say. */
export function ledgerCheckText(check: LedgerCheck, style: Style): string {
  const { lines, unnamed, rotated } = check;
  const state = sound(check) ? style.green('sound') : style.red('damaged');
  return [
    `${state}  ${count(lines, 'line', 'lines')}, each naming the one before${rotated ? '; older ones were rotated away' : ''}`,
    ...damage(check, style),
    ...(unnamed === 0 || !sound(check)
      ? []
      : [
          hang(
            '',
            `${count(unnamed, 'line was', 'lines were')} written at the same moment as another: taking one of them out would not show`,
            style.columns,
          ),
        ]),
    hang(
      '',
      'the chain shows damage and single changes; who may write the file can cut off its end or write all of it anew',
      style.columns,
    ),
  ].join('\n');
}

/** Nothing damaged, nothing missing. */
export function sound({ damaged, breaks }: LedgerCheck): boolean {
  return damaged === 0 && breaks.length === 0;
}

function damage({ damaged, breaks }: LedgerCheck, style: Style): readonly string[] {
  const [first] = breaks;
  return [
    ...(damaged === 0 ? [] : [`${style.yellow('damaged')}  ${count(damaged, 'line is', 'lines are')} no event`]),
    ...(first === undefined
      ? []
      : [
          hang(
            `${style.red('changed')}  `,
            printable(
              `something before ${first.file}:${first.line} (${first.at ?? 'no time'}) was taken out or changed${breaks.length > 1 ? `; ${breaks.length - 1} more such places` : ''}`,
            ),
            style.columns,
          ),
        ]),
  ];
}

/** A server of this user by its name alone, as everywhere; `-` for an event about none. */
function about(server: string | null): string {
  if (server === null) return '-';
  const [, scope, name] = /^(user|project):(.*)$/s.exec(server) ?? [];
  return scope === 'user' ? (name ?? '') : scope === 'project' ? `${name} (project)` : server;
}

type Detail = Readonly<Record<string, JsonValue | undefined>>;

/** The words of each event; what a ledger of another version says besides stands behind them as it is. */
const sentences: Readonly<Record<LedgerEventName, (detail: Detail) => string>> = {
  launched: ({ artifact, mode }) => `started ${text(artifact)}${mode === 'block' ? '' : `, gate in mode ${text(mode)}`}`,
  ended: ({ exitCode }) => `ended with exit code ${text(exitCode)}`,
  refused: ({ code, what }) => `not started: ${text(what)} (${text(code)})`,
  withheld: (detail) => `withheld ${held(detail)}`,
  contained: ({ kind, target }) => `its sandbox kept it from ${kind === 'net' ? 'connecting to' : 'writing to'} ${text(target)}`,
  'passed-unpinned': (detail) => `let through, though not approved: ${held(detail)}`,
  'passed-equivalent': ({ items, count: all }) =>
    `let through, in another form of the approved words: ${text(items)} (${text(all)} in all)`,
  'hidden-characters': ({ subject, characters, messages, forwarded }) =>
    `${forwarded === true ? 'let through' : 'made visible'}: ${text(characters)} hidden characters in ${subject === undefined ? `${text(messages)} messages` : text(subject)}`,
  'link-offered': () => 'offered a person to look at what waits',
  'elicitation-url': ({ host }) => `asked a person to open https://${text(host)}`,
  'first-use': ({ kind, items }) => `pinned at first use: ${text(items)} of ${text(kind)}`,
  'tree-changed': () => 'its files changed while it ran; stopped',
  asked: ({ answer, gain }) => `a person was asked${gain === 'red' ? ' to type the name' : ''}, and said ${text(answer)}`,
  installed: ({ version, by }) => `installed ${text(version)}, approved by ${text(by)}`,
  updated: ({ from, to, by, rollback }) =>
    `${rollback === true ? 'rolled back' : 'updated'} from ${text(from)} to ${text(to)}${by === undefined ? '' : `, approved by ${text(by)}`}`,
  approved: ({ items, by, on }) => `${text(items)} withheld items approved by ${text(by)}${on === 'page' ? ' on the review page' : ''}`,
  'secrets-moved': ({ names, where }) => `secrets moved to the ${text(where)}: ${text(names)}`,
  'secrets-set': ({ name, where }) => `a secret kept in the ${text(where)}: ${text(name)}`,
  removed: ({ entries, forgotten }) => `removed from ${text(entries)} places${forgotten === true ? ', pin forgotten' : ''}`,
  trusted: ({ signature }) => (typeof signature === 'string' ? `a lock counts: it is ${signature}` : 'a project was trusted'),
  pruned: ({ trees }) => `${text(trees)} unused trees removed`,
  recovered: () => 'a change that was cut off was taken back',
  enabled: ({ entries }) => `switched on in ${text(entries)} places`,
  disabled: ({ entries }) => `switched off in ${text(entries)} places`,
  synced: ({ to, entries }) => `${text(entries)} entries copied to ${text(to)}`,
  restored: ({ files }) => `${text(files)} client files restored`,
  'exec-refused': ({ client, change }) => `an entry ${text(change)} in ${text(client)} by an installer was refused`,
  'exec-approved': ({ client, change }) => `an entry ${text(change)} in ${text(client)} by an installer was approved`,
  adopted: ({ entries, by }) => `put behind the guard in ${text(entries)} places, approved by ${text(by)}`,
  released: ({ how }) => `released from the guard (${text(how)})`,
  quarantined: ({ client, name, change }) => `\`${text(name)}\`, ${text(change)} in ${text(client)}, kept from starting`,
  reviewed: ({ client, name, outcome }) => `\`${text(name)}\` in ${text(client)}: ${text(outcome)}`,
  blocked: ({ items }) => `${text(items)} withheld items blocked for ever`,
  revoked: ({ id, subject }) => `was revoked while it ran: ${text(id)}, about ${text(subject)}`,
  overridden: ({ id, subject, until }) => `${text(id)} about ${text(subject)} is let pass until ${text(until)}`,
  unblocked: ({ items }) => `${text(items)} items no longer blocked for ever`,
  'signed-in': ({ issuer }) => `a person signed in at ${text(issuer)}`,
  'signed-out': () => 'signed out',
};

/** What happened, in words. Attacker-controlled in part; not printable yet. */
function sentence({ event, detail }: LedgerEntry): string {
  return detail['leftOutBytes'] === undefined ? sentences[event](detail) : `${event} (too much detail to keep)`;
}

function held({ kind, items, count: all, code, subject }: Detail): string {
  if (!Array.isArray(items)) return `${text(subject)} (${text(code)})`;
  const names = items.map((item) => text((item as Detail)['name']));
  const reasons = [...new Set(items.map((item) => text((item as Detail)['reason'])))];
  const shown = names.slice(0, 3).join(', ');
  const more = Number(all ?? names.length) - Math.min(3, names.length);
  const kinds = [...new Set(items.map((item) => text((item as Detail)['kind'] ?? kind)))].join(', ');
  return `${kinds} ${shown}${more > 0 ? ` and ${more} more` : ''} (${reasons.join(', ')})`;
}

function text(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return 'nothing known';
  return Array.isArray(value)
    ? value.map((item: JsonValue) => text(item)).join(', ')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
}
