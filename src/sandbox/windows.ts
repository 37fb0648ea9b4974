import { DEFAULT_WINDOWS_PROXY_PORT_RANGE, SandboxManager, WindowsSandboxError } from '@anthropic-ai/sandbox-runtime';
import type { Child, Host } from '../host/host.ts';
import { isWithin, pathStyle } from '../model/path-style.ts';
import { printable } from '../model/printable.ts';
import { unavailable } from './tight.ts';

/** A server to start as the sandbox's account on Windows. */
export interface WindowsServer {
  readonly program: string;
  /** At least one. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** The server's variables, without the masked ones. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of the masked variables: their values are this process's own meanwhile, and nobody else's. */
  readonly masked: readonly string[];
  /** What it may read or change. */
  readonly opened: readonly string[];
  /** Absolute path of the library's program. */
  readonly helper: string;
}

/** Ports on which the library's proxies listen: all that its firewall rules let the account reach. */
const [firstPort, lastPort] = DEFAULT_WINDOWS_PROXY_PORT_RANGE;

/** More does not fit into the length that `enter.cjs` reads. */
const maxEnteringBytes = 0xff_ffff;

/**
 * Starts the server through the library's program, which runs it as an account of its own that reaches nothing but the
 * library's proxy. No shell is in between. It is held: its runtime starts up and waits for its variables (`src/enter.cjs`),
 * which `release` hands it on standard input.
 *
 * @throws GuardError `sandbox-unavailable`; then nothing was started.
 */
export async function startOnWindows(server: WindowsServer, host: Host): Promise<Child> {
  const { program, args, helper } = server;
  const cwd = server.opened.some((folder) => isWithin(server.cwd, folder)) ? server.cwd : pathStyle(program).parse(program).root;
  const shell = { exe: program, args: args.slice(0, -1) };
  const wrapped = await SandboxManager.wrapWithSandboxArgv(args.at(-1) ?? '', shell, undefined, undefined, cwd, { commandId: 'server' });
  const set = overlayOf(wrapped.argv, server);
  // In the name of a variable, upper and lower case are one on Windows.
  const masked = new Set(server.masked.map((name) => name.toUpperCase()));
  // The library puts this process's own environment in, with what it was lent.
  const broker = Object.entries(wrapped.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const child = await host.processes.spawn(helper, wrapped.argv.slice(1), {
    cwd,
    env: Object.fromEntries(broker.filter(([name]) => !masked.has(name.toUpperCase()))),
    stderr: 'inherit',
    ownGroup: true,
  });
  const word = entering(server.env, set);
  return { ...child, release: () => void child.stdin.write(word) };
}

/**
 * The names of the variables that the library's command sets.
 *
 * @throws GuardError `sandbox-unavailable` when the command is not the one that this was written for.
 */
export function overlayOf(argv: readonly string[], { program, args, helper }: Pick<WindowsServer, 'program' | 'args' | 'helper'>) {
  const before = [helper, '--srt-win', 'exec', '--quiet'];
  const after = ['--', program, ...args];
  const options = argv.slice(before.length, argv.length - after.length);
  const same = (part: readonly string[], expected: readonly string[]) =>
    part.length === expected.length && part.every((word, at) => word === expected[at]);
  const whole = same(argv.slice(0, before.length), before) && same(argv.slice(before.length + options.length), after);
  const set = new Map<string, string>();
  for (let at = 0; at < options.length; at += 2) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(options[at + 1] ?? '') ?? [];
    if (options[at] !== '--env' || name === undefined || value === undefined) throw unknownCommand('an option that pinfold does not know');
    set.set(name.toUpperCase(), value);
  }
  if (!whole) throw unknownCommand('another program');
  const port = Number(/^http:\/\/[^@/]+@localhost:(\d{1,5})$/.exec(set.get('HTTPS_PROXY') ?? '')?.[1]);
  if (!(port >= firstPort && port <= lastPort)) throw unknownCommand('no proxy on the way out');
  return [...set.keys()];
}

function unknownCommand(what: string) {
  return unavailable(`it would run with ${what}`, undefined, 'pinfold status');
}

/**
 * What the guard says to the runtime: how long it is, and the server's variables. Those that the sandbox sets stay, but for
 * where programs are found; so does the account's own folder for temporary files, the user's is closed to it.
 *
 * @param set names in upper case
 */
export function entering(env: Readonly<Record<string, string>>, set: readonly string[]): string {
  const kept = new Set([...set.filter((name) => name !== 'PATH' && name !== 'PATHEXT'), 'TEMP', 'TMP']);
  const variables = JSON.stringify(Object.fromEntries(Object.entries(env).filter(([name]) => !kept.has(name.toUpperCase()))));
  const bytes = Buffer.byteLength(variables);
  if (bytes > maxEnteringBytes) throw unavailable('its variables are too long', undefined, 'pinfold status');
  return `${bytes.toString(16).padStart(8, '0')}${variables}`;
}

/** Why the library could not make it, without the commands that it recommends: those name packages that are not its. */
export function windowsReason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : '';
  const code = cause instanceof WindowsSandboxError ? cause.code : /not provisioned|not installed/.test(message) ? 'not_provisioned' : '';
  const [line = ''] = message.split('\n', 1);
  const said = line === '' || /\bnp[mx]\b/.test(line) ? 'it does not say why' : printable(line);
  return reasons[code] ?? `the sandbox for Windows could not be made: ${said}`;
}

export const notSetUp = 'its account and its firewall rules are not set up on this machine';

const notSeen = 'it cannot be seen that its account is kept off the network';

const reasons: Readonly<Record<string, string>> = {
  not_provisioned: notSetUp,
  wfp_fence_inactive: 'its account can reach the network directly: the firewall rules are gone',
  wfp_verify_inconclusive: notSeen,
  wfp_verify_unparseable: notSeen,
  wfp_verify_bind_failed: notSeen,
  acl_grant_failed: 'its account cannot be let read or change what the profile names: who may is not for you to say there',
  argv_too_long: 'the command line is longer than Windows takes',
  srt_win_not_found: 'its program is gone',
  srt_win_timeout: 'its program does not answer',
  trust_ca_failed: 'its account cannot be let trust the authority that masked keys take',
};
