import { limits } from '../model/limits.ts';

/** A program to run inside, by absolute path, with an environment built from nothing. */
export interface ContainedCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Inside the writable folder of the profile. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The POSIX shell text that starts the command inside the sandbox: resource limits, then the privileges of a root user
 * given up, then `exec` with exactly the given environment. A limit that a platform does not know is left out; a
 * privilege that cannot be given up stops the start with exit status 126.
 *
 * A user with uid 0 stays uid 0 of the machine inside the sandbox, and the kernel lets it write `/proc/sys` by owner
 * alone: `core_pattern` there is a way out. So `/proc/sys` is made read-only first, and then every capability is dropped
 * for good, so that nothing can undo it.
 */
export function commandLine(command: ContainedCommand, uid: number): string {
  const assignments = Object.entries(command.env).map(([name, value]) => quote(`${name}=${value}`));
  const start = ['/usr/bin/env', '-i', ...assignments, quote(command.program), ...command.args.map(quote)].join(' ');
  const withoutPrivileges = uid === 0 ? `setpriv --bounding-set=-all --inh-caps=-all --no-new-privs ${start}` : start;
  return [
    limit('c', 0),
    limit('f', Math.ceil(limits.probeFileMaxBytes / 512)),
    limit('d', Math.ceil(limits.probeMemoryMaxBytes / 1024)),
    limit('u', limits.probeProcessesMax),
    ...(uid === 0 ? ['mount --bind /proc/sys /proc/sys || exit 126', 'mount -o remount,bind,ro /proc/sys || exit 126'] : []),
    `cd ${quote(command.cwd)} || exit 126`,
    `exec ${withoutPrivileges}`,
  ].join('; ');
}

function limit(flag: string, value: number): string {
  return `ulimit -${flag} ${value} 2>/dev/null`;
}

/** One word for a POSIX shell, whatever the text is. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
