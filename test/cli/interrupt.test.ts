import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { interruptible } from '../../src/host/interruptible.ts';
import { type Machine, machine, withoutProgress } from '../support/cli.ts';
import { program } from '../support/guarded.ts';
import { temporaryHost } from '../support/home.ts';
import { lies } from '../support/registry.ts';

/** Starts the real program, waits until the registry was asked for a path, and sends a signal. */
async function interrupted(m: Machine, signal: NodeJS.Signals, asked: RegExp, argv: readonly string[]) {
  const child = spawn(process.execPath, [program, ...argv], { cwd: m.home, env: m.host.env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  while (!m.registry.requests.some(({ path }) => asked.test(path))) await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill(signal);
  const [code] = await ended;
  return { code, stderr };
}

const install = ['install', '--client', 'cursor', '--no-probe', '@pinfold-fixture/notes@1.0.0', '--', '/srv/notes'];

test.each([
  ['SIGINT', 'during a download', lies.stalls(), /notes-1\.0\.0\.tgz$/],
  ['SIGTERM', 'during a download', lies.stalls(), /notes-1\.0\.0\.tgz$/],
  ['SIGINT', 'while the registry thinks', lies.hangs(), /notes$/],
] as const)('%s %s ends the command and leaves nothing behind', async (signal, _, lie, asked) => {
  const m = await machine();
  m.registry.lie('@pinfold-fixture/notes', lie);
  const before = m.files();
  const ran = await interrupted(m, signal, asked, install);
  expect(ran.code).toBe(130);
  expect(withoutProgress(ran.stderr)).toBe('error: interrupted; nothing was changed\n');
  expect(m.files()).toEqual(before);
});

test('after a signal nothing is asked and nothing is started any more, but what is on disk can be put back', async () => {
  const listeners: ((signal: NodeJS.Signals) => void)[] = [];
  const real = temporaryHost();
  const processes = {
    ...real.processes,
    onSignal(listener: (signal: NodeJS.Signals) => void) {
      listeners.push(listener);
      return () => void listeners.splice(listeners.indexOf(listener), 1);
    },
  };
  const terminal = { ...real.terminal, ask: () => new Promise<string>(() => {}) };
  const { host } = interruptible({ ...real, processes, terminal });
  const question = host.terminal.ask('sure?');
  listeners[0]?.('SIGTERM');
  await expect(question).rejects.toMatchObject({ code: 'interrupted' });
  await expect(host.npm.packument('x')).rejects.toMatchObject({ code: 'interrupted' });
  await expect(host.processes.spawn('true', [], { cwd: '/', env: {}, stderr: 'ignore', ownGroup: false })).rejects.toMatchObject({
    code: 'interrupted',
  });
  await host.files.writeAtomic(`${host.places.home}/back`, 'as it was');
  expect(listeners).toEqual([]);
});
