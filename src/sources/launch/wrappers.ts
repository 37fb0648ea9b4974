import { scanOptions } from './options.ts';
import { type Reading, type Runner, unresolved } from './runner.ts';
import { splitShellLine } from './shell-line.ts';

/** `corepack pnpm@9 dlx …`: the first word is the package manager. */
export const corepack = {
  docs: 'https://github.com/nodejs/corepack',
  programs: ['corepack'],
  read([command, ...args]) {
    if (command === undefined || command.startsWith('-')) return unresolved('corepack', 'it names no package manager');
    return { kind: 'command', command: command.replace(/(?<=.)@.*$/, ''), args };
  },
} as const satisfies Runner;

/** `cmd /c npx …`: the rest is a command, as words or as one line. */
export const cmd = {
  docs: 'https://learn.microsoft.com/windows-server/administration/windows-commands/cmd',
  programs: ['cmd'],
  read(args) {
    const at = args.findIndex((arg) => !/^\/[dsqua]$/i.test(arg));
    const [flag, ...rest] = args.slice(at === -1 ? args.length : at);
    if (flag === undefined || !/^\/c$/i.test(flag)) return unresolved('cmd', 'it is not `cmd /c`');
    const [command, ...more] = rest;
    if (command === undefined) return unresolved('cmd', 'it names no command');
    if (rest.some((word) => /[&|<>^%]/.test(word))) return unresolved('cmd', 'it runs a line that only cmd can read');
    if (more.length > 0 || !command.includes(' ')) return { kind: 'command', command, args: more };
    const words = command.split(/ +/);
    if (/["']/.test(command)) return unresolved('cmd', 'it runs a line that only cmd can read');
    return { kind: 'command', command: words[0] ?? '', args: words.slice(1) };
  },
} as const satisfies Runner;

/** `env [-i] [-u NAME] [NAME=value]… command`. */
export const env = {
  docs: 'https://www.gnu.org/software/coreutils/manual/html_node/env-invocation.html',
  programs: ['env'],
  read(args) {
    const { rest, unknown, options } = scanOptions(args, {
      values: new Set(['-u', '--unset', '-C', '--chdir']),
      switches: new Set(['-i', '--ignore-environment', '-0', '--null', '-v', '--debug']),
    });
    if (unknown !== null) return unresolved('env', `it is not certain how ${JSON.stringify(unknown)} is understood`);
    const from = rest.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
    const [command, ...more] = from === -1 ? [] : rest.slice(from);
    if (command === undefined) return unresolved('env', 'it names no command');
    const loses = from > 0 || options.length > 0 ? 'it sets environment variables, which belong into the entry of the client' : null;
    return { kind: 'command', command, args: more, loses };
  },
} as const satisfies Runner;

/** `sh -c 'one simple command'`; anything with an operator or a variable is left alone. */
export const shell = {
  docs: 'https://pubs.opengroup.org/onlinepubs/9699919799/utilities/sh.html',
  programs: ['sh', 'bash', 'zsh', 'dash', 'ash', 'ksh'],
  read(args, program): Reading {
    const at = args.findIndex((arg) => !/^-[lieux]+$/.test(arg) && arg !== '--login');
    const [flag, line, ...more] = at === -1 ? [] : args.slice(at);
    if (flag !== undefined && !flag.startsWith('-')) {
      return {
        kind: 'unit',
        runner: program,
        packages: [{ type: 'local', name: flag, version: null, versionKind: 'n/a' }],
        unresolved: 'it runs a local script',
      };
    }
    if (flag === undefined || !/^-[lieux]*c$/.test(flag) || line === undefined) return unresolved(program, 'it is not `-c`');
    const words = more.length > 0 ? null : splitShellLine(line);
    if (words === null) return unresolved(program, 'it runs a line that only a shell can read');
    const plain = words[0] === 'exec' ? words.slice(1) : words;
    const from = plain.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
    const [command, ...rest] = from === -1 ? [] : plain.slice(from);
    if (command === undefined || command.startsWith('-')) return unresolved(program, 'it names no command');
    const loses = from > 0 ? 'it sets environment variables, which belong into the entry of the client' : null;
    return { kind: 'command', command, args: rest, loses };
  },
} as const satisfies Runner;
