import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contain } from '../../src/sandbox/contain.ts';
import { serverSandboxState } from '../../src/sandbox/state.ts';
import { windowsHost } from '../support/on-windows.ts';

describe('whether there is a sandbox on Windows', () => {
  test('is what the library’s program says of its account', async () => {
    expect(await serverSandboxState(windowsHost().host)).toEqual({
      available: true,
      kind: 'windows',
      gap: expect.stringContaining('every account'),
    });
    const { host, program } = windowsHost({ provisioned: false });
    expect(await serverSandboxState(host)).toEqual({
      available: false,
      why: 'its account and its firewall rules are not set up on this machine',
      hint: `"${program}" install (an administrator is asked once)`,
    });
  });

  test.each([
    ['is gone', (path: string) => rmSync(path), 'its program is gone'],
    ['ends with an error', (path: string) => writeFileSync(path, '#!/bin/sh\necho "no: npx evil" >&2\nexit 9\n'), 'does not say why'],
    ['says nothing that can be read', (path: string) => writeFileSync(path, '#!/bin/sh\necho hello\n'), 'could not be made'],
    ['says something else', (path: string) => writeFileSync(path, '#!/bin/sh\necho "{}"\n'), 'could not be made'],
  ])('is no when that program %s', async (_, change, why) => {
    const { host, program } = windowsHost();
    change(program);
    expect(await serverSandboxState(host)).toMatchObject({ available: false, why: expect.stringContaining(why) });
  });

  test('does not make a probe possible: nothing is started for one', async () => {
    const { host, calls } = windowsHost();
    const command = { program: process.execPath, args: [], cwd: host.places.home, env: {} };
    await expect(contain({ readable: [], writable: host.places.home }, command, host)).rejects.toMatchObject({
      code: 'sandbox-unavailable',
      why: expect.stringContaining('Windows'),
    });
    expect(calls()).toEqual([]);
  });
});
