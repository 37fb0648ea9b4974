import { npmUnit } from './npm-unit.ts';
import { type OptionGrammar, scanOptions, valuesOf } from './options.ts';
import { type Reading, type Runner, unresolved } from './runner.ts';

/** `pnpm dlx`, `pnpx`: pnpm's own options may stand before and behind `dlx`. */
export const pnpm = {
  docs: 'https://pnpm.io/cli/dlx',
  programs: ['pnpm', 'pn', 'pnpx', 'pnx'],
  read: (args, program) =>
    throughSubcommand('pnpm', args, program === 'pnpx' || program === 'pnx' ? null : ['dlx'], {
      values: new Set([
        '--package',
        '--reporter',
        '--loglevel',
        '-C',
        '--dir',
        '--registry',
        '--allow-build',
        '--store-dir',
        '--cpu',
        '--os',
        '--libc',
      ]),
      switches: new Set([
        '-s',
        '--silent',
        '-c',
        '--shell-mode',
        '-w',
        '--workspace-root',
        '--prefer-offline',
        '--offline',
        '--color',
        '--no-color',
        '--yes',
        '-y',
      ]),
    }),
} as const satisfies Runner;

/** `yarn dlx` (Yarn 2 and later; Yarn 1 has none). */
export const yarn = {
  docs: 'https://yarnpkg.com/cli/dlx',
  programs: ['yarn', 'yarnpkg'],
  read: (args) =>
    throughSubcommand('yarn', args, ['dlx'], {
      values: new Set(['-p', '--package', '--cwd']),
      switches: new Set(['-q', '--quiet']),
    }),
} as const satisfies Runner;

/** `bunx` and `bun x`; `bun run file` and `bun file` are local. */
export const bun = {
  docs: 'https://bun.sh/docs/cli/bunx',
  programs: ['bun', 'bunx'],
  read(args, program) {
    if (program === 'bun' && args[0] !== 'x') return localFile('bun', args[0] === 'run' ? args.slice(1) : args);
    return throughSubcommand('bunx', args, program === 'bunx' ? null : ['x'], {
      values: new Set(['-p', '--package']),
      switches: new Set(['--bun', '-b', '--no-install', '--verbose', '--silent', '-y', '--yes']),
    });
  },
} as const satisfies Runner;

function throughSubcommand(
  runner: string,
  args: readonly string[],
  subcommands: readonly string[] | null,
  grammar: OptionGrammar,
): Reading {
  const before = subcommands === null ? { options: [], rest: args, unknown: null } : scanOptions(args, grammar);
  const [subcommand, ...behind] = before.rest;
  if (before.unknown !== null) return unresolved(runner, doubt(before.unknown));
  if (subcommands !== null && !subcommands.includes(subcommand ?? ''))
    return unresolved(runner, `only \`${runner} ${subcommands[0]}\` starts a package`);
  const scanned = scanOptions(subcommands === null ? args : behind, grammar);
  if (scanned.unknown !== null) return unresolved(runner, doubt(scanned.unknown));
  const all = { ...scanned, options: [...before.options, ...scanned.options] };
  const packages = valuesOf(all, '-p', '--package');
  if (all.options.some(([name]) => name === '-c' || name === '--shell-mode')) return unresolved(runner, 'it runs a line in a shell');
  return npmUnit({ runner, packages, words: scanned.rest });
}

function localFile(runner: string, args: readonly string[]): Reading {
  const [file] = args;
  if (file === undefined || file.startsWith('-')) return unresolved(runner, 'it is not certain which file it runs');
  return {
    kind: 'unit',
    runner,
    packages: [{ type: 'local', name: file, version: null, versionKind: 'n/a' }],
    unresolved: 'it runs local code',
  };
}

function doubt(option: string): string {
  return `it is not certain how ${JSON.stringify(option)} is understood`;
}
