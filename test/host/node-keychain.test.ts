import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keychainTarget, nodeKeychain } from '../../src/host/node-keychain.ts';
import { nodeProcesses } from '../../src/host/node-processes.ts';
import { temporaryHost } from '../support/home.ts';

const fixture = (name: string) => join(import.meta.dirname, '..', '..', 'fixtures', 'keyring', `${name}.cjs`);

function keychain(name: string | null, waitMs?: number) {
  const { machine, env, places } = temporaryHost();
  const files = { module: name === null ? null : fixture(name), ...(waitMs === undefined ? {} : { waitMs }) };
  return { home: places.home, keychain: nodeKeychain(machine, env, nodeProcesses(env), files) };
}

test('keeps, gives back and removes, in order, with one process', async () => {
  const { keychain: port, home } = keychain('working');
  const answer = await port.ask([
    { kind: 'get', account: 'a' },
    { kind: 'set', account: 'a', value: 'fake "value"\n→' },
    { kind: 'get', account: 'a' },
    { kind: 'remove', account: 'a' },
    { kind: 'get', account: 'a' },
  ]);
  expect(answer).toEqual({ state: 'done', values: [null, null, 'fake "value"\n→', null, null] });
  expect(readFileSync(join(home, 'keychain.json'), 'utf8')).toBe('{}');
});

test('a call that never comes back ends when its time is over', async () => {
  const { keychain: port } = keychain('hanging', 300);
  expect(await port.ask([{ kind: 'get', account: 'a' }])).toEqual({ state: 'failed', why: 'it did not answer within 0.3 s' });
});

test('a module that takes its process down takes nothing else down', async () => {
  const { keychain: port } = keychain('crashing');
  expect(await port.ask([{ kind: 'get', account: 'a' }])).toMatchObject({ state: 'failed' });
});

test('no service and no module are no keychain', async () => {
  expect(await keychain('absent').keychain.ask([{ kind: 'get', account: 'a' }])).toEqual({ state: 'none', why: 'no Secret Service' });
  expect(await keychain(null).keychain.ask([{ kind: 'get', account: 'a' }])).toMatchObject({ state: 'none' });
  expect(await keychain('not-there').keychain.ask([{ kind: 'get', account: 'a' }])).toMatchObject({ state: 'none' });
});

test('what the system says went wrong is not passed on with a value in it', async () => {
  const answer = await keychain('working').keychain.ask([{ kind: 'set', account: 'a', value: 'please refuse fake-7731' }]);
  expect(answer).toEqual({ state: 'failed', why: 'it failed' });
});

test.each([
  ['linux', 'x64', 'glibc', 'linux-x64-gnu'],
  ['linux', 'arm64', 'musl', 'linux-arm64-musl'],
  ['darwin', 'arm64', null, 'darwin-arm64'],
  ['win32', 'x64', null, 'win32-x64-msvc'],
] as const)('the module of %s %s %s', (platform, arch, libc, target) => {
  expect(keychainTarget({ platform, arch, libc })).toBe(target);
});

test('the module of this machine is found in the installation, and answers without a session', async () => {
  const { machine, env } = temporaryHost();
  const port = nodeKeychain(machine, { HOME: env['HOME'] ?? '' }, nodeProcesses(env));
  if (port.module === null) return; // an optional dependency
  expect(existsSync(port.module)).toBe(true);
  // Elsewhere there is a keychain without a session, and tests do not ask it.
  if (machine.platform === 'linux') expect(await port.ask([{ kind: 'get', account: 'pinfold-test' }])).toMatchObject({ state: 'none' });
});
