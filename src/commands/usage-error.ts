import { distance } from '../analysis/lookalike/distance.ts';
import { GuardError } from '../model/errors.ts';

/** A command as the parser knows it. */
export interface KnownCommand {
  readonly path: readonly string[];
  /** Names of the options that it cannot do without. */
  readonly required: readonly string[];
}

/** The second word that is shown first to somebody who left it out. */
const examples: Readonly<Record<string, string>> = {
  store: 'verify',
  sandbox: 'allow',
  secrets: 'list',
  manifest: 'create',
  feed: 'build',
  advisories: 'refresh',
};

interface Family {
  /** Second words, in the order of the table of commands. */
  readonly words: readonly string[];
  readonly example: string;
}

/** The commands of two words that begin with this one; null = there are none. */
function familyOf(first: string, known: readonly KnownCommand[]): Family | null {
  const words = known.flatMap(({ path: [one, two] }) => (one === first && two !== undefined ? [two] : []));
  const [any] = words;
  return any === undefined ? null : { words, example: Object.hasOwn(examples, first) ? (examples[first] ?? any) : any };
}

/** What the command parser says, and what a person should read instead: what is wrong, and why. */
type Said = (found: readonly string[], argv: readonly string[], known: readonly KnownCommand[]) => readonly [string, string];

const messages: readonly (readonly [RegExp, Said])[] = [
  [
    /^Command not found/,
    (_, argv, known) => {
      const meant = known.find(({ path }) => path.length <= argv.length && path.every((word, at) => argv[at] === word));
      const missing = meant?.required.find((option) => !argv.some((word) => word === option || word.startsWith(`${option}=`)));
      if (meant !== undefined && missing !== undefined)
        return [`\`pinfold ${meant.path.join(' ')}\` needs ${missing}`, 'it cannot do without'];
      const [first = ''] = argv;
      const family = familyOf(first, known);
      if (family === null) return [`\`${argv.join(' ')}\` is not a pinfold command`, 'commands are the words that pinfold help lists'];
      return [`\`pinfold ${first}\` takes ${listed(family.words)}`, 'the second word says what to do'];
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
 */
export function usageError(argv: readonly string[], cause: unknown, known: readonly KnownCommand[]): GuardError {
  const said = cause instanceof Error ? (cause.message.split('\n')[0] ?? '').replace(/^Unknown Syntax Error: /, '') : '';
  const [first = '', second = ''] = argv;
  const [found] = messages.flatMap(([pattern, text]) => {
    const match = pattern.exec(said);
    return match === null ? [] : [text(match.slice(1), argv, known)];
  });
  const what = found?.[0] ?? said.replace(/^./, (letter) => letter.toLowerCase()).replace(/\.$/, '');
  return new GuardError('usage', what, {
    why: found?.[1] ?? 'it cannot be read as a command line',
    hint: hintFor(first, second, known),
    cause,
  });
}

/** How the command is used that was meant, as far as that can be told. */
function hintFor(first: string, second: string, known: readonly KnownCommand[]): string {
  const family = familyOf(first, known);
  if (family !== null) return `pinfold ${first} ${family.words.includes(second) ? second : family.example} --help`;
  if (first === 'help') return 'pinfold help';
  const names = [...new Set(known.flatMap(({ path: [one] }) => one ?? []))];
  if (names.includes(first)) return `pinfold ${first} --help`;
  const near = names.filter((name) => first.length > 2 && distance(first, name) <= (name.length > 4 ? 2 : 1));
  const [nearest] = near.sort((a, b) => distance(first, a) - distance(first, b));
  if (nearest === undefined) return 'pinfold help';
  const [word] = familyOf(nearest, known)?.words ?? [];
  return word === undefined ? `pinfold ${nearest} --help` : hintFor(nearest, '', known);
}

/** `a, b or c` */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
