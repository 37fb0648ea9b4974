import { Builtins, Cli, type Definition } from 'clipanion';
import { failure } from './commands/failure.ts';
import type { CommandContext } from './commands/guard-command.ts';
import { commands } from './commands/index.ts';
import { type KnownCommand, usageError } from './commands/usage-error.ts';
import type { Host } from './host/host.ts';
import { interruptible } from './host/interruptible.ts';

/**
 * Runs one command line and returns its exit code. The only catch-all: a GuardError becomes three lines on stderr,
 * anything else is a bug (70). Never calls `process.exit`, so that a pipe is flushed before the process ends.
 */
export async function main(argv: readonly string[], host: Host): Promise<number> {
  const { host: whole, release } = interruptible(host);
  try {
    const dashes = argv.indexOf('--');
    const own = dashes === -1 ? argv : argv.slice(0, dashes);
    const context: CommandContext = {
      host: whole,
      afterDashes: dashes === -1 ? null : argv.slice(dashes + 1),
      env: { ...host.env },
      stdin: host.terminal.stdin,
      stdout: host.terminal.stdout,
      stderr: host.terminal.stderr,
      colorDepth: host.terminal.colour.stdout ? 8 : 1,
    };
    return await parse(own, context).validateAndExecute();
  } catch (cause) {
    return failure(cause, host);
  } finally {
    release();
  }
}

function parse(argv: readonly string[], context: CommandContext) {
  const names = { binaryName: 'pinfold', binaryLabel: 'pinfold', binaryVersion: context.host.machine.version };
  const looks = { ...names, enableCapture: false, enableColors: context.host.terminal.colour.stdout };
  const cli = new Cli<CommandContext>(looks);
  for (const command of commands) cli.register(command);
  cli.register(Builtins.VersionCommand);
  try {
    const command = cli.process({ input: words(argv), context });
    command.cli = {
      ...looks,
      definitions: () => cli.definitions(),
      definition: (one) => cli.definition(one),
      error: (error, options) => cli.error(error, options),
      format: (colored) => cli.format(colored),
      process: (input, more) => cli.process(input, { ...context, ...more }),
      run: (input, more) => cli.run(input, { ...context, ...more }),
      usage: (one, options) => cli.usage(one, options),
    };
    return command;
  } catch (cause) {
    // clipanion writes such errors to stdout and exits 1; stdout belongs to answers and usage is 2 (DESIGN §5.4).
    const definitions = new Map(cli.definitions().map(({ path, options }) => [path, options]));
    const known = commands.flatMap(({ paths }) => {
      const options = definitions.get(['pinfold', ...(paths[0] ?? [])].join(' ')) ?? [];
      return paths.map((path) => knownCommand(path, options));
    });
    throw usageError(argv, cause, known);
  }
}

type OptionDefinition = Definition['options'][number];

/** A command with what its options are called, by one of its paths: an alias has the options of its first one. */
function knownCommand(path: readonly string[], options: readonly OptionDefinition[]): KnownCommand {
  const names = (wanted: readonly OptionDefinition[]) => wanted.flatMap(({ nameSet }) => nameSet);
  return {
    path,
    required: options.filter(({ required }) => required).map(({ preferredName }) => preferredName),
    options: names(options),
    // The parser says `--client #0` of one that takes a value.
    flags: names(options.filter(({ definition }) => !definition.includes('#'))),
  };
}

/** `pinfold help info` is `pinfold info --help`. */
function words(argv: readonly string[]): string[] {
  const [first, ...rest] = argv;
  if (first === undefined) return ['help'];
  return first === 'help' && rest.length > 0 ? [...rest, '--help'] : [...argv];
}
