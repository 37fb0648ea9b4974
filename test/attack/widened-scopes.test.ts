import { describe, expect, test } from 'vitest';
import type { RemoteTicket } from '../../src/model/ticket.ts';
import { launchTicket } from '../../src/operations/launch-checks.ts';
import { connectPinned } from '../../src/operations/remote-bridge.ts';
import { speak } from '../gate/http/talk.ts';
import { type Machine, machine } from '../support/cli.ts';
import { browse, oauthServer } from '../support/oauth-server.ts';
import { readServer } from '../support/read-server.ts';

const file = '.local/share/pinfold/secrets/user/notes.json';

/** Somebody who signed in for `named`, at an authorization server that may say what its tokens are good for. */
async function world(named: readonly string[] = ['notes:read', 'notes:write'], first?: string) {
  const m = await machine();
  const issuer = await oauthServer({ metadata: (origin) => ({ revocation_endpoint: `${origin}/revoke` }) });
  if (first !== undefined) issuer.lies.token = { scope: first };
  const server = await readServer(issuer, () => named);
  m.browser.visit = browse;
  const install = (answers: readonly string[] = ['y', 'y']) => m.person(answers, 'install', server.url, '--name', 'notes');
  const kept = () => JSON.parse(JSON.parse(m.read(file)).kept.find(({ name }: { name: string }) => name === 'oauth tokens').item.value);
  const renewals = () => issuer.seen.filter(({ params }) => params['grant_type'] === 'refresh_token').length;
  const sent = () => new Set(server.seen.flatMap(({ headers }) => headers.authorization ?? []));
  return { m, issuer, server, install, kept, renewals, sent };
}

async function bridge(m: Machine) {
  const place = { name: 'notes', scope: 'user', project: null } as const;
  const notices: string[] = [];
  const ticket = (await launchTicket(place, m.host)) as RemoteTicket;
  const session = speak(await connectPinned(ticket, place, (text) => void notices.push(text), m.host), notices);
  await session.open();
  return { list: () => session.ask('tools/list'), told: () => JSON.stringify(session.lines) + notices.join() };
}

const later = (m: Machine, ms: number) => m.with((host) => ({ ...host, now: () => host.now() + ms }));

describe('a renewal that is good for more than was approved', () => {
  test('in the middle of a session: not used and not kept, said without its words, and works once a person approved it', async () => {
    const { m, issuer, install, kept, renewals, sent } = await world();
    await install();
    const { list, told } = await bridge(m);
    const before = kept();
    issuer.revoke();
    issuer.lies.token = { scope: 'notes:read notes:write account:delete' };
    const refused = await list();
    expect(refused.error).toMatchObject({
      message:
        'pinfold: the server renews the sign-in only to rights that were not approved; a person has to decide: pinfold approve notes, or sign in anew: pinfold login notes',
      data: { pinfold: { code: 'scope-not-approved' } },
    });
    expect(told()).not.toMatch(/account:delete|canary-/);
    expect(kept()).toMatchObject({ accessToken: before.accessToken, exceeds: ['account:delete'] });
    expect(sent()).toEqual(new Set([`Bearer ${before.accessToken}`]));
    // It is not asked for it again and again.
    await list();
    expect(renewals()).toBe(1);
    const shown = await m.run('approve', 'notes');
    expect([shown.code, shown.stderr]).toEqual([75, expect.stringContaining('account:delete')]);
    expect((await m.person(['notes'], 'approve', 'notes')).code).toBe(0);
    const again = await bridge(m);
    expect((await again.list()).result).toMatchObject({ tools: [{ name: 'read' }] });
    expect([renewals(), kept().exceeds]).toEqual([2, undefined]);
  });

  test('at a start: the old token is used while it lasts; after it the launch is refused, with what to do', async () => {
    const { m, issuer, install, kept } = await world();
    issuer.expireIn(3600);
    await install();
    const { accessToken } = kept();
    issuer.lies.token = { scope: 'account:delete notes:read' };
    const soon = await bridge(later(m, 3_590_000));
    expect((await soon.list()).result).toMatchObject({ tools: [{ name: 'read' }] });
    expect(kept().accessToken).toBe(accessToken);
    await expect(bridge(later(m, 3_700_000))).rejects.toMatchObject({
      code: 'sign-in-needed',
      why: 'it would be good for more; nobody approved: account:delete',
      hint: 'pinfold approve notes, or sign in anew: pinfold login notes',
    });
    // Signed in anew, for what is approved alone.
    issuer.lies.token = {};
    expect((await m.person([], 'login', 'notes')).code).toBe(0);
    expect((await (await bridge(m)).list()).result).toMatchObject({ tools: [{ name: 'read' }] });
  });

  test('what was blocked for ever since is not renewed to', async () => {
    const { m, issuer, install } = await world();
    await install();
    issuer.revoke();
    issuer.lies.token = { scope: 'notes:read account:delete' };
    await (await bridge(m)).list();
    expect((await m.run('approve', '--block', 'notes')).code).toBe(0);
    expect((await (await bridge(m)).list()).error?.data.pinfold.code).toBe('scope-blocked');
    expect((await m.person([], 'login', 'notes')).code).toBe(1);
  });

  test.each<[string, string | undefined]>([
    ['as many', 'notes:write notes:read'],
    ['fewer', 'notes:read'],
    ['and may be renewed, which is what it is for', 'notes:read notes:write offline_access'],
    ['as a list with commas', 'notes:read,notes:write'],
    ['nothing said, which is as many', undefined],
  ])('%s: renewed', async (_what, scope) => {
    const { m, issuer, install, kept } = await world();
    await install();
    const { accessToken } = kept();
    issuer.revoke();
    issuer.lies.token = scope === undefined ? {} : { scope };
    expect((await (await bridge(m)).list()).result).toMatchObject({ tools: [{ name: 'read' }] });
    expect(kept().accessToken).not.toBe(accessToken);
  });

  test('scopes that cannot be read are not taken for none', async () => {
    const { m, issuer, install, kept } = await world();
    await install();
    const before = kept();
    issuer.revoke();
    issuer.lies.token = { scope: 'notes:read a"b' };
    expect((await (await bridge(m)).list()).error?.data.pinfold.code).toBe('sign-in-needed');
    expect(kept()).toEqual(before);
  });
});

