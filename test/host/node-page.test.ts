import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { nodePage } from '../../src/host/node-page.ts';
import type { PageOptions } from '../../src/host/page.ts';
import { askPort } from '../support/waiting.ts';

const bounds: PageOptions = { maxBodyBytes: 100, maxHeaderBytes: 2_000, requestTimeoutMs: 10_000, idleMs: 60_000, maxConnections: 4 };

async function served(answer: (request: Request) => Promise<Response>, more: Partial<PageOptions> = {}) {
  const page = await nodePage().serve(answer, { ...bounds, ...more });
  onTestFinished(() => page.close());
  const port = Number(new URL(page.origin).port);
  return { page, port };
}

async function talk(port: number, text: string): Promise<{ readonly socket: Socket; readonly said: Promise<string> }> {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  let heard = '';
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.write(text);
  return { socket, said: once(socket, 'close').then(() => heard) };
}

test('hands on method, path, headers and body as they were sent, under its own origin', async () => {
  const seen: unknown[] = [];
  const { port, page } = await served(async (request) => {
    seen.push([request.method, request.url, request.headers.get('x-own'), await request.text()]);
    return new Response('seen', { status: 201, headers: { 'x-answer': 'yes' } });
  });
  const answered = await askPort(port, { method: 'POST', path: '/a?b=%2e', headers: { host: 'other', 'x-own': '1' }, body: 'body' });
  expect(seen).toEqual([['POST', `${page.origin}/a?b=%2e`, '1', 'body']]);
  expect(answered).toMatchObject({ status: 201, text: 'seen', headers: { 'x-answer': 'yes' } });
});

test.each([
  ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n'],
  ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ['two origins', 'GET / HTTP/1.1\r\nHost: a\r\nOrigin: a\r\nOrigin: b\r\nConnection: close\r\n\r\n'],
  ['two cookies', 'GET / HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\nCookie: a=2\r\nConnection: close\r\n\r\n'],
  ['a whole address', 'GET http://other/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
  ['two slashes', 'GET //other/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
  ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
  ['a tunnel', 'CONNECT other:80 HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['another protocol', 'SSH-2.0-x\r\n\r\n'],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab'],
  [
    'a length and chunks',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n',
  ],
  ['long headers', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(3_000)}\r\nConnection: close\r\n\r\n`],
])('%s: never handed on', async (_, text) => {
  let handed = 0;
  const { port } = await served(async () => {
    handed += 1;
    return new Response('x');
  });
  const { said } = await talk(port, text);
  expect(await said).toMatch(/^(?:HTTP\/1\.1 4\d\d |$)/);
  expect(handed).toBe(0);
});

test('a body over the bound is answered 413 and never handed on, announced or not', async () => {
  let handed = 0;
  const { port } = await served(async () => {
    handed += 1;
    return new Response('x');
  });
  const announced = await talk(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n');
  expect(await announced.said).toMatch(/^HTTP\/1\.1 413 /);
  const chunk = `64\r\n${'x'.repeat(100)}\r\n`;
  const streamed = await talk(port, `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(40)}`);
  expect(await streamed.said).toMatch(/^HTTP\/1\.1 413 /);
  expect(handed).toBe(0);
});

test('a request that does not come to its end is cut off', async () => {
  const { port } = await served(async () => new Response('x'), { requestTimeoutMs: 200 });
  const headers = await talk(port, 'GET / HTTP/1.1\r\nHost: a\r\nX: ');
  const body = await talk(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
  expect(await headers.said).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
  expect(await body.said).toMatch(/^(?:HTTP\/1\.1 (?:408|500) |$)/);
});

test('nobody looks at it any more: it ends; a refused request keeps nothing alive', async () => {
  const { page, port } = await served(async () => new Response('no', { status: 403 }), { idleMs: 300 });
  expect((await askPort(port, { path: '/' })).status).toBe(403);
  expect(await page.ended).toBe('idle');
  await expect(askPort(port, { path: '/' })).rejects.toThrow();
});

test('close: what is being answered is answered first, and a body that never comes is not waited for', async () => {
  let begun = () => {};
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { page, port } = await served(async () => {
    begun();
    await finished;
    return new Response('done');
  });
  const slow = await talk(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
  const { said } = await talk(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await started;
  const closed = page.close();
  finish();
  await closed;
  expect(await page.ended).toBe('closed');
  expect(await said).toContain('done');
  expect(await slow.said).toBe('');
});

test('an answer that fails says nothing about why', async () => {
  const { port } = await served(async () => {
    throw new Error('secret');
  });
  expect(await askPort(port, { path: '/' })).toMatchObject({ status: 500, text: '' });
});
