import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Machine, machine } from '../support/cli.ts';
import { browse, oauthServer, protectedBy } from '../support/oauth-server.ts';
import { type RemoteOptions, remoteServer } from '../support/remote-server.ts';

const notes: RemoteOptions['setUp'] = (server) => {
  server.registerTool('read', { description: 'Reads a note.', inputSchema: z.object({ id: z.string() }) }, async ({ id }) => ({
    content: [{ type: 'text', text: `note ${id}` }],
  }));
};

async function world() {
  const m = await machine();
  const issuer = await oauthServer();
  const server = await remoteServer({
    setUp: notes,
    before: protectedBy(
      () => issuer.origin,
      (token, resource) => issuer.resourceOf(token) === resource,
    ),
  });
  m.browser.visit = browse;
  return { m, issuer, server };
}

/** Names of the files below the home that hold a token. */
function holding(m: Machine): readonly string[] {
  return readdirSync(m.home, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name), 'utf8').includes('canary-'))
    .map(({ name }) => name);
}

test('install offers the sign-in, lists what the account is shown, and pins it', async () => {
  const { m, issuer, server } = await world();
  const ran = await m.person(['y', 'y'], 'install', server.url, '--name', 'notes');
  expect(ran.stderr).not.toContain('error:');
  expect(ran.code).toBe(0);
  expect(ran.asked.map((question) => question.replace(/127\.0\.0\.1:\d+/g, '<host>'))).toEqual([
    '<host>/mcp wants you to sign in at http://<host>; do that now? [y/N] ',
    'install `notes`? [y/N] ',
  ]);
  expect(ran.stderr).toContain('tools: 1, as it told two clients');
  expect(ran.stderr).toContain('you are signed in');
  const pin = JSON.parse(m.read('.config/pinfold/lock.json')).pins.notes;
  expect(pin).toMatchObject({
    status: 'reviewed',
    authorization: { status: 'oauth', resource: server.url, servers: [{ issuer: issuer.origin }] },
  });
  expect(holding(m)).toEqual(['notes.json']);
  const asked = issuer.seen.find(({ path }) => path === '/authorize')?.params;
  expect(asked).toMatchObject({
    resource: server.url,
    response_type: 'code',
    code_challenge_method: 'S256',
    scope: 'notes:read notes:write',
  });
  expect(issuer.seen.find(({ path }) => path === '/token')?.params).toMatchObject({
    resource: server.url,
    grant_type: 'authorization_code',
  });
});

test('a client that is a URL (a client id metadata document) is sent as it was given, and is not looked at here', async () => {
  const { m, issuer, server } = await world();
  issuer.lies.metadata = () => ({ registration_endpoint: undefined, client_id_metadata_document_supported: true });
  await m.person(['n', 'y'], 'install', server.url, '--name', 'notes');
  const id = 'https://corp.example.com/clients/pinfold.json';
  m.browser.visit = (link) => {
    // What the authorization server does after it read the document: the redirect address is one of those in there.
    issuer.clients.set(id, { redirects: [new URL(link).searchParams.get('redirect_uri') ?? ''], secret: null });
    return browse(link);
  };
  const asked: string[] = [];
  const watching = m.with((host) => ({
    ...host,
    http: {
      ...host.http,
      open(url, exchange) {
        asked.push(new URL(url).hostname);
        return host.http.open(url, exchange);
      },
    },
  }));
  const ran = await watching.person([], 'login', 'notes', '--client-id', id);
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('signed in to `notes`')]);
  expect(issuer.seen.findLast(({ path }) => path === '/token')?.params).toMatchObject({ client_id: id, grant_type: 'authorization_code' });
  expect(new Set(asked)).toEqual(new Set(['127.0.0.1']));
});

test('logout takes the tokens back at the server, each at the endpoint that was agreed to, and forgets them here', async () => {
  const { m, issuer, server } = await world();
  issuer.lies.metadata = (origin) => ({ revocation_endpoint: `${origin}/revoke` });
  await m.person(['y', 'y'], 'install', server.url, '--name', 'notes');
  expect(JSON.parse(m.read('.config/pinfold/lock.json')).pins.notes.authorization.servers).toMatchObject([
    { revocationEndpoint: `${issuer.origin}/revoke` },
  ]);
  const ran = await m.run('logout', 'notes');
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringMatching(/^signed out of `notes` here and at 127\.0\.0\.1:\d+\n$/)]);
  const sent = issuer.seen.filter(({ path }) => path === '/revoke').map(({ params }) => params);
  expect(sent.map(({ token_type_hint }) => token_type_hint)).toEqual(['refresh_token', 'access_token']);
  expect(sent.map(({ client_id }) => client_id)).toEqual(Array(2).fill(expect.stringMatching(/^client-/)));
  expect(issuer.resourceOf(sent[1]?.['token'] ?? '')).toBe(undefined);
  expect(holding(m)).toEqual([]);
  const again = JSON.parse((await m.run('logout', 'notes', '--json')).stdout);
  expect(again).toMatchObject({ forgotten: false, revocation: null });
});
