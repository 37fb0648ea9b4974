import { linkSchemes } from '../clients/install-links.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';

/** What registering would do, to be shown first. */
export interface HandlerPlan {
  /** Absolute path of the file that is written. */
  readonly file: string;
  readonly text: string;
  /** Commands that make it the handler, one list of words each. */
  readonly commands: readonly (readonly string[])[];
}

/**
 * How pinfold becomes the program that opens one-click install links: a desktop entry, on Linux only. Never done unasked.
 *
 * @param program the words that start pinfold
 * @throws GuardError `platform-unsupported` on macOS (it needs an application bundle) and Windows, `usage` for an unknown scheme.
 */
export function planLinkHandler(schemes: readonly string[], program: readonly string[], host: Host): HandlerPlan {
  const unknown = schemes.find((scheme) => !linkSchemes.includes(scheme));
  if (unknown !== undefined)
    throw new GuardError('usage', `\`${unknown}\` is no scheme of an install link`, {
      why: 'pinfold opens the links that it can read',
      hint: `one of: ${linkSchemes.join(', ')}`,
    });
  if (host.machine.platform !== 'linux') {
    throw new GuardError('platform-unsupported', 'registering is built for Linux only', {
      why:
        host.machine.platform === 'darwin'
          ? 'macOS takes only application bundles as handlers'
          : 'the registry of Windows is not edited by pinfold',
      hint: "copy the link and run: pinfold open '<link>'",
    });
  }
  const file = `${host.places.home}/.local/share/applications/${desktopFile}`;
  const types = schemes.map((scheme) => `x-scheme-handler/${scheme}`);
  const text = [
    '[Desktop Entry]',
    'Type=Application',
    'Name=pinfold: look at an MCP server before it is installed',
    `Exec=${[...program, 'open'].map(execWord).join(' ')} %u`,
    // It asks a question, so it needs a terminal.
    'Terminal=true',
    'NoDisplay=true',
    `MimeType=${types.join(';')};`,
    '',
  ].join('\n');
  return { file, text, commands: types.map((type) => ['xdg-mime', 'default', desktopFile, type]) };
}

const desktopFile = 'pinfold-open.desktop';

/** Writes the desktop entry and runs the commands of the plan. @throws GuardError `command-not-found` without xdg-mime; `file-unwritable`. */
export async function registerLinkHandler(plan: HandlerPlan, host: Host): Promise<void> {
  await host.files.writeAtomic(plan.file, plan.text, { mode: 0o644 });
  for (const [command = '', ...args] of plan.commands) {
    const child = await host.processes.spawn(command, args, { cwd: host.places.home, env: host.env, stderr: 'inherit', ownGroup: false });
    child.stdin.end();
    const { code } = await child.exited;
    if (code !== 0)
      throw new GuardError('command-not-found', `${command} ended with ${code ?? 'a signal'}`, {
        why: 'the link handler may not be registered',
        hint: "pinfold open '<link>' works without it",
      });
  }
}

/** A word of an `Exec` line. @see Desktop Entry Specification, "The Exec key" */
function execWord(word: string): string {
  const text = word.replaceAll('%', '%%');
  return /^[A-Za-z0-9_./:@%+,=-]+$/.test(text) ? text : `"${text.replace(/["`$\\]/g, '\\$&')}"`;
}
