import { expect, test } from 'vitest';
import { emptyLock, withPin } from '../../src/lockfile/lock.ts';
import { pinDigest } from '../../src/lockfile/pin-digest.ts';
import { printLock } from '../../src/lockfile/print.ts';
import { gateRules } from '../../src/operations/gate-rules.ts';
import { toolsElsewhere } from '../../src/operations/tools-elsewhere.ts';
import { firstUseFile, recordFirstUse } from '../../src/store/first-use.ts';
import { buildTicket, planTicket } from '../../src/store/ticket.ts';
import { toolsOfTickets } from '../../src/store/tool-names.ts';
import { transact } from '../../src/store/transaction.ts';
import { digestOf, samplePin } from '../lockfile/sample.ts';
import { machine } from '../support/cli.ts';

test('names the tools of the other pins, and none of the server itself', async () => {
  const at = await machine();
  const pin = samplePin();
  at.write('.config/pinfold/lock.json', printLock(withPin(emptyLock, 'files', pin)));
  expect(await toolsElsewhere('pkg:npm/nobody', at.host)).toEqual({ servers: [{ server: 'files', tools: ['read_file'] }], unread: [] });
  expect(await toolsElsewhere(pin.artifact.subject, at.host)).toEqual({ servers: [], unread: [] });
});

test('of a pin that its first use pins: the tools that it has shown so far', async () => {
  const at = await machine();
  const pin = samplePin({ manifest: null, status: 'first-use' });
  at.write('.config/pinfold/lock.json', printLock(withPin(emptyLock, 'files', pin)));
  expect(await toolsElsewhere('pkg:npm/nobody', at.host)).toEqual({ servers: [], unread: [] });
  const items = { 'tools/read_file': { digest: digestOf('a'), template: {} }, 'prompts/greet': { digest: digestOf('b'), template: {} } };
  const seen = { items, complete: [], eras: [], agentSurface: [] };
  const file = firstUseFile({ name: 'files', scope: 'user', project: null }, pinDigest(pin), at.host);
  await recordFirstUse(file, seen, at.host);
  expect((await toolsElsewhere('pkg:npm/nobody', at.host)).servers).toEqual([{ server: 'files', tools: ['read_file'] }]);
});

test('without any lock: out of the tickets of this machine, but those of the same package', async () => {
  const at = await machine();
  const tree = { path: '/t', index: '/i', indexDigest: digestOf('i'), contentDigest: digestOf('c') };
  const facts = { scope: 'user', lockPath: '/l', tree, runtime: '/node', mode: 'block', templates: {}, policy: [] } as const;
  const own = buildTicket({ ...facts, name: 'files', pin: samplePin() });
  const older = buildTicket({ ...facts, name: 'older', pin: samplePin({ artifact: { ...samplePin().artifact, version: '0.0.1' } }) });
  const artifact = { ...samplePin().artifact, subject: 'pkg:npm/other', name: 'other' };
  const other = buildTicket({ ...facts, name: 'other', pin: samplePin({ artifact }) });
  for (const ticket of [own, older, other]) {
    await transact([await planTicket(ticket, { name: ticket.name, scope: 'user', project: null }, at.host)], at.host);
  }
  expect(await toolsOfTickets(own, at.host)).toEqual([{ server: 'other', tools: ['read_file'] }]);

  // The gate wants them while a first use is open, and asks for them at no other launch.
  const knownTo = async (ticket: typeof own) => {
    const place = { name: ticket.name, scope: 'user', project: null } as const;
    const launching = { place, firstUse: firstUseFile(place, ticket.pinDigest, at.host), remedy: '' };
    return [...(await gateRules(ticket, launching, {}, at.host)).othersTools.values()];
  };
  const first = buildTicket({ ...facts, name: 'first', pin: samplePin({ manifest: null, status: 'first-use' }) });
  expect(await knownTo(first)).toEqual([[{ server: 'other', tool: 'read_file' }]]);
  expect(await knownTo(own)).toEqual([]);
});

test('a lock that cannot be read is said, not taken for an empty one', async () => {
  const at = await machine();
  at.write('.config/pinfold/lock.json', '{"version": 1');
  const { servers, unread } = await toolsElsewhere('pkg:npm/x', at.host);
  expect(servers).toEqual([]);
  expect(unread).toHaveLength(1);
});
