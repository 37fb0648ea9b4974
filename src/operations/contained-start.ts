import { join } from 'node:path';
import type { Child, Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { hostName, outermostPaths, type PinnedSandbox } from '../model/sandbox-profile.ts';
import { fromTemplate } from '../model/surroundings.ts';
import { containServer } from '../sandbox/contain-server.ts';
import type { Denial } from '../sandbox/denials.ts';

/** Files of pinfold's own that a contained launch takes. */
export interface SandboxFiles {
  /** Absolute path of the library's own program: on Linux it blocks unix sockets, on Windows it is the sandbox. */
  readonly helper: string;
  /** Absolute path of `tunnel.cjs`. */
  readonly tunnel: string;
  /** Absolute path of `tell.cjs`. */
  readonly tell: string;
  /** Absolute path of `enter.cjs`. */
  readonly enter: string;
  /** Absolute path of the library's agent that leads Java through its proxy. */
  readonly javaAgent: string;
}

/** A launch of a server from pinned bytes, inside. */
export interface ContainedStart {
  readonly profile: PinnedSandbox;
  /** Absolute path of the Node that starts it, of the tree, and of the script in it. */
  readonly runtime: string;
  readonly tree: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly files: SandboxFiles;
  readonly onDenial: (denial: Denial) => void;
}

/**
 * Starts the server, held until `release`, inside the sandbox that its pin names, and makes the folders that it may write where
 * they are not there yet. A bundle of its own: an uncontained launch loads nothing of it.
 *
 * @throws GuardError `sandbox-unavailable`; then nothing was started.
 */
export async function startContained(start: ContainedStart, host: Host): Promise<Child> {
  const { files, profile } = start;
  const isWindows = host.machine.platform === 'win32';
  const { read, write } = outermostPaths(
    fromTemplate({ ...(isWindows ? ofHome(profile) : profile), mask: {} }, { home: host.places.home }),
  );
  const program = await host.files.realPath(start.runtime);
  const tree = await host.files.realPath(start.tree);
  const tunnel = await own(files.tunnel, host);
  // What holds it until it is let go: on Windows no pipe but the usual three reaches it.
  const holds = await own(isWindows ? files.enter : files.tell, host);
  const javaAgent = await own(files.javaAgent, host);
  const helper = host.machine.platform === 'darwin' ? null : await own(files.helper, host);
  const led = ['--require', holds, ...(profile.hosts.length === 0 ? [] : ['--require', tunnel])];
  const local = profile.hosts.map(hostName).filter((name) => /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(name));
  return containServer(
    {
      profile: {
        ...profile,
        read: await present(read, host),
        write: await made(write, host),
      },
      program,
      args: [...led, join(tree, start.script), ...start.args],
      cwd: start.cwd,
      env: start.env,
      own: {
        ...(isWindows ? {} : { PINFOLD_SANDBOX_TELLS: '3' }),
        ...(host.machine.platform === 'linux' ? { TMPDIR: '/tmp' } : {}),
        ...(local.length === 0 ? {} : { PINFOLD_SANDBOX_LOCAL: local.join(',') }),
      },
      readable: [tree, program, holds, tunnel],
      helper,
      javaAgent,
      onDenial: start.onDenial,
    },
    host,
  );
}

/**
 * Paths of other systems are on no machine with Windows: what is not there cannot be read, and what would be written has to lie
 * somewhere. @throws GuardError `sandbox-unavailable`.
 */
function ofHome(profile: PinnedSandbox): PinnedSandbox {
  const isOfHome = (path: string) => /^\{\{home\}\}(?:\/|$)/.test(path);
  const elsewhere = profile.write.find((path) => !isOfHome(path));
  if (elsewhere !== undefined) {
    throw new GuardError('sandbox-unavailable', 'the sandbox of this server cannot be made on Windows, so it is not started', {
      why: `${elsewhere} is no path there; only what lies in the home can be opened`,
      hint: 'pinfold sandbox show <name>',
    });
  }
  return { ...profile, read: profile.read.filter(isOfHome) };
}

async function own(path: string, host: Host): Promise<string> {
  try {
    return await host.files.realPath(path);
  } catch (cause) {
    throw new GuardError('sandbox-unavailable', 'what pinfold contains this server with is gone, so it is not started', {
      why: `${path} is not there`,
      hint: 'npx pinfold trust --scope user (puts it back)',
      cause,
    });
  }
}

/** With every link resolved; what is not there cannot be read. */
async function present(paths: readonly string[], host: Host): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => host.files.realPath(path).catch(() => null)));
  return found.filter((path) => path !== null);
}

/** A path that may be written and is not there yet is made as a folder: without it, what is written would be lost. */
async function made(paths: readonly string[], host: Host): Promise<readonly string[]> {
  return Promise.all(
    paths.map(async (path) => {
      if ((await host.files.stat(path)) === null) await host.files.makeFolder(path);
      return host.files.realPath(path);
    }),
  );
}
