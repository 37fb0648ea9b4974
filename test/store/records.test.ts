import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { GuardError } from '../../src/model/errors.ts';
import { limits } from '../../src/model/limits.ts';
import { readBlocked } from '../../src/store/blocked.ts';
import { type FirstUseSeen, firstUseFile, planFirstUseRemoval, readFirstUse, recordFirstUse } from '../../src/store/first-use.ts';
import { readMachineWords } from '../../src/store/machine-words.ts';
import { addEquivalent, addPending, listPending, type PendingItem, planPendingRemoval, readPending } from '../../src/store/pending.ts';
import { type ServerPlace, serverFile } from '../../src/store/server-place.ts';
import { transact } from '../../src/store/transaction.ts';
import { planTrust, trustLock, trustOf, trustPath } from '../../src/store/trust.ts';
import { digestOf } from '../lockfile/sample.ts';
import { oddHost } from './sample-tree.ts';

const place: ServerPlace = { name: 'files', scope: 'user', project: null };

/** A disk that takes nothing more. */
function readOnly(host: Host): Host {
  const refuse = async (): Promise<never> => {
    throw new GuardError('file-unwritable', 'cannot write', { why: 'the file system is read-only' });
  };
  return { ...host, files: { ...host.files, writeAtomic: refuse, append: refuse, locked: refuse, makeFolder: refuse, create: refuse } };
}

describe('pending approvals', () => {
  const item = (name: string, more: Partial<PendingItem> = {}): PendingItem => ({
    kind: 'tools',
    name,
    digest: digestOf(name),
    template: { name, 'x-odd': [1] },
    pinned: null,
    ...more,
  });

  test('are kept whole, once each, and per server', async () => {
    const host = oddHost();
    expect(await addPending(place, [item('a'), item('a')], host)).toBe('added');
    expect(await addPending(place, [item('a')], host)).toBe('known');
    await addPending(place, [item('a'), item('b'), item('a', { digest: digestOf('other'), pinned: digestOf('a') })], host);
    const pending = await readPending(place, host);
    expect(pending.items.map(({ name }) => name)).toEqual(['a', 'b', 'a']);
    expect(pending.items[0]).toEqual({ ...item('a'), firstSeen: expect.stringMatching(/Z$/) });
    expect(pending.leftOut).toBe(0);
    const project: ServerPlace = { name: 'files', scope: 'project', project: '/projects/a' };
    expect((await readPending(project, host)).items).toEqual([]);
    await addPending(project, [item('p')], host);
    expect(await listPending(null, host)).toEqual(['files']);
    expect(await listPending('/projects/a', host)).toEqual(['files']);
    expect(await listPending('/other', host)).toEqual([]);
  });

  test('are bounded, and what is over the bound is counted', async () => {
    const host = oddHost();
    const flood = Array.from({ length: limits.pendingMaxItems + 7 }, (_, at) => item(`tool-${at}`));
    await addPending(place, flood, host);
    const pending = await readPending(place, host);
    expect(pending.items).toHaveLength(limits.pendingMaxItems);
    expect(pending.items[0]?.name).toBe('tool-0'); // a flood does not push out what came first
    expect(pending.leftOut).toBe(7);
    await addPending({ ...place, name: 'big' }, [item('x', { template: 'x'.repeat(limits.pendingMaxBytes) })], host);
    expect(await readPending({ ...place, name: 'big' }, host)).toEqual({ items: [], leftOut: 1, equivalent: [] });
  });

  test('what was let through in another form is remembered beside them, once, and waits for nobody', async () => {
    const host = oddHost();
    await addEquivalent(place, ['tools/a', 'tools/b'], host);
    await addEquivalent(place, ['tools/b', 'tools/c'], host);
    await addPending(place, [item('x')], host);
    expect(await readPending(place, host)).toMatchObject({ equivalent: ['tools/a', 'tools/b', 'tools/c'], items: [{ name: 'x' }] });
    const flood = Array.from({ length: limits.pendingMaxItems + 7 }, (_, at) => `tools/${at}`);
    await addEquivalent(place, flood, host);
    expect((await readPending(place, host)).equivalent).toHaveLength(limits.pendingMaxItems);
  });

  test('of many processes at once all arrive', async () => {
    const host = oddHost();
    await Promise.all(Array.from({ length: 8 }, (_, at) => addPending(place, [item(`tool-${at}`)], host)));
    expect((await readPending(place, host)).items).toHaveLength(8);
  });

  test('that cannot be written are said to be not written', async () => {
    expect(await addPending(place, [item('a')], readOnly(oddHost()))).toBe('failed');
  });

  test('damaged: an error to who reads them, no obstacle for new ones', async () => {
    const host = oddHost();
    await addPending(place, [item('a')], host);
    fs.truncateSync(serverFile('pending', place, host), 20);
    await expect(readPending(place, host)).rejects.toMatchObject({ code: 'file-unreadable' });
    expect(await addPending(place, [item('b')], host)).toBe('added');
    expect((await readPending(place, host)).items.map(({ name }) => name)).toEqual(['b']);
  });

  test('go with a transaction', async () => {
    const host = oddHost();
    await addPending(place, [item('a')], host);
    await transact([await planPendingRemoval(place, host)], host);
    expect((await readPending(place, host)).items).toEqual([]);
    expect(await listPending(null, host)).toEqual([]);
  });
});

