import { join, resolve } from 'node:path';
import { type LaunchRefusal, refusalText, refuseSession } from '../gate/refusal.ts';
import { type GateSession, openSession } from '../gate/session.ts';
import { serve } from '../gate/stdio.ts';
import type { Child, Host } from '../host/host.ts';
import { errorCodes, exit, GuardError } from '../model/errors.ts';
import { fillWords, keptMark, openWords } from '../model/filled.ts';
import { limits } from '../model/limits.ts';
import type { LockScope, PinnedWord } from '../model/pin.ts';
import type { PinnedSandbox } from '../model/sandbox-profile.ts';
import { shellLine } from '../model/shell-line.ts';
import { fromTemplate, surroundingsOf } from '../model/surroundings.ts';
import { type CommandTicket, isRemoteTicket, type RemoteTicket, type Ticket, type TreeTicket } from '../model/ticket.ts';
import type { Denial } from '../sandbox/denials.ts';
import type { FirstUseFile } from '../store/first-use.ts';
import type { StoppingHit } from '../store/hits.ts';
import { appendLedger } from '../store/ledger.ts';
import type { ServerPlace } from '../store/server-place.ts';
import { scopeOption } from './command-line.ts';
import type { ContainedStart, SandboxFiles } from './contained-start.ts';
import { gateListener, type LaunchListener } from './gate-listener.ts';
import { gateRules } from './gate-rules.ts';
import { hashTreeLater } from './hash-tree-later.ts';
import type { ClearedLaunch } from './launch-checks.ts';
import { type LoadLook, offerLink } from './offer-link.ts';
import { revokedMessage, watchHits } from './revocation-watch.ts';
import { serverEnvironment } from './server-environment.ts';
import { batchStart } from './windows-command.ts';

/** One launch that is to be made. */
export interface Launching {
  readonly place: ServerPlace;
  readonly ticket: Ticket;
  readonly firstUse: FirstUseFile;
  /** The command that lets a person look at what was withheld. */
  readonly remedy: string;
  /** What stands in for the words that the ticket leaves open, in order. May be secrets: never shown. */
  readonly values: readonly string[];
  /** As `RunInput.hold`; null = the runtime starts when everything was checked. */
  readonly hold: string | null;
  /** What a contained launch takes; null = this program cannot contain. */
  readonly sandbox: SandboxFiles | null;
  /** What shows a person what was withheld; null = this program has no page. */
  readonly look: LoadLook | null;
  /** It is a pin of a lock, about which advisories may come in while it runs. */
  readonly pinned: boolean;
  /** Everything else that must hold before code of the server is loaded; throws what speaks against it. */
  clear(): Promise<ClearedLaunch>;
}

/**
 * Makes a launch: starts the server behind the gate and returns the exit code, its own or one of DESIGN §5.4. What is
 * thrown on the way, by `prepare` too, is a refusal: it goes to stderr and, as the answer to its first request, to the
 * client. `server` is `<scope>:<name>`, for the ledger.
 */
export async function launch(server: string, prepare: () => Promise<Launching>, host: Host): Promise<number> {
  const { stdin, stdout } = host.terminal;
  const client = { input: stdin, output: stdout };
  const started = await prepare()
    .then(async (launching) => ({ ...(await start(launching, host)), launching }))
    .catch(refusalOf);
  if ('exitCode' in started) return refuse(started, server, host);
  const { cleared, child, listener, rules, launching } = started;
  const settledIn = AbortSignal.timeout(limits.settleInMs);
  const { ticket, stale } = cleared;
  const watched = stale && ticket.tree !== null ? hashTreeLater(ticket, child, settledIn, listener.notice, host) : null;
  const session = openSession(rules, listener);
  const stopWatching = launching.pinned ? watchRevocation(launching.place, ticket, session, listener, host) : null;
  const { remedy, look } = launching;
  const stopOffering = offerLink({ session, listener, scope: ticket.scope, name: ticket.name, remedy, look }, host);
  const exitCode = await serve(session, { client, server: child }, listener.notice, host);
  stopWatching?.();
  await stopOffering();
  await listener.settled();
  await appendLedger({ event: 'ended', server, detail: { exitCode } }, host);
  return watched?.changed === true ? exit.integrity : exitCode;
}

