import { expect, test } from 'vitest';
import { portsOf } from '../../src/sandbox/ports.ts';
import { temporaryHost } from '../support/home.ts';

const line = 'socat TCP-LISTEN:1080,fork,reuseaddr UNIX-CONNECT:/tmp/way.sock >/dev/null 2>&1 &\n';

test('the inner half goes where unix sockets are still allowed, once per port', async () => {
  const ports = await portsOf([8080, 9090], temporaryHost());
  const wrapped = ports.into(`bwrap -- /bin/sh -c 'first &\n${line}apply-seccomp server'`);
  expect(wrapped.split('\n').slice(2, 4)).toEqual([
    `socat UNIX-LISTEN:${ports.folder}/8080,fork TCP4:127.0.0.1:8080 >/dev/null 2>&1 &`,
    `socat UNIX-LISTEN:${ports.folder}/9090,fork TCP4:127.0.0.1:9090 >/dev/null 2>&1 &`,
  ]);
  await ports.close();
});

test.each([
  ['another command', 'bwrap -- server'],
  ['an argument of the server that looks like it', `bwrap -- /bin/sh -c '\n${line}${line}'`],
])('%s: nothing is started', async (_, wrapped) => {
  const ports = await portsOf([8080], temporaryHost());
  expect(() => ports.into(wrapped)).toThrow('cannot be opened, so it is not started');
  await ports.close();
});

test('without ports, and where there is no network of its own, nothing is led', async () => {
  const host = temporaryHost();
  expect((await portsOf([], host)).folder).toBeNull();
  expect((await portsOf([8080], { ...host, machine: { ...host.machine, platform: 'darwin' } })).folder).toBeNull();
});
