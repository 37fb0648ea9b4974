import { expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { GuardError } from '../../src/model/errors.ts';
import { openPool, type PoolBounds } from '../../src/workers/pool.ts';
import type { Outcome } from '../../src/workers/worker.ts';
import { workerHost } from './worker-program.ts';

/** Asks one question per text, all at once. */
async function ask(texts: readonly string[], host: Host, bounds: Partial<PoolBounds> = {}): Promise<readonly Outcome[]> {
  const pool = openPool(host, bounds);
  try {
    return await Promise.all(
      texts.map((text) => pool.ask('source', [{ path: 'a.js', bytes: new TextEncoder().encode(text), executable: false }])),
    );
  } finally {
    await pool.close();
  }
}

const answered = (texts: readonly string[]) => texts.map((answer) => ({ answer }));

test('every question is answered, in whatever chunks it travels', async () => {
  const { host } = workerHost();
  const texts = ['', 'ä'.repeat(200_000), ...Array.from({ length: 300 }, (_, at) => `text ${at}`)];
  expect(await ask(texts, host)).toEqual(answered(texts));
});

test.each([
  ['crash', { failed: 'crashed' }],
  ['exit', { failed: 'crashed' }],
  ['nonsense', { failed: 'crashed' }],
  ['another', { failed: 'crashed' }],
  ['endless', { failed: 'crashed' }],
  ['hang', { failed: 'timeout' }],
  ['too-large', { failed: 'too-large' }],
])('what makes a worker %s costs that one question', async (text, outcome) => {
  const { host } = workerHost();
  const texts = ['before', text, 'after', text, 'last'];
  const outcomes = await ask(texts, host, { workers: 1, sourceMaxMs: text === 'hang' ? 1_500 : 30_000 });
  expect(outcomes).toEqual([{ answer: 'before' }, outcome, { answer: 'after' }, outcome, { answer: 'last' }]);
});

test('a second answer to one question is not taken for the answer to the next', async () => {
  const { host } = workerHost();
  expect(await ask(['twice', 'after'], host, { workers: 1 })).toEqual([{ answer: 'twice' }, { failed: 'crashed' }]);
});

test('when the time for everything is over, what waits is told so at once', async () => {
  const { host, started } = workerHost();
  expect(await ask(['hang', 'a'], host, { totalMaxMs: -1 })).toEqual([{ failed: 'timeout' }, { failed: 'timeout' }]);
  expect(started).toEqual([]);
});

test('no question starts no worker, few start one, and all are gone at the end', async () => {
  const none = workerHost();
  await ask([], none.host);
  expect(none.started).toEqual([]);

  const few = workerHost();
  await ask(['a', 'b', 'c'], few.host);
  expect(few.started).toHaveLength(1);

  const many = workerHost();
  await ask(
    Array.from({ length: 8 }, () => 'x'.repeat(300_000)),
    many.host,
  );
  expect(many.started).toHaveLength(2);
  for (const { pid } of [...few.started, ...many.started]) expect(many.host.processes.isAlive(pid)).toBe(false);
});

test('closing answers what is still asked', async () => {
  const { host, started } = workerHost();
  const pool = openPool(host);
  const asked = ['hang', 'a'].map((text) => pool.ask('source', [{ path: 'a.js', bytes: Buffer.from(text), executable: false }]));
  await pool.close();
  expect(await Promise.all(asked)).toEqual([{ failed: 'crashed' }, { failed: 'crashed' }]);
  await Promise.all(started.map(({ exited }) => exited));
});

test('a worker sees nothing of the environment', async () => {
  const { host } = workerHost();
  expect(host.env['CANARY_TOKEN']).toBe('canary');
  const [outcome] = await ask(['environment'], host);
  expect(outcome).toEqual({ answer: host.machine.platform === 'win32' ? ['SystemRoot'] : [] });
});

test.each([
  ['a program that ends at once', 'process.exit(1)'],
  ['a program that cannot be loaded', 'import "nothing-like-this";'],
])('%s is an error, not an answer', async (_, program) => {
  const { host } = workerHost(program);
  const failure = await ask(['a', 'b'], host).catch((cause: unknown) => cause);
  expect(failure).toBeInstanceOf(GuardError);
  expect(failure).toMatchObject({ code: 'file-unreadable', hint: expect.any(String) });
});

test('where no process can be started, everybody who asks is told why', async () => {
  const { host } = workerHost();
  const refused = new GuardError('command-not-found', 'cannot start node');
  const without: Host = { ...host, processes: { ...host.processes, spawn: () => Promise.reject(refused) } };
  await expect(ask(['a'], without)).rejects.toBe(refused);
});
