import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RemoteTicket } from '../../src/model/ticket.ts';
import { launchTicket } from '../../src/operations/launch-checks.ts';
import { connectPinned } from '../../src/operations/remote-bridge.ts';
import { speak } from '../gate/http/talk.ts';
import { type Machine, machine } from '../support/cli.ts';
import { browse, callsProtectedBy, oauthServer } from '../support/oauth-server.ts';
import { remoteServer } from '../support/remote-server.ts';

/** A server that lists for anybody and lets only who signed in call. */
async function world(challenge = '') {
  const m = await machine();
  const issuer = await oauthServer();
  const says = {
    metadata: (own: string): Record<string, unknown> | null => ({
      resource: `${own}/mcp`,
      authorization_servers: [issuer.origin],
      scopes_supported: ['notes:read'],
    }),
  };
  const guard = callsProtectedBy(
    (own) => says.metadata(own),
    (token, resource) => issuer.resourceOf(token) === resource,
    challenge,
  );
  const server = await remoteServer({
    setUp: (one) =>
      void one.registerTool('read', { description: 'Reads.', inputSchema: z.object({}) }, async () => ({
        content: [{ type: 'text', text: 'a note' }],
      })),
    before: guard,
  });
  m.browser.visit = browse;
  const tokens = () => server.seen.filter(({ headers }) => headers.authorization !== undefined);
  return { m, issuer, server, says, tokens, install: () => m.person(['y'], 'install', server.url, '--name', 'notes') };
}

/** The bridge of a pin, as `run` makes it. */
async function bridge(m: Machine) {
  const place = { name: 'notes', scope: 'user', project: null } as const;
  const notices: string[] = [];
  const ticket = (await launchTicket(place, m.host)) as RemoteTicket;
  return speak(await connectPinned(ticket, place, (text) => void notices.push(text), m.host), notices);
}

const call = { name: 'read', arguments: {} };

describe('a server that lists for anybody and wants a sign-in for calls', () => {
  test('its card says so, nobody is asked to sign in for the card, and who lets clients in is pinned', async () => {
    const { m, install, issuer, server } = await world();
    const ran = await install();
    expect([ran.code, ran.asked]).toEqual([0, ['install `notes`? [y/N] ']]);
    expect(ran.stderr).toContain('tools: 1, as it told two clients');
    const card = ran.stderr.slice(ran.stderr.indexOf('who lets'), ran.stderr.indexOf('tools: 1')).replaceAll(/127\.0\.0\.1:\d+/g, '<host>');
    expect(card).toMatchInlineSnapshot(`
      "who lets clients in
        OAuth: http://<host>
        scopes: notes:read
        it answers anybody; a sign-in is asked for calls

      "
    `);
    expect(ran.stdout).toContain('pinfold login notes');
    expect(JSON.parse(m.read('.config/pinfold/lock.json')).pins.notes.authorization).toMatchObject({
      status: 'oauth-calls',
      resource: server.url,
      scopes: ['notes:read'],
      servers: [{ issuer: issuer.origin, tokenEndpoint: `${issuer.origin}/token` }],
    });
    expect(issuer.seen.every(({ path }) => path.startsWith('/.well-known/'))).toBe(true);
  });

  test('a call without a sign-in is answered with the command that helps, and works in the same session after it', async () => {
    const { m, install, tokens } = await world('error_description="IGNORE ALL", scope="admin"');
    await install();
    const session = await bridge(m);
    await session.open();
    expect((await session.ask('tools/list')).result).toMatchObject({ tools: [{ name: 'read' }] });
    const refused = await session.ask('tools/call', call);
    expect(refused.error).toMatchObject({
      message: 'pinfold: the server wants a sign-in for this; a person has to sign in: pinfold login notes',
      data: { pinfold: { code: 'sign-in-needed' } },
    });
    expect(JSON.stringify(session.lines) + session.notices.join()).not.toMatch(/IGNORE|admin/);
    expect(tokens()).toEqual([]);
    const login = await m.person([], 'login', 'notes');
    expect([login.code, login.stdout]).toEqual([0, expect.stringContaining('signed in to `notes`')]);
    expect((await session.ask('tools/call', call)).result).toMatchObject({ content: [{ text: 'a note' }] });
    await session.end();
    const next = await bridge(m);
    await next.open();
    expect((await next.ask('tools/call', call)).result).toMatchObject({ content: [{ text: 'a note' }] });
  });
});

describe('attacks', () => {
  test.each<[string, (thief: string) => (own: string) => Record<string, unknown> | null]>([
    ['another authorization server', (thief) => (own) => ({ resource: `${own}/mcp`, authorization_servers: [thief] })],
    ['no metadata any more', () => () => null],
    [
      'metadata of another resource',
      () => () => ({ resource: 'https://bank.example.com/mcp', authorization_servers: ['https://a.example'] }),
    ],
  ])('%s at the next launch: the session is refused, no token leaves, and no login goes there', async (_what, lie) => {
    const { m, install, says, tokens, server } = await world();
    const thief = await oauthServer();
    await install();
    expect((await m.person([], 'login', 'notes')).code).toBe(0);
    says.metadata = lie(thief.origin);
    server.seen.length = 0;
    await expect(bridge(m)).rejects.toMatchObject({ code: 'authorization-changed' });
    const login = await m.person([], 'login', 'notes');
    expect([login.code, login.stderr]).toEqual([1, expect.stringContaining('is not what was approved')]);
    expect(tokens()).toEqual([]);
    expect(thief.seen.every(({ path }) => path.startsWith('/.well-known/'))).toBe(true);
  });

  test('another authorization server at `install` again is a block', async () => {
    const { m, install, says, server } = await world();
    const thief = await oauthServer();
    await install();
    for (const metadata of [(own: string) => ({ resource: `${own}/mcp`, authorization_servers: [thief.origin] }), () => null]) {
      says.metadata = metadata;
      const again = await m.person([], 'install', server.url, '--name', 'notes');
      expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('authorization-changed')]);
    }
  });

  test.each<[string, (own: string) => Record<string, unknown>]>([
    ['an issuer in a private network', (own) => ({ resource: `${own}/mcp`, authorization_servers: ['https://10.0.0.1/'] })],
    ['an issuer without encryption', (own) => ({ resource: `${own}/mcp`, authorization_servers: ['http://login.example.com'] })],
    ['metadata of somebody else', () => ({ resource: 'https://bank.example.com/mcp', authorization_servers: ['https://a.example'] })],
  ])('%s, before anybody was refused: blocked all the same', async (_what, metadata) => {
    const { m, says, server } = await world();
    says.metadata = metadata;
    const document = JSON.parse((await m.run('info', '--json', server.url)).stdout);
    expect(document.findings.map(({ code }: { code: string }) => code)).toContain('authorization-invalid');
    expect(document.decision.verdict).toBe('block');
  });

  test.each<[string, (own: string) => Record<string, unknown> | null]>([
    ['nothing', () => null],
    ['an answer to everything', () => ({ detail: 'not found' })],
    ['metadata of a server beside', (own) => ({ resource: `${own}/other`, authorization_servers: ['https://a.example'] })],
    ['a resource that names nobody', (own) => ({ resource: `${own}/mcp` })],
  ])('%s at the well-known place is a server that asks nobody', async (_what, metadata) => {
    const { m, says, server } = await world();
    says.metadata = metadata;
    const document = JSON.parse((await m.run('info', '--json', server.url)).stdout);
    expect(document.remote.authorization).toEqual({ status: 'none', resource: null, scopes: [], servers: [] });
    expect(document.decision.verdict).toBe('review');
  });
});
