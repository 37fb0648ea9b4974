import { printable } from '../model/printable.ts';
import type { SandboxChange, ShownSandbox } from '../model/results.ts';
import type { PinnedSandbox, SandboxPlan } from '../model/sandbox-profile.ts';
import { shellLine } from '../model/shell-line.ts';
import { count } from './bytes.ts';
import { hang, pad, width } from './layout.ts';
import type { Style } from './style.ts';

/** A profile, one line for each kind of thing; every line is whole, because it is approved. */
export function sandboxLines({ hosts, read, write, listen = [], mask }: PinnedSandbox, style: Style, indent = '  '): readonly string[] {
  const shown = (texts: readonly string[]) => texts.map((text) => printable(text.replace(/^\{\{home\}\}/, '~'), { maxLength: 1_000 }));
  const rows: (readonly [string, string])[] = [
    ['connects to', hosts.length === 0 ? 'nothing: it has no network' : shown(hosts).join(', ')],
    ['reads', read.length === 0 ? 'only itself and the system it runs on' : shown(read).join(', ')],
    ['changes', write.length === 0 ? 'nothing: what it writes elsewhere is in memory, and gone with it' : shown(write).join(', ')],
    ...(listen.length === 0
      ? []
      : ([
          ['listens', `${listen.join(', ')}: programs of this machine reach it there, and no other program gets the port while it runs`],
        ] as const)),
    ...Object.entries(mask).map(([name, to], at): [string, string] => [
      at === 0 ? 'keys' : '',
      `${printable(name)}: it holds a stand-in; the value is put in on the way to ${shown(to).join(', ')}`,
    ]),
  ];
  const widest = Math.max(...rows.map(([title]) => width(title)));
  return rows.map(([title, text]) => hang(`${indent}${pad(title, widest)}  `, text, style.columns));
}

/** A profile in a few words, by counts; hosts by name while they are few. */
export function sandboxSummary({ hosts, read, write, listen = [], mask }: PinnedSandbox): string {
  const masked = Object.keys(mask).length;
  return [
    hosts.length === 0 ? 'no network' : hosts.length > 2 ? count(hosts.length, 'host') : printable(hosts.join(', '), { maxLength: 100 }),
    ...(read.length === 0 ? [] : [`reads ${count(read.length, 'path')}`]),
    ...(write.length === 0 ? [] : [`changes ${count(write.length, 'path')}`]),
    ...(listen.length === 0 ? [] : [`listens on ${listen.length > 2 ? count(listen.length, 'port') : listen.join(', ')}`]),
    ...(masked === 0 ? [] : [`${count(masked, 'key')} masked`]),
  ].join(', ');
}

/** The profile that is proposed, then what could not be found out and what to do about it. */
export function sandboxPlanLines(plan: SandboxPlan, style: Style): readonly string[] {
  const notes = [
    ...(plan.kept ? ['as it is pinned now; --sandbox proposes it anew'] : []),
    ...(plan.unknown.includes('hosts') ? ['hosts not known: some are made at run time; what is missing is refused, and it will ask'] : []),
    ...(plan.unknown.includes('paths') ? ['paths not known: some are made at run time; what is missing is refused, and it will ask'] : []),
    ...(plan.unknown.includes('ports') && plan.profile.listen === undefined
      ? ['it opens a port: nobody outside reaches it there, and it will ask when it does']
      : []),
    ...(plan.notProposed.length === 0
      ? []
      : [
          `named in its code and left out: ${plan.notProposed.map((text) => printable(text.replace(/^\{\{home\}\}/, '~'), { maxLength: 200 })).join(', ')}`,
        ]),
    ...Object.entries(plan.maskable).map(([name, hosts]) => {
      const option = shellLine(['--mask', `${name}=${hosts.join(',')}`]);
      return `it need not hold ${printable(name)}: ${printable(option, { maxLength: 500 })}`;
    }),
    ...(plan.unavailable === null
      ? []
      : [`there is no sandbox on this machine (${printable(plan.unavailable, { maxLength: 300 })}): it will not be started here`]),
    ...(plan.gap === null ? [] : [plan.gap]),
  ];
  return [...sandboxLines(plan.profile, style), ...notes.map((note) => hang('  ', note, style.columns))];
}

/** What changes, and what the whole then is. */
export function sandboxChangeText({ name, before, after }: SandboxChange, style: Style): string {
  const added = (['hosts', 'read', 'write', 'listen'] as const).flatMap((kind) => {
    const known: readonly (string | number)[] = before[kind] ?? [];
    return (after[kind] ?? [])
      .filter((one) => !known.includes(one))
      .map((one) => `  ${style.green('+')} ${verbs[kind]} ${printable(String(one).replace(/^\{\{home\}\}/, '~'), { maxLength: 1_000 })}`);
  });
  return [
    style.bold(`what the sandbox of ${printable(name)} will let it do besides`),
    ...added,
    '',
    style.bold('and all together'),
    ...sandboxLines(after, style),
    '',
  ].join('\n');
}

const verbs = {
  hosts: 'connect to',
  read: 'read',
  write: 'read and change',
  listen: 'be reached by programs of this machine on port',
} as const;

/** What was approved, or that there was nothing to approve. */
export function sandboxAllowedText({ name, before, after }: SandboxChange, style: Style): string {
  if (JSON.stringify(before) === JSON.stringify(after)) return `the sandbox of \`${printable(name)}\` lets it do that already`;
  return `${style.green('allowed')} for \`${printable(name)}\`; it counts from the next start of the server`;
}

export function shownSandboxText({ name, profile, unavailable, hint, gap }: ShownSandbox, style: Style): string {
  const here =
    unavailable === null
      ? []
      : [
          hang(
            '',
            `there is no sandbox on this machine (${printable(unavailable, { maxLength: 300 })})${profile === null ? '' : ': it is not started here'}`,
            style.columns,
          ),
          ...(hint === null ? [] : [hang('hint: ', printable(hint, { maxLength: 300 }), style.columns)]),
        ];
  if (profile === null) return [`\`${printable(name)}\` has no sandbox: it runs with your rights`, ...here].join('\n');
  return [
    style.bold(`what the sandbox of ${printable(name)} lets it do`),
    ...sandboxLines(profile, style),
    ...(gap === null ? [] : [hang('  ', gap, style.columns)]),
    ...here,
  ].join('\n');
}
