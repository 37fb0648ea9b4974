import { localUnit, type Reading, type Runner, unresolved } from './runner.ts';
import { type ShellCommand, splitShellCommands } from './shell-line.ts';

/** `sh -c 'one simple command'`; of several the last one, where the others only prepare it. */
export const shell = {
  docs: 'https://pubs.opengroup.org/onlinepubs/9699919799/utilities/sh.html',
  programs: ['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh'],
  read(args, program): Reading {
    const at = args.findIndex((arg) => !/^-[lieux]+$/.test(arg) && arg !== '--login' && arg !== '--norc' && arg !== '--noprofile');
    const [flag, line, ...more] = at === -1 ? [] : args.slice(at);
    if (flag !== undefined && !flag.startsWith('-') && !flag.startsWith('+'))
      return localUnit(program, flag, { passed: args.length - at - 1, why: 'it runs a local script' });
    if (flag === undefined || !/^-[lieux]*c[lieux]*$/.test(flag) || line === undefined) return unresolved(program, 'it is not `-c`');
    const handed = handedOn(line, more);
    if (handed !== null) return handed;
    const commands = splitShellCommands(line);
    if (commands === null || line.length > maxLine) return unresolved(program, 'it runs a line that only a shell can read');
    return lastOf(program, commands);
  },
} as const satisfies Runner;

const maxLine = 20_000;

/** `sh -c '"$0" "$@"' npx good` and `sh -c 'exec "$@"' sh npx good` start what follows the line. */
function handedOn(line: string, more: readonly string[]): Reading | null {
  const form = /^\s*(?:exec\s+)?("\$0"\s+)?"\$@"\s*;?\s*$/.exec(line);
  if (form === null) return null;
  const [command, ...args] = form[1] === undefined ? more.slice(1) : more;
  return command === undefined ? unresolved('sh', 'it names no command') : { kind: 'command', command, args };
}

function lastOf(runner: string, commands: readonly ShellCommand[]): Reading {
  const last = commands.at(-1);
  const before = commands.slice(0, -1);
  if (last === undefined) return unresolved(runner, 'it names no command');
  const started = startOf(last);
  const prepared = before.map(preparation);
  if (prepared.includes(null) || started === null) {
    const words = commands
      .map((command) => startOf(command))
      .flatMap((one) => (one === null || one.words.length === 0 || one.open.has(0) ? [] : [one.words]));
    if (commands.length > 1) return { kind: 'several', runner, commands: words, why: 'it runs several commands' };
    return unresolved(runner, 'it names no command');
  }
  if (started.open.has(0)) return unresolved(runner, 'only a shell can fill in what it starts');
  const [command = '', ...args] = started.words;
  const sets = [...prepared.flatMap((names) => names ?? []), ...started.sets];
  const fills = started.open.size > 0 ? 'a shell fills in some of its arguments' : null;
  const set = sets.length > 0 ? 'it sets environment variables, which belong into the entry of the client' : null;
  const loses = set ?? (before.length > 0 ? 'it changes the folder or the shell first' : fills);
  const open = started.open.size === 0 ? {} : { open: new Set([...started.open].map((at) => at - 1)) };
  return { kind: 'command', command, args, loses, sets, ...open };
}

interface Start {
  readonly words: readonly string[];
  readonly open: ReadonlySet<number>;
  readonly sets: readonly string[];
}

const assignment = /^([A-Za-z_]\w*)=/;

/** Leading `NAME=value`, then `exec` or `command`; null when nothing is left. */
function startOf({ words, open }: ShellCommand): Start | null {
  let from = words.findIndex((word) => !assignment.test(word));
  if (from === -1) return null;
  const sets = words.slice(0, from).flatMap((word) => assignment.exec(word)?.[1] ?? []);
  while (words[from] === 'exec' || words[from] === 'command') from += 1;
  const command = words[from];
  // Words of the shell itself, and options of `exec`, mean something else.
  if (command === undefined || command.startsWith('-') || builtins.has(command)) return null;
  return { words: words.slice(from), open: new Set([...open].filter((at) => at >= from).map((at) => at - from)), sets };
}

const builtins = new Set(
  `if then else elif fi do done case esac while until for in function select { } ! [ [[ . source eval alias unalias builtin trap
   set export unset readonly declare typeset local cd pushd popd umask ulimit shift return exit wait hash enable shopt coproc`.split(/\s+/),
);

/** The names that a command sets which only prepares the next one; null when it may be more than that. */
function preparation({ words, open }: ShellCommand): readonly string[] | null {
  const [command = '', ...rest] = words;
  if (words.every((word) => assignment.test(word))) return words.flatMap((word) => assignment.exec(word)?.[1] ?? []);
  if (open.has(0)) return null;
  if (command === 'export') return rest.every((word) => /^[A-Za-z_]/.test(word)) ? rest.flatMap((word) => word.split('=', 1)) : null;
  if (command === 'set') return rest.every((word) => /^-[eux]+$/.test(word)) ? [] : null;
  return command === 'cd' || command === 'umask' || command === ':' || command === 'true' ? [] : null;
}
