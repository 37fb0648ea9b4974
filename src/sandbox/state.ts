import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';
import { contain } from './contain.ts';

/** Whether servers can be contained here; `gap` is what does not hold although a profile reads as if it did; `hint` is a command or a sentence that says what to do. */
export type SandboxState =
  | { readonly available: true; readonly kind: 'bubblewrap' | 'seatbelt' | 'windows'; readonly gap?: string }
  | { readonly available: false; readonly why: string; readonly hint: string };

/**
 * Whether the sandbox works on this machine, found by trying: a contained Node that must start, must not read a file
 * outside, must not make a unix socket, must not reach the host's loopback and must not write kernel settings. Programs
 * that merely exist prove nothing (inside containers user namespaces are often forbidden). Never throws for an
 * unavailable sandbox.
 */
export async function sandboxState(host: Host): Promise<SandboxState> {
  if (host.machine.platform === 'win32') {
    return {
      available: false,
      why: 'the sandbox is not supported on Windows yet',
      hint: 'use pinfold inside WSL 2, or leave the probe out with --no-probe',
    };
  }
  if (host.machine.platform === 'linux' && (await host.processes.which('bwrap')) === null) {
    return { available: false, why: 'bubblewrap (bwrap) is not installed', hint: await installHint(host) };
  }
  const outcome = await tryOnce(host);
  if (outcome === null) return { available: true, kind: host.machine.platform === 'darwin' ? 'seatbelt' : 'bubblewrap' };
  return { available: false, why: outcome, hint: await repairHint(outcome, host) };
}

/**
 * The same for a server that was approved. On Windows that is another sandbox: an account of its own, which an administrator
 * has to set up once. Whether its firewall rules hold is tried at every start, not here.
 */
export async function serverSandboxState(host: Host): Promise<SandboxState> {
  if (host.machine.platform !== 'win32') return sandboxState(host);
  const { windowsState } = await import('./windows-state.ts');
  return windowsState(host);
}

/** null = a profile holds here as it reads, or there is no sandbox. */
export function gapOf(state: SandboxState): string | null {
  return state.available ? (state.gap ?? null) : null;
}

/** Prints a JSON array of the promises that do not hold; ends by itself. The canary's path is argv[1]. */
const selfCheck = `
const fs = require('node:fs'), net = require('node:net'), broken = [];
const attempt = (name, action) => { try { action(); broken.push(name); } catch {} };
attempt('a file outside can be read', () => fs.readFileSync(process.argv[1]));
try { fs.appendFileSync(process.argv[1], 'x'); } catch {} // seen from outside afterwards: inside it may land in a folder of its own
if (process.platform === 'linux') attempt('kernel settings can be written', () => fs.accessSync('/proc/sys/kernel/core_pattern', fs.constants.W_OK));
net.connect('/nonexistent.sock').on('error', (error) => {
  if (error.code !== 'EPERM' && error.code !== 'EACCES') broken.push('unix sockets can be opened');
  console.log(JSON.stringify(broken));
});
`;

/** null = contained as promised; otherwise why not. */
async function tryOnce(host: Host): Promise<string | null> {
  const folder = await host.files.realPath(await host.files.makeTempFolder(host.places.temp, 'pinfold-sandbox-'));
  try {
    const canary = join(folder, 'canary');
    const inside = join(folder, 'inside');
    await host.files.create(canary, Buffer.from('outside'), 0o644);
    await host.files.makeFolder(inside);
    const program = await host.files.realPath(host.machine.nodePath);
    const command = { program, args: ['-e', selfCheck, canary], cwd: inside, env: {} };
    const child = await contain({ readable: [], writable: inside }, command, host);
    const timer = setTimeout(() => child.kill('SIGKILL'), limits.probeRequestTimeoutMs);
    child.stdin.end();
    const [out, errors, { code }] = await Promise.all([textOf(child.stdout), textOf(child.stderr), child.exited]);
    clearTimeout(timer);
    if (code !== 0) return printable(errors.trim().split('\n').at(-1) || `a contained program ended with ${code ?? 'a signal'}`);
    if ((await host.files.readText(canary, 1024)) !== 'outside') return 'it does not hold: a file outside can be written';
    const broken: unknown = JSON.parse(out);
    return Array.isArray(broken) && broken.length === 0 ? null : `it does not hold: ${printable(out.trim())}`;
  } catch (cause) {
    if (cause instanceof GuardError) return cause.why ?? cause.message;
    return cause instanceof Error ? printable(cause.message) : 'it could not be tried';
  } finally {
    await host.files.remove(folder);
  }
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  if (stream !== null) for await (const chunk of stream) text = (text + String(chunk)).slice(-limits.stderrTailMaxBytes);
  return text;
}

async function installHint(host: Host): Promise<string> {
  const managers = [
    ['apt-get', 'sudo apt-get install -y bubblewrap'],
    ['dnf', 'sudo dnf install -y bubblewrap'],
    ['pacman', 'sudo pacman -S --noconfirm bubblewrap'],
    ['zypper', 'sudo zypper install -y bubblewrap'],
    ['apk', 'sudo apk add bubblewrap'],
    ['brew', 'brew install bubblewrap'],
  ] as const;
  for (const [manager, command] of managers) if ((await host.processes.which(manager)) !== null) return command;
  return 'install the package bubblewrap';
}

async function repairHint(why: string, host: Host): Promise<string> {
  if (!/namespace|uid map|setuid|Operation not permitted|Permission denied|mount/i.test(why)) return 'leave the probe out with --no-probe';
  const sysctl = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';
  if ((await host.files.stat(sysctl)) !== null) return 'sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0';
  return 'allow user namespaces here (in a container: run it with --privileged), or leave the probe out with --no-probe';
}
