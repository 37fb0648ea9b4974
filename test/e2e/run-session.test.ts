import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { guarded, startGuarded } from '../support/guarded.ts';
import { temporaryHost } from '../support/home.ts';
import { tool } from '../support/launch.ts';

describe('as if the guard were not there', () => {
  test.each([
    ['0', 0],
    ['3', 3],
    ['SIGTERM', 143],
    ['SIGKILL', 137],
    ['SIGSEGV', 139],
  ])('a server that ends with %s: exit code %i, as a shell says it', async (how, code) => {
    const server = await guarded({ server: 'gate-exit.mjs', args: [how] });
    expect(await server.ended()).toBe(code);
    expect(server.stdout()).toBe('');
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s reaches the server, whose exit code is ours', async (signal) => {
    const server = await guarded({ server: 'gate-polite.mjs' });
    await server.said('ready');
    server.child.kill(signal);
    expect(await server.ended()).toBe(7);
    expect(server.stderr()).toContain(`got ${signal}`);
  });

  test('the end of the client is the end of the server, after every byte', async () => {
    const server = await guarded({ server: 'gate-polite.mjs', manifest: {} });
    const ping = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`;
    const notification = `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/roots/list_changed' })}\n`;
    server.send(ping.repeat(1) + notification.repeat(999));
    server.child.stdin.end();
    await server.said(`end after ${ping.length + 999 * notification.length} bytes`);
    expect(await server.ended()).toBe(0);
  });

  test('what was asked before the client ended is still answered', async () => {
    const server = await guarded({ server: 'gate-big.mjs', args: ['100000'], manifest: { tools: [tool('t')] } });
    for (let id = 1; id <= 50; id += 1) server.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 't' } });
    server.child.stdin.end();
    await once(server.child, 'close');
    const answers = server.stdout().trim().split('\n');
    expect(answers.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
  });

  test('a client that closes its reading end: the server is stopped, and nothing hangs', async () => {
    const server = await guarded({ server: 'gate-big.mjs', args: ['100000'], manifest: { tools: [tool('t')] } });
    server.child.stdout.destroy();
    for (let id = 1; id <= 20; id += 1) server.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 't' } });
    expect(await server.ended()).toBe(143);
    expect(server.stderr()).toBe('');
  });

  test('a last line without a line end is a line', async () => {
    const server = await guarded({ server: 'gate-big.mjs', args: ['1'] });
    server.send(JSON.stringify({ jsonrpc: '2.0', id: 'last', method: 'ping' }));
    server.child.stdin.end();
    expect(await server.answer('last')).toHaveProperty('result');
  });

  test('a server that outlives its client is stopped, with what it started', async () => {
    const server = await guarded({ server: 'gate-stubborn.mjs' });
    const [, own, grandchild] = /pids (\d+) (\d+)/.exec(await server.said(/pids \d+ \d+/)) ?? [];
    server.child.stdin.end();
    expect(await server.ended()).toBe(137);
    expect(server.stderr()).toContain('ignored SIGTERM');
    for (const pid of [own, grandchild]) expect(isAlive(Number(pid))).toBe(false);
  });

  // Without a sandbox: what ends a contained server is the sandbox (attack/contained-server).
  test.each([
    ['a pinned server', () => guarded({ server: 'gate-stubborn.mjs' })],
    ['a command', async () => startGuarded(temporaryHost(), ['run', '--', process.execPath, stubborn])],
  ])('a guard that is killed takes %s with it, and what that started', async (_, start) => {
    const server = await start();
    const [, ...pids] = /pids (\d+) (\d+)/.exec(await server.said(/pids \d+ \d+/)) ?? [];
    onTestFinished(() => {
      for (const pid of pids) if (isAlive(Number(pid))) process.kill(Number(pid), 'SIGKILL');
    });
    server.child.kill('SIGKILL');
    // Both ignore the end of their input and hold the guard's stderr: it closes when neither runs any more.
    expect(await server.ended()).toBe('SIGKILL');
  });

  test('a client that stops reading stops the server, and memory stays bounded', async () => {
    const server = await guarded({ server: 'gate-big.mjs', args: ['1000000'], manifest: { tools: [tool('t')] } });
    server.child.stdout.removeAllListeners('data');
    server.child.stdout.pause();
    for (let id = 1; id <= 120; id += 1) server.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 't' } });
    // Nothing is read for as long as a request of another server takes.
    const other = await guarded({ server: 'gate-big.mjs', args: ['1000'], manifest: { tools: [tool('t')] } });
    other.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 't' } });
    await other.answer(1);
    expect(server.peakBytes()).toBeLessThan(110e6);
    let bytes = 0;
    server.child.stdin.end();
    for await (const chunk of server.child.stdout) bytes += (chunk as Buffer).length;
    expect(bytes).toBeGreaterThan(120e6);
  });
});

const stubborn = join(import.meta.dirname, '..', '..', 'fixtures', 'servers', 'gate-stubborn.mjs');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
