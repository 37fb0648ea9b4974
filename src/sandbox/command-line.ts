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
  return [
    limit('c', 0),
    limit('f', Math.ceil(limits.probeFileMaxBytes / 512)),
    limit('d', Math.ceil(limits.probeMemoryMaxBytes / 1024)),
    limit('u', limits.probeProcessesMax),
    ...readOnlySettings(uid),
    `cd ${quote(command.cwd)} || exit 126`,
    `exec ${withoutPrivileges(start, uid)}`,
  ].join('; ');
}

/** A server in its sandbox, by absolute path. What its environment is beyond `env` comes from whoever starts the sandbox. */
export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Where it is hidden from the server, it starts in `/`. */
  readonly cwd: string;
  /** Set over what the sandbox sets. Shown in the list of processes: no secrets. */
  readonly env: Readonly<Record<string, string>>;
}

/** The same for a server that somebody works with: it keeps its environment, and has no bounds but those of its user. */
export function serverLine({ program, args, cwd, env }: ServerCommand, uid: number): string {
  const assignments = Object.entries(env).map(([name, value]) => quote(`${name}=${value}`));
  const start = ['/usr/bin/env', ...assignments, quote(program), ...args.map(quote)].join(' ');
  return [
    limit('c', 0),
    ...readOnlySettings(uid),
    `cd ${quote(cwd)} 2>/dev/null || cd / || exit 126`,
    `exec ${withoutPrivileges(start, uid)}`,
  ].join('; ');
}

function readOnlySettings(uid: number): readonly string[] {
  return uid === 0 ? ['mount --bind /proc/sys /proc/sys || exit 126', 'mount -o remount,bind,ro /proc/sys || exit 126'] : [];
}

function withoutPrivileges(start: string, uid: number): string {
  return uid === 0 ? `setpriv --bounding-set=-all --inh-caps=-all --no-new-privs ${start}` : start;
}

function limit(flag: string, value: number): string {
  return `ulimit -${flag} ${value} 2>/dev/null`;
}

/** One word for a POSIX shell, whatever the text is. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