describe('first use', () => {
  const pin = digestOf('pin');
  const seen = (items: FirstUseSeen['items'], more: Partial<FirstUseSeen> = {}): FirstUseSeen => ({
    items,
    complete: [],
    eras: ['initialize'],
    agentSurface: [],
    ...more,
  });
  const shown = (text: string) => ({ digest: digestOf(text), template: { name: text } });

  test('is on disk before it is told, and is read back', async () => {
    const host = oddHost();
    expect(await readFirstUse(firstUseFile(place, pin, host), host)).toBeNull();
    const recorded = await recordFirstUse(
      firstUseFile(place, pin, host),
      seen({ 'tools/a': shown('a'), instructions: { digest: null, template: null } }),
      host,
    );
    expect(await readFirstUse(firstUseFile(place, pin, host), host)).toEqual(recorded);
  });

  test('what was recorded first stays', async () => {
    const host = oddHost();
    await recordFirstUse(
      firstUseFile(place, pin, host),
      seen({ 'tools/a': shown('a'), instructions: { digest: null, template: null } }),
      host,
    );
    const later = await recordFirstUse(
      firstUseFile(place, pin, host),
      seen({ 'tools/a': shown('evil'), instructions: shown('evil'), 'tools/b': shown('b') }),
      host,
    );
    expect(later.items['tools/a']).toEqual(shown('a'));
    expect(later.items['instructions']?.digest).toBeNull();
    expect(later.items['tools/b']).toEqual(shown('b'));
  });

  test('a list that is complete takes nothing more, other lists do', async () => {
    const host = oddHost();
    await recordFirstUse(firstUseFile(place, pin, host), seen({ 'tools/a': shown('a') }, { complete: ['tools'] }), host);
    const later = await recordFirstUse(
      firstUseFile(place, pin, host),
      seen({ 'tools/evil': shown('evil'), 'prompts/p': shown('p') }, { eras: ['stateless'] }),
      host,
    );
    expect(Object.keys(later.items)).toEqual(['tools/a', 'prompts/p']);
    expect(later).toMatchObject({ complete: ['tools'], eras: ['initialize', 'stateless'] });
  });

  test('two sessions at once agree on one answer', async () => {
    const host = oddHost();
    const answers = await Promise.all(
      ['left', 'right'].map((text) =>
        recordFirstUse(firstUseFile(place, pin, host), seen({ 'tools/a': shown(text) }, { complete: ['tools'] }), host),
      ),
    );
    expect(answers[0]?.items).toEqual(answers[1]?.items);
  });

  test('the record of another pin does not count', async () => {
    const host = oddHost();
    await recordFirstUse(firstUseFile(place, pin, host), seen({ 'tools/a': shown('a') }), host);
    expect(await readFirstUse(firstUseFile(place, digestOf('new pin'), host), host)).toBeNull();
    const fresh = await recordFirstUse(firstUseFile(place, digestOf('new pin'), host), seen({ 'tools/a': shown('b') }), host);
    expect(fresh.items['tools/a']).toEqual(shown('b'));
  });

  test.each(['', '{', '{"version":1}', '{"version":1,"pinDigest":"x","items":{"tools/a":1},"complete":[],"eras":[],"agentSurface":[]}'])(
    'a damaged record %j is not "nothing yet"',
    async (text) => {
      const host = oddHost();
      await recordFirstUse(firstUseFile(place, pin, host), seen({}), host);
      fs.writeFileSync(serverFile('first-use', place, host), text);
      await expect(recordFirstUse(firstUseFile(place, pin, host), seen({ 'tools/a': shown('evil') }), host)).rejects.toMatchObject({
        code: 'file-unreadable',
      });
    },
  );

  test('that cannot be written is an error: nothing may be forwarded', async () => {
    const host = readOnly(oddHost());
    await expect(recordFirstUse(firstUseFile(place, pin, host), seen({}), host)).rejects.toMatchObject({
      code: 'file-unwritable',
    });
  });

  test('too much to pin is an error', async () => {
    const huge = { digest: pin, template: 'x'.repeat(limits.firstUseMaxBytes) };
    const host = oddHost();
    await expect(recordFirstUse(firstUseFile(place, pin, host), seen({ 'tools/a': huge }), host)).rejects.toMatchObject({
      code: 'file-too-large',
    });
  });

  test('goes with a transaction', async () => {
    const host = oddHost();
    await recordFirstUse(firstUseFile(place, pin, host), seen({ 'tools/a': shown('a') }), host);
    await transact([await planFirstUseRemoval(place, host)], host);
    expect(await readFirstUse(firstUseFile(place, pin, host), host)).toBeNull();
  });
});

