import { join, resolve } from 'node:path';
import { type LaunchRefusal, refusalText, refuseSession } from '../gate/refusal.ts';
import { openSession } from '../gate/session.ts';
import { serve } from '../gate/stdio.ts';
import type { Child, Host } from '../host/host.ts';
import { isPinName } from '../lockfile/names.ts';
import { errorCodes, exit, GuardError } from '../model/errors.ts';
import { fillWords } from '../model/filled.ts';
import { limits } from '../model/limits.ts';
import type { LockScope } from '../model/pin.ts';
import { shellLine } from '../model/shell-line.ts';
import { fromTemplate, surroundingsOf } from '../model/surroundings.ts';
import type { Ticket, TreeTicket } from '../model/ticket.ts';
import { findProject } from '../store/find-project.ts';
import { appendLedger } from '../store/ledger.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { scopeOption } from './command-line.ts';
import { gateListener } from './gate-listener.ts';
import { gateRules } from './gate-rules.ts';
import { hashTreeLater } from './hash-tree-later.ts';
import { type ClearedLaunch, clearLaunch, launchTicket } from './launch-checks.ts';
import { serverEnvironment } from './server-environment.ts';
import { batchStart } from './windows-command.ts';

/** Which pin is started. */
export interface RunInput {
  readonly name: string;
  readonly scope: LockScope;
  /** What the entry hands on for the words that the pin leaves open, in order; default none. May be secrets: never shown. */
  readonly values?: readonly string[];
  /**
   * Absolute path of `hold.cjs`, with which the server's runtime starts up while the launch is still being checked, and
   * loads nothing of the server before it was cleared. Without it the runtime starts afterwards.
   */
  readonly hold?: string;
}

/**
 * Starts an approved server behind the gate and returns the exit code: the server's own, or one of DESIGN §5.4. Never
 * asks, never writes anything but protocol to stdout, needs no network and no writable disk. A refusal goes to stderr
 * and, as the answer to its first request, to the client.
 */
export async function run(input: RunInput, host: Host): Promise<number> {
  const { stdin, stdout } = host.terminal;
  const client = { input: stdin, output: stdout };
  const place = await placeOf(input, host).catch(refusalOf);
  const started = 'exitCode' in place ? place : await start(place, input, host).catch(refusalOf);
  if ('exitCode' in started) return refuse(started, `${input.scope}:${input.name}`, host);
  const { launch, server, listener, rules } = started;
  const settledIn = AbortSignal.timeout(limits.settleInMs);
  const { ticket, stale } = launch;
  const watched = stale && ticket.tree !== null ? hashTreeLater(ticket, server, settledIn, listener.notice, host) : null;
  const exitCode = await serve(openSession(rules, listener), { client, server }, listener.notice, host);
  await listener.settled();
  await appendLedger({ event: 'ended', server: `${input.scope}:${input.name}`, detail: { exitCode } }, host);
  return watched?.changed === true ? exit.integrity : exitCode;
}

/**
 * Stands in the place of a server that nobody approved: starts nothing, and tells the client why. Returns the exit code.
 */
export async function runBlocked(host: Host): Promise<number> {
  const what = 'this server was put into the client by somebody else, and nobody approved it';
  return refuse(
    { code: 'approval-needed', what, why: null, remedy: 'pinfold review', exitCode: errorCodes['approval-needed'].run },
    null,
    host,
  );
}

async function refuse(refusal: LaunchRefusal, server: string | null, host: Host): Promise<number> {
  const { stdin: input, stdout: output, stderr } = host.terminal;
  stderr.write(`${refusalText(refusal)}\n`);
  const { code, what, why } = refusal;
  const noted = appendLedger({ event: 'refused', server, detail: { code, what, why } }, host);
  await refuseSession(refusal, { input, output });
  await noted;
  return refusal.exitCode;
}

async function placeOf({ name, scope }: RunInput, host: Host): Promise<ServerPlace> {
  if (!isPinName(name)) throw new GuardError('pin-not-found', 'that cannot be the name of a pin', { why: name, hint: 'pinfold list' });
  if (scope === 'user') return { name, scope, project: null };
  const project = await findProject(host);
  if (project === null) {
    throw new GuardError('pin-not-found', `there is no pin \`${name}\``, {
      why: `${host.places.cwd} is in no project`,
      hint: 'start the client in the folder of the project',
    });
  }
  return { name, scope, project };
}

