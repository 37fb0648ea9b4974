import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RemoteTicket } from '../../src/model/ticket.ts';
import { launchTicket } from '../../src/operations/launch-checks.ts';
import { connectPinned } from '../../src/operations/remote-bridge.ts';
import { speak } from '../gate/http/talk.ts';
import { type Machine, machine } from '../support/cli.ts';
import { browse, oauthServer, protectedBy } from '../support/oauth-server.ts';
import { remoteServer } from '../support/remote-server.ts';

type Before = (request: IncomingMessage, body: string, response: ServerResponse) => boolean;

const open: Before = () => false;
const shut: Before = (_request, _body, response) => {
  response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
  return true;
};
/** Lets in whoever has the key, for what `wants` says. */
const keyed =
  (wants: (body: string) => boolean = () => true): Before =>
  (request, body, response) =>
    request.headers['x-api-key'] !== 'canary-key-1234' && wants(body) ? shut(request, body, response) : false;
const listsForNobody = (body: string) => body.includes('"tools/list"');

/** A server that lets clients in as `current` says, which may change while it runs. */
async function world(first: Before) {
  const m = await machine({ env: { KEY: 'canary-key-1234' } });
  const says = { current: first };
  const server = await remoteServer({
    setUp: (one) => void one.registerTool('read', { description: 'Reads.', inputSchema: z.object({}) }, async () => ({ content: [] })),
    before: (request, body, response) => says.current(request, body, response),
  });
  const keys = () => server.seen.filter(({ headers }) => headers['x-api-key'] !== undefined || headers.authorization !== undefined);
  return { m, says, server, keys };
}

/** One whose tokens come from an authorization server beside it. */
async function signedInWorld() {
  const issuer = await oauthServer();
  const guard: Before = protectedBy(
    () => issuer.origin,
    (token, resource) => issuer.resourceOf(token) === resource,
  );
  const all = await world(guard);
  all.m.browser.visit = browse;
  expect((await all.m.person(['y', 'y'], 'install', all.server.url, '--name', 'notes')).code).toBe(0);
  all.server.seen.length = 0;
  return all;
}

/** The bridge of a pin, as `run` makes it, and what it told the person. */
async function bridge(m: Machine) {
  const place = { name: 'notes', scope: 'user', project: null } as const;
  const notices: string[] = [];
  const ticket = (await launchTicket(place, m.host)) as RemoteTicket;
  return speak(await connectPinned(ticket, place, (text) => void notices.push(text), m.host), notices);
}

const status = (m: Machine) => JSON.parse(m.read('.config/pinfold/lock.json')).pins.notes.authorization.status;
const install = (url: string, ...more: readonly string[]) => ['install', url, '--name', 'notes', ...more];

describe('how a server lets clients in, as it is shown and pinned', () => {
  test('anybody, for everything: none', async () => {
    const { m, server } = await world(open);
    expect([(await m.person(['y'], ...install(server.url))).code, status(m)]).toEqual([0, 'none']);
  });

  test('only with a key: a static secret', async () => {
    const { m, server } = await world(keyed());
    expect([(await m.person(['y'], ...install(server.url, '--header', 'X-Api-Key=KEY'))).code, status(m)]).toEqual([0, 'static']);
  });

  test('hello to anybody, and its list with a key: a static secret, since it was tried without', async () => {
    const { m, server, keys } = await world(keyed(listsForNobody));
    const ran = await m.person(['y'], ...install(server.url, '--header', 'X-Api-Key=KEY'));
    expect([ran.code, status(m)]).toEqual([0, 'static']);
    expect(ran.stderr).toContain('a static secret: it answered with the headers that were given');
    expect(ran.stderr).not.toContain('whether it wants the headers');
    expect(keys().length).toBeGreaterThan(0);
  });

  test('everything for anybody, and a key all the same: a static secret, and that it lists without', async () => {
    const { m, server } = await world(open);
    const ran = await m.person(['y'], ...install(server.url, '--header', 'X-Api-Key=KEY'));
    expect([ran.code, status(m)]).toEqual([0, 'static']);
    expect(ran.stderr.replace(/\s+/g, ' ')).toContain('whether it wants the headers is not known: it lists without them');
  });

  test('hello to anybody, and its list to nobody: unknown, never none', async () => {
    const { m, server } = await world(keyed(listsForNobody));
    const document = JSON.parse((await m.run('info', '--json', server.url)).stdout);
    expect([document.remote.authorization.status, document.manifest.probed]).toEqual(['unknown', null]);
    expect(document.notVerifiable).toContain('who lets clients in: it does not say');
    const ran = await m.person([], ...install(server.url));
    expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining('--header Authorization=VARIABLE')]);
  });

  test('a header that carries no key makes no static secret', async () => {
    const { m, server } = await world(open);
    expect((await m.person(['y'], ...install(server.url, '--header', 'X-Region=KEY'))).code).toBe(0);
    expect(status(m)).toBe('none');
  });

  test('as servers of 2025-03-26 do: OAuth at its own origin, with what nobody can check', async () => {
    const { m, says, server } = await world(open);
    says.current = (request, body, response) => {
      if (request.url !== '/.well-known/oauth-authorization-server') return shut(request, body, response);
      const metadata = { issuer: server.origin, authorization_endpoint: `${server.origin}/a`, token_endpoint: `${server.origin}/t` };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata));
      return true;
    };
    const document = JSON.parse((await m.run('info', '--json', server.url)).stdout);
    expect(document.remote.authorization).toMatchObject({ status: 'oauth', resource: null, servers: [{ issuer: server.origin }] });
    expect(document.notVerifiable.join()).toContain('whether who lets clients in speaks for this server');
    expect(document.evidence[0]).toMatchObject({ outcome: 'verified', detail: expect.stringContaining('the server itself names nobody') });
  });
});

