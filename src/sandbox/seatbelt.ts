import { GuardError } from '../model/errors.ts';

/** Lines of the library's profile. Its paths have no line breaks, so that none of them can be in one. */
const networkBegins = '\n; Network\n';
const lastOfReading = '\n(allow file-read-metadata\n  (vnode-type DIRECTORY))\n';

/**
 * The library's command for macOS with rules that it cannot be told:
 *
 * - the ports that are listed. Its own way there opens all ports, and every service of this machine to the server.
 *   Other machines are kept out by nobody where the server does not.
 * - what the server is started from. It lies in pinfold's own folder, which stays closed inside a home that is opened, and
 *   there the library's last word is that folder.
 *
 * @param readable absolute paths, without symlinks
 * @throws GuardError `sandbox-unavailable` when the command is not what it was when this was written.
 */
export function withSeatbeltRules(wrapped: string, listen: readonly number[], readable: readonly string[]): string {
  const ports = listen.flatMap((port) => [`(allow network-bind (local ip "*:${port}"))`, `(allow network-inbound (local ip "*:${port}"))`]);
  const own = ['(allow file-read*', ...readable.map((path) => `  (subpath ${inQuotes(path)})`)];
  const network = inserted(wrapped, networkBegins, (at) => `${at}${ports.map((rule) => `${rule}\n`).join('')}`);
  return inserted(network, lastOfReading, (at) => `\n${own.join('\n')})${at}`);
}

function inserted(text: string, mark: string, become: (mark: string) => string): string {
  const [before, after, ...more] = text.split(mark);
  if (before === undefined || after === undefined || more.length > 0)
    throw new GuardError('sandbox-unavailable', 'the sandbox of this server cannot be made, so it is not started', {
      why: 'it is not the version that pinfold knows, or an argument of the server looks like a part of it',
      hint: 'pinfold status',
    });
  return `${before}${become(mark)}${after}`;
}

/** A text of the profile, inside the single quotes of the shell. */
function inQuotes(path: string): string {
  return JSON.stringify(path).replaceAll("'", `'"'"'`);
}
