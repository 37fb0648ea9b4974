import type { LedgerCheck } from '../model/ledger.ts';
import { printable } from '../model/printable.ts';
import type { AdvisoryAge } from '../model/results.ts';
import type { PinnedSandbox } from '../model/sandbox-profile.ts';
import { ageLines } from './advisories.ts';
import { count } from './bytes.ts';
import { hang, table } from './layout.ts';
import { sound } from './log.ts';
import { sandboxSummary } from './sandbox.ts';
import type { Style } from './style.ts';

export interface ShownServer {
  readonly scope: string;
  readonly name: string;
  readonly artifact: string;
  readonly status: string;
  readonly mode: string;
  readonly sandbox: PinnedSandbox | null;
  readonly waiting: number;
  readonly equivalent: number;
  readonly lastLaunch: string | null;
  readonly launches: number;
  readonly refused: number;
  readonly withheld: number;
  readonly asked: number;
  readonly stoppedBy: readonly string[];
  readonly secrets: { readonly names: readonly string[]; readonly where: readonly ('keychain' | 'file')[] };
}

export interface ShownStatus {
  readonly servers: readonly ShownServer[];
  readonly quarantined: number;
  readonly commandsWaiting: number;
  readonly promptsPerServerPerMonth: number | null;
  readonly prompts: number;
  readonly days: number;
  readonly ledger: LedgerCheck;
  readonly advisories: AdvisoryAge;
  readonly sandbox: { readonly servers: number; readonly unavailable: { readonly why: string; readonly hint: string } | null } | null;
}

/** A line per pinned server, what waits, and how often people were asked. */
export function statusText(status: ShownStatus, style: Style): string {
  const { servers, quarantined, commandsWaiting, ledger } = status;
  if (servers.length === 0 && quarantined === 0 && commandsWaiting === 0)
    return 'nothing is pinned; hint: pinfold adopt (what your clients have already)';
  const rows = servers.map((server) => [
    `${printable(server.name)}${server.scope === 'user' ? '' : ` (${server.scope})`}`,
    `${server.stoppedBy.length > 0 ? 'stopped' : server.status}${server.mode === 'block' ? '' : `, ${server.mode}`}${server.sandbox === null ? '' : ', sandbox'}`,
    server.lastLaunch === null ? 'not started' : printable(server.lastLaunch.slice(0, 16).replace('T', ' '), { maxLength: 16 }),
    events(server),
  ]);
  const waiting = servers.filter(({ waiting: items }) => items > 0).length + quarantined + commandsWaiting;
  return [
    ...(rows.length === 0
      ? []
      : [table([['server', 'pin', 'last start', 'in 30 days'].map((head) => style.dim(head)), ...rows], style.columns, 'wrap')]),
    ...(quarantined === 0 ? [] : [`${count(quarantined, 'server', 'servers')} that nobody approved, kept from starting`]),
    ...(commandsWaiting === 0
      ? []
      : [`${count(commandsWaiting, 'server', 'servers')} of \`pinfold run -- <command>\` said something that nobody approved`]),
    ...(waiting === 0 ? [] : [`${count(waiting, 'server waits', 'servers wait')} for you; hint: pinfold review`]),
    asked(status),
    ...sandboxed(status, style),
    ...stopped(servers, style),
    ...(servers.length === 0 ? [] : ageLines(status.advisories, style)),
    ...kept(status),
    `ledger: ${sound(ledger) ? `${count(ledger.lines, 'line', 'lines')}, sound` : `damaged; hint: pinfold log --verify`}`,
  ].join('\n');
}

function stopped(servers: readonly ShownServer[], style: Style): readonly string[] {
  return servers
    .filter(({ stoppedBy }) => stoppedBy.length > 0)
    .map(({ name, stoppedBy }) =>
      hang(
        'not started any more: ',
        `${printable(name)} (${printable(stoppedBy.slice(0, 3).join(', '))}); hint: pinfold audit`,
        style.columns,
      ),
    );
}

function events({ waiting, equivalent, launches, refused, withheld, asked: questions }: ShownServer): string {
  const parts = [
    ...(waiting === 0 ? [] : [`${waiting} waiting`]),
    count(launches, 'start', 'starts'),
    ...(refused === 0 ? [] : [`${refused} refused`]),
    ...(withheld === 0 ? [] : [`${withheld} withheld`]),
    ...(questions === 0 ? [] : [`${questions} asked`]),
    ...(equivalent === 0 ? [] : [`${equivalent} in another form`]),
  ];
  return parts.join(', ');
}

/** How many secrets lie where; nothing where none are kept. */
function kept({ servers }: ShownStatus): readonly string[] {
  const having = servers.filter(({ secrets }) => secrets.names.length > 0);
  if (having.length === 0) return [];
  const variables = having.reduce((sum, { secrets }) => sum + secrets.names.length, 0);
  const where = [...new Set(having.flatMap(({ secrets }) => secrets.where))].sort();
  const places = where.map((place) => (place === 'keychain' ? 'the keychain' : 'files that only you may read')).join(' and ');
  return [`secrets: ${count(variables, 'value', 'values')} of ${count(having.length, 'server', 'servers')} in ${places}`];
}

function sandboxed({ sandbox, servers: all }: ShownStatus, style: Style): readonly string[] {
  if (sandbox === null) return [];
  const { servers, unavailable } = sandbox;
  const inside = all.flatMap(({ name, sandbox: profile }) =>
    profile === null ? [] : [hang('  ', `${printable(name, { maxLength: 24 })}: ${sandboxSummary(profile)}`, style.columns)],
  );
  if (unavailable === null) return servers === 0 ? [] : [`sandbox: ${count(servers, 'server', 'servers')}`, ...inside];
  const why = `there is none on this machine (${printable(unavailable.why, { maxLength: 300 })})`;
  const effect =
    servers === 0
      ? `${why}, so nothing is probed before it is approved`
      : `${count(servers, 'server', 'servers')} cannot be started, because ${why}`;
  return [
    hang('sandbox: ', effect, style.columns),
    ...inside,
    hang('hint: ', printable(unavailable.hint, { maxLength: 300 }), style.columns),
  ];
}

function asked({ promptsPerServerPerMonth, prompts, days, servers }: ShownStatus): string {
  if (promptsPerServerPerMonth === null) return 'questions: nothing is pinned';
  const base = `${count(prompts, 'question', 'questions')}, ${count(servers.length, 'server', 'servers')}, ${count(days, 'day', 'days')}`;
  return `questions per server per month: ${promptsPerServerPerMonth.toFixed(1)} (${base})`;
}