describe('a first token that is good for more than was asked for', () => {
  test('at a login: taken back and not kept; it waits for a person, and works once approved', async () => {
    const { m, issuer, install } = await world();
    await install(['n', 'y']);
    issuer.lies.token = { scope: 'notes:read notes:write account:delete' };
    const ran = await m.person([], 'login', 'notes');
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('nobody approved: account:delete; what it gave is not kept')]);
    expect(ran.stderr.replace(/\s+/g, ' ')).toContain('pinfold approve notes, then pinfold login notes');
    expect(Object.keys(m.files()).some((path) => path.endsWith(file))).toBe(false);
    expect(issuer.seen.filter(({ path }) => path === '/revoke')).toHaveLength(2);
    expect((await m.person(['notes'], 'approve', 'notes')).code).toBe(0);
    expect((await m.person([], 'login', 'notes')).code).toBe(0);
    expect(issuer.seen.findLast(({ path }) => path === '/authorize')?.params['scope']).toBe('account:delete notes:read notes:write');
    expect((await (await bridge(m)).list()).result).toMatchObject({ tools: [{ name: 'read' }] });
  });

  test('at an install: nothing is pinned, and the way that is named works', async () => {
    const { m, issuer, install } = await world(undefined, 'notes:read notes:write account:delete');
    const before = m.files();
    const ran = await install(['y']);
    expect([ran.code, ran.stderr.replace(/\s+/g, ' ')]).toEqual([
      1,
      expect.stringContaining('answer no to the sign-in; then pinfold login notes'),
    ]);
    expect([m.files(), issuer.seen.filter(({ path }) => path === '/revoke').length]).toEqual([before, 2]);
    expect((await install(['n', 'y'])).code).toBe(0);
    expect((await m.person([], 'login', 'notes')).code).toBe(1);
    expect((await m.person(['notes'], 'approve', 'notes')).code).toBe(0);
    expect((await m.person([], 'login', 'notes')).code).toBe(0);
  });

  test('where nothing was asked for by name, what it says at first is the bound of every renewal', async () => {
    const { m, issuer, install, kept } = await world([], 'basic');
    expect((await install()).code).toBe(0);
    expect(kept()).toMatchObject({ scopes: [], granted: ['basic'] });
    issuer.revoke();
    issuer.lies.token = { scope: 'basic account:delete' };
    expect((await (await bridge(m)).list()).error?.data.pinfold.code).toBe('scope-not-approved');
  });
});
