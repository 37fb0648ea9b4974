import { scanOptions, wordSet } from './options.ts';
import { type Runner, uncertain, unresolved } from './runner.ts';

/**
 * `dotenv [-e file]… -- command` (npm dotenv-cli), and `dotenv [-f file] run [--] command` (PyPI python-dotenv): one
 * name, two programs. Without `--` the first one reads its own options out of the command too, so it is left alone then.
 */
export const dotenv = {
  docs: 'https://github.com/entropitor/dotenv-cli',
  programs: ['dotenv'],
  packages: { 'npm:dotenv-cli': 'dotenv', 'pypi:python-dotenv': 'dotenv' },
  read(args, program) {
    const dashes = args.indexOf('--');
    const { rest, unknown } = scanOptions(dashes === -1 ? args : args.slice(0, dashes), {
      values: wordSet('-e -v -p -f --file -q --quote -x --export'),
      switches: wordSet('-o --override --debug --expand --no-expand --quiet --no-override'),
      optional: wordSet('-c'),
    });
    if (unknown !== null) return unresolved(program, uncertain(unknown));
    const python = rest[0] === 'run';
    const own = python
      ? scanOptions(rest.slice(1), { values: new Set(), switches: wordSet('--override --no-override') })
      : { rest, unknown: null };
    const [command, ...more] =
      dashes === -1 ? (python && own.unknown === null ? own.rest : []) : own.rest.length === 0 ? args.slice(dashes + 1) : [];
    if (command === undefined) return unresolved(program, 'nothing says where the command begins');
    return { kind: 'command', command, args: more, loses: 'it sets environment variables from elsewhere' };
  },
} as const satisfies Runner;
