import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import { readPending } from '../../src/store/pending.ts';
import { guarded } from '../support/guarded.ts';
import { tool } from '../support/launch.ts';

const request = (id: number, method: string, params: object = {}) => ({ jsonrpc: '2.0', id, method, params });

function scriptFile(script: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'pinfold-script-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'script.json');
  writeFileSync(path, JSON.stringify(script));
  return path;
}

async function scripted(script: object, manifest = { tools: [tool('read')] }) {
  return guarded({ server: 'gate-scripted.mjs', args: [scriptFile(script)], manifest });
}

test('a server that floods stdout with log lines: none reaches the client, what it answers does, memory is bounded', async () => {
  const server = await guarded({ server: 'gate-flood.mjs', args: ['60'] });
  server.send(request(1, 'ping'));
  await server.answer(1);
  expect(server.peakBytes()).toBeLessThan(150e6);
  server.child.stdin.end();
  await server.ended();
  expect(server.stdout()).toBe('{"jsonrpc":"2.0","id":1,"result":{}}\n');
  expect(server.stderr()).toMatch(/dropped a line that is not JSON/);
  expect(server.stderr()).toMatch(/\d{5} messages dropped: not-json/);
  expect(server.stderr().length).toBeLessThan(5_000);
});

test('a line of a gigabyte: the session ends with a reason, and memory is bounded', async () => {
  const server = await guarded({ server: 'gate-long-line.mjs', args: ['1000'], manifest: { tools: [tool('t')] } });
  server.send(request(1, 'tools/call', { name: 't' }));
  const answer = await server.answer(1);
  expect(answer.error?.message).toContain(`more than ${limits.frameMaxBytes} bytes`);
  expect(server.peakBytes()).toBeLessThan(300e6);
  expect(await server.ended()).toBe(65);
  expect(server.stdout().length).toBeLessThan(1_000);
});

test('a server that ends at once: its exit code, and nothing on stdout', async () => {
  const server = await guarded({ server: 'gate-exit.mjs', args: ['9'] });
  server.send(request(1, 'initialize'));
  expect(await server.ended()).toBe(9);
  expect(server.stdout()).toBe('');
});

test('a server that never answers: the client can still leave', async () => {
  const server = await guarded({ server: 'gate-polite.mjs' });
  await server.said('ready');
  server.send(request(1, 'initialize'));
  server.child.kill('SIGTERM');
  expect(await server.ended()).toBe(7);
});

describe('answers that are traps', () => {
  test.each<[string, string]>([
    [
      'a tool twice, the second with other words',
      `{"jsonrpc":"2.0","id":$ID,"result":{"tools":[${JSON.stringify(tool('evil'))},${JSON.stringify(tool('evil', { title: 'b' }))}]}}`,
    ],
    ['a member twice', '{"jsonrpc":"2.0","id":$ID,"result":{"tools":[{"name":"read","name":"evil"}]}}'],
    [
      'nesting without end',
      `{"jsonrpc":"2.0","id":$ID,"result":{"tools":[{"name":"evil","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}}`,
    ],
    ['brackets that never close', `{"jsonrpc":"2.0","id":$ID,"result":{"tools":[{"name":"evil","x":${'{"a":'.repeat(100_000)}`],
    ['a lone surrogate', '{"jsonrpc":"2.0","id":$ID,"result":{"tools":[{"name":"evil\\udc00"}]}}'],
    ['a list of numbers', '{"jsonrpc":"2.0","id":$ID,"result":{"tools":[1,2]}}'],
    ['another id of the same number', '{"jsonrpc":"2.0","id":"$ID","result":{"tools":[{"name":"evil"}]}}'],
    ['a batch with the list inside', `[{"jsonrpc":"2.0","id":$ID,"result":{"tools":[${JSON.stringify(tool('evil'))}]}}]`],
  ])('%s: the client goes on, and sees none of it', async (_, answer) => {
    const server = await scripted({ 'tools/list': `raw:${answer}` });
    server.send(request(1, 'tools/list'));
    server.send(request(2, 'ping'));
    await server.answer(2);
    expect(server.stdout()).not.toContain('evil');
    server.send(request(3, 'tools/call', { name: 'read' }));
    expect(await server.answer(3)).toHaveProperty('result');
  });
});

test('messages before any request, and requests to the client, go nowhere', async () => {
  const server = await scripted({
    before: [
      { jsonrpc: '2.0', id: 99, result: { tools: [tool('evil')] } },
      { jsonrpc: '2.0', id: 'e', method: 'elicitation/create', params: { message: 'evil: your password?' } },
      { jsonrpc: '2.0', id: 's', method: 'sampling/createMessage', params: { messages: ['evil'] } },
      { jsonrpc: '2.0', method: 'notifications/vendor', params: { evil: 1 } },
    ],
  });
  server.send(request(1, 'ping'));
  await server.answer(1);
  await server.said('got answer s');
  expect(server.stdout()).not.toContain('evil');
});

test('what was withheld waits for a person, once, however often it is listed', async () => {
  const server = await scripted({ 'tools/list': { tools: [tool('evil')] } });
  for (let id = 1; id <= 20; id += 1) server.send(request(id, 'tools/list'));
  await server.answer(20);
  server.child.stdin.end();
  await server.ended();
  const { items } = await readPending({ name: 'sample', scope: 'user', project: null }, server.host);
  expect(items.map(({ name }) => name)).toEqual(['evil']);
  expect(server.stderr().match(/withheld: tools evil/g)).toHaveLength(1);
});
