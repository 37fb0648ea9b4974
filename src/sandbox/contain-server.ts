import { SandboxManager } from '@anthropic-ai/sandbox-runtime';
import type { Child, Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { isWithin } from '../model/path-style.ts';
import type { PinnedSandbox } from '../model/sandbox-profile.ts';
import { quote, serverLine } from './command-line.ts';
import { type Denial, denialOf } from './denials.ts';
import { type Ports, portsOf } from './ports.ts';
import type { PathRules } from './profile.ts';
import { withSeatbeltRules } from './seatbelt.ts';
import { networkRules, serverRules } from './server-rules.ts';
import { assertPlain, assertTight, unavailable } from './tight.ts';
import { hearTold } from './told.ts';
import { startOnWindows, windowsReason } from './windows.ts';
import { windowsRules } from './windows-rules.ts';

/** A server to start inside, and with what. */
export interface ContainedServer {
  /** With absolute paths: of this machine, `{{home}}` filled in. */
  readonly profile: PinnedSandbox;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The server's environment. Values of masked variables are left out here and reach it as stand-ins. */
  readonly env: Readonly<Record<string, string>>;
  /** Set over what the sandbox sets; no secrets. */
  readonly own: Readonly<Record<string, string>>;
  /** Files and folders that starting it takes. Absolute, without symlinks. */
  readonly readable: readonly string[];
  /** Absolute path of the library's own program: on Linux it blocks unix sockets, on Windows it is the sandbox. null = macOS, which has one. */
  readonly helper: string | null;
  /** Absolute path of the agent that leads Java through the proxy. Where the library is not told, it asks npm at every start. */
  readonly javaAgent: string;
  /** Hears what the server tried and could not do; the same thing once. */
  readonly onDenial: (denial: Denial) => void;
}

/** More than this is not listened to: a server can try anything any number of times. */
const maxDenials = 100;

/**
 * Starts a server inside the sandbox, with no way out but the library's proxy, which runs in this process, knows the real
 * values, and connects to the hosts of the profile only. It is held: its runtime starts up, and nothing of the server is
 * loaded before `release` (`src/tell.cjs`), so that a launch can be checked meanwhile. One per process: the library has one
 * state. When the child has ended, the proxy is gone too.
 *
 * @throws GuardError `sandbox-unavailable`; then nothing was started.
 */
export async function containServer(server: ContainedServer, host: Host): Promise<Child> {
  const { profile, helper } = server;
  const { platform } = host.machine;
  const tell = teller(server);
  const rules = platform === 'win32' ? windowsRules(profile, server, host) : await serverRules(profile, server, host);
  assertPlain(rules, remedy);
  const ports = await portsOf(profile.listen ?? [], host);
  const filesystem = {
    denyRead: [...rules.denyRead],
    allowRead: [...rules.allowRead, ...(helper === null || platform === 'win32' ? [] : [helper])],
    allowWrite: [...rules.allowWrite, ...(ports.folder === null ? [] : [ports.folder])],
    denyWrite: [...rules.denyWrite],
  };
  const ended = async () => {
    await ports.close();
    await end();
  };
  const masked = Object.fromEntries(Object.entries(server.env).filter(([name]) => Object.hasOwn(profile.mask, name)));
  // The library takes the real values from the process's environment, where those that pinfold keeps are not.
  const takeBack = host.processes.lendVariables(masked);
  try {
    await host.files.makeFolder(host.places.temp); // the library keeps its sockets there
    const before = await host.processes.children();
    await SandboxManager.initialize({ ...networkRules(profile), filesystem, ...(await programs(server, host)) }, undefined, true);
    // The library's own programs, which would stay when this process is killed.
    const alongside = (await host.processes.children()).filter((pid) => !before.includes(pid));
    listen(server, tell, host);
    const env = Object.fromEntries(Object.entries(server.env).filter(([name]) => !Object.hasOwn(masked, name)));
    await ports.open((port, why) => tell({ kind: 'listen', target: String(port), why, allow: null }));
    const child =
      platform === 'win32'
        ? await startOnWindows(onWindows(server, env, rules), host)
        : await startInShell(server, { filesystem, ports, alongside, env }, host);
    void child.exited.then(ended);
    if (child.told !== undefined) void hearTold(child.told, profile, host, tell);
    return child;
  } catch (cause) {
    await ended();
    if (cause instanceof GuardError) throw cause;
    const said = cause instanceof Error ? cause.message : 'the sandbox could not be made';
    const why = platform === 'win32' ? windowsReason(cause) : said;
    throw new GuardError('sandbox-unavailable', 'there is no sandbox on this machine, and this server is only started in one', {
      why,
      hint: remedy,
      cause,
    });
  } finally {
    takeBack();
  }
}

/** What a start in a shell takes besides the server. */
interface ShellParts {
  readonly filesystem: {
    readonly denyRead: string[];
    readonly allowRead: string[];
    readonly allowWrite: string[];
    readonly denyWrite: string[];
  };
  readonly ports: Ports;
  readonly alongside: readonly number[];
  readonly env: Readonly<Record<string, string>>;
}

/** Linux and macOS: the library's command is a line for a shell. */
async function startInShell(server: ContainedServer, { filesystem, ports, alongside, env }: ShellParts, host: Host): Promise<Child> {
  // Its own way out must not be hidden with the rest of the temporary folder.
  const way = SandboxManager.getLinuxHttpSocketPath();
  const visible = { ...filesystem, allowRead: [...filesystem.allowRead, ...(way === undefined ? [] : [way])] };
  const line = serverLine({ program: server.program, args: server.args, cwd: server.cwd, env: server.own }, host.machine.uid);
  const wrapped = await SandboxManager.wrapWithSandbox(line, '/bin/sh', { filesystem: visible }, undefined, { commandId: 'server' });
  assertTight(wrapped, host.machine, server.helper, remedy);
  const isMac = host.machine.platform === 'darwin';
  const whole = isMac ? withSeatbeltRules(wrapped, server.profile.listen ?? [], server.readable) : ports.into(withWatcher(wrapped));
  // `exec`, so that the sandbox is our own child and ends when we do.
  return host.processes.spawn('/bin/sh', ['-c', `exec ${whole}`], {
    cwd: '/',
    env,
    stderr: 'inherit',
    ownGroup: true,
    alongside,
    held: true,
    tells: true,
  });
}

function onWindows({ program, args, cwd, own, helper, profile }: ContainedServer, env: Readonly<Record<string, string>>, rules: PathRules) {
  if (helper === null) throw unavailable('the sandbox for Windows is not there', undefined, remedy);
  const opened = [...rules.allowRead, ...rules.allowWrite];
  return { program, args, cwd, env: { ...env, ...own }, masked: Object.keys(profile.mask), opened, helper };
}

/**
 * Where the library's programs are, so that it starts none to find them: each takes a launch some milliseconds, and `npm`,
 * which it would ask about the agent, takes as long as everything else together.
 */
async function programs({ profile, helper, javaAgent }: ContainedServer, host: Host) {
  if (host.machine.platform === 'win32') return { javaAgentJarPath: javaAgent, windows: { srtWin: { path: helper ?? '' } } };
  if (host.machine.platform !== 'linux') return { javaAgentJarPath: javaAgent };
  const { cwd } = host.places;
  const [bwrapPath, socatPath] = await Promise.all([plainPath('bwrap', host), plainPath('socat', host)]);
  return {
    javaAgentJarPath: javaAgent,
    ...(bwrapPath === null ? {} : { bwrapPath }),
    ...(socatPath === null ? {} : { socatPath }),
    ...(helper === null ? {} : { seccomp: { applyPath: helper } }),
    // What must never be written (hooks, shell start files) is looked for in the folder of the client, where that can be written at all.
    mandatoryDenySearchDepth: profile.write.some((path) => isWithin(path, cwd) || isWithin(cwd, path)) ? 3 : 1,
  };
}

/** null = not there, or spelt so that a shell would read it in another way; the library looks for it then, and says so. */
async function plainPath(name: string, host: Host): Promise<string | null> {
  const found = await host.processes.which(name);
  return found !== null && /^[\w./-]+$/.test(found) ? found : null;
}

const remedy = 'pinfold status (it says what is missing)';

async function end(): Promise<void> {
  SandboxManager.cleanupAfterCommand();
  await SandboxManager.reset();
}

/** Tells each thing once, and not for ever. */
function teller({ onDenial }: ContainedServer): (denial: Denial) => void {
  const told = new Set<string>();
  return (denial) => {
    const key = `${denial.kind} ${denial.allow ?? denial.target}`;
    if (told.has(key) || told.size >= maxDenials) return;
    told.add(key);
    onDenial(denial);
  };
}

function listen({ profile }: ContainedServer, tell: (denial: Denial) => void, host: Host): void {
  SandboxManager.getSandboxViolationStore().subscribe((violations) => {
    const last = violations.at(-1);
    const denial = last === undefined ? null : denialOf(last.line, profile, host.places.home);
    if (denial !== null) tell(denial);
  });
}

/**
 * The socket on which what it tries to write is told lies in the hidden temporary folder too, and the library does not
 * say where before it has made the command. Without the socket nothing is told; nothing else depends on it.
 */
function withWatcher(wrapped: string): string {
  const socket = / --setenv SRT_OBSERVE_SOCK (\/\S+) /.exec(wrapped)?.[1];
  const after = ' --dev /dev --unshare-pid ';
  if (socket === undefined || !/^[\w./-]+$/.test(socket) || wrapped.split(after).length !== 2) return wrapped;
  return wrapped.replace(after, ` --ro-bind ${quote(socket)} ${quote(socket)}${after}`);
}
