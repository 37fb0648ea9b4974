import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readdir, readFile } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import process from 'node:process';
import { Readable, type Writable } from 'node:stream';
import { GuardError } from '../model/errors.ts';
import type { Child, Processes, SpawnOptions } from './host.ts';
import { endsWithUs } from './node-ends-with-us.ts';

/** Child processes through `node:child_process`, never through a shell. */
export function nodeProcesses(env: Readonly<Record<string, string>>): Processes {
  return {
    spawn: start,
    runAttached,
    which: (command) => which(command, env),
    lendVariables,
    children,
    pid: process.pid,
    isAlive,
    onSignal(listener) {
      const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
  };
}

async function start(command: string, args: readonly string[], options: SpawnOptions): Promise<Child> {
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: { ...options.env },
    stdio: ['pipe', 'pipe', options.stderr, ...(options.held === true || options.tells === true ? (['pipe'] as const) : [])],
    detached: options.ownGroup,
    shell: false,
    windowsHide: true,
    windowsVerbatimArguments: options.verbatim === true,
  }) as ChildProcessByStdio<Writable, Readable, Readable | null>;
  let groupEnded = () => {};
  const watchGroup = () => {
    if (options.ownGroup && child.pid !== undefined && child.exitCode === null)
      groupEnded = endsWithUs([-child.pid, ...(options.alongside ?? [])]);
  };
  // Who is held ends with us by itself, and its runtime starts up meanwhile: it waits for nothing else.
  if (options.held !== true) watchGroup();
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      reject(
        new GuardError('command-not-found', `cannot start ${command}`, {
          why: (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such program, or no such working folder' : cause.message,
          cause,
        }),
      );
    });
  });
  child.on('error', () => undefined); // later errors (a failed kill) show in `exited`
  child.stdin.on('error', () => undefined); // EPIPE: the child closed its stdin; it shows in `exited`
  const pid = child.pid ?? -1;
  const kill = (signal: NodeJS.Signals) => {
    try {
      process.kill(options.ownGroup && process.platform !== 'win32' ? -pid : pid, signal);
    } catch {
      // gone already
    }
  };
  child.once('close', () => {
    // What it left behind. On Windows its number alone is known, and that may be another's by now.
    if (options.ownGroup && process.platform !== 'win32') kill('SIGKILL');
    groupEnded();
  });
  const hold = child.stdio[3];
  hold?.on('error', () => undefined); // it died while it was held; that shows in `exited`
  return {
    pid,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ...(options.tells === true && hold instanceof Readable ? { told: hold } : {}),
    exited,
    release() {
      if (hold === undefined || hold === null || !('end' in hold)) return;
      // Who tells goes on doing so on the same pipe.
      if (options.tells === true) hold.write('g');
      else hold.end('g');
      if (options.held === true) setImmediate(watchGroup);
    },
    kill,
  };
}

async function runAttached(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const ignore = () => undefined;
  const signals = ['SIGINT', 'SIGQUIT'] as const;
  for (const signal of signals) process.on(signal, ignore);
  try {
    const child = spawn(command, [...args], { cwd: options.cwd, env: { ...options.env }, stdio: 'inherit', shell: false });
    return await new Promise((resolve, reject) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
      child.once('error', (cause) => {
        reject(
          new GuardError('command-not-found', `cannot start ${command}`, {
            why: (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such program' : cause.message,
            cause,
          }),
        );
      });
    });
  } finally {
    for (const signal of signals) process.off(signal, ignore);
  }
}

async function children(): Promise<readonly number[]> {
  const threads = await readdir('/proc/self/task').catch(() => []);
  // Written by the kernel, which may have been built without it.
  const lists = await Promise.all(threads.map((thread) => readFile(`/proc/self/task/${thread}/children`, 'utf8').catch(() => '')));
  return lists.flatMap((list) => list.split(' ').filter((word) => /^\d+$/.test(word))).map(Number);
}

function lendVariables(values: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'; // it lives, as somebody else
  }
}

async function which(command: string, env: Readonly<Record<string, string>>): Promise<string | null> {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : [''];
  const folders = isAbsolute(command) ? [''] : (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter(isAbsolute);
  for (const folder of folders) {
    for (const suffix of suffixes) {
      const candidate = join(folder, command + suffix);
      if (
        await access(candidate, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return candidate;
    }
  }
  return null;
}
