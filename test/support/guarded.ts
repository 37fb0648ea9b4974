import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { nodeHost } from '../../src/host/node.ts';
import { temporaryHome } from './home.ts';
import { type Approval, approve } from './launch.ts';

/** A guarded server, started through the real program, and its raw pipes. */
export interface Guarded {
  readonly child: ChildProcessWithoutNullStreams;
  readonly host: Host;
  readonly tree: string;
  readonly lock: string;
  send(message: unknown): void;
  /** The next line on stdout that is an answer to this id. */
  answer(id: number | string): Promise<{ readonly result?: unknown; readonly error?: { readonly code: number; readonly message: string } }>;
  stdout(): string;
  stderr(): string;
  /** When stderr holds the text. */
  said(text: string | RegExp): Promise<string>;
  /** Exit code, or the signal that ended it. */
  ended(): Promise<number | string>;
  /** Resident memory in bytes at its highest, as the kernel counts it. */
  peakBytes(): number;
}

/** The real program: this checkout's, or the one that PINFOLD_BIN names (an installed one). */
export const program = process.env['PINFOLD_BIN'] ?? join(import.meta.dirname, '..', '..', 'bin', 'pinfold.js');

/** Approves a fixture server in a throw-away home and starts it behind the guard. */
export async function guarded(
  approval: Partial<Approval> & Pick<Approval, 'server'>,
  env: Record<string, string> = {},
  home: ReturnType<typeof temporaryHome> = temporaryHome(),
): Promise<Guarded> {
  const host = nodeHost({ env: home.env, cwd: home.home });
  const places = await approve({ name: 'sample', manifest: {}, ...approval }, host);
  return { ...startGuarded(host, ['run', 'sample'], env), ...places };
}

/** Starts `pinfold` with these arguments in the home of a host. */
export function startGuarded(
  host: Host,
  args: readonly string[],
  env: Record<string, string> = {},
  script: string = program,
): Omit<Guarded, 'tree' | 'lock'> {
  const child = spawn(process.execPath, [script, ...args], { cwd: host.places.cwd, env: { ...host.env, ...env }, stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString('utf8');
  });
  child.stdin.on('error', () => undefined);
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  const waiters = new Set<(alive: boolean) => void>();
  const wake = (alive: boolean) => {
    for (const waiter of waiters) waiter(alive);
    waiters.clear();
  };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', () => wake(true));
  let alive = true;
  closed.then(
    () => {
      alive = false;
      wake(false);
    },
    () => undefined,
  );
  const until = async <T extends object | true>(look: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (!alive) throw new Error(`ended without it; stdout: ${out.slice(0, 2000)}; stderr: ${err.slice(0, 2000)}`);
      await new Promise((resolve) => waiters.add(resolve));
    }
  };
  return {
    child,
    host,
    send: (message) =>
      void child.stdin.write(typeof message === 'string' || Buffer.isBuffer(message) ? message : `${JSON.stringify(message)}\n`),
    answer: (id) =>
      until<Record<string, unknown>>(() => {
        for (const line of out.split('\n')) {
          const message = line.includes('"id"') ? parsed(line) : undefined;
          if (message?.['id'] === id) return message;
        }
        return undefined;
      }),
    stdout: () => out,
    stderr: () => err,
    said: (text) => until(() => (typeof text === 'string' ? err.includes(text) : text.test(err)) || undefined).then(() => err),
    ended: async () => {
      const [code, signal] = await closed;
      return code ?? signal ?? 'unknown';
    },
    peakBytes: () => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
  };
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
