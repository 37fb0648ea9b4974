import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { planHeaders, readHeadersFor } from '../../src/store/remote-headers.ts';
import { serverFile } from '../../src/store/server-place.ts';
import { transact } from '../../src/store/transaction.ts';
import { temporaryHost } from '../support/home.ts';

const place = { name: 'remote', scope: 'user', project: null } as const;
const url = 'https://mcp.example.com/mcp';

async function kept() {
  const host = temporaryHost();
  await transact([await planHeaders(place, { url, headers: { authorization: 'Bearer x' } }, host)], host);
  return { host, path: serverFile('headers', place, host) };
}

test('are given back for exactly the address that they were given for', async () => {
  const { host, path } = await kept();
  expect(await readHeadersFor(place, url, host)).toEqual({ authorization: 'Bearer x' });
  for (const other of ['https://mcp.example.com/', 'https://evil.example.com/mcp', 'http://mcp.example.com/mcp'])
    expect(await readHeadersFor(place, other, host)).toEqual({});
  expect(await readHeadersFor({ ...place, name: 'other' }, url, host)).toEqual({});
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('that others may read are not used', async () => {
  const { host, path } = await kept();
  chmodSync(path, 0o644);
  await expect(readHeadersFor(place, url, host)).rejects.toMatchObject({ code: 'file-unreadable', why: expect.stringContaining('others') });
});

test.each([
  '',
  '{',
  '[]',
  '{"version":2,"url":"https://mcp.example.com/mcp","headers":{}}',
  '{"version":1,"url":"https://mcp.example.com/mcp","headers":{"a":1}}',
])('a record that is damaged is not taken for none: %j', async (text) => {
  const { host, path } = await kept();
  writeFileSync(path, text);
  await expect(readHeadersFor(place, url, host)).rejects.toMatchObject({ code: 'file-unreadable' });
});

test('are forgotten with the pin', async () => {
  const { host } = await kept();
  await transact([await planHeaders(place, null, host)], host);
  expect(await readHeadersFor(place, url, host)).toEqual({});
});
