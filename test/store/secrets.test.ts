import { chmodSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { digestValue } from '../../src/model/digest.ts';
import { limits } from '../../src/model/limits.ts';
import { listSecrets, planForget, readSecrets, removeSecrets, saveSecrets, settleSecrets, stageSecrets } from '../../src/store/secrets.ts';
import { serverFile } from '../../src/store/server-place.ts';
import { transact } from '../../src/store/transaction.ts';
import { temporaryHost } from '../support/home.ts';
import { memoryKeychain } from '../support/keychain.ts';

const place = { name: 'notes', scope: 'user', project: null } as const;
const purpose = digestValue('pkg:npm/notes');
const fake = 'fake-canary-58213';

function withKeychain() {
  const keychain = memoryKeychain();
  const host: Host = { ...temporaryHost(), keychain };
  return { keychain, host, path: serverFile('secrets', place, host) };
}

describe.each(['keychain', 'file'] as const)('in the %s', (where) => {
  const machine = () => {
    const { host, keychain, path } = withKeychain();
    if (where === 'file') keychain.broken = 'none';
    return { host, keychain, path };
  };

  test('a secret is given back for what it is for, and for nothing else', async () => {
    const { host, path } = machine();
    expect(await saveSecrets(place, { purpose, values: { 'env TOKEN': fake } }, host)).toBe(where);
    expect(await readSecrets(place, purpose, ['env TOKEN', 'env OTHER'], host)).toEqual({ 'env TOKEN': fake });
    expect(await readSecrets(place, digestValue('pkg:npm/evil'), ['env TOKEN'], host)).toEqual({});
    expect(await readSecrets({ ...place, name: 'other' }, purpose, ['env TOKEN'], host)).toEqual({});
    expect(await readSecrets({ ...place, scope: 'project', project: '/p' }, purpose, ['env TOKEN'], host)).toEqual({});
    expect(await listSecrets(place, host)).toMatchObject([{ name: 'env TOKEN', where, purpose }]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8').includes(fake)).toBe(where === 'file');
  });

  test('long values and odd characters survive', async () => {
    const { host } = machine();
    const long = `${'🔑a"\\\n'.repeat(2_000)}end`;
    await saveSecrets(place, { purpose, values: { 'oauth tokens': long } }, host);
    expect(await readSecrets(place, purpose, ['oauth tokens'], host)).toEqual({ 'oauth tokens': long });
    for (const value of ['', 'a\0b', 'x'.repeat(limits.secretMaxBytes + 1)])
      await expect(saveSecrets(place, { purpose, values: { 'env A': value } }, host)).rejects.toMatchObject({ code: 'usage' });
  });

  test('what is replaced or removed is gone everywhere', async () => {
    const { host, keychain, path } = machine();
    await saveSecrets(place, { purpose, values: { 'env A': 'fake-one', 'env B': 'fake-two' } }, host);
    await saveSecrets(place, { purpose, values: { 'env A': 'fake-three' } }, host);
    expect(await readSecrets(place, purpose, ['env A', 'env B'], host)).toEqual({ 'env A': 'fake-three', 'env B': 'fake-two' });
    expect([...keychain.items.values()].sort()).toEqual(where === 'file' ? [] : ['fake-three', 'fake-two']);
    await removeSecrets(place, ['env A'], host);
    expect((await listSecrets(place, host)).map(({ name }) => name)).toEqual(['env B']);
    await removeSecrets(place, 'all', host);
    expect(keychain.items.size).toBe(0);
    expect(existsSync(path)).toBe(false);
  });
});

test('items of a keychain are never longer than the shortest that a system takes', async () => {
  const { host, keychain } = withKeychain();
  await saveSecrets(place, { purpose, values: { 'env A': 'k'.repeat(limits.keychainItemMaxChars * 2 + 1) } }, host);
  expect([...keychain.items.values()].map(({ length }) => length)).toEqual([1_200, 1_200, 1]);
});

test('a keychain that is gone or lost one is a refusal with a way out, never an empty value', async () => {
  const { host, keychain } = withKeychain();
  await saveSecrets(place, { purpose, values: { 'env TOKEN': fake } }, host);
  const missing = { code: 'secret-missing', hint: expect.stringContaining('pinfold secrets set notes TOKEN') };
  for (const broken of ['none', 'failed'] as const) {
    keychain.broken = broken;
    await expect(readSecrets(place, purpose, ['env TOKEN'], host)).rejects.toMatchObject(missing);
  }
  keychain.broken = null;
  keychain.items.clear();
  await expect(readSecrets(place, purpose, ['env TOKEN'], host)).rejects.toMatchObject(missing);
});

test('a long value of which one piece is lost is not handed out in part', async () => {
  const { host, keychain } = withKeychain();
  await saveSecrets(place, { purpose, values: { 'env A': 'k'.repeat(3_000) } }, host);
  const [, second = ''] = [...keychain.items.keys()];
  keychain.items.delete(second);
  await expect(readSecrets(place, purpose, ['env A'], host)).rejects.toMatchObject({ code: 'secret-missing' });
});

test('a keychain that refuses is not passed over in silence; a file is only used when it is asked for', async () => {
  const { host, keychain, path } = withKeychain();
  keychain.broken = 'failed';
  await expect(saveSecrets(place, { purpose, values: { 'env A': fake } }, host)).rejects.toMatchObject({
    code: 'keychain-failed',
    hint: expect.stringContaining('--file'),
  });
  expect(existsSync(path)).toBe(false);
  expect(await saveSecrets(place, { purpose, values: { 'env A': fake }, where: 'file' }, host)).toBe('file');
});

test('a keychain that gives back something else keeps nothing', async () => {
  const { host, keychain } = withKeychain();
  const lying: Host = {
    ...host,
    keychain: {
      module: null,
      ask: async (requests) => {
        const answer = await keychain.ask(requests);
        return answer.state === 'done'
          ? { ...answer, values: answer.values.map((value) => (value === null ? null : `${value}x`)) }
          : answer;
      },
    },
  };
  await expect(saveSecrets(place, { purpose, values: { 'env A': fake } }, lying)).rejects.toMatchObject({ code: 'keychain-failed' });
  expect(await listSecrets(place, host)).toEqual([]);
});

test('a process that is killed between keeping and naming leaves what the next one takes away, and nothing that counts', async () => {
  const { host, keychain, path } = withKeychain();
  await saveSecrets(place, { purpose, values: { 'env A': 'fake-old' } }, host);
  await stageSecrets(place, { purpose, values: { 'env A': 'fake-new' } }, host);
  // Killed here. Another process that settles now leaves alone what may still be under way.
  await settleSecrets(place, host);
  expect([...keychain.items.values()].sort()).toEqual(['fake-new', 'fake-old']);
  expect(await readSecrets(place, purpose, ['env A'], host)).toEqual({ 'env A': 'fake-old' });
  const later: Host = { ...host, now: () => host.now() + limits.transactionMaxMs + 1_000 };
  await settleSecrets(place, later);
  expect([...keychain.items.values()]).toEqual(['fake-old']);
  expect(readFileSync(path, 'utf8')).not.toContain('fake');
});

test('forgetting that is rolled back loses no value', async () => {
  const { host, keychain } = withKeychain();
  await saveSecrets(place, { purpose, values: { 'env A': fake } }, host);
  const blocked = { path: `${host.places.data}/secrets`, before: null, after: Buffer.from('x') };
  await expect(transact([await planForget(place, 'all', host), blocked], host)).rejects.toThrow();
  await settleSecrets(place, host);
  expect(await readSecrets(place, purpose, ['env A'], host)).toEqual({ 'env A': fake });
  expect(keychain.items.size).toBe(1);
});

test('a record that others may read, or that is a link, is not used', async () => {
  const { host, keychain, path } = withKeychain();
  keychain.broken = 'none';
  await saveSecrets(place, { purpose, values: { 'env A': fake } }, host);
  chmodSync(path, 0o644);
  await expect(readSecrets(place, purpose, ['env A'], host)).rejects.toMatchObject({ code: 'file-unreadable' });
  chmodSync(path, 0o600);
  const other = serverFile('secrets', { ...place, name: 'linked' }, host);
  symlinkSync(path, other);
  await expect(readSecrets({ ...place, name: 'linked' }, purpose, ['env A'], host)).rejects.toMatchObject({ code: 'file-unreadable' });
});

test.each([
  '',
  '{}',
  '{"version":2,"kept":[],"loose":[]}',
  '{"version":1,"kept":[{"name":"env A"}],"loose":[]}',
  '{"version":1,"kept":[{"name":"other A","purpose":"sha256-x","at":"x","item":{"value":"v"}}],"loose":[]}',
  '{"version":1,"kept":[{"name":"env A","purpose":"sha256-x","at":"x","item":{"value":""}}],"loose":[]}',
  '{"version":1,"kept":[{"name":"env A","purpose":"sha256-x","at":"x","item":{"account":"a","pieces":0}}],"loose":[]}',
  '{"version":1,"kept":[],"loose":[{"account":"a","pieces":1e9,"sinceMs":0}]}',
])('a damaged record is not taken for none: %j', async (text) => {
  const { host, path } = withKeychain();
  await saveSecrets(place, { purpose, values: { 'env A': fake } }, host);
  writeFileSync(path, text);
  await expect(listSecrets(place, host)).rejects.toMatchObject({ code: 'file-unreadable' });
});
