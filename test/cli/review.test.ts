import { describe, expect, test } from 'vitest';
import { reviewedSchema, reviewSchema, unblockedSchema } from '../../src/report/json/review.ts';
import { readLedger } from '../../src/store/ledger-read.ts';
import type { Machine } from '../support/cli.ts';
import { tool } from '../support/launch.ts';
import { offer, pinnedTools, said, waitingOf, withNotes } from '../support/waiting.ts';

const extra = said('tools', 'extra', tool('extra'));
const changed = said('tools', 'read', tool('read', { description: 'what read does, twice' }));

async function waiting(): Promise<Machine> {
  const m = await withNotes();
  await offer(m, [changed, extra]);
  return m;
}

function shown(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\d( \d\d:\d\d)?/g, '<time>');
}

describe('review', () => {
  test('lists servers that were stopped and words that were withheld in one table', async () => {
    const m = await waiting();
    expect((await m.run('watch', '--once')).code).toBe(0);
    const config = JSON.parse(m.read('.cursor/mcp.json'));
    config.mcpServers['evil'] = { command: 'evil', args: [] };
    m.write('.cursor/mcp.json', JSON.stringify(config));
    expect((await m.run('watch', '--once')).code).toBe(1);
    expect((await m.run('approve', '--block', 'notes')).code).toBe(0);
    await offer(m, [said('tools', 'more', tool('more'))]);
    expect(shown((await m.run('review')).stdout)).toMatchInlineSnapshot(`
      "2 wait for you
        evil   cursor      added, blocked   <time>  evil
        notes  user scope  1 item withheld  <time>
      hint: decide with: pinfold review evil   take out with: --remove
            or on a page: pinfold review --web
      in ~/.cursor/mcp.json
      blocked for ever: 2 of notes; take it back with:
        pinfold unblock notes
      "
    `);
    expect(reviewSchema.parse(JSON.parse((await m.run('review', '--json')).stdout)).words).toEqual([
      {
        scope: 'user',
        name: 'notes',
        pins: null,
        items: 1,
        changed: 0,
        samePackage: true,
        since: expect.stringMatching(/^\d{4}-/),
        blocked: 2,
      },
    ]);
  });

  test('with the name of a server whose words were withheld: shows them, asks, and pins them', async () => {
    const m = await waiting();
    const no = await m.person(['n'], 'review', 'notes');
    expect(no).toMatchObject({ code: 1, asked: ['let `notes` say this to the model? [y/N] '] });
    expect(no.stderr).toContain('{+, twice+}');
    expect(pinnedTools(m)).toEqual(['list', 'read']);
    const yes = await m.person(['y'], 'review', 'notes');
    expect(yes).toMatchObject({ code: 0, stdout: 'approved 2 for `notes`; it counts from the next start of the server\n' });
    expect(pinnedTools(m)).toEqual(['extra', 'list', 'read']);
    expect((await m.run('review')).stdout).toBe('nothing waits for a review\n');
    expect((await m.run('review', 'notes')).code).toBe(3);
  });

  test('an agent has no terminal: 75, and where a person decides; nothing is pinned', async () => {
    const m = await waiting();
    for (const words of ['approve notes', 'approve --yes notes', 'approve --json notes', 'review notes', 'review --web']) {
      const ran = await m.run(...words.split(' '));
      expect(ran.code, words).toBe(75);
      expect(ran.stderr + ran.stdout, words).toContain('pinfold review --web');
    }
    expect(pinnedTools(m)).toEqual(['list', 'read']);
    expect(await waitingOf(m)).toEqual(['read', 'extra']);
  });

  test('--json says what became of the words', async () => {
    const m = await waiting();
    const ran = await m.person(['y'], 'review', '--json', 'notes');
    expect(reviewedSchema.parse(JSON.parse(ran.stdout))).toEqual({
      schemaVersion: 1,
      reviewed: [],
      words: [{ name: 'notes', scope: 'user', approved: 2, rejected: 0, blocked: 0 }],
    });
  });

  test('--web takes nothing that it would not do', async () => {
    const m = await withNotes();
    for (const more of [['notes'], ['--json'], ['--yes'], ['--remove']]) {
      const ran = await m.person([], 'review', '--web', ...more);
      expect(ran, more.join()).toMatchObject({ code: 2, stdout: '' });
    }
  });
});

