import { distance } from '../analysis/lookalike/distance.ts';
import { GuardError } from '../model/errors.ts';

/** Commands of two words, and their second ones. */
const families: Readonly<Record<string, { readonly words: string; readonly example: string }>> = {
  store: { words: 'prune or verify', example: 'verify' },
  sandbox: { words: 'show or allow', example: 'allow' },
  secrets: { words: 'move, list or set', example: 'list' },
  manifest: { words: 'create, check, changelog, sign or verify', example: 'create' },
};

/** What the command parser says, and what a person should read instead: what is wrong, and why. */
const messages: readonly (readonly [RegExp, (found: readonly string[], argv: readonly string[]) => readonly [string, string]])[] = [
  [
    /^Command not found/,
    (_, argv) => {
      const [first = ''] = argv;
      const second = Object.hasOwn(families, first) ? families[first] : undefined;
      if (second === undefined) return [`\`${argv.join(' ')}\` is not a pinfold command`, 'commands are the words that pinfold help lists'];
      return [`\`pinfold ${first}\` takes ${second.words}`, 'the second word says what to do'];
    },
  ],
  [/^Unsupported option name \("(.*)"\)/, ([option]) => [`there is no option \`${option}\` here`, 'every command has options of its own']],
  [/^Not enough arguments to option (\S+?)\.?$/, ([option]) => [`${option} takes a value`, 'nothing follows it']],
  [
    /^Not enough positional arguments/,
    (_, argv) => [`\`pinfold ${argv[0]}\` needs one word more`, 'without it nobody knows what it is about'],
  ],
  [/^Extraneous positional argument \("(.*)"\)/, ([word]) => [`\`${word}\` is one word too many`, 'arguments of a server follow a --']],
];

/**
 * The usage error for a command line that the parser refused. The hint prints how the command is used, where there is
 * such a command.
 *
 * @param names the first words of all commands
 */
export function usageError(argv: readonly string[], cause: unknown, names: readonly string[]): GuardError {
  const said = cause instanceof Error ? (cause.message.split('\n')[0] ?? '').replace(/^Unknown Syntax Error: /, '') : '';
  const [first = '', second = ''] = argv;
  const [found] = messages.flatMap(([pattern, text]) => {
    const match = pattern.exec(said);
    return match === null ? [] : [text(match.slice(1), argv)];
  });
  const what = found?.[0] ?? said.replace(/^./, (letter) => letter.toLowerCase()).replace(/\.$/, '');
  return new GuardError('usage', what, {
    why: found?.[1] ?? 'it cannot be read as a command line',
    hint: hintFor(first, second, names),
    cause,
  });
}

/** How the command is used that was meant, as far as that can be told. */
function hintFor(first: string, second: string, names: readonly string[]): string {
  const family = Object.hasOwn(families, first) ? families[first] : undefined;
  if (family !== undefined)
    return `pinfold ${first} ${new RegExp(`\\b${second}\\b`).test(family.words) && /^[a-z]{3,}$/.test(second) ? second : family.example} --help`;
  if (first === 'help') return 'pinfold help';
  if (names.includes(first)) return `pinfold ${first} --help`;
  const near = [...new Set(names)].filter((name) => first.length > 2 && distance(first, name) <= (name.length > 4 ? 2 : 1));
  const [nearest] = near.sort((a, b) => distance(first, a) - distance(first, b));
  return nearest === undefined ? 'pinfold help' : `pinfold ${nearest} --help`;
}
