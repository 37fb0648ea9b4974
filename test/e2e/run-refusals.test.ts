import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeHost } from '../../src/host/node.ts';
import { guarded, program, startGuarded } from '../support/guarded.ts';
import { temporaryHome, temporaryHost } from '../support/home.ts';
import { approve, tool } from '../support/launch.ts';

const request = (id: number | string, method: string, params: object = {}) => ({ jsonrpc: '2.0', id, method, params });

describe('a refusal', () => {
  test.each(['initialize', 'tools/list', 'anything/else'])('answers %s, whatever comes first, and exits with its code', async (method) => {
    const server = startGuarded(temporaryHost(), ['run', 'unknown']);
    server.send(request('first', method));
    const { error } = await server.answer('first');
    expect(error).toMatchObject({ code: -32000, message: expect.stringContaining('there is no pin `unknown`') });
    expect(error).toMatchObject({ data: { pinfold: { code: 'pin-not-found', remedy: 'pinfold list', exitCode: 127 } } });
    expect(await server.ended()).toBe(127);
    expect(server.stderr()).toContain('to fix it: pinfold list');
  });

  test('answers server/discover and still the initialize that a client falls back to', async () => {
    const server = startGuarded(temporaryHost(), ['run', 'unknown']);
    server.send(request(1, 'server/discover'));
    await server.answer(1);
    server.send(request(2, 'initialize'));
    expect((await server.answer(2)).error?.message).toContain('there is no pin');
    expect(await server.ended()).toBe(127);
  });

  test('a client that says nothing and leaves: the exit code all the same, nothing on stdout', async () => {
    const server = startGuarded(temporaryHost(), ['run', 'unknown']);
    server.child.stdin.end();
    expect(await server.ended()).toBe(127);
    expect(server.stdout()).toBe('');
  });

  test.each([['run'], ['run', 'a', 'b'], ['run', 'a', '--unknown']])('pinfold %s %s %s: usage', async (...args) => {
    const server = startGuarded(temporaryHost(), args);
    expect(await server.ended()).toBe(2);
    expect(server.stdout()).toBe('');
  });

  test('a name that is a path is no name', async () => {
    const server = startGuarded(temporaryHost(), ['run', '../../etc/passwd']);
    server.child.stdin.end();
    expect(await server.ended()).toBe(127);
  });
});

test('a policy written after the approval is asked by the real bundle', async () => {
  const { home, env } = temporaryHome();
  const host = nodeHost({ env, cwd: home });
  await approve({ name: 'sample', server: 'gate-big.mjs', args: ['1'], manifest: {} }, host);
  await host.files.writeAtomic(join(host.places.config, 'policy.json'), '{"version":1,"noMatch":"deny"}');
  const server = startGuarded(host, ['run', 'sample']);
  server.send(request(1, 'initialize'));
  expect((await server.answer(1)).error?.message).toContain('policy');
  expect(await server.ended()).toBe(77);
});

test('a home where nothing can be written: the server starts, and what is withheld stays withheld', async () => {
  const server = await guarded({ server: 'gate-big.mjs', args: ['1'], manifest: { tools: [tool('t')] } });
  server.child.kill('SIGKILL');
  await server.ended();
  // Root writes to what is read-only: only a thing that is no folder keeps everybody from writing.
  const { data } = server.host.places;
  await server.host.files.remove(join(data, 'ledger.jsonl'));
  mkdirSync(join(data, 'ledger.jsonl'));
  await server.host.files.remove(join(data, 'pending'));
  writeFileSync(join(data, 'pending'), '');
  const again = startGuarded(server.host, ['run', 'sample']);
  again.send(request(1, 'tools/call', { name: 't' }));
  expect(await again.answer(1)).toHaveProperty('result');
  again.send(request(2, 'tools/call', { name: 'evil' }));
  expect(await again.answer(2)).toHaveProperty('error');
  again.child.stdin.end();
  expect(await again.ended()).toBe(0);
});

test('variables that would load code that nobody approved do not reach the server', async () => {
  const { home, env } = temporaryHome();
  const host = nodeHost({ env, cwd: home });
  const canary = join(home, 'canary');
  const preload = join(home, 'preload.cjs');
  writeFileSync(preload, `if (process.argv[1]?.includes('gate-')) require('fs').writeFileSync(${JSON.stringify(canary)}, '');`);
  await approve({ name: 'sample', server: 'gate-big.mjs', args: ['1'], manifest: {} }, host);
  const server = startGuarded(host, ['run', 'sample'], { NODE_OPTIONS: `--require ${preload}` });
  server.send(request(1, 'ping'));
  await server.answer(1);
  expect(readdirSync(home)).not.toContain('canary');
  expect(server.stderr()).toContain('NODE_OPTIONS is not handed on');
});

test('first use: recorded before it is forwarded, and held to in the next session', async () => {
  const script = (home: string, tools: object[]) => {
    writeFileSync(join(home, 'script.json'), JSON.stringify({ initialize: { instructions: 'hi' }, 'tools/list': { tools } }));
    return join(home, 'script.json');
  };
  const { home, env } = temporaryHome();
  const host = nodeHost({ env, cwd: home });
  const args = [script(home, [tool('a', { description: `in ${home}` })])];
  await approve({ name: 'sample', server: 'gate-scripted.mjs', args, manifest: null, pin: { status: 'first-use' } }, host);
  const list = async () => {
    const server = startGuarded(host, ['run', 'sample']);
    server.send(request(1, 'initialize'));
    await server.answer(1);
    server.send(request(2, 'tools/list'));
    const { result } = await server.answer(2);
    server.child.stdin.end();
    await server.ended();
    return (result as { tools: { name: string }[] }).tools.map(({ name }) => name);
  };
  expect(await list()).toEqual(['a']);
  expect(readFileSync(join(host.places.data, 'first-use', 'user', 'sample.json'), 'utf8')).toContain('{{');
  script(home, [tool('a', { description: `in ${home}` }), tool('b')]);
  expect(await list()).toEqual(['a']);
  script(home, [tool('a', { description: 'changed' })]);
  expect(await list()).toEqual([]);
});

test('the launch path imports nothing but Node when it starts', () => {
  const bundle = readFileSync(join(dirname(program), '..', 'dist', 'run-bundle.cjs'), 'utf8');
  const imported = [...bundle.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name);
  expect(imported.length).toBeGreaterThan(5);
  expect(imported.filter((name) => !builtinModules.includes(name?.replace('node:', '') ?? ''))).toEqual([]);
  // The review page is no part of a launch, nor of what watches.
  const watching = readFileSync(join(dirname(program), '..', 'dist', 'watch-bundle.mjs'), 'utf8');
  for (const text of [bundle, watching]) expect(text).not.toMatch(/pinfold-review|\bhono\b/i);
});
