import { expect, test } from 'vitest';
import { digestValue } from '../../src/model/digest.ts';
import { approve } from '../../src/operations/approve.ts';
import type { Person } from '../../src/operations/consent.ts';
import { readMachineWords } from '../../src/store/machine-words.ts';
import type { Machine } from '../support/cli.ts';
import { tool } from '../support/launch.ts';
import { offer, pinnedTools, pinOfNotes, place, said, waitingOf, withNotes } from '../support/waiting.ts';

const extra = said('tools', 'extra', tool('extra'));
const request = {
  name: 'notes',
  scope: 'user',
  decision: 'approve',
  of: null,
  pins: null,
  yes: false,
  reason: null,
  show: () => undefined,
} as const;

/** Says yes after something else happened. */
function slowly(before: () => Promise<unknown>): Person {
  return {
    on: 'terminal',
    present: true,
    async answer() {
      await before();
      return 'y';
    },
  };
}

async function waiting(): Promise<Machine> {
  const m = await withNotes();
  await offer(m, [extra]);
  return m;
}

test('a pin that was made anew while the question stood is not put back to what it was', async () => {
  const m = await waiting();
  const update = () => m.person(['notes'], 'update', '--no-probe', 'notes');
  await expect(approve(request, m.host, slowly(update))).rejects.toMatchObject({ code: 'config-changed' });
  expect(pinOfNotes(m)).toMatchObject({ artifact: { version: '2.0.0' } });
});

test('what came while the question stood is not approved with the rest', async () => {
  const m = await waiting();
  const later = said('tools', 'later', tool('later'));
  await approve(
    request,
    m.host,
    slowly(() => offer(m, [later])),
  );
  expect(pinnedTools(m)).toEqual(['extra', 'list', 'read']);
});

test('words that somebody blocked while the question stood are not approved', async () => {
  const m = await waiting();
  await expect(
    approve(
      request,
      m.host,
      slowly(() => m.run('approve', '--block', 'notes')),
    ),
  ).rejects.toMatchObject({
    code: 'policy-denied',
  });
  expect(pinnedTools(m)).toEqual(['list', 'read']);
  expect(await waitingOf(m)).toEqual([]);
});

test('an approval at a terminal does not say that it was on a page', async () => {
  const m = await waiting();
  expect((await m.person(['y'], 'approve', 'notes')).code).toBe(0);
  expect(pinOfNotes(m).approval).not.toHaveProperty('on');
});

/** `read` as this machine makes it: it names what is mounted here. */
const mounted = (path: string) => tool('read', { description: `You may read: ${path}` });

test('words that differ in nothing but the mounts of this machine are pinned here, and the lock stays as it is', async () => {
  const m = await withNotes();
  await offer(m, [said('tools', 'read', mounted('/mnt/probe'))]);
  await m.person(['y'], 'approve', 'notes');
  const lock = m.read('.config/pinfold/lock.json');
  const now = mounted('/mnt/data');
  const pinned = digestValue(mounted('/mnt/probe'));
  await offer(m, [{ ...said('tools', 'read', now), pinned, mounts: ['/mnt/data'] }]);
  const done = await m.person(['y'], 'approve', 'notes');
  expect(done).toMatchObject({ code: 0 });
  expect(done.stderr + done.stdout).toContain('depends on this machine');
  expect(m.read('.config/pinfold/lock.json')).toBe(lock);
  expect(await waitingOf(m)).toEqual([]);
  const kept = await readMachineWords(place, m.host);
  expect(kept).toMatchObject([{ kind: 'tools', key: 'read', instead: pinned, template: now, approval: { by: 'person' } }]);
  await m.person([], 'remove', 'notes');
  expect(await readMachineWords(place, m.host)).toEqual([]);
});

test('words that name a mount and say more go into the lock like any others', async () => {
  const m = await withNotes();
  await offer(m, [said('tools', 'read', mounted('/mnt/probe'))]);
  await m.person(['y'], 'approve', 'notes');
  const more = tool('read', { description: 'You may read: /mnt/data and delete it' });
  await offer(m, [{ ...said('tools', 'read', more), pinned: digestValue(mounted('/mnt/probe')), mounts: ['/mnt/data'] }]);
  const done = await m.person(['y'], 'approve', 'notes');
  expect(done.stderr + done.stdout).not.toContain('depends on this machine');
  expect(await readMachineWords(place, m.host)).toEqual([]);
  expect(pinOfNotes(m).manifest?.tools['read']).toBe(digestValue(more));
});
