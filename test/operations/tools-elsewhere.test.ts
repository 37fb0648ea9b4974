import { expect, test } from 'vitest';
import { emptyLock, withPin } from '../../src/lockfile/lock.ts';
import { printLock } from '../../src/lockfile/print.ts';
import { toolsElsewhere } from '../../src/operations/tools-elsewhere.ts';
import { samplePin } from '../lockfile/sample.ts';
import { machine } from '../support/cli.ts';

test('names the tools of the other pins, and none of the server itself', async () => {
  const at = await machine();
  const pin = samplePin();
  at.write('.config/pinfold/lock.json', printLock(withPin(emptyLock, 'files', pin)));
  expect(await toolsElsewhere('pkg:npm/nobody', at.host)).toEqual({ servers: [{ server: 'files', tools: ['read_file'] }], unread: [] });
  expect(await toolsElsewhere(pin.artifact.subject, at.host)).toEqual({ servers: [], unread: [] });
});

test('a lock that cannot be read is said, not taken for an empty one', async () => {
  const at = await machine();
  at.write('.config/pinfold/lock.json', '{"version": 1');
  const { servers, unread } = await toolsElsewhere('pkg:npm/x', at.host);
  expect(servers).toEqual([]);
  expect(unread).toHaveLength(1);
});
