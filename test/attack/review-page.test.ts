import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { limits } from '../../src/model/limits.ts';
import { tool } from '../support/launch.ts';
import { type Asked, formOf, offer, pinnedTools, said, serve, waitingOf, withNotes } from '../support/waiting.ts';

/** A page with something to approve, and the one request that would approve it. */
async function target() {
  const m = await withNotes();
  await offer(m, [said('tools', 'extra', tool('extra'))]);
  const page = await serve(m);
  const { cookie, home } = await page.open();
  const form = formOf((await page.ask({ path: home, headers: { cookie } })).text);
  form.append('decision', 'approve');
  const headers = { cookie, origin: page.origin, 'content-type': 'application/x-www-form-urlencoded' };
  const right = { method: 'POST', path: `${home}decide`, headers, body: form.toString() };
  return { m, page, cookie, home, form, right };
}

function without(form: URLSearchParams, name: string): string {
  const rest = new URLSearchParams(form);
  rest.delete(name);
  return rest.toString();
}

function withOther(form: URLSearchParams, name: string, value: string): string {
  const other = new URLSearchParams(form);
  other.set(name, value);
  return other.toString();
}

test('a request that is wrong in one thing approves nothing; the same request with all of it right does', async () => {
  const { m, page, home, form, right, cookie } = await target();
  const { port, origin } = page;
  const stale = `pinfold-review=${'0'.repeat(32)}`;
  const wrong: Record<string, [Partial<Asked>, number]> = {
    'another host name (DNS rebinding)': [{ headers: { ...right.headers, host: `drop.example:${port}` } }, 421],
    'a host name that only resolves to it': [{ headers: { ...right.headers, host: `localhost:${port}` } }, 421],
    'another port': [{ headers: { ...right.headers, host: `127.0.0.1:${port + 1}` } }, 421],
    'no port': [{ headers: { ...right.headers, host: '127.0.0.1' } }, 421],
    'another origin': [{ headers: { ...right.headers, origin: 'https://drop.example' } }, 403],
    'an origin of another port of this machine': [{ headers: { ...right.headers, origin: `http://127.0.0.1:${port + 1}` } }, 403],
    'an origin that begins like it': [{ headers: { ...right.headers, origin: `${origin}.drop.example` } }, 403],
    'the origin of a sandboxed frame': [{ headers: { ...right.headers, origin: 'null' } }, 403],
    'no origin': [{ headers: { ...right.headers, origin: null } }, 403],
    'another site, by the browser': [{ headers: { ...right.headers, 'sec-fetch-site': 'cross-site' } }, 403],
    'another port of this machine, by the browser': [{ headers: { ...right.headers, 'sec-fetch-site': 'same-site' } }, 403],
    'a form that nobody sent from a page': [{ headers: { ...right.headers, 'sec-fetch-site': 'none' } }, 403],
    'no cookie': [{ headers: { ...right.headers, cookie: null } }, 403],
    'a made-up cookie': [{ headers: { ...right.headers, cookie: stale } }, 403],
    'a cookie that begins like it': [{ headers: { ...right.headers, cookie: cookie.slice(0, -1) } }, 403],
    'the cookie under another name': [{ headers: { ...right.headers, cookie: cookie.replace('pinfold-review', 'x') } }, 403],
    'no CSRF token': [{ body: without(form, 'csrf') }, 400],
    'an empty CSRF token': [{ body: withOther(form, 'csrf', '') }, 403],
    'a wrong CSRF token': [{ body: withOther(form, 'csrf', 'f'.repeat(32)) }, 403],
    'as JSON': [{ headers: { ...right.headers, 'content-type': 'application/json' } }, 400],
    'as plain text, which needs no preflight': [{ headers: { ...right.headers, 'content-type': 'text/plain' } }, 400],
    'without a type': [{ headers: { ...right.headers, 'content-type': null } }, 400],
    'GET with the form in the address': [{ method: 'GET', path: `${home}decide?${form}`, body: '' }, 405],
    'GET with a body': [{ method: 'GET', path: home }, 400],
    'another method': [{ method: 'PUT' }, 400],
    'POST on the page': [{ path: home }, 405],
    'POST on the link': [{ path: '/open' }, 405],
    'a path that was guessed': [{ path: `/${'0'.repeat(32)}/decide` }, 404],
    'no path of the session': [{ path: '/decide' }, 404],
    'a path above it': [{ path: `${home}../decide` }, 404],
    'a path beside it, hidden': [{ path: `${home}%2e%2e/${home.slice(1, -1)}/../decide` }, 404],
    'a path of files': [{ path: `${home}..%2f..%2fetc/passwd` }, 404],
    'two slashes, which are another host': [{ path: `//drop.example${right.path}` }, 400],
    'a whole address': [{ path: `http://drop.example${right.path}` }, 400],
    'a body that is longer than any form': [{ body: `${form}&x=${'x'.repeat(limits.pageBodyMaxBytes)}` }, 413],
  };
  for (const [what, [change, status]] of Object.entries(wrong)) {
    const answered = await page.ask({ ...right, ...change });
    expect(answered.status, what).toBe(status);
    expect(await waitingOf(m), what).toEqual(['extra']);
    expect(answered.headers['set-cookie'], what).toBeUndefined();
    expect(answered.text, what).not.toContain(cookie.split('=')[1]);
  }
  expect(pinnedTools(m)).toEqual(['list', 'read']);
  expect((await page.ask(right)).status).toBe(303);
  expect(pinnedTools(m)).toEqual(['extra', 'list', 'read']);
});

