import type { Machine } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { PathRules } from './profile.ts';

const withoutProbe = 'leave the probe out with --no-probe';

/** Why nothing is started: the sandbox cannot be had, or would not hold what it promises. */
export function unavailable(why: string, cause?: unknown, hint: string = withoutProbe): GuardError {
  return new GuardError('sandbox-unavailable', 'there is no sandbox on this machine', { why, hint, cause });
}

/**
 * The library reads some names as patterns. A folder whose real name is one would be hidden by a pattern that does not
 * match it, or opened with others that do.
 *
 * @throws GuardError `sandbox-unavailable`.
 */
export function assertPlain(rules: PathRules, hint?: string): void {
  const pattern = [...rules.denyRead, ...rules.allowRead, ...rules.allowWrite, ...rules.denyWrite].find((path) => /[*?[\]]/.test(path));
  if (pattern !== undefined) throw unavailable(`the sandbox would read the name of ${pattern} as a pattern`, undefined, hint);
}

/**
 * The library leaves a layer out with no more than a debug line where it cannot have it; here that is an error.
 *
 * @param helper absolute path of the program that blocks unix sockets; null = this platform has none
 * @throws GuardError `sandbox-unavailable`.
 */
export function assertTight(wrapped: string, { platform }: Pick<Machine, 'platform'>, helper: string | null, hint?: string): void {
  const wanted =
    platform === 'darwin'
      ? [' /usr/bin/sandbox-exec -p ', '\n(deny default (with message ', '\n; Network\n', '\n(deny file-read*\n']
      : ['--unshare-net', '--unshare-pid', '--unshare-user', '--die-with-parent', '--proc /proc', helper ?? 'a seccomp helper'];
  const absent = wanted.find((part) => !wrapped.includes(part));
  if (absent !== undefined) throw unavailable(`it would run without ${absent.trim()}`, undefined, hint);
  const open = platform === 'darwin' ? ['\n(allow network*)', '\n(allow file-write*)'].find((part) => wrapped.includes(part)) : undefined;
  if (open !== undefined) throw unavailable(`it would run with ${open.trim()}`, undefined, hint);
}
