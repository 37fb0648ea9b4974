import { GuardError } from '../model/errors.ts';

/** What the command parser says, and what a person should read instead. */
const messages: readonly (readonly [RegExp, (found: readonly string[], argv: readonly string[]) => string])[] = [
  [
    /^Command not found/,
    (_, argv) => (argv[0] === 'store' ? '`pinfold store` takes prune or verify' : `\`${argv.join(' ')}\` is not a pinfold command`),
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
  const known = names.includes(first) && first !== 'store' && first !== 'help';
  const hint = known ? `pinfold ${first} --help` : first === 'store' ? 'pinfold store verify' : 'pinfold help';
  return new GuardError('usage', why[0] ?? said.replace(/^./, (letter) => letter.toLowerCase()).replace(/\.$/, ''), { hint, cause });
}