test('the link opens the page once, for one browser; whoever comes second gets nothing, and the terminal hears of it', async () => {
  const m = await withNotes();
  const page = await serve(m);
  const path = page.link.slice(page.origin.length);
  // None of these uses it up.
  expect((await page.ask({ path: '/' })).status).toBe(404);
  expect((await page.ask({ path: '/open' })).status).toBe(403);
  expect((await page.ask({ path: path.slice(0, -1) })).status).toBe(403);
  expect((await page.ask({ path, headers: { host: 'drop.example' } })).status).toBe(421);
  expect((await page.ask({ path, headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
  const { cookie, home } = await page.open();
  expect(home).toMatch(/^\/[0-9a-f]{32}\/$/);
  expect(cookie).toMatch(/^pinfold-review=[0-9a-f]{32}$/);
  expect(page.events.at(-1)).toEqual({ event: 'opened' });
  const second = await page.ask({ path });
  expect(second).toMatchObject({ status: 403 });
  expect(second.headers['set-cookie']).toBeUndefined();
  expect(page.events.at(-1)).toEqual({ event: 'dead-link' });
  expect((await page.ask({ path, headers: { cookie } })).status).toBe(403);
  expect((await page.ask({ path: home, headers: { cookie } })).status).toBe(200);
});

test('every answer forbids scripts, frames, storing and other origins; the cookie is for this page alone', async () => {
  const m = await withNotes();
  const page = await serve(m);
  const opened = await page.ask({ path: page.link.slice(page.origin.length) });
  expect(opened.headers['set-cookie']).toEqual([
    expect.stringMatching(/^pinfold-review=[0-9a-f]{32}; Path=\/[0-9a-f]{32}\/; HttpOnly; SameSite=Strict$/),
  ]);
  const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
  const home = String(opened.headers['location']);
  for (const answered of [
    opened,
    await page.ask({ path: home, headers: { cookie } }),
    await page.ask({ path: '/x' }),
    await page.ask({ path: home }),
  ]) {
    expect(answered.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(answered.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(Object.keys(answered.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(answered.text).not.toMatch(/<script|javascript:|<iframe|<img|<link|<meta http-equiv/i);
  }
});

test('it listens on 127.0.0.1 and nowhere else', async () => {
  const m = await withNotes();
  const page = await serve(m);
  expect(page.origin).toBe(`http://127.0.0.1:${page.port}`);
  for (const host of ['::1', '127.0.0.2']) {
    const reached = await new Promise((resolve) => {
      const socket = connect({ host, port: page.port });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.unref();
    });
    expect(reached, host).toBe(false);
  }
});

test('without a terminal no page is served, no link is printed, and nothing is approved', async () => {
  const m = await withNotes();
  await offer(m, [said('tools', 'extra', tool('extra'))]);
  const ran = await m.run('review', '--web');
  expect(ran.code).toBe(75);
  expect(ran.stdout).toBe('');
  expect(ran.stderr).not.toContain('http');
  expect(ran.stderr).toContain('hint: in a terminal of your own: pinfold review --web');
  for (const argv of [
    ['approve', 'notes'],
    ['approve', '--yes', 'notes'],
    ['review', 'notes'],
    ['review', '--yes', 'notes'],
  ]) {
    const refused = await m.run(...argv);
    expect(refused.code, argv.join(' ')).toBe(75);
    expect(refused.stderr).toContain('hint: pinfold approve notes, or pinfold review --web');
  }
  expect(await waitingOf(m)).toEqual(['extra']);
  expect(pinnedTools(m)).toEqual(['list', 'read']);
});
