import { distance } from '../analysis/lookalike/distance.ts';
import { GuardError } from '../model/errors.ts';

/** A command as the parser knows it. */
export interface KnownCommand {
  readonly path: readonly string[];
  /** Names of the options that it cannot do without. */
  readonly required: readonly string[];
  /** Names of all that it takes. */
  readonly options: readonly string[];
  /** Names of those among them that take no value. */
  readonly flags: readonly string[];
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
      const meant = commandOf(argv, known);
      const missing = meant?.required.find((option) => !argv.some((word) => word === option || word.startsWith(`${option}=`)));
      if (meant !== undefined && missing !== undefined)
        return [`\`pinfold ${meant.path.join(' ')}\` needs ${missing}`, 'it cannot do without'];
      const [first = ''] = argv;
      const family = familyOf(first, known);
      if (meant !== undefined)
        return [`\`pinfold ${meant.path.join(' ')}\` cannot be used like this`, 'its words and options do not fit together'];
      if (family === null) return [`\`${leadingWords(argv)}\` is not a pinfold command`, 'commands are the words that pinfold help lists'];
      return [`\`pinfold ${first}\` takes ${listed(family.words)}`, 'the second word says what to do'];
    },
  ],
  [
    /^Unsupported option name \("([^=]*).*"\)/s,
    ([option]) => [`there is no option \`${option}\` here`, 'every command has options of its own'],
  ],
  [
    /^Invalid option name \("([^"=]*).*"\)/s,
    ([option]) => [`there is no option \`${option}\` here`, 'every command has options of its own'],
  ],
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
  const [found] = messages.flatMap(([pattern, text]) => {
    const match = pattern.exec(said);
    return match === null ? [] : [text(match.slice(1), argv, known)];
  });
  const [what, why] = boundOption(argv, known) ?? found ?? [plain(said), 'it cannot be read as a command line'];
  return new GuardError('usage', what, {
    why,
    hint: hintFor(argv, known),
    cause,
  });
}

function plain(said: string): string {
  return said.replace(/^./, (letter) => letter.toLowerCase()).replace(/\.$/, '');
}

/** The command that a line means; options may come before its words. What `help` is asked about is not meant. */
function commandOf(argv: readonly string[], known: readonly KnownCommand[]): KnownCommand | undefined {
  if (argv[0] === 'help') return undefined;
  const words = argv.filter((word) => !word.startsWith('-'));
  return known.find(({ path }) => path.length <= words.length && path.every((word, at) => words[at] === word));
}

/** What stands before the first option: an option's value may be a secret, and is never said again. */
function leadingWords(argv: readonly string[]): string {
  const [first = '', ...rest] = argv;
  const end = rest.findIndex((word) => word.startsWith('-'));
  return [first.replace(/^(-[^=]*)=.*/s, '$1'), ...(end === -1 ? rest : rest.slice(0, end))].join(' ');
}

/** The parser knows `--name=value` only of options that take one, and says nothing useful of the others. */
function boundOption(argv: readonly string[], known: readonly KnownCommand[]): readonly [string, string] | null {
  const meant = commandOf(argv, known);
  if (meant === undefined) return null;
  const names = argv.flatMap((word) => /^(-[^=]*)=/s.exec(word)?.[1] ?? []);
  const wrong = names.find((name) => meant.flags.includes(name) || !meant.options.includes(name));
  if (wrong === undefined) return null;
  if (meant.flags.includes(wrong)) return [`\`${wrong}\` takes no value`, 'it is given or left out'];
  return [`there is no option \`${wrong}\` here`, 'every command has options of its own'];
}

/** How the command is used that was meant, as far as that can be told. */
function hintFor(argv: readonly string[], known: readonly KnownCommand[]): string {
  const meant = commandOf(argv, known);
  if (meant !== undefined) return `pinfold ${meant.path.join(' ')} --help`;
  const [first = '', second = ''] = argv;
  const family = familyOf(first, known);
  if (family !== null) return `pinfold ${first} ${family.words.includes(second) ? second : family.example} --help`;
  if (first === 'help') return 'pinfold help';
  const names = [...new Set(known.flatMap(({ path: [one] }) => one ?? []))];
  if (names.includes(first)) return `pinfold ${first} --help`;
  const near = names.filter((name) => first.length > 2 && distance(first, name) <= (name.length > 4 ? 2 : 1));
  const [nearest] = near.sort((a, b) => distance(first, a) - distance(first, b));
  if (nearest === undefined) return 'pinfold help';
  const [word] = familyOf(nearest, known)?.words ?? [];
  return word === undefined ? `pinfold ${nearest} --help` : hintFor([nearest], known);
}

/** `a, b or c` */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