/** Tells person, client and ledger when a running server is revoked. */
function watchRevocation(place: ServerPlace, ticket: Ticket, session: GateSession, listener: LaunchListener, host: Host): () => void {
  const tell = (hit: StoppingHit) => {
    const text = revokedMessage(ticket.name, hit);
    listener.notice(text);
    for (const { bytes } of session.announce(text)) host.terminal.stdout.write(bytes);
    const detail = { id: hit.id, source: hit.source, subject: hit.subject };
    void appendLedger({ event: 'revoked', server: `${ticket.scope}:${ticket.name}`, detail }, host);
  };
  return watchHits(place, ticket.label, tell, host);
}

/** Refuses a session that nothing is started for, and returns the exit code. `server`: as for `launch`; null = none. */
export async function refuse(refusal: LaunchRefusal, server: string | null, host: Host): Promise<number> {
  const { stdin: input, stdout: output, stderr } = host.terminal;
  stderr.write(`${refusalText(refusal)}\n`);
  const { code, what, why } = refusal;
  const noted = appendLedger({ event: 'refused', server, detail: { code, what, why } }, host);
  await refuseSession(refusal, { input, output });
  await noted;
  return refusal.exitCode;
}

async function start(launching: Launching, host: Host) {
  const { ticket } = launching;
  if (isRemoteTicket(ticket)) return connect(ticket, launching, host);
  const given = await withKept(ticket, launching, host);
  return startHere(ticket, { ...launching, values: given.values }, given.host);
}

/** A server elsewhere: nothing is started here, and its words name nothing of this machine. */
async function connect(ticket: RemoteTicket, launching: Launching, host: Host) {
  launchWords(ticket.name, ticket.scope, [], launching.values, host);
  const cleared = await launching.clear();
  const rules = await gateRules(cleared.ticket, launching, {}, host);
  const listener = gateListener(cleared.ticket, launching, {}, host);
  // A bundle of its own: no other launch needs it.
  const { connectPinned } = await import('./remote-bridge.ts');
  const child = await connectPinned(ticket, launching.place, listener.notice, host);
  listener.launched(child.pid);
  return { cleared, child, listener, rules };
}

/** The machine as the server sees it, and what it is handed: with what is kept for it, which no entry of a client holds. */
async function withKept({ kept, name, launch }: TreeTicket | CommandTicket, { place, values }: Launching, host: Host) {
  if (kept === undefined && !values.some((value) => value.includes(keptMark))) return { host, values };
  // A bundle of its own: no other launch needs it.
  const { withKeptSecrets } = await import('./kept-variables.ts').catch((cause: unknown) => {
    throw new GuardError('secret-missing', `what pinfold reads the secrets of \`${name}\` with is gone, so it is not started`, {
      why: cause instanceof Error ? cause.message : 'it cannot be loaded',
      hint: 'npx pinfold trust --scope user (puts it back)',
      cause,
    });
  });
  return withKeptSecrets({ kept, place, values, open: openWords(launch) }, host);
}

