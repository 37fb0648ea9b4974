import { expect, test } from 'vitest';
import { approve } from '../../src/operations/approve.ts';
import type { Person } from '../../src/operations/consent.ts';
import type { Machine } from '../support/cli.ts';
import { tool } from '../support/launch.ts';
import { offer, pinnedTools, pinOfNotes, said, waitingOf, withNotes } from '../support/waiting.ts';

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
