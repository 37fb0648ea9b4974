import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readHeadersFor, settleHeaders, stageHeaders } from '../../src/store/remote-headers.ts';
import { planForget } from '../../src/store/secrets.ts';
import { serverFile } from '../../src/store/server-place.ts';
import { transact } from '../../src/store/transaction.ts';
import { temporaryHost } from '../support/home.ts';
import { memoryKeychain } from '../support/keychain.ts';

const place = { name: 'remote', scope: 'user', project: null } as const;
const url = 'https://mcp.example.com/mcp';

async function kept() {
  const host = temporaryHost();
  await transact([await (await stageHeaders(place, { url, headers: { authorization: 'Bearer x' } }, host)).plan()], host);
  return { host, path: serverFile('secrets', place, host) };
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

test.each(['', '{', '[]', '{"version":2,"kept":[],"loose":[]}', '{"version":1,"kept":[{"name":"header authorization"}],"loose":[]}'])(
  'a record that is damaged is not taken for none: %j',
  async (text) => {
    const { host, path } = await kept();
    writeFileSync(path, text);
    await expect(readHeadersFor(place, url, host)).rejects.toMatchObject({ code: 'file-unreadable' });
  },
);

test('beside the ones that stay are forgotten; a transaction that failed forgets none', async () => {
  const { host } = await kept();
  await settleHeaders(place, null, host);
  expect(await readHeadersFor(place, url, host)).toEqual({ authorization: 'Bearer x' });
  await transact([await (await stageHeaders(place, { url, headers: { 'x-key': 'y' } }, host)).plan()], host);
  await settleHeaders(place, ['x-key'], host);
  expect(await readHeadersFor(place, url, host)).toEqual({ 'x-key': 'y' });
  await transact([await planForget(place, 'all', host)], host);
  expect(await readHeadersFor(place, url, host)).toEqual({});
});

test('are in the keychain where there is one, and nowhere else', async () => {
  const keychain = memoryKeychain();
  const host = { ...temporaryHost(), keychain };
  const staged = await stageHeaders(place, { url, headers: { authorization: 'Bearer canary' } }, host);
  await transact([await staged.plan()], host);
  expect(staged.where).toBe('keychain');
  expect([...keychain.items.values()]).toEqual(['Bearer canary']);
  expect(readFileSync(serverFile('secrets', place, host), 'utf8')).not.toContain('canary');
  expect(await readHeadersFor(place, url, host)).toEqual({ authorization: 'Bearer canary' });
  keychain.broken = 'failed';
  await expect(readHeadersFor(place, url, host)).rejects.toMatchObject({ code: 'secret-missing' });
});
