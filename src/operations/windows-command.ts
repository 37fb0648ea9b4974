import { win32 } from 'node:path';
import { GuardError } from '../model/errors.ts';

/** A command line for `CreateProcess`, already quoted. */
export interface ShellStart {
  readonly command: string;
  /** Handed over as they are: quoting is done. */
  readonly args: readonly string[];
}

/**
 * How Windows starts a batch file (`npx.cmd`, `uvx.bat`) with exactly these arguments: through `cmd.exe`, because it can
 * be started in no other way. null = the program is none and starts by itself.
 *
 * Every argument stands in quotes, in which `cmd` reads nothing but quotes and percent signs; quotes are doubled, and a
 * percent sign stands outside of them behind a caret, so that no variable of that name exists.
 *
 * @param program absolute path of the program.
 * @throws GuardError `config-invalid` for an argument with a line break, which `cmd` would cut.
 */
export function batchStart(program: string, args: readonly string[], env: Readonly<Record<string, string>>): ShellStart | null {
  if (!/\.(?:cmd|bat)$/i.test(program)) return null;
  if (args.some((word) => /[\r\n\0]/.test(word))) {
    throw new GuardError('config-invalid', 'an argument holds a line break', {
      why: `${win32.basename(program)} is a batch file, and would get only a part of it`,
      hint: 'pinfold list',
    });
  }
  const root = env['SystemRoot'] ?? env['SYSTEMROOT'] ?? 'C:\\Windows';
  const line = [program, ...args].map(quoted).join(' ');
  return { command: win32.join(root, 'System32', 'cmd.exe'), args: ['/d', '/s', '/c', `"${line}"`] };
}

function quoted(word: string): string {
  return word.split('%').map(inQuotes).join('^%');
}

/** Backslashes count only in front of a quote: those at the end would otherwise take the closing one along. */
function inQuotes(text: string): string {
  return `"${text.replace(/(\\*)"/g, '$1$1""').replace(/(\\+)$/, '$1$1')}"`;
}