async function start(place: ServerPlace, input: RunInput, host: Host) {
  const ticket = await launchTicket(place, host);
  const home = { home: host.places.home };
  const { command, args } = launchWords(ticket, input.values ?? [], host);
  // A program that is not the pinned runtime cannot be held before it loads anything.
  const hold = command === null ? (input.hold ?? null) : null;
  const cwd = ticket.launch.cwd === null ? host.places.cwd : fromTemplate(ticket.launch.cwd, home);
  // Where no bytes are pinned, the environment is what it was without the guard.
  const { env, removed } = command === null ? serverEnvironment(host.env) : { env: host.env, removed: [] };
  const spawn = () =>
    ticket.tree === null ? spawnCommand(command ?? '', args, { cwd, env }, host) : spawnServer(ticket, args, { cwd, env, hold }, host);
  // Awaited here, because the checks keep this thread busy: the runtime starts up on another core meanwhile.
  const held = hold === null ? null : await spawn().catch((cause: unknown) => ({ failed: cause }));
  try {
    const launch = await clearLaunch(ticket, place, host);
    const surroundings = surroundingsOf(launchFacts(launch, args, cwd, host));
    const rules = await gateRules(launch.ticket, place, surroundings, host);
    const listener = gateListener(launch.ticket, place, surroundings, host);
    for (const name of removed)
      listener.notice(`pinfold: ${ticket.name}: ${name} is not handed on: it would load code that nobody approved`);
    const server = held ?? (await spawn());
    if ('failed' in server) throw server.failed;
    server.release();
    listener.launched(server.pid);
    return { launch, server, listener, rules };
  } catch (cause) {
    // Not let go: its runtime is up, nothing of the server was loaded.
    if (held !== null && !('failed' in held)) held.kill('SIGKILL');
    throw cause;
  }
}

/** Program (null = the pinned runtime) and arguments, with what the entry hands on. @throws GuardError `config-invalid`. */
function launchWords({ name, scope, launch }: Ticket, values: readonly string[], host: Host) {
  const command = 'command' in launch ? launch.command : null;
  const filled = fillWords([...(command === null ? [] : [command]), ...launch.args], values, { home: host.places.home });
  if ('why' in filled) {
    throw new GuardError('config-invalid', `the entry of \`${name}\` does not start what was approved`, {
      why: filled.why,
      hint: shellLine(['pinfold', 'release', ...scopeOption(scope), name]),
    });
  }
  const [first = '', ...rest] = filled.words;
  return command === null ? { command, args: filled.words } : { command: first, args: rest };
}

function launchFacts({ ticket, envNames }: ClearedLaunch, args: readonly string[], cwd: string, host: Host) {
  const { user, hostname, platform, arch, nodeVersion } = host.machine;
  const { home, temp } = host.places;
  // The same order of the same names as in the probe; one that is not set here cannot be filled, and must not move the others.
  const env = Object.fromEntries(envNames.map((name) => [name, host.env[name] ?? '']));
  return {
    cwd,
    home,
    temp,
    ...(ticket.tree === null ? {} : { tree: ticket.tree.path, nodePath: ticket.launch.runtime }),
    user,
    hostname,
    platform,
    arch,
    nodeVersion,
    args,
    env,
  };
}

/** With the approved runtime; when that one is gone, with the one that runs this. */
async function spawnServer(
  ticket: TreeTicket,
  args: readonly string[],
  { hold, ...place }: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly hold: string | null },
  host: Host,
): Promise<Child> {
  const { runtime, entry } = ticket.launch;
  const found = await host.files.stat(runtime).catch(() => null);
  const command = found === null ? host.machine.nodePath : runtime;
  const options = { ...place, stderr: 'inherit', ownGroup: true, held: hold !== null } as const;
  const script = join(ticket.tree.path, ...entry.split('/'));
  return host.processes.spawn(command, [...(hold === null ? [] : ['--require', hold]), script, ...args], options);
}

/** The command of the entry as its client would start it: by PATH, in the same place, without a shell. */
async function spawnCommand(
  command: string,
  args: readonly string[],
  place: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
  host: Host,
): Promise<Child> {
  const options = { ...place, stderr: 'inherit', ownGroup: true } as const;
  if (host.machine.platform !== 'win32') return host.processes.spawn(command, args, options);
  const program = /[\\/]/.test(command) ? resolve(place.cwd, command) : ((await host.processes.which(command)) ?? command);
  const batch = batchStart(program, args, place.env);
  return batch === null
    ? host.processes.spawn(program, args, options)
    : host.processes.spawn(batch.command, batch.args, { ...options, verbatim: true });
}

function refusalOf(cause: unknown): LaunchRefusal {
  if (!(cause instanceof GuardError)) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return { code: 'bug', what: 'the guard failed', why, remedy: null, exitCode: exit.bug };
  }
  return {
    code: cause.code,
    what: cause.message,
    why: cause.why ?? null,
    remedy: cause.hint ?? null,
    exitCode: errorCodes[cause.code].run,
  };
}
