import { type NpmScan, scanNpm } from './npm-scan.ts';
import { npmUnit, packageUnits } from './npm-unit.ts';
import { type Reading, type Runner, uncertain, unresolved } from './runner.ts';

/** `npx`: options first, then the package (or with `-p` the program), then the server's arguments. */
export const npx = {
  docs: 'https://docs.npmjs.com/cli/v11/commands/npx',
  programs: ['npx', 'npx-cli.js'],
  packages: { 'npm:npx': 'npx' },
  read: (args) => reading('npx', scanNpm(args, 'npx')),
} as const satisfies Runner;

/** `npm exec` and `npm x`: as npx, but npm's options are taken out of the whole line up to `--`. */
export const npm = {
  docs: 'https://docs.npmjs.com/cli/v11/commands/npm-exec',
  programs: ['npm', 'npm-cli.js'],
  packages: { 'npm:npm': 'npm' },
  read(args) {
    const scan = scanNpm(args, 'npm');
    const [subcommand, ...words] = scan.words;
    if (subcommand === 'exec' || subcommand === 'x') return reading('npm', { ...scan, words });
    if (scan.doubt !== null) return unresolved('npm', uncertain(scan.doubt));
    if (subcommand === 'run' || subcommand === 'start' || subcommand === 'run-script') {
      const name = scan.options.find(([option]) => option === 'prefix')?.[1] ?? '.';
      const folder = { type: 'local', name, version: null, versionKind: 'n/a' } as const;
      return { kind: 'unit', runner: 'npm', packages: [folder], unresolved: 'it runs a script of a local folder' };
    }
    return unresolved('npm', 'npm starts a server only by `npm exec`');
  },
} as const satisfies Runner;

/** Options with which npm runs something else than the program of the package. */
const others: ReadonlyMap<string, string> = new Map([
  ['call', 'it runs a line in a shell'],
  ['script-shell', 'it runs the program through another shell'],
  ['shell', 'it runs the program through another shell'],
  ['usage', 'npm only prints its help'],
  ['version', 'npm only prints its version'],
  ['versions', 'npm only prints its versions'],
]);

/** Options with which the same name may be other code than pinfold would install. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ['registry', 'it takes the package from another registry'],
  ['userconfig', "it reads npm's settings from another file"],
  ['globalconfig', "it reads npm's settings from another file"],
  ['prefix', 'it looks into another folder before it fetches the package'],
  ['workspace', 'it looks into a workspace before it fetches the package'],
  ['workspaces', 'it looks into workspaces before it fetches the package'],
  ['tag', 'it asks for another tag than `latest`'],
  ['git', 'it starts another git'],
]);

function reading(runner: string, { packages, words, options, doubt }: NpmScan): Reading {
  if (doubt !== null) return unresolved(runner, uncertain(doubt), packageUnits(packages));
  const other = firstOf(options, others);
  if (other !== null) return unresolved(runner, other, packageUnits(packages));
  const loads = options.some(([name, value]) => name === 'node-options' && /-r\b|--require|--import|loader/.test(value ?? ''));
  return npmUnit({
    runner,
    packages,
    words,
    readsOn: runner === 'npm',
    loses: loads ? 'it has Node load other code first' : firstOf(options, elsewhere),
  });
}

function firstOf(options: NpmScan['options'], reasons: ReadonlyMap<string, string>): string | null {
  const found = options.find(([name]) => reasons.has(name));
  return found === undefined ? null : (reasons.get(found[0]) ?? null);
}
