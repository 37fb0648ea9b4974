import type { Child, Host } from '../host/host.ts';
import { type ContainedCommand, commandLine } from './command-line.ts';
import { pathRules, type SandboxProfile } from './profile.ts';
import { assertPlain, assertTight, unavailable } from './tight.ts';

/**
 * Starts a program inside the sandbox of this platform, in a process group of its own: no network, no unix sockets, no
 * sight of other processes, only the profile's paths. `kill('SIGKILL')` ends it with everything that it started; on
 * Linux that includes daemons, because the process namespace goes with it (docs/sandbox.md names the gaps).
 * stdin, stdout and stderr are pipes.
 *
 * @throws GuardError `sandbox-unavailable` when the sandbox cannot hold what it promises here.
 */
export async function contain(profile: SandboxProfile, command: ContainedCommand, host: Host): Promise<Child> {
  // There the library gives nothing away without a proxy on the host, which a probe must not have.
  if (host.machine.platform === 'win32') throw unavailable('it is not supported on Windows yet');
  if (host.machine.platform === 'linux' && (await host.processes.which('bwrap')) === null)
    throw unavailable('bubblewrap (bwrap) is not installed');
  const { SandboxManager } = await import('@anthropic-ai/sandbox-runtime');
  const rules = await pathRules(profile, host);
  assertPlain(rules);
  const helper = await seccompHelper(host);
  // Never initialised: that would start proxies on the host and lead a way to them into the sandbox. Without them an
  // empty allow-list means no network at all.
  const wrapped = await SandboxManager.wrapWithSandbox(commandLine(command, host.machine.uid), '/bin/sh', {
    network: { allowedDomains: [], deniedDomains: [] },
    filesystem: {
      denyRead: [...rules.denyRead],
      allowRead: [...rules.allowRead, ...(helper === null ? [] : [helper])],
      allowWrite: [...rules.allowWrite],
      denyWrite: [...rules.denyWrite],
    },
  }).catch((cause: unknown) => {
    throw unavailable(cause instanceof Error ? cause.message : 'the profile could not be made', cause);
  });
  let child: Child;
  try {
    assertTight(wrapped, host.machine, helper);
    // `sh`, not bash: bash reads the user's ~/.bashrc when its stdin is a socket, which Node's pipes are.
    child = await host.processes.spawn('/bin/sh', ['-c', wrapped], {
      cwd: profile.writable,
      env: { PATH: host.env['PATH'] ?? '/usr/bin:/bin' },
      stderr: 'pipe',
      ownGroup: true,
    });
  } catch (cause) {
    SandboxManager.cleanupAfterCommand();
    throw cause;
  }
  void child.exited.then(() => SandboxManager.cleanupAfterCommand());
  return child;
}

/** The program that blocks unix sockets, which the sandbox must be able to read; null = this platform has none. */
async function seccompHelper(host: Host): Promise<string | null> {
  const architecture = { x64: 'x64', arm64: 'arm64' }[host.machine.arch];
  if (host.machine.platform !== 'linux' || architecture === undefined) return null;
  const library = new URL(import.meta.resolve('@anthropic-ai/sandbox-runtime'));
  return host.files.realPath(decodeURIComponent(new URL(`../vendor/seccomp/${architecture}/apply-seccomp`, library).pathname));
}