async function startHere(ticket: TreeTicket | CommandTicket, launching: Launching, host: Host) {
  const { values } = launching;
  const home = { home: host.places.home };
  const own = ticket.tree === null ? ticket.launch.command : null;
  const filled = launchWords(ticket.name, ticket.scope, [...(own === null ? [] : [own]), ...ticket.launch.args], values, host);
  const { command, args } = own === null ? { command: null, args: filled } : { command: filled[0] ?? '', args: filled.slice(1) };
  const profile = ticket.tree === null ? undefined : ticket.sandbox;
  // A program that is not the pinned runtime cannot be held before it loads anything; one that is contained is held by `tell.cjs`.
  const hold = command === null && profile === undefined ? launching.hold : null;
  const cwd = ticket.launch.cwd === null ? host.places.cwd : fromTemplate(ticket.launch.cwd, home);
  // Where no bytes are pinned, the environment is what it was without the guard.
  const { env, removed } = command === null ? serverEnvironment(host.env) : { env: host.env, removed: [] };
  const spawn = () =>
    ticket.tree === null ? spawnCommand(command ?? '', args, { cwd, env }, host) : spawnServer(ticket, args, { cwd, env, hold }, host);
  let hears: (listener: LaunchListener) => void = () => undefined;
  const listening = new Promise<LaunchListener>((resolve) => {
    hears = resolve;
  });
  const onDenial = (denial: Denial) => void listening.then((listener) => listener.denied(denial));
  const spawnHeld = () => (profile === undefined ? spawn() : spawnContained(profile, launching, { args, cwd, env, onDenial }, host));
  // Awaited here, because the checks keep this thread busy: the runtime starts up on another core meanwhile.
  const held = hold === null && profile === undefined ? null : await spawnHeld().catch((cause: unknown) => ({ failed: cause }));
  try {
    const cleared = await launching.clear();
    const surroundings = surroundingsOf(launchFacts(ticket, cleared.envNames, args, cwd, host));
    const rules = await gateRules(cleared.ticket, launching, surroundings, host);
    const listener = gateListener(cleared.ticket, launching, surroundings, host);
    for (const name of removed)
      listener.notice(`pinfold: ${ticket.name}: ${name} is not handed on: it would load code that nobody approved`);
    hears(listener);
    const child = held ?? (await spawn());
    if ('failed' in child) throw child.failed;
    listener.launched(child.pid);
    return { cleared, child, listener, rules };
  } catch (cause) {
    // Not let go: its runtime is up, nothing of the server was loaded.
    if (held !== null && !('failed' in held)) held.kill('SIGKILL');
    throw cause;
  }
}

/** The words of a launch with what the entry hands on. @throws GuardError `config-invalid`. */
function launchWords(name: string, scope: LockScope, pinned: readonly PinnedWord[], values: readonly string[], host: Host) {
  const filled = fillWords(pinned, values, { home: host.places.home });
  if ('why' in filled) {
    throw new GuardError('config-invalid', `the entry of \`${name}\` does not start what was approved`, {
      why: filled.why,
      hint: shellLine(['pinfold', 'release', ...scopeOption(scope), name]),
    });
  }
  return filled.words;
}

function launchFacts(ticket: TreeTicket | CommandTicket, envNames: readonly string[], args: readonly string[], cwd: string, host: Host) {
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

/** Inside the sandbox of its pin, or not at all; held. */
async function spawnContained(
  profile: PinnedSandbox,
  { ticket, sandbox }: Launching,
  place: Pick<ContainedStart, 'args' | 'cwd' | 'env' | 'onDenial'>,
  host: Host,
): Promise<Child> {
  if (ticket.tree === null || sandbox === null) {
    throw new GuardError('sandbox-unavailable', `\`${ticket.name}\` is only started in a sandbox, and this program has none`);
  }
  const loaded = await import('./contained-start.ts').catch((cause: unknown) => {
    throw new GuardError('sandbox-unavailable', 'what pinfold contains this server with is gone, so it is not started', {
      why: cause instanceof Error ? cause.message : 'it cannot be loaded',
      hint: 'npx pinfold trust --scope user (puts it back)',
      cause,
    });
  });
  const runtime = await runtimeOf(ticket, host);
  return loaded.startContained({ ...place, profile, runtime, tree: ticket.tree.path, script: ticket.launch.entry, files: sandbox }, host);
}

/** The approved runtime; when that one is gone, the one that runs this. */
async function runtimeOf({ launch: { runtime } }: TreeTicket, host: Host): Promise<string> {
  const found = await host.files.stat(runtime).catch(() => null);
  return found === null ? host.machine.nodePath : runtime;
}

async function spawnServer(
  ticket: TreeTicket,
  args: readonly string[],
  { hold, ...place }: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly hold: string | null },
  host: Host,
): Promise<Child> {
  const { entry } = ticket.launch;
  const command = await runtimeOf(ticket, host);
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
