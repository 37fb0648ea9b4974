import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { temporaryHome } from '../support/home.ts';

const hold = join(import.meta.dirname, '..', '..', 'src', 'hold.cjs');

/** A held runtime whose server leaves a mark and tells how it sees itself. */
function held(source: string) {
  const { home } = temporaryHome();
  const [script, mark] = [join(home, 'server.mjs'), join(home, 'mark')];
  writeFileSync(script, source.replaceAll('MARK', JSON.stringify(mark)));
  const child = spawn(process.execPath, ['--require', hold, script, 'an argument'], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  return { child, guard: child.stdio[3] as Writable, mark, out: () => out, ended: once(child, 'close') };
}

const marks = `import { writeFileSync } from 'node:fs';
writeFileSync(MARK, 'ran');
console.log(JSON.stringify([process.argv.slice(2), process.execArgv]));`;

test('a server that is let go runs as if it had been started plainly', async () => {
  const { guard, mark, out, ended } = held(marks);
  guard.end('g');
  expect(await ended).toEqual([0, null]);
  expect(existsSync(mark)).toBe(true);
  expect(JSON.parse(out())).toEqual([['an argument'], []]);
});

test.each([
  ['the guard dies', ''],
  ['the guard says anything else', 'x'],
])('when %s, nothing of the server has run', async (_, word) => {
  const { guard, mark, ended } = held(marks);
  guard.end(word);
  expect(await ended).toEqual([1, null]);
  expect(existsSync(mark)).toBe(false);
});

test('a server that was not let go yet dies of the signal, without having run', async () => {
  const { child, mark, ended } = held(marks);
  child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(existsSync(mark)).toBe(false);
});

test('workers and forks of a server start without waiting for anybody', async () => {
  const { guard, out, ended } = held(`
    import { fork } from 'node:child_process';
    import { once } from 'node:events';
    import { isMainThread, parentPort, Worker } from 'node:worker_threads';
    import { fileURLToPath } from 'node:url';
    if (!isMainThread) parentPort.postMessage('worker');
    else if (process.env.FORKED) process.send('fork');
    else {
      const [fromWorker] = await once(new Worker(new URL(import.meta.url)), 'message');
      const forked = fork(fileURLToPath(import.meta.url), { env: { FORKED: '1' } });
      const [fromFork] = await once(forked, 'message');
      forked.disconnect();
      console.log(fromWorker, fromFork);
    }`);
  guard.end('g');
  expect(await ended).toEqual([0, null]);
  expect(out()).toBe('worker fork\n');
});
