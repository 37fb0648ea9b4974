import { type OptionGrammar, scanOptions, wordSet } from './options.ts';
import { type Reading, type Runner, uncertain, unresolved } from './runner.ts';
import { splitShellLine } from './shell-line.ts';

/** `corepack pnpm@9 dlx …`: the first word is the package manager. */
export const corepack = {
  docs: 'https://github.com/nodejs/corepack',
  programs: ['corepack'],
  packages: { 'npm:corepack': 'corepack' },
  read([command, ...args]) {
    const name = command?.replace(/(?<=.)@.*$/, '');
    if (name === undefined || !/^(?:p?npm|p?npx|yarn|yarnpkg)$/.test(name)) return unresolved('corepack', 'it names no package manager');
    return { kind: 'command', command: name, args };
  },
} as const satisfies Runner;

/** `env [-i] [-u NAME] [NAME=value]… command`. */
export const env = {
  docs: 'https://www.gnu.org/software/coreutils/manual/html_node/env-invocation.html',
  programs: ['env', 'genv'],
  read: (args) => readEnv(args, 0),
} as const satisfies Runner;

function readEnv(args: readonly string[], depth: number): Reading {
  const { rest, unknown, options } = scanOptions(args, {
    values: wordSet('-u --unset -C --chdir -S --split-string -P'),
    switches: wordSet('-i --ignore-environment -0 --null -v --debug -'),
    clusters: true,
    dashedValues: true,
  });
  const split = options.findIndex(([name]) => name === '-S' || name === '--split-string');
  if (split !== -1) {
    // `-S` puts the words of its text in place of itself, and env reads on there.
    const text = options[split]?.[1] ?? '';
    const words = /[\\#${]/.test(text) ? null : splitShellLine(text);
    if (words === null || split !== options.length - 1 || unknown !== null || depth > 2)
      return unresolved('env', 'it splits a text that only env can read');
    const inner = readEnv([...words, ...rest], depth + 1);
    return inner.kind === 'command' && options.length > 1 ? { ...inner, loses: changes } : inner;
  }
  if (unknown !== null) return unresolved('env', uncertain(unknown));
  const words = rest[0] === '-' ? rest.slice(1) : rest;
  const from = words.findIndex((word) => !/^[^=]+=/.test(word));
  const [command, ...more] = from === -1 ? [] : words.slice(from);
  if (command === undefined) return unresolved('env', 'it names no command');
  const sets = words.slice(0, from).flatMap((word) => word.split('=', 1));
  const changed = from > 0 || options.length > 0 || words !== rest;
  return { kind: 'command', command, args: more, sets, loses: changed ? changes : null };
}

const changes = 'it sets environment variables, which belong into the entry of the client';

/** A wrapper that starts what follows its options and operands. */
interface Prefix extends OptionGrammar {
  /** Words between the options and the command. */
  readonly operands?: number;
  readonly loses: string;
}

const priority = 'it changes under which conditions the command runs';
const otherUser = 'it runs the command as another user';

const prefixes: Readonly<Record<string, Prefix>> = {
  sudo: {
    values: wordSet('-u --user -g --group -C --close-from -D --chdir -h --host -p --prompt -r --role -t --type -T --command-timeout'),
    switches: wordSet('-E --preserve-env -H --set-home -n --non-interactive -S --stdin -P --preserve-groups -b --background -A --askpass'),
    optional: wordSet('--preserve-env'),
    clusters: true,
    loses: otherUser,
  },
  doas: { values: wordSet('-u -C -a'), switches: wordSet('-n'), loses: otherUser },
  timeout: {
    values: wordSet('-k --kill-after -s --signal'),
    switches: wordSet('-v --verbose -f --foreground -p --preserve-status'),
    clusters: true,
    operands: 1,
    loses: priority,
  },
  nice: { values: wordSet('-n --adjustment'), switches: wordSet(''), clusters: true, dashedValues: true, loses: priority },
  ionice: { values: wordSet('-c --class -n --classdata'), switches: wordSet('-t --ignore'), clusters: true, loses: priority },
  nohup: { values: wordSet(''), switches: wordSet(''), loses: priority },
  setsid: { values: wordSet(''), switches: wordSet('-c --ctty -f --fork -w --wait'), clusters: true, loses: priority },
  stdbuf: { values: wordSet('-i --input -o --output -e --error'), switches: wordSet(''), clusters: true, loses: priority },
  time: {
    values: wordSet('-f --format -o --output'),
    switches: wordSet('-p --portability -v --verbose -a --append -q --quiet'),
    loses: priority,
  },
  caffeinate: { values: wordSet('-t -w'), switches: wordSet('-d -i -m -s -u'), clusters: true, loses: priority },
  'xvfb-run': {
    values: wordSet('-e --error-file -f --auth-file -n --server-num -p --xauth-protocol -s --server-args -w --wait'),
    switches: wordSet('-a --auto-servernum -l --listen-tcp'),
    dashedValues: true,
    loses: priority,
  },
  'dbus-run-session': { values: wordSet('--config-file --dbus-daemon'), switches: wordSet(''), loses: priority },
  winpty: { values: wordSet(''), switches: wordSet('-Xallow-non-tty -Xplain'), loses: priority },
};

/** Programs that change how a command runs and nothing of what it is. */
export const prefix = {
  docs: 'https://www.gnu.org/software/coreutils/manual/html_node/Modified-command-invocation.html',
  programs: Object.keys(prefixes),
  read(args, program) {
    const grammar = prefixes[program];
    if (grammar === undefined) return unresolved(program, 'it is not known');
    const { rest, unknown } = scanOptions(args, grammar);
    if (unknown !== null) return unresolved(program, uncertain(unknown));
    const words = rest.slice(grammar.operands ?? 0);
    // sudo takes assignments as env does.
    const from =
      program === 'sudo'
        ? Math.max(
            0,
            words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word)),
          )
        : 0;
    const [command, ...more] = words.slice(from);
    if (command === undefined) return unresolved(program, 'it names no command');
    return { kind: 'command', command, args: more, sets: words.slice(0, from).flatMap((word) => word.split('=', 1)), loses: grammar.loses };
  },
} as const satisfies Runner;
