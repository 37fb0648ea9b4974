import { type NpmScan, scanNpm } from './npm-scan.ts';
import { npmUnit, packageUnits } from './npm-unit.ts';
import { type Reading, type Runner, unresolved } from './runner.ts';

/** `npx`: options first, then the package (or with `-p` the program), then the server's arguments. */
export const npx = {
  docs: 'https://docs.npmjs.com/cli/v11/commands/npx',
  programs: ['npx'],
  read: (args) => reading('npx', scanNpm(args, 'npx')),
} as const satisfies Runner;

/** `npm exec` and `npm x`: as npx, but npm's options are taken out of the whole line up to `--`. */
export const npm = {
  docs: 'https://docs.npmjs.com/cli/v11/commands/npm-exec',
  programs: ['npm'],
  read(args) {
    const scan = scanNpm(args, 'npm');
    const [subcommand, ...words] = scan.words;
    if (subcommand === 'exec' || subcommand === 'x') return reading('npm', { ...scan, words });
    if (subcommand === 'run' || subcommand === 'start' || subcommand === 'run-script') {
      const folder = { type: 'local', name: '.', version: null, versionKind: 'n/a' } as const;
      return { kind: 'unit', runner: 'npm', packages: [folder], unresolved: 'it runs a script of a local folder' };
    }
    return unresolved('npm', scan.doubt === null ? 'npm starts a server only by `npm exec`' : doubt(scan.doubt));
  },
} as const satisfies Runner;

function reading(runner: string, { packages, words, call, doubt: option }: NpmScan): Reading {
  if (option !== null) return unresolved(runner, doubt(option), packageUnits(packages));
  if (call) return unresolved(runner, 'it runs a line in a shell', packageUnits(packages));
  return npmUnit({ runner, packages, words });
}

function doubt(option: string): string {
  return `it is not certain how ${JSON.stringify(option)} is understood`;
}
