import { PassThrough } from 'node:stream';
import { vi } from 'vitest';
import type { Child, Host, SpawnOptions } from '../../src/host/host.ts';
import { temporaryHost } from './home.ts';
import { onPlatform } from './on-platform.ts';

const home = '/Users/dev';

/** A host as it is on macOS, on whose disk every path is what it says and nothing is there. Nothing is started with it. */
export function macHost(more: Partial<Host['places']> = {}) {
  const host = temporaryHost();
  const started: { command: string; args: readonly string[]; options: SpawnOptions }[] = [];
  const made: string[] = [];
  const child: Child = {
    pid: 1,
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: null,
    // Never: the end of it would take the library apart while the next test has it.
    exited: new Promise(() => undefined),
    release: () => undefined,
    kill: () => undefined,
  };
  const support = `${home}/Library/Application Support`;
  const mac: Host = {
    ...host,
    machine: { ...host.machine, platform: 'darwin', uid: 501, nodePath: '/opt/homebrew/bin/node' },
    places: {
      ...host.places,
      ...{ home, cwd: `${home}/project`, config: `${support}/pinfold`, data: `${support}/pinfold`, temp: '/private/var/folders/ab/T' },
      managed: '/Library/Application Support/pinfold',
      ...more,
    },
    files: {
      ...host.files,
      realPath: async (path) => path,
      list: async () => [],
      stat: async () => null,
      makeFolder: async (path) => void made.push(path),
    },
    processes: {
      ...host.processes,
      async spawn(command, args, options) {
        started.push({ command, args, options });
        return child;
      },
    },
  };
  return { host: mac, started, made };
}

/** Runs something while the sandbox's library takes this machine for one with macOS, and puts everything back. */
export async function onMac<T>(work: () => Promise<T>): Promise<T> {
  vi.stubEnv('HOME', home);
  for (const name of ['JAVA_TOOL_OPTIONS', 'CLAUDE_CODE_TMPDIR', 'CLAUDE_TMPDIR']) vi.stubEnv(name, undefined);
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(`${home}/project`);
  try {
    return await onPlatform('darwin', work);
  } finally {
    cwd.mockRestore();
    vi.unstubAllEnvs();
  }
}
