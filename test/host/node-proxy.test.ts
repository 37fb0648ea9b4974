import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openExchange } from '../../src/host/node-http-open.ts';
import { proxyFor } from '../../src/host/node-proxy.ts';
import { startProxy } from '../support/proxy.ts';

const exchange = {
  method: 'GET',
  headers: { authorization: 'Bearer canary' },
  body: null,
  headTimeoutMs: 5_000,
  signal: new AbortController().signal,
  reach: 'named',
} as const;
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** A web server with a certificate of its own for this name. */
async function encrypted(name = 'localhost') {
  const folder = mkdtempSync(join(tmpdir(), 'pinfold-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
  const named = ['-subj', '/CN=test', '-addext', `subjectAltName=DNS:${name}`];
  const made = spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    key ?? '',
    '-out',
    cert ?? '',
    '-days',
    '1',
    ...named,
  ]);
  expect(made.status).toBe(0);
  const ca = readFileSync(cert ?? '', 'utf8');
  const seen: unknown[] = [];
  const server = createServer({ key: readFileSync(key ?? ''), cert: ca }, (request, response) => {
    seen.push(request.headers);
    response.writeHead(200).end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { ca, seen, port: (server.address() as AddressInfo).port };
}

const loopback = async () => [{ address: '127.0.0.1', family: 4 }];
const unknown = async () => {
  throw Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' });
};

describe.skipIf(!hasOpenssl)('through a proxy', () => {
  test('the answer comes, the certificate is that of the host, and the proxy is told host and port alone', async () => {
    const { ca, seen, port } = await encrypted();
    const proxy = await startProxy();
    const env = { HTTPS_PROXY: proxy.url.replace('//', '//user:proxy-canary@') };
    const opened = await openExchange(`https://localhost:${port}/mcp?x=1`, exchange, { env, ca, resolve: loopback });
    expect([opened.status, (await opened.body.toArray()).join('')]).toEqual([200, 'ok']);
    expect(proxy.asked).toEqual([`localhost:${port}`]);
    expect(seen).toMatchObject([{ authorization: 'Bearer canary', host: `localhost:${port}` }]);
    expect(JSON.stringify(seen)).not.toContain('proxy-authorization');
  });

  test('a certificate for another host, or of nobody, is refused, and no header is sent', async () => {
    const [other, own] = [await encrypted('mcp.example.com'), await encrypted()];
    const env = { HTTPS_PROXY: (await startProxy()).url };
    for (const [port, more] of [
      [other.port, { ca: other.ca }],
      [own.port, {}],
    ] as const)
      await expect(openExchange(`https://localhost:${port}/`, exchange, { env, resolve: loopback, ...more })).rejects.toMatchObject({
        code: 'server-unreachable',
        why: expect.stringContaining('certificate'),
      });
    expect([...other.seen, ...own.seen]).toEqual([]);
  });
});

test('a public name that leads into a private network here is not asked through a proxy either', async () => {
  const proxy = await startProxy();
  const env = { HTTPS_PROXY: proxy.url };
  for (const address of ['10.0.0.1', '127.0.0.1', '169.254.169.254'])
    await expect(
      openExchange('https://mcp.example.com/', exchange, { env, resolve: async () => [{ address, family: 4 }] }),
    ).rejects.toMatchObject({ code: 'address-refused' });
  await expect(openExchange('https://169.254.169.254/', exchange, { env })).rejects.toMatchObject({ code: 'address-refused' });
  await expect(openExchange('https://10.0.0.1/', { ...exchange, reach: 'public' }, { env })).rejects.toMatchObject({
    code: 'address-refused',
  });
  expect(proxy.asked).toEqual([]);
});

test('a proxy that lets nothing through is told as such', async () => {
  const proxy = await startProxy();
  proxy.refuse();
  await expect(
    openExchange('https://mcp.example.com/', exchange, { env: { https_proxy: proxy.url }, resolve: unknown }),
  ).rejects.toMatchObject({
    code: 'server-unreachable',
    why: 'the proxy does not let it through (HTTP 403)',
  });
  expect(proxy.asked).toEqual(['mcp.example.com:443']);
});

test.each<[string, Record<string, string>, string | null]>([
  ['https://a.example/', {}, null],
  ['https://a.example/', { HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
  ['https://a.example/', { https_proxy: 'http://q:1', HTTPS_PROXY: 'http://p:1' }, 'http://q:1'],
  ['https://a.example/', { HTTP_PROXY: 'http://p:1' }, null],
  ['https://a.example/', { ALL_PROXY: 'http://p:1' }, 'http://p:1'],
  ['https://a.example/', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'example' }, null],
  ['https://a.example/', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'b.example, a.example:444' }, 'http://p:1'],
  ['https://a.example:444/', { HTTPS_PROXY: 'http://p:1', no_proxy: 'a.example:444' }, null],
  ['https://a.example/', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, null],
])('%s with %j goes through %s', (url, env, proxy) => {
  expect(proxyFor(new URL(url), env)).toBe(proxy);
});
