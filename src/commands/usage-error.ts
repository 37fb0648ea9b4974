import { GuardError } from '../model/errors.ts';

/** Words that are no command by themselves, what may follow them, and one that does. */
const groups: Readonly<Record<string, { readonly words: string; readonly hint: string }>> = {
  store: { words: 'prune or verify', hint: 'pinfold store verify' },
  manifest: { words: 'create, check, changelog, sign or verify', hint: 'pinfold manifest create --help' },
};

/** What the command parser says, and what a person should read instead. */
const messages: readonly (readonly [RegExp, (found: readonly string[], argv: readonly string[]) => string])[] = [
  [
    /^Command not found/,
    (_, argv) => {
      const takes = Object.hasOwn(groups, argv[0] ?? '') ? groups[argv[0] ?? ''] : undefined;
      return takes === undefined ? `\`${argv.join(' ')}\` is not a pinfold command` : `\`pinfold ${argv[0]}\` takes ${takes.words}`;
    },
  ],
  [/^Unsupported option name \("(.*)"\)/, ([option]) => `there is no option \`${option}\` here`],
  [/^Not enough arguments to option (\S+?)\.?$/, ([option]) => `${option} takes a value`],
  [/^Not enough positional arguments/, (_, argv) => `\`pinfold ${argv[0]}\` needs one word more`],
  [/^Extraneous positional argument \("(.*)"\)/, ([word]) => `\`${word}\` is one word too many`],
];

/**
 * The usage error for a command line that the parser refused. The hint prints how the command is used, where there is
 * such a command.
 *
 * @param names the first words of all commands
 */
export function usageError(argv: readonly string[], cause: unknown, names: readonly string[]): GuardError {
  const said = cause instanceof Error ? (cause.message.split('\n')[0] ?? '').replace(/^Unknown Syntax Error: /, '') : '';
  const [first = ''] = argv;
  const why = messages.flatMap(([pattern, text]) => {
    const found = pattern.exec(said);
    return found === null ? [] : [text(found.slice(1), argv)];
  });
  const group = Object.hasOwn(groups, first) ? groups[first] : undefined;
  const known = names.includes(first) && group === undefined && first !== 'help';
  const hint = known ? `pinfold ${first} --help` : (group?.hint ?? 'pinfold help');
  return new GuardError('usage', why[0] ?? said.replace(/^./, (letter) => letter.toLowerCase()).replace(/\.$/, ''), { hint, cause });
}
