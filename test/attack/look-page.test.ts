import { expect, onTestFinished, test } from 'vitest';
import type { PendingItem } from '../../src/store/pending.ts';
import { serverFile } from '../../src/store/server-place.ts';
import { lookApp } from '../../src/web/look.ts';
import { tool } from '../support/launch.ts';
import { type Asked, askPort, offer, pinnedTools, place, said, waitingOf, withNotes } from '../support/waiting.ts';

const path = '/0123456789abcdef0123456789abcdef/';
const hostile = '<script>window.hacked=1</script><form action="https://drop.example"><button>approve</button></form>';
const extra = said('tools', 'extra', tool('extra', { description: hostile }));

/** The page that an offered link leads to, served as the guard serves it. */
async function looked(items: readonly PendingItem[] = [extra]) {
  const m = await withNotes();
  await offer(m, items);
  const app = lookApp({ scope: 'user', name: 'notes', path, remedy: 'pinfold approve notes' }, m.host);
  const bounds = { maxBodyBytes: 0, maxHeaderBytes: 8192, requestTimeoutMs: 5_000, idleMs: 60_000, maxConnections: 8 };
  const served = await m.host.page.serve(app, bounds);
  onTestFinished(() => served.close());
  const port = Number(new URL(served.origin).port);
  return { m, port, origin: served.origin, ask: (asked: Asked) => askPort(port, asked) };
}

test('it shows the words and what to type, escaped, with no form, no button and no box', async () => {
  const { ask } = await looked();
  const { status, text, headers } = await ask({ path });
  expect(status).toBe(200);
  expect(text).toContain('pinfold approve notes');
  expect(text).toContain('window.hacked=1');
  expect(text).not.toMatch(/<(?:form|button|input|script|a )/);
  expect(String(headers['content-security-policy'])).toContain("default-src 'none'");
  expect(headers['set-cookie']).toBeUndefined();
});

test('whatever is asked of it, nothing is decided', async () => {
  const { m, ask, port, origin } = await looked();
  const form = 'decision=approve&server=user%3Anotes&typed=notes';
  const headers = { origin, 'content-type': 'application/x-www-form-urlencoded' };
  for (const [asked, status] of [
    [{ method: 'POST', path, headers }, 405],
    [{ method: 'POST', path, headers, body: form }, 413],
    [{ method: 'POST', path: `${path}decide`, headers }, 404],
    [{ method: 'POST', path: `${path}held`, headers }, 404],
    [{ method: 'POST', path }, 403],
    [{ path: `${path}?${form}` }, 200],
    [{ path: `${path}decide?${form}` }, 404],
    [{ path: '/' }, 404],
    [{ path: '/open?token=0' }, 404],
    [{ path: path.slice(0, -1) }, 404],
    [{ path: `/${'0'.repeat(32)}/` }, 404],
    [{ path, headers: { host: `drop.example:${port}` } }, 421],
    [{ path, headers: { host: `localhost:${port}` } }, 421],
    [{ path, headers: { 'sec-fetch-site': 'cross-site' } }, 403],
    [{ path, headers: { 'sec-fetch-site': 'same-site' } }, 403],
  ] as const) {
    const answered = await ask(asked);
    expect(answered.status, JSON.stringify(asked)).toBe(status);
    if (status !== 200) expect(answered.text).not.toContain('hacked');
  }
  expect(await waitingOf(m)).toEqual(['extra']);
  expect(pinnedTools(m)).toEqual(['list', 'read']);
});

test("another server's words are not on it, whatever the address says", async () => {
  const { m, ask } = await looked();
  await offer(m, [said('tools', 'foreign', tool('foreign'))], 'others');
  for (const query of ['', '?server=user:others', '?server=', '?from=999999', '?from=-1', '?from=1e9', '?from=9999999999999999']) {
    const { status, text } = await ask({ path: `${path}${query}` });
    expect(status).toBe(200);
    expect(text).not.toContain('foreign');
  }
});

test('more than a page holds is a page further', async () => {
  const { ask } = await looked(Array.from({ length: 30 }, (_, at) => said('tools', `t${at}`, tool(`t${at}`))));
  const first = await ask({ path });
  const next = /href="([^"]+)"/.exec(first.text)?.[1]?.replaceAll('&#38;', '&') ?? '';
  expect(next.startsWith(`${path}?`)).toBe(true);
  const second = await ask({ path: next });
  expect(second.text).toContain('<bdi>t20</bdi>');
  expect(first.text).not.toContain('<bdi>t20</bdi>');
});

test('when it was decided in the meantime, and when the record is damaged, it says so', async () => {
  const { m, ask } = await looked();
  expect((await m.person(['y'], 'approve', 'notes')).code).toBe(0);
  expect((await ask({ path })).text).toContain('Nothing of it waits any more');
  await offer(m, [said('tools', 'more', tool('more'))]);
  await m.host.files.writeAtomic(serverFile('pending', place, m.host), '{');
  const damaged = await ask({ path });
  expect(damaged.status).toBe(500);
  expect(damaged.text).toContain('pinfold approve notes');
});
