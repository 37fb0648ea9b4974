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
