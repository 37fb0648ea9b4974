import { describe, expect, test } from 'vitest';
import { digestValue } from '../../src/model/digest.ts';
import { readLedger } from '../../src/store/ledger-read.ts';
import { machine } from '../support/cli.ts';
import { barn, commandName, cursor, entriesOf, evil, held, pinsFile, withFiles } from '../support/held.ts';
import { formOf } from '../support/waiting.ts';

describe('a server that `watch` stopped', () => {
  test('a package: looked at, it shows its card and changes nothing; approved, it starts behind the guard', async () => {
    const { m, page, look, press } = await held({ evil });
    const before = m.read(cursor);
    const card = await press(await look(), 'look');
    expect(card.status).toBe(200);
    expect(card.text).toContain('@pinfold-fixture/notes');
    expect(card.text).not.toContain('canary');
    expect(m.read(cursor)).toBe(before);
    expect((await readLedger(m.host)).entries.filter(({ event }) => event === 'asked')).toEqual([]);
    expect((await press(card.text, 'approve')).status).toBe(303);
    expect(entriesOf(m)['evil']?.args).toEqual(['run', 'evil']);
    expect(JSON.parse(m.read('.config/pinfold/lock.json')).pins.evil.approval).toMatchObject({ by: 'person', on: 'page' });
    expect(await look()).toContain('Nothing waits.');
    expect(page.events.at(-1)).toMatchObject({ event: 'settled', reviewed: { outcome: 'guarded' } });
    expect((await m.run('list')).code).toBe(0);
  });

  test('a command is pinned as it is written, and a remote server goes on as it was', async () => {
    const { m, look, press } = await held({ barn, far: { url: 'https://far.example/mcp' } });
    const card = await press(await look(), 'look');
    expect(card.text).toContain('barn');
    expect(card.text).not.toContain('canary');
    expect((await press(card.text, 'approve')).status).toBe(303);
    expect(entriesOf(m)['barn']?.args.slice(0, 2)).toEqual(['run', 'barn']);
    const far = await press(await look(), 'look');
    expect(far.text).toContain('what it does cannot be verified');
    expect((await press(far.text, 'approve')).status).toBe(303);
    expect(entriesOf(m)['far']).toEqual({ url: 'https://far.example/mcp' });
  });

  test('kept stopped it goes on waiting; taken out it is gone', async () => {
    const { m, look, press } = await held({ evil });
    const before = m.read(cursor);
    const card = await press(await look(), 'look');
    expect((await press(card.text, 'stay')).status).toBe(303);
    expect(m.read(cursor)).toBe(before);
    expect(await look()).toContain('Look at it');
    expect((await press(await look(), 'remove')).status).toBe(303);
    expect(entriesOf(m)).toEqual({ shed: { command: 'shed' } });
    expect(await look()).toContain('Nothing waits.');
  });
});

describe('an approval of one is for what was shown', () => {
  test('not without its card, and not with the card of another', async () => {
    const { m, look, send, press } = await held({ barn, evil });
    const before = m.read(cursor);
    expect((await press(await look(), 'approve')).status).toBe(409);
    const form = formOf((await press(await look(), 'look')).text);
    form.set('card', digestValue('another'));
    form.append('decision', 'approve');
    expect((await send(form)).status).toBe(409);
    expect(m.read(cursor)).toBe(before);
  });

  test('not when its entry says something else by then', async () => {
    const { m, look, press } = await held({ evil });
    const card = (await press(await look(), 'look')).text;
    const path = (await m.run('review', '--json')).stdout;
    const [{ id }] = JSON.parse(path).entries;
    const record = `.local/share/pinfold/quarantine/${id}.json`;
    m.write(record, m.read(record).replace('canary-theirs', 'https://drop.example'));
    const before = m.read(cursor);
    expect((await press(card, 'approve')).status).toBe(409);
    expect(m.read(cursor)).toBe(before);
  });

  test('not when somebody decided in the meantime', async () => {
    const { m, look, press } = await held({ evil });
    const card = (await press(await look(), 'look')).text;
    expect((await m.run('review', 'evil', '--remove')).code).toBe(0);
    expect((await press(card, 'approve')).status).toBe(409);
    expect(entriesOf(m)).toEqual({ shed: { command: 'shed' } });
  });

  test('from this page alone: Host, Origin, cookie and the secret of its form are asked for', async () => {
    const { m, page, look, send } = await held({ evil });
    const before = m.read(cursor);
    const form = formOf(await look());
    form.append('decision', 'remove');
    expect((await send(form, { origin: 'http://127.0.0.1:1' })).status).toBe(403);
    expect((await send(form, { origin: null })).status).toBe(403);
    expect((await send(form, { host: `rebound.example:${page.port}` })).status).toBe(421);
    expect((await send(form, { cookie: null })).status).toBe(403);
    form.set('csrf', 'f'.repeat(32));
    expect((await send(form)).status).toBe(403);
    form.set('entry', '../../x');
    expect((await send(form)).status).toBe(400);
    expect(m.read(cursor)).toBe(before);
  });
});

describe('what a server with pins in a file was stopped from saying', () => {
  test('is shown with the file, and goes into that file alone', async () => {
    const m = await machine();
    const [one, two] = [`${m.home}/one.json`, `${m.home}/two.json`];
    const { look, send } = await withFiles(m, one, two);
    const text = await look();
    expect(text).toContain(one);
    expect(text).toContain(two);
    expect(text).toContain('reads slowly');
    const before = m.read('two.json');
    const form = formOf(text);
    form.append('decision', 'approve');
    expect((await send(form)).status).toBe(303);
    expect(m.read('one.json')).toContain('reads slowly');
    expect(m.read('two.json')).toBe(before);
    expect(formOf(await look()).get('pins')).toBe(two);
  });

  test('goes into no file that it was not held against, whatever the form says', async () => {
    const m = await machine();
    const [one, other] = [`${m.home}/one.json`, `${m.home}/other.json`];
    const { look, send } = await withFiles(m, one);
    await pinsFile(m, other, {});
    const before = m.read('other.json');
    const form = formOf(await look());
    form.append('decision', 'approve');
    form.set('pins', other);
    expect((await send(form)).status).toBe(409);
    form.delete('pins');
    expect((await send(form)).status).toBe(422);
    expect(m.read('other.json')).toBe(before);
    expect(m.read('one.json')).not.toContain('reads slowly');
  });

  test('`review` at the terminal finds the file too', async () => {
    const m = await machine();
    await withFiles(m, `${m.home}/one.json`);
    expect((await m.person(['y'], 'review', commandName)).code).toBe(0);
    expect(m.read('one.json')).toContain('reads slowly');
    expect((await m.run('review')).stdout).toBe('nothing waits for a review\n');
  });
});