test.each<[string, (issuer: string) => Before, readonly string[]]>([
  ['none', () => open, []],
  ['static', () => keyed(), ['--header', 'X-Api-Key=KEY']],
  [
    'oauth',
    (issuer) =>
      protectedBy(
        () => issuer,
        () => false,
      ),
    [],
  ],
  ['unknown', () => shut, []],
])('%s: the disclosure says what cannot be verified, always', async (how, before, more) => {
  const { m, server } = await world(before((await oauthServer()).origin));
  const document = JSON.parse((await m.run('info', '--json', server.url, ...more)).stdout);
  expect(document.remote.authorization.status).toBe(how);
  expect(document.notVerifiable.join()).toContain('what runs there: there are no bytes to look at or to pin');
  expect(document.findings.map(({ code }: { code: string }) => code)).toContain('server-hosted');
  expect(document.decision.verdict).not.toBe('allow');
});

describe('attacks: another way in at the next launch', () => {
  test('it names nobody any more: refused, and the token goes nowhere', async () => {
    const { m, says, keys } = await signedInWorld();
    says.current = shut;
    await expect(bridge(m)).rejects.toMatchObject({ code: 'authorization-changed' });
    expect(keys()).toEqual([]);
  });

  test('it names its own origin in place of the one that was approved: refused, and the token goes nowhere', async () => {
    const { m, says, server, keys } = await signedInWorld();
    says.current = (request, body, response) => {
      if (request.url !== '/.well-known/oauth-authorization-server') return shut(request, body, response);
      const metadata = { issuer: server.origin, authorization_endpoint: `${server.origin}/a`, token_endpoint: `${server.origin}/t` };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata));
      return true;
    };
    await expect(bridge(m)).rejects.toMatchObject({ code: 'authorization-changed' });
    expect(keys()).toEqual([]);
  });

  test('it lets anybody in: said at the launch, to be reviewed at the next install', async () => {
    const { m, says, server } = await signedInWorld();
    says.current = open;
    const session = await bridge(m);
    expect(session.notices.join()).toContain('it lets anybody in now, and was approved as one that wants to know who asks');
    const again = await m.run(...install(server.url, '--yes'));
    expect([again.code, again.stderr, status(m)]).toEqual([75, expect.stringContaining('authorization-kind-changed'), 'oauth']);
  });

  test('it asked nobody, and now wants to know who asks: nothing is sent, and nothing is let through', async () => {
    const { m, says, server, keys } = await world(open);
    expect((await m.person(['y'], ...install(server.url))).code).toBe(0);
    const issuer = await oauthServer();
    says.current = protectedBy(
      () => issuer.origin,
      () => true,
    );
    const session = await bridge(m);
    expect((await session.open()).error?.data.pinfold.code).toBe('sign-in-needed');
    expect(session.notices.join()).toContain(`that is not how it was approved; hint: pinfold install --name notes ${server.url}`);
    expect([keys(), issuer.seen]).toEqual([[], []]);
    m.browser.visit = browse;
    const again = await m.person(['y', 'n'], ...install(server.url));
    expect([again.code, again.stderr, status(m)]).toEqual([1, expect.stringContaining('authorization-kind-changed'), 'none']);
  });
});
