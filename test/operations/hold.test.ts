import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Child, Host } from '../../src/host/host.ts';
import { run } from '../../src/operations/run.ts';
import { temporaryHome, temporaryHost } from '../support/home.ts';
import { approve } from '../support/launch.ts';

const own = (name: string) => join(import.meta.dirname, '..', '..', 'src', name);
const hold = own('hold.cjs');

/** A held runtime whose server leaves a mark and tells how it sees itself. */
function held(source: string, holder = hold) {
  const { home } = temporaryHome();
  const [script, mark] = [join(home, 'server.mjs'), join(home, 'mark')];
  writeFileSync(script, source.replaceAll('MARK', JSON.stringify(mark)));
  const env = { ...process.env, PINFOLD_SANDBOX_TELLS: '3' };
  const child = spawn(process.execPath, ['--require', holder, script, 'an argument'], { env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
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

test('a contained server that is let go runs, and tells on the same descriptor', async () => {
  const { child, guard, mark, ended } = held(`${marks}\n(await import('node:fs')).existsSync('/no/such/file');`, own('tell.cjs'));
  let told = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  guard.write('g');
  expect(await ended).toEqual([0, null]);
  expect(existsSync(mark)).toBe(true);
  expect(told).toContain('{"read":"/no/such/file"}\n');
});

test.each([
  ['the guard dies', '', hold],
  ['the guard says anything else', 'x', hold],
  ['the guard dies, and it is contained', '', own('tell.cjs')],
  ['the guard says anything else, and it is contained', 'x', own('tell.cjs')],
])('when %s, nothing of the server has run', async (_, word, holder) => {
  const { guard, mark, ended } = held(marks, holder);
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

/** A host that tells the order of what a launch does; its server ends as soon as it is let go or killed. */
function watched(host: Host): { readonly host: Host; readonly events: readonly string[]; readonly client: PassThrough } {
  const events: string[] = [];
  const [client, stdout, stderr] = [new PassThrough(), new PassThrough().resume(), new PassThrough().resume()];
  const spawn: Host['processes']['spawn'] = async (_, args, options) => {
    events.push(options.held === true && args[0] === '--require' && args[1] === hold ? 'started, held' : 'started');
    const [serverIn, serverOut] = [new PassThrough().resume(), new PassThrough()];
    const exited = new Promise<Awaited<Child['exited']>>((resolve) => serverOut.once('end', () => resolve({ code: 0, signal: null })));
    const end = (event: string) => {
      events.push(event);
      serverOut.end();
    };
    return {
      pid: 1,
      stdin: serverIn,
      stdout: serverOut,
      stderr: null,
      exited,
      release: () => end('released'),
      kill: (signal) => end(`killed (${signal})`),
    };
  };
  const statsMatch: Host['files']['statsMatch'] = (folder, paths, expected) => {
    events.push('checked');
    return host.files.statsMatch(folder, paths, expected);
  };
  const terminal = { ...host.terminal, stdin: client, stdout, stderr };
  return { host: { ...host, terminal, processes: { ...host.processes, spawn }, files: { ...host.files, statsMatch } }, events, client };
}

const input = { name: 'sample', scope: 'user', hold } as const;

test('the runtime is let go after the checks, never before', async () => {
  const { host, events, client } = watched(temporaryHost());
  await approve({ name: 'sample', server: 'gate-polite.mjs', manifest: {} }, host);
  client.end();
  expect(await run(input, host)).toBe(0);
  expect(events.slice(0, 3)).toEqual(['started, held', 'checked', 'released']); // then its group is swept
});

test('a refused launch ends the runtime without letting it go', async () => {
  const { host, events, client } = watched(temporaryHost());
  const { tree } = await approve({ name: 'sample', server: 'gate-polite.mjs', manifest: {} }, host);
  const file = join(tree, 'gate-polite.mjs');
  chmodSync(file, 0o644);
  writeFileSync(file, 'console.log("other bytes")');
  client.end();
  expect(await run(input, host)).toBe(65);
  expect(events).toEqual(['started, held', 'checked', 'killed (SIGKILL)']);
});

test('without the preload the runtime starts after the checks', async () => {
  const { host, events, client } = watched(temporaryHost());
  await approve({ name: 'sample', server: 'gate-polite.mjs', manifest: {} }, host);
  client.end();
  expect(await run({ name: 'sample', scope: 'user' }, host)).toBe(0);
  expect(events.slice(0, 3)).toEqual(['checked', 'started', 'released']);
});
