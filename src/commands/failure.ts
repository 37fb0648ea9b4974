import type { Host } from '../host/host.ts';
import { errorCodes, exit, GuardError } from '../model/errors.ts';
import { bugText, errorText } from '../report/error.ts';
import { styleFor } from '../report/style.ts';

/** Tells on stderr why a command stopped and returns its exit code: three lines for a GuardError, anything else is a bug (70). */
export function failure(cause: unknown, host: Host): number {
  const style = styleFor(host.terminal.colour.stderr, host.terminal.columns);
  if (cause instanceof GuardError) {
    host.terminal.stderr.write(`${errorText(cause, style)}\n`);
    return errorCodes[cause.code].other;
  }
  if ((cause as NodeJS.ErrnoException | null)?.code === 'EPIPE') return exit.clean;
  host.terminal.stderr.write(`${bugText(cause, host.machine.version)}\n`);
  return exit.bug;
}
