import { type OptionGrammar, scanOptions, wordSet } from './options.ts';
import { type Reading, type Runner, uncertain, unresolved } from './runner.ts';

/** `program [globals] subcommand [options] [operands] [--] command…` */
interface Carrier extends OptionGrammar {
  /** Any of these must stand first; default none. */
  readonly subcommands?: readonly string[];
  /** Options before the subcommand. */
  readonly globals?: OptionGrammar;
  /** Words between the options and the command; `dashes` = everything up to `--`. */
  readonly operands?: number | 'dashes';
  /** Leading `NAME=value` are variables. */
  readonly assignments?: boolean;
  readonly loses: string;
}

const none: ReadonlySet<string> = new Set();
const environment = 'it sets environment variables from elsewhere';
const version = 'it chooses the version of the program that starts it';
const project = 'it runs in an environment of its own';

/** Environment injectors. */
const injectors: Readonly<Record<string, Carrier>> = {
  'cross-env': { values: none, switches: none, assignments: true, loses: environment },
  dotenvx: {
    subcommands: ['run'],
    values: wordSet('-f --env-file -fv --env-vault-file -e --env -fk --env-keys-file --convention --log-level -l'),
    switches: wordSet('-o --overload --strict -q --quiet -v --verbose -d --debug'),
    loses: environment,
  },
  envmcp: { values: wordSet('-e --env-file'), switches: none, loses: environment },
  op: {
    subcommands: ['run'],
    globals: { values: wordSet('--account --cache --config --encoding --format --session'), switches: wordSet('--debug --no-color') },
    values: wordSet('--env-file --account --environment --config --session'),
    switches: wordSet('--no-masking --debug --no-color'),
    loses: environment,
  },
  doppler: {
    subcommands: ['run'],
    globals: {
      values: wordSet('-t --token -p --project -c --config --api-host --config-dir --scope'),
      switches: wordSet('--silent --debug'),
    },
    values: wordSet(
      '-p --project -c --config -t --token --scope --mount --mount-format --mount-template --fallback --name-transformer --config-dir',
    ),
    switches: wordSet(
      '--silent --debug --preserve-env --no-fallback --fallback-only --forward-signals --no-cache --no-exit-on-write-failure',
    ),
    loses: environment,
  },
  infisical: {
    subcommands: ['run'],
    values: wordSet('-e --env --projectId --project-id --path --token --domain --tags -t --log-level -l'),
    switches: wordSet('--recursive --silent --expand --include-imports --secret-overriding'),
    optional: wordSet('--recursive --expand --include-imports --secret-overriding --silent'),
    loses: environment,
  },
  direnv: { subcommands: ['exec'], values: none, switches: none, operands: 1, loses: environment },
  chamber: {
    subcommands: ['exec'],
    values: wordSet('-b --backend -r --retries'),
    switches: wordSet('--pristine --strict -v --verbose'),
    operands: 'dashes',
    loses: environment,
  },
  'aws-vault': {
    subcommands: ['exec'],
    values: wordSet('-d --duration --region -t --mfa-token --prompt --backend'),
    switches: wordSet('-n --no-session -j --json --debug -s --server --lazy --ec2-server --ecs-server'),
    operands: 1,
    loses: environment,
  },
  envchain: { values: none, switches: none, operands: 1, loses: environment },
  teller: { subcommands: ['run'], values: wordSet('-c --config'), switches: wordSet('--reset -r --shell -s'), loses: environment },
};

/** Version managers: the tool's version is not the package. */
const managers: Readonly<Record<string, Carrier>> = {
  mise: {
    subcommands: ['exec', 'x'],
    globals: { values: wordSet('-C --cd -E --env -j --jobs'), switches: wordSet('-q --quiet -v --verbose -y --yes --silent') },
    values: wordSet('-C --cd -E --env -j --jobs'),
    switches: wordSet('-q --quiet -v --verbose -y --yes --raw --silent --no-prepare'),
    operands: 'dashes',
    loses: version,
  },
  asdf: { subcommands: ['exec'], values: none, switches: none, loses: version },
  fnm: {
    subcommands: ['exec'],
    values: wordSet('--using --log-level --fnm-dir --arch'),
    switches: wordSet('--corepack-enabled'),
    loses: version,
  },
  volta: {
    subcommands: ['run'],
    values: wordSet('--node --npm --pnpm --yarn --env'),
    switches: wordSet('--bundled-npm --no-pnpm --no-yarn --verbose --quiet --very-verbose'),
    loses: version,
  },
  nvm: { subcommands: ['exec', 'run'], values: none, switches: wordSet('--silent --lts'), operands: 1, loses: version },
  'nvm-exec': { values: none, switches: none, loses: version },
  pyenv: { subcommands: ['exec'], values: none, switches: none, loses: version },
  nodenv: { subcommands: ['exec'], values: none, switches: none, loses: version },
  rbenv: { subcommands: ['exec'], values: none, switches: none, loses: version },
};