describe('what is blocked for ever', () => {
  async function blocked(): Promise<Machine> {
    const m = await waiting();
    const ran = await m.run('approve', '--block', 'notes');
    expect(ran.stdout).toBe('blocked 2 for ever; `notes` stays as it was pinned, and does not ask about them again\n');
    return m;
  }

  test('is not offered again, in no session, and not after the pin was made anew', async () => {
    const m = await blocked();
    await offer(m, [changed, extra]);
    expect(await waitingOf(m)).toEqual([]);
    expect((await m.person(['notes'], 'update', '--no-probe', 'notes')).code).toBe(0);
    await offer(m, [changed]);
    expect(await waitingOf(m)).toEqual([]);
    expect((await m.run('remove', 'notes')).code).toBe(0);
    await offer(m, [extra]);
    expect(await waitingOf(m)).toEqual([]);
    expect((await m.run('review')).stdout).toContain('blocked for ever: 2 of notes; take it back with:\n  pinfold unblock notes\n');
  });

  test('cannot be approved, though a list of what waits still holds it', async () => {
    const m = await waiting();
    const record = '.local/share/pinfold/pending/user/notes.json';
    const pending = m.read(record);
    expect((await m.run('approve', '--block', 'notes')).code).toBe(0);
    m.write(record, pending);
    const refused = await m.person(['y'], 'approve', 'notes');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('`notes` says something that you blocked for ever');
    expect(refused.stderr).toContain('hint: pinfold unblock notes');
    expect(pinnedTools(m)).toEqual(['list', 'read']);
  });

  test('is let through by no other command: not by trusting a lock that pins it, not by making its pin anew', async () => {
    const m = await waiting();
    expect((await m.person(['y'], 'approve', 'notes')).code).toBe(0);
    const at = '2026-01-01T00:00:00.000Z';
    const list = { version: 1, items: [{ kind: 'tools', name: 'extra', digest: extra.digest, at }] };
    m.write('.local/share/pinfold/blocked/user/notes.json', JSON.stringify(list));
    const before = m.files();
    const trusted = await m.person([], 'trust', '--scope', 'user');
    expect(trusted.code).toBe(1);
    expect(trusted.stderr).toContain('hint: pinfold unblock notes');
    expect(m.files()).toEqual(before);
    await offer(m, [said('tools', 'more', tool('more'))]);
    expect((await m.person(['y'], 'approve', 'notes')).code).toBe(1);
  });

  test('is lifted by a person alone; lifting approves nothing', async () => {
    const m = await blocked();
    expect((await m.run('unblock', 'notes')).code).toBe(75);
    expect((await m.person(['n'], 'unblock', 'notes')).code).toBe(1);
    await offer(m, [extra]);
    expect(await waitingOf(m)).toEqual([]);
    const ran = await m.person(['y'], 'unblock', '--json', 'notes');
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('tools/read');
    expect(unblockedSchema.parse(JSON.parse(ran.stdout)).unblocked).toEqual(['tools/read', 'tools/extra']);
    expect(pinnedTools(m)).toEqual(['list', 'read']);
    await offer(m, [extra]);
    expect(await waitingOf(m)).toEqual(['extra']);
    expect((await m.run('unblock', 'notes')).stdout).toBe('nothing of `notes` is blocked for ever\n');
    const { entries } = await readLedger(m.host);
    expect(entries.map(({ event }) => event)).toEqual(expect.arrayContaining(['blocked', 'unblocked']));
  });

  test('a damaged list blocks every approval, and says which file it is', async () => {
    const m = await blocked();
    await offer(m, [said('tools', 'more', tool('more'))]);
    m.write('.local/share/pinfold/blocked/user/notes.json', '{"version":1,"items":[{"kind":"tools"}]}');
    await expect(offer(m, [extra])).rejects.toThrow('could not be noted');
    for (const argv of [['review'], ['approve', 'notes'], ['unblock', 'notes']]) {
      const ran = await m.person(argv[0] === 'approve' ? ['y'] : [], ...argv);
      expect(ran.code, argv.join(' ')).toBe(3);
      expect(ran.stderr).toContain('blocked/user/notes.json');
    }
    expect(pinnedTools(m)).toEqual(['list', 'read']);
  });

  test('what is pinned cannot be blocked: it was withheld because it was listed twice', async () => {
    const m = await withNotes();
    const read = said('tools', 'read', tool('read'));
    await offer(m, [{ ...read, pinned: read.digest }]);
    expect((await m.run('approve', '--block', 'notes')).code).toBe(2);
    expect(await waitingOf(m)).toEqual(['read']);
    expect((await m.run('approve', '--reject', '--block', 'notes')).code).toBe(2);
  });
});
