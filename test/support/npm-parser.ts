import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

/** What npm would make of a line: the same words that `npm exec` is given. */
export interface NpmLine {
  readonly command: string | undefined;
  readonly packages: readonly string[];
  readonly call: string;
  /** It prints its help or version instead. */
  readonly prints: boolean;
  readonly words: readonly string[];
}

interface Definitions {
  readonly definitions: Readonly<Record<string, { readonly type: unknown }>>;
  readonly shorthands: Readonly<Record<string, readonly string[]>>;
}

interface Nopt {
  (types: object, shorthands: object, argv: string[], slice: number): Record<string, unknown> & { argv: { remain: string[] } };
  typeDefs: unknown;
  invalidHandler: unknown;
  unknownHandler: unknown;
  abbrevHandler: unknown;
}

/** The npm that this machine's `npm` starts. */
export function installedNpm(): string {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const root of [linkedNpm(join(folder, 'npm')), join(folder, 'node_modules', 'npm')]) {
      if (root !== null && existsSync(join(root, 'bin', 'npx-cli.js'))) return root;
    }
  }
  throw new Error('no npm on the PATH');
}

/** `bin/npm` is a link to `npm/bin/npm-cli.js`, except on Windows. */
function linkedNpm(path: string): string | null {
  return existsSync(path) ? join(realpathSync(path), '..', '..') : null;
}

/**
 * npm's own reading of a line, by npm's own code and without starting anything: `bin/npx-cli.js` rearranges the words, and
 * npm's option parser reads them with the table of `@npmcli/config`. Throws where npm does.
 */
export function npmParser(root: string): (mode: 'npx' | 'npm', args: readonly string[]) => NpmLine {
  const cli = join(root, 'bin/npx-cli.js');
  const load = createRequire(cli);
  const script = new Function('require', 'process', 'console', readFileSync(cli, 'utf8').replace(/^#!.*/, ''));
  const { definitions, shorthands } = load('@npmcli/config/lib/definitions') as Definitions;
  const nopt = load('nopt') as Nopt;
  nopt.typeDefs = createRequire(load.resolve('@npmcli/config'))('./type-defs.js');
  for (const handler of ['invalidHandler', 'unknownHandler', 'abbrevHandler'] as const) nopt[handler] = () => {};
  const types = Object.fromEntries(Object.entries(definitions).map(([name, { type }]) => [name, type]));
  const fake = Object.assign((id: string) => (id === '../lib/cli.js' ? () => {} : load(id)), { resolve: () => 'npm-cli.js' });
  return (mode, args) => {
    const argv = ['node', 'npm', ...args];
    if (mode === 'npx') script(fake, { argv }, { error: () => {} });
    const read = nopt(types, structuredClone(shorthands), [...argv], 2);
    const [command, ...words] = read.argv.remain;
    const { package: packages, call } = read;
    return {
      command,
      packages: packages === undefined ? [] : [packages].flat().map(String),
      call: typeof call === 'string' ? call : '',
      prints: Boolean(read['usage'] || read['version'] || read['versions']),
      words,
    };
  };
}
