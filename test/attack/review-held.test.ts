import { describe, expect, test } from 'vitest';
import { digestValue } from '../../src/model/digest.ts';
import { limits } from '../../src/model/limits.ts';
import { readLedger } from '../../src/store/ledger-read.ts';
import { addPending, readPending } from '../../src/store/pending.ts';
import { type Machine, machine } from '../support/cli.ts';
import { barn, browse, commandName, commandPlace, cursor, entriesOf, evil, held, pinsFile, slower, withFiles } from '../support/held.ts';
import { tool } from '../support/launch.ts';
import { formOf, said } from '../support/waiting.ts';

async function eventsOf(m: Machine, wanted: string): Promise<number> {
  return (await readLedger(m.host)).entries.filter(({ event }) => event === wanted).length;
}

function pressed(text: string, decision: string): URLSearchParams {
  const form = formOf(text);
  form.append('decision', decision);
  return form;
}

describe('a server that `watch` stopped', () => {
  test('a request that is wrong in one thing decides nothing; the same with all of it right does', async () => {
    const { m, page, home, cookie, look, send } = await held({ evil });
    const form = pressed(await look(), 'remove');
    const before = m.read(cursor);
    const with_ = (name: string, value: string | null) => {
      const other = new URLSearchParams(form);
      if (value === null) other.delete(name);
      else other.set(name, value);
      return other;
    };
    const wrong: Record<string, [Promise<{ readonly status: number }>, number]> = {
      'another host name (DNS rebinding)': [send(form, { host: `drop.example:${page.port}` }), 421],
      'a host name that only resolves to it': [send(form, { host: `localhost:${page.port}` }), 421],
      'another origin': [send(form, { origin: 'https://drop.example' }), 403],
      'another port of this machine': [send(form, { origin: `http://127.0.0.1:${page.port + 1}` }), 403],
      'a sandboxed frame': [send(form, { origin: 'null' }), 403],
      'no origin': [send(form, { origin: null }), 403],
      'another site, by the browser': [send(form, { 'sec-fetch-site': 'cross-site' }), 403],
      "nobody's page, by the browser": [send(form, { 'sec-fetch-site': 'none' }), 403],
      'no cookie': [send(form, { cookie: null }), 403],
      'a made-up cookie': [send(form, { cookie: `pinfold-review=${'0'.repeat(32)}` }), 403],
      'the token of the link for a cookie': [send(form, { cookie: `pinfold-review=${page.link.replace(/^.*=/, '')}` }), 403],
      'no CSRF token': [send(with_('csrf', null)), 400],
      'an empty CSRF token': [send(with_('csrf', '')), 403],
      'the cookie for a CSRF token': [send(with_('csrf', cookie.replace(/^.*=/, ''))), 403],
      'as JSON': [send(form, { 'content-type': 'application/json' }), 400],
      'as plain text, which needs no preflight': [send(form, { 'content-type': 'text/plain' }), 400],
      'another decision': [send(with_('decision', 'forget')), 400],
      'no entry': [send(with_('entry', null)), 400],
      'a path for an entry': [send(with_('entry', '../lock.json')), 400],
      'an entry that is not there': [send(with_('entry', '0'.repeat(32))), 409],
      'GET with the form in the address': [page.ask({ path: `${home}held?${form}`, headers: { cookie } }), 405],
      "to the other form's path": [
        page.ask({
          method: 'POST',
          path: `${home}decide`,
          headers: { cookie, origin: page.origin, 'content-type': 'application/x-www-form-urlencoded' },
          body: form.toString(),
        }),
        400,
      ],
    };
    for (const [what, [asked, status]] of Object.entries(wrong)) expect([what, (await asked).status]).toEqual([what, status]);
    expect(m.read(cursor)).toBe(before);
    expect(await eventsOf(m, 'reviewed')).toBe(0);
    expect((await send(form)).status).toBe(303);
    expect(entriesOf(m)).toEqual({ shed: { command: 'shed' } });
  });

  test('a form of a page that ended decides nothing, not on the page that is served next either', async () => {
    const { m, page, home, look } = await held({ evil });
    const form = pressed(await look(), 'remove');
    const before = m.read(cursor);
    await page.stop();
    await expect(page.ask({ method: 'POST', path: `${home}held`, body: form.toString() })).rejects.toThrow('ECONNREFUSED');
    const next = await browse(m);
    expect((await next.send('held', form)).status).toBe(403);
    const headers = { cookie: next.cookie, origin: next.page.origin, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await next.page.ask({ method: 'POST', path: `${home}held`, headers, body: form.toString() })).status).toBe(404);
    expect(m.read(cursor)).toBe(before);
  });

  test('the card of one approves no other', async () => {
    const { m, look, send, press } = await held({ barn, evil });
    const list = await look();
    const card = formOf((await press(list, 'look')).text);
    const other = formOf(list.slice(list.indexOf('</form>') + 7));
    expect(other.get('entry')).not.toBe(card.get('entry'));
    const before = m.read(cursor);
    card.set('entry', other.get('entry') ?? '');
    card.append('decision', 'approve');
    expect((await send(card)).status).toBe(409);
    expect(m.read(cursor)).toBe(before);
  });

  test('approved twice at once it is approved once', async () => {
    const { m, page, look, send, press } = await held({ barn });
    const form = pressed((await press(await look(), 'look')).text, 'approve');
    const both = await Promise.all([send(form), send(form)]);
    expect(both.map(({ status }) => status).filter((status) => status === 303)).toHaveLength(1);
    expect(Object.keys(entriesOf(m))).toEqual(['shed', 'barn']);
    expect(entriesOf(m)['barn']?.args.slice(0, 2)).toEqual(['run', 'barn']);
    expect(await eventsOf(m, 'reviewed')).toBe(1);
    expect(page.events.filter((event) => event.event === 'settled' && event.reviewed.outcome === 'guarded')).toHaveLength(1);
    expect((await send(form)).status).toBe(409);
  });

  test('approved and taken out at once, one of the two holds', async () => {
    const { m, look, send, press } = await held({ barn });
    const text = (await press(await look(), 'look')).text;
    const both = await Promise.all([send(pressed(text, 'approve')), send(pressed(text, 'remove'))]);
    expect(both.filter(({ status }) => status === 303)).toHaveLength(1);
    const left = entriesOf(m)['barn'];
    expect(left === undefined || left.args[0] === 'run').toBe(true);
    expect(await eventsOf(m, 'reviewed')).toBe(1);
  });

  test('what is longer than a page shows is neither shown nor approved there', async () => {
    const { m, look, send, press } = await held({ long: { command: 'barn', args: ['x'.repeat(limits.pageMaxChars + 1)] } });
    const text = (await press(await look(), 'look')).text;
    const before = m.read(cursor);
    expect(text).toContain('It cannot be approved here');
    expect(text).not.toContain('value="approve"');
    expect((await send(pressed(text, 'approve'))).status).toBe(409);
    expect(m.read(cursor)).toBe(before);
  });

  test('what policy blocks has no button, and is not approved without one', async () => {
    const { m, look, send, press } = await held({ evil });
    m.write(
      '.config/pinfold/policy.json',
      JSON.stringify({ version: 1, deny: [{ subject: 'pkg:npm/%40pinfold-fixture/notes', reason: 'ours to say' }] }),
    );
    const text = (await press(await look(), 'look')).text;
    const before = m.read(cursor);
    expect(text).toContain('It cannot be approved here');
    expect(text).not.toContain('value="approve"');
    expect((await send(pressed(text, 'approve'))).status).toBe(422);
    expect(m.read(cursor)).toBe(before);
  });

  test('Enter in a field of its form presses nothing, and its texts are texts', async () => {
    const name = '"><script>alert(1)</script>';
    const { look, press } = await held({ [name]: { command: 'barn', args: ['</pre><button name="decision" value="approve">'] } });
    const list = await look();
    const card = (await press(list, 'look')).text;
    for (const text of [list, card]) {
      expect(text).not.toMatch(/<script|<button name="decision" value="approve">["'&]/);
      for (const form of text.match(/<form[\s\S]*?<\/form>/g) ?? []) expect(/<button[^>]*>/.exec(form)?.[0]).toContain('disabled');
    }
    expect(card.match(/value="approve"/g)).toHaveLength(1);
  });
});

describe('what was withheld against a file of pins', () => {
  const one = (m: Machine) => `${m.home}/one.json`;
  const waiting = async (m: Machine) => (await readPending(commandPlace, m.host)).items.map(({ name }) => name);

  test('approved twice at once it is approved once', async () => {
    const m = await machine();
    const { look, send } = await withFiles(m, one(m));
    const form = pressed(await look(), 'approve');
    const both = await Promise.all([send(form), send(form)]);
    expect(both.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(await eventsOf(m, 'approved')).toBe(1);
    expect(m.read('one.json').match(/reads slowly/g)).toHaveLength(1);
    expect((await send(form)).status).toBe(409);
  });

  test('is not approved once the file says something else', async () => {
    const m = await machine();
    const { look, send } = await withFiles(m, one(m));
    const form = pressed(await look(), 'approve');
    m.write('one.json', m.read('one.json').replace('"read"', '"write"'));
    const before = m.read('one.json');
    expect((await send(form)).status).toBeGreaterThanOrEqual(409);
    expect(m.read('one.json')).toBe(before);
    expect(await waiting(m)).toEqual(['read']);
  });

  test('is not approved once more is pinned in the file, whatever it is', async () => {
    const m = await machine();
    const { look, send } = await withFiles(m, one(m));
    const form = pressed(await look(), 'approve');
    const file = JSON.parse(m.read('one.json'));
    await pinsFile(m, one(m), { 'tools/list': { digest: digestValue(tool('list')), template: tool('list') } });
    expect(JSON.parse(m.read('one.json'))).not.toEqual(file);
    const before = m.read('one.json');
    expect((await send(form)).status).toBe(409);
    expect(m.read('one.json')).toBe(before);
  });

  test('is not approved once the server said more', async () => {
    const m = await machine();
    const { look, send } = await withFiles(m, one(m));
    const form = pressed(await look(), 'approve');
    await addPending(commandPlace, [{ ...said('tools', 'more', tool('more')), pins: one(m) }], m.host);
    const before = m.read('one.json');
    expect((await send(form)).status).toBe(409);
    expect(m.read('one.json')).toBe(before);
  });

  test.each([
    ['another server', { server: 'user:run-node-ffffffffffffffff' }],
    ['a name with a path in it', { server: 'user:../../x' }],
    ['no server', { server: '' }],
    ['a file that is not there', { pins: '/nowhere/pins.json' }],
    ['a path that is too long', { pins: `/${'x'.repeat(5_000)}` }],
    ['no card', { card: '' }],
  ])('is not approved for %s', async (_, change) => {
    const m = await machine();
    const { look, send } = await withFiles(m, one(m));
    const form = pressed(await look(), 'approve');
    for (const [name, value] of Object.entries(change)) form.set(name, value);
    const before = m.read('one.json');
    expect((await send(form)).status).toBeGreaterThanOrEqual(400);
    expect(m.read('one.json')).toBe(before);
    expect(await waiting(m)).toEqual(['read']);
  });

  test('a serious gain takes the name of its command, typed', async () => {
    const m = await machine();
    await pinsFile(m, one(m));
    await addPending(
      commandPlace,
      [
        { ...said('agentSurface', 'sampling/createMessage', 'sampling/createMessage'), pins: one(m) },
        { ...slower, pins: one(m) },
      ],
      m.host,
    );
    const { look, send } = await browse(m);
    const form = pressed(await look(), 'approve');
    const before = m.read('one.json');
    for (const typed of ['', 'node server.js', `${commandName} `]) {
      form.set('typed', typed);
      expect((await send('decide', form)).status).toBe(422);
    }
    expect(m.read('one.json')).toBe(before);
    form.set('typed', commandName);
    expect((await send('decide', form)).status).toBe(303);
    expect(m.read('one.json')).toContain('sampling/createMessage');
  });
});