describe('trust', () => {
  const lock = digestOf('lock');

  test('is for one project and one digest', async () => {
    const host = oddHost();
    expect(await trustOf('/projects/a', lock, host)).toBeNull();
    await trustLock('/projects/a', lock, host);
    expect(await trustOf('/projects/a', lock, host)).toBe('person');
    expect(await trustOf('/projects/a', digestOf('edited'), host)).toBeNull();
    expect(await trustOf('/projects/a/sub', lock, host)).toBeNull();
    expect(await trustOf('__proto__', lock, host)).toBeNull();
  });

  test('a new digest replaces the old one, other projects stay, null takes it back', async () => {
    const host = oddHost();
    await trustLock('/a', lock, host);
    await trustLock('/b', lock, host);
    await trustLock('/a', digestOf('next'), host);
    expect(await trustOf('/a', lock, host)).toBeNull();
    expect(await trustOf('/b', lock, host)).toBe('person');
    await transact([await planTrust('/b', null, host)], host);
    expect(await trustOf('/b', lock, host)).toBeNull();
  });

  test('trusting the same again changes nothing', async () => {
    const host = oddHost();
    await trustLock('/a', lock, host);
    const bytes = fs.readFileSync(trustPath(host));
    await trustLock('/a', lock, { ...host, now: () => host.now() + 86_400_000 });
    expect(fs.readFileSync(trustPath(host)).equals(bytes)).toBe(true);
  });

  test('what a signature lets count is told apart; a person says more, and stays', async () => {
    const host = oddHost();
    const signed = { signer: { key: 'SHA256:AAAA' }, policy: [{ path: '/etc/pinfold/policy.json', digest: null }] };
    await trustLock('/a', lock, host, signed);
    expect(await trustOf('/a', lock, host)).toEqual(signed);
    await trustLock('/a', lock, host);
    expect(await trustOf('/a', lock, host)).toBe('person');
    await trustLock('/a', lock, host, signed);
    expect(await trustOf('/a', lock, host)).toBe('person');
    await trustLock('/a', digestOf('next'), host, signed);
    expect(await trustOf('/a', digestOf('next'), host)).toEqual(signed);
  });

  test.each([
    '',
    '{',
    '[]',
    // Half a signature is no word of a person.
    `{"version":1,"projects":{"/a":{"lock":"${lock}","at":"","signed":null}}}`,
    `{"version":1,"projects":{"/a":{"lock":"${lock}","at":"","signed":{"signer":{},"policy":[]}}}}`,
    `{"version":1,"projects":{"/a":{"lock":"${lock}","at":"","signed":{"signer":{"key":"x"},"policy":[1]}}}}`,
    '{"version":2,"projects":{}}',
    '{"version":1,"projects":{"/a":true}}',
    `{"version":1,"projects":{"/a":{"lock":"${lock}"}}}`,
  ])('a damaged record %j trusts nothing and is not overwritten', async (text) => {
    const host = oddHost();
    await trustLock('/a', lock, host);
    fs.writeFileSync(trustPath(host), text);
    expect(await trustOf('/a', lock, host)).toBeNull();
    await expect(trustLock('/b', lock, host)).rejects.toMatchObject({
      code: 'config-invalid',
      hint: expect.stringContaining(join(host.places.data, 'trust.json')),
    });
    expect(fs.readFileSync(trustPath(host), 'utf8')).toBe(text);
  });
});

describe.each([
  ['machine-words', readMachineWords],
  ['blocked', readBlocked],
] as const)('%s', (kind, read) => {
  test.each(['', '{', '{"version":1}', '{"version":2,"items":[]}', '{"version":1,"items":[{"kind":"tools"}]}'])(
    'a damaged record %j is not "nothing": the launch is refused',
    async (text) => {
      const host = oddHost();
      expect(await read(place, host)).toEqual([]);
      const path = serverFile(kind, place, host);
      fs.mkdirSync(join(path, '..'), { recursive: true });
      fs.writeFileSync(path, text);
      await expect(read(place, host)).rejects.toMatchObject({ code: 'file-unreadable' });
    },
  );
});
