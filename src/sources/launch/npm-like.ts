import { npmUnit, packageUnits } from './npm-unit.ts';
import { type OptionGrammar, scanOptions, valuesOf, wordSet } from './options.ts';
import { localUnit, plainUnit, type Reading, type Runner, uncertain, unresolved } from './runner.ts';

/** `pnpm dlx`, `pnpx`: pnpm's own options may stand before and behind `dlx`. It reads them with npm's parser. */
export const pnpm = {
  docs: 'https://pnpm.io/cli/dlx',
  programs: ['pnpm', 'pn', 'pnpx', 'pnx', 'pnpm.cjs', 'pnpx.cjs'],
  packages: { 'npm:pnpm': 'pnpm' },
  read(args, program) {
    const grammar: OptionGrammar = {
      values: wordSet('--package --reporter --loglevel -C --dir --registry --allow-build --store-dir --cpu --os --libc'),
      switches: wordSet('-s --silent -c --shell-mode -w --workspace-root --prefer-offline --offline --color --no-color --yes -y'),
    };
    const dlx = program.startsWith('pnpx') || program === 'pnx' ? null : 'dlx';
    const local = ['exec', 'run', 'run-script', 'start', 'node', 'tsx'];
    return throughSubcommand({ runner: 'pnpm', args, dlx, local, grammar });
  },
} as const satisfies Runner;

/** `yarn dlx` (Yarn 2 and later; Yarn 1 has none). */
export const yarn = {
  docs: 'https://yarnpkg.com/cli/dlx',
  programs: ['yarn', 'yarnpkg', 'yarn.js'],
  packages: { 'npm:yarn': 'yarn', 'npm:@yarnpkg/cli-dist': 'yarn' },
  read: (args) =>
    throughSubcommand({
      runner: 'yarn',
      args,
      dlx: 'dlx',
      local: ['run', 'start', 'exec', 'node'],
      grammar: { values: wordSet('-p --package --cwd'), switches: wordSet('-q --quiet') },
    }),
} as const satisfies Runner;

/** `bunx` and `bun x`; `bun run file` and `bun file` are local. */
export const bun = {
  docs: 'https://bun.sh/docs/cli/bunx',
  programs: ['bun', 'bunx'],
  packages: { 'npm:bun': 'bun' },
  read(args, program) {
    const grammar: OptionGrammar = {
      values: wordSet('-p --package'),
      switches: wordSet('--bun -b --no-install --verbose --silent -y --yes'),
    };
    if (program === 'bunx') return throughSubcommand({ runner: 'bunx', args, dlx: null, local: [], grammar });
    const outer = scanOptions(args, { values: wordSet('--cwd'), switches: wordSet('--bun -b --silent --verbose') });
    if (outer.unknown === null && outer.rest[0] === 'x')
      return throughSubcommand({ runner: 'bunx', args: outer.rest.slice(1), dlx: null, local: [], grammar });
    return bunFile(args);
  },
} as const satisfies Runner;

interface Subcommand {
  readonly runner: string;
  readonly args: readonly string[];
  /** The subcommand that fetches a package; null when the program itself does. */
  readonly dlx: string | null;
  /** Subcommands that run what a local folder says. */
  readonly local: readonly string[];
  readonly grammar: OptionGrammar;
}

function throughSubcommand({ runner, args, dlx, local, grammar }: Subcommand): Reading {
  const before = dlx === null ? { options: [], rest: args, unknown: null, ended: false } : scanOptions(args, grammar);
  const [subcommand = '', ...behind] = before.rest;
  if (before.unknown !== null) return unresolved(runner, uncertain(before.unknown));
  const folder = valuesOf(before, '-C', '--dir', '--cwd').at(-1) ?? '.';
  if (local.includes(subcommand)) return localUnit(runner, folder, { why: 'it runs what a local folder says' });
  if (dlx !== null && subcommand !== dlx) {
    // `yarn start` and `pnpm start` are scripts of the folder, under any name that is no command.
    if (folder !== '.') return localUnit(runner, folder, { why: 'it runs what a local folder says' });
    return unresolved(runner, `only \`${runner} ${dlx}\` starts a package`);
  }
  const scanned = scanOptions(dlx === null ? args : behind, grammar);
  const all = { ...scanned, options: [...before.options, ...scanned.options] };
  const packages = valuesOf(all, '-p', '--package');
  if (scanned.unknown !== null) return unresolved(runner, uncertain(scanned.unknown), packageUnits(packages));
  if (all.options.some(([name]) => name === '-c' || name === '--shell-mode'))
    return unresolved(runner, 'it runs a line in a shell', packageUnits(packages));
  const registry = all.options.some(([name]) => name === '--registry') ? 'it takes the package from another registry' : null;
  const away = folder === '.' && valuesOf(all, '-C', '--dir', '--cwd').length === 0 ? null : 'it reads the settings of another folder';
  if (scanned.rest[0]?.includes('@catalog:')) return unresolved(runner, 'its version stands in a catalog of the workspace');
  return npmUnit({ runner, packages, words: scanned.rest, loses: registry ?? away });
}

function bunFile(args: readonly string[]): Reading {
  const grammar: OptionGrammar = {
    values: wordSet('--cwd --env-file -r --preload --require --import --conditions --tsconfig-override --port -d --define -l --loader'),
    optional: wordSet('--inspect --inspect-wait --inspect-brk --install --config -c'),
    switches: wordSet(
      '--watch --hot --no-clear-screen --smol --bun -b --silent --no-install -i --prefer-offline --prefer-latest --no-env-file',
    ),
  };
  const outer = scanOptions(args, grammar);
  const inline = outer.unknown !== null && /^(?:-e|--eval|-p|--print)(?:=|$)/.test(outer.unknown);
  if (inline) return { kind: 'unit', runner: 'bun', packages: [plainUnit('inline', '-e')], unresolved: 'it runs code of the command line' };
  const scanned = outer.unknown === null && outer.rest[0] === 'run' ? scanOptions(outer.rest.slice(1), grammar) : outer;
  const [file, ...passed] = scanned.rest;
  if (scanned.unknown !== null) return unresolved('bun', uncertain(scanned.unknown));
  if (file === undefined) return unresolved('bun', 'it names no file');
  const before = scanned.options.filter(([name]) => ['-r', '--preload', '--require', '--import'].includes(name));
  const units = [...before.map(([, value]) => value ?? ''), file].map((name) => plainUnit('local', name));
  return { kind: 'unit', runner: 'bun', packages: units, unresolved: 'it runs local code', passed: passed.length };
}
