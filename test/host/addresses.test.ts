import { isIP } from 'node:net';
import { describe, expect, test } from 'vitest';
import { addressRefusal } from '../../src/host/node-addresses.ts';
import { openExchange } from '../../src/host/node-http-open.ts';
import { web } from '../support/web.ts';

const at = (host: string, reach: 'named' | 'public', ...addresses: readonly string[]) =>
  addressRefusal(
    host,
    addresses.map((address) => ({ address, family: isIP(address) })),
    reach,
  );

describe('where a name may lead', () => {
  test.each([
    ['mcp.example.com', '93.184.216.34'],
    ['mcp.example.com', '2606:2800:220:1:248:1893:25c8:1946'],
    ['localhost', '127.0.0.1'],
    ['localhost', '::1'],
    ['app.localhost', '127.0.0.1'],
    ['127.0.0.1', '127.0.0.1'],
    ['10.1.2.3', '10.1.2.3'],
    ['[fd00::1]', 'fd00::1'],
    ['mcp.corp.internal', '10.1.2.3'],
    ['nas.local', '192.168.1.2'],
    ['nas.local', '93.184.216.34'],
  ])('%s to %s', (host, address) => {
    expect(at(host, 'named', address)).toBeNull();
  });

  test.each([
    ['mcp.example.com', '127.0.0.1', 'this machine'],
    ['mcp.example.com', '::1', 'this machine'],
    ['mcp.example.com', '::ffff:127.0.0.1', 'this machine'],
    ['mcp.example.com', '10.0.0.1', 'private network'],
    ['mcp.example.com', '172.31.255.255', 'private network'],
    ['mcp.example.com', '192.168.0.1', 'private network'],
    ['mcp.example.com', '100.64.0.1', 'private network'],
    ['mcp.example.com', 'fd12:3456::1', 'private network'],
    ['mcp.example.com', '::ffff:10.0.0.1', 'private network'],
    ['mcp.example.com', '64:ff9b::a00:1', 'private network'],
    ['mcp.example.com', '169.254.169.254', 'no address of a server'],
    ['mcp.example.com', 'fe80::1%eth0', 'no address of a server'],
    ['mcp.example.com', '0.0.0.0', 'no address of a server'],
    ['mcp.example.com', '2002:7f00:1::', 'no address of a server'],
    ['localhost', '93.184.216.34', 'not this machine'],
    ['nas.local', '127.0.0.1', 'this machine'],
    ['metadata.google.internal', '169.254.169.254', 'no address of a server'],
    ['169.254.169.254', '169.254.169.254', 'no address of a server'],
    ['localhost.example.com', '127.0.0.1', 'this machine'],
  ])('not %s to %s', (host, address, why) => {
    expect(at(host, 'named', address)).toContain(why);
  });

  test('what somebody else named must be public, whatever it is called', () => {
    for (const [host, address] of [
      ['localhost', '127.0.0.1'],
      ['10.0.0.1', '10.0.0.1'],
      ['a.internal', '10.0.0.1'],
    ] as const)
      expect(at(host, 'public', address)).not.toBeNull();
    expect(at('login.example.com', 'public', '93.184.216.34')).toBeNull();
  });

  test('one bad address among good ones is one too many, and none at all is no place', () => {
    expect(at('mcp.example.com', 'named', '93.184.216.34', '10.0.0.1')).toContain('10.0.0.1');
    expect(at('mcp.example.com', 'named')).not.toBeNull();
  });
});

describe('an exchange', () => {
  const exchange = {
    method: 'GET',
    headers: {},
    body: null,
    headTimeoutMs: 5_000,
    signal: new AbortController().signal,
    reach: 'named',
  } as const;

  test('is not begun when a public name leads to this machine', async () => {
    let asked = 0;
    const { origin } = await web((_request, response) => {
      asked += 1;
      response.end();
    });
    const url = origin.replace('127.0.0.1', 'mcp.example.com');
    const names: string[] = [];
    const resolve = async (host: string) => {
      names.push(host);
      return [{ address: '127.0.0.1', family: 4 }];
    };
    await expect(openExchange(url, exchange, { resolve })).rejects.toMatchObject({ code: 'address-refused' });
    expect([asked, names]).toEqual([0, ['mcp.example.com']]);
  });

  test('connects to the address that was judged: the name is asked once', async () => {
    const { origin } = await web((request, response) => response.end(request.headers.host));
    const url = origin.replace('127.0.0.1', 'app.localhost');
    let count = 0;
    const resolve = async () => {
      count += 1;
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const opened = await openExchange(url, exchange, { resolve });
    expect([opened.status, count]).toEqual([200, 1]);
    opened.body.destroy();
  });

  test('sends no credentials of the URL and follows nothing', async () => {
    const seen: unknown[] = [];
    const { origin } = await web((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const opened = await openExchange(origin.replace('//', '//user:secret@'), exchange);
    opened.body.destroy();
    expect([opened.status, seen]).toEqual([302, [undefined]]);
  });
});
