import type { LaunchPackage } from '../../model/client-entry.ts';
import { scanOptions } from './options.ts';
import { type Runner, unresolved } from './runner.ts';

const grammar = {
  values: new Set([
    '-r',
    '--require',
    '--import',
    '--loader',
    '--experimental-loader',
    '-C',
    '--conditions',
    '--env-file',
    '--env-file-if-exists',
    '--title',
    '--tsconfig',
  ]),
  switches: new Set([
    '--inspect',
    '--no-warnings',
    '--enable-source-maps',
    '--trace-warnings',
    '--experimental-strip-types',
    '--use-system-ca',
    '--preserve-symlinks',
    '--max-old-space-size',
    '--stack-size',
    '--watch',
  ]),
};

/** `node file`, `tsx file`: local code. `-e` and `-p` are inline code. */
export const node = {
  docs: 'https://nodejs.org/api/cli.html',
  programs: ['node', 'nodejs', 'tsx', 'ts-node'],
  read(args, program) {
    const { rest, unknown } = scanOptions(args, grammar);
    if (unknown !== null && /^(?:-e|-p|-pe|--eval|--print)(?:=|$)/.test(unknown))
      return unit(program, 'inline', '-e', 'it runs code of the command line');
    if (unknown !== null) return unresolved(program, `it is not certain how ${JSON.stringify(unknown)} is understood`);
    const [file] = rest;
    return file === undefined ? unresolved(program, 'it names no file') : unit(program, 'local', file, 'it runs local code');
  },
} as const satisfies Runner;

function unit(runner: string, type: LaunchPackage['type'], name: string, why: string) {
  return { kind: 'unit', runner, packages: [{ type, name, version: null, versionKind: 'n/a' }], unresolved: why } as const;
}