/** Environments of a project: what runs in them is a program, a module or a file of theirs. */
const projects: Readonly<Record<string, Carrier>> = {
  conda: {
    subcommands: ['run'],
    values: wordSet('-n --name -p --prefix --cwd'),
    switches: wordSet('--no-capture-output --live-stream -v --verbose --dev --debug-wrapper-scripts'),
    loses: project,
  },
  poetry: {
    subcommands: ['run'],
    globals: {
      values: wordSet('-C --directory -P --project'),
      switches: wordSet('-q --quiet -n --no-interaction --no-ansi -v -vv -vvv --no-plugins --no-cache'),
    },
    values: none,
    switches: none,
    loses: project,
  },
  hatch: {
    subcommands: ['run'],
    globals: { values: wordSet('-e --env -p --project'), switches: wordSet('-q --quiet -v --verbose') },
    values: none,
    switches: none,
    loses: project,
  },
  pixi: {
    subcommands: ['run'],
    values: wordSet('-e --environment --manifest-path -m'),
    switches: wordSet('--frozen --locked -q --quiet -v --verbose -x --executable'),
    loses: project,
  },
  rye: { subcommands: ['run'], values: wordSet('--pyproject'), switches: none, loses: project },
  pdm: {
    subcommands: ['run'],
    globals: { values: wordSet('-p --project -c --config'), switches: wordSet('-q --quiet -v --verbose') },
    values: wordSet('-p --project'),
    switches: none,
    loses: project,
  },
  pipenv: { subcommands: ['run'], values: none, switches: none, loses: project },
  bundle: { subcommands: ['exec'], values: wordSet('--gemfile'), switches: wordSet('--keep-file-descriptors'), loses: project },
};
const table: Readonly<Record<string, Carrier>> = {
  ...injectors,
  ...managers,
  rtx: managers['mise'] as Carrier,
  micromamba: projects['conda'] as Carrier,
  mamba: projects['conda'] as Carrier,
  ...projects,
};

/** Programs that start another command in an environment of their making. */
export const carrier = {
  docs: 'https://mise.jdx.dev/cli/exec.html',
  programs: Object.keys(table),
  packages: {
    ...{ 'npm:cross-env': 'cross-env', 'npm:@dotenvx/dotenvx': 'dotenvx', 'npm:envmcp': 'envmcp', 'npm:@infisical/cli': 'infisical' },
    ...{ 'pypi:poetry': 'poetry', 'pypi:hatch': 'hatch', 'pypi:pdm': 'pdm', 'pypi:pipenv': 'pipenv' },
  },
  read(args, program) {
    const found = table[program];
    return found === undefined ? unresolved(program, 'it is not known') : carried(program, args, found);
  },
} as const satisfies Runner;

function carried(program: string, args: readonly string[], grammar: Carrier): Reading {
  const { subcommands, operands = 0 } = grammar;
  const outer = scanOptions(subcommands === undefined ? [] : args, grammar.globals ?? { values: none, switches: none });
  if (outer.unknown !== null) return unresolved(program, uncertain(outer.unknown));
  if (subcommands !== undefined && !subcommands.includes(outer.rest[0] ?? ''))
    return unresolved(program, `it is not \`${program} ${subcommands[0]}\``);
  const { rest, unknown, ended } = scanOptions(subcommands === undefined ? args : outer.rest.slice(1), grammar);
  if (unknown !== null) return unresolved(program, uncertain(unknown));
  const dashes = rest.indexOf('--');
  if (operands === 'dashes' && !ended && dashes === -1) return unresolved(program, 'nothing says where the command begins');
  const behind = operands === 'dashes' ? (ended ? rest : rest.slice(dashes + 1)) : rest.slice(operands);
  const words = behind[0] === '--' && operands !== 'dashes' ? behind.slice(1) : behind;
  const from = grammar.assignments === true ? words.findIndex((word) => !/^\w+=/.test(word)) : 0;
  const [command, ...more] = from === -1 ? [] : words.slice(from);
  if (command === undefined || command.startsWith('-')) return unresolved(program, 'it names no command');
  return { kind: 'command', command, args: more, sets: words.slice(0, from).flatMap((word) => word.split('=', 1)), loses: grammar.loses };
}
