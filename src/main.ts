import { Builtins, Cli } from 'clipanion';
import type { CommandContext } from './commands/guard-command.ts';
import { commands } from './commands/index.ts';
import type { Host } from './host/host.ts';
import { interruptible } from './host/interruptible.ts';
import { errorCodes, exit, GuardError } from './model/errors.ts';
import { bugText, errorText } from './report/error.ts';
import { styleFor } from './report/style.ts';

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
    return report(cause, host);
  } finally {
    release();
  }
}

function parse(argv: readonly string[], context: CommandContext) {
  const cli = new Cli<CommandContext>({
    binaryName: 'pinfold',
    binaryLabel: 'pinfold',
    binaryVersion: context.host.machine.version,
    enableColors: context.host.terminal.colour.stdout,
  });
  for (const command of commands) cli.register(command);
  cli.register(Builtins.VersionCommand);
  try {
    return cli.process({ input: argv.length === 0 ? ['help'] : [...argv], context });
  } catch (cause) {
    // clipanion writes such errors to stdout and exits 1; stdout belongs to answers and usage is 2 (DESIGN §5.4).
    const said = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '';
    throw new GuardError('usage', said.replace(/^Unknown Syntax Error: /, '').replace(/\.$/, '') || 'that is not a pinfold command', {
      hint: `pinfold help${argv[0] !== undefined && /^[a-z]+$/.test(argv[0]) ? ` (or: pinfold ${argv[0]} --help)` : ''}`,
      cause,
    });
  }
}

function report(cause: unknown, host: Host): number {
  const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
  if (cause instanceof GuardError) {
    host.terminal.stderr.write(`${errorText(cause, style)}\n`);
    return errorCodes[cause.code].other;
  }
  if ((cause as NodeJS.ErrnoException | null)?.code === 'EPIPE') return exit.clean;
  host.terminal.stderr.write(`${bugText(cause, host.machine.version)}\n`);
  return exit.bug;
}
