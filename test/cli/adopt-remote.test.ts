import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readHeadersFor } from '../../src/store/remote-headers.ts';
import { type Machine, machine } from '../support/cli.ts';
import { memoryKeychain } from '../support/keychain.ts';
import { browse, callsProtectedBy, oauthServer, protectedBy } from '../support/oauth-server.ts';
import { type RemoteOptions, remoteServer } from '../support/remote-server.ts';

const notes: RemoteOptions['setUp'] = (server) => {
  server.registerTool('read', { description: 'Reads.', inputSchema: z.object({}) }, async () => ({ content: [] }));
};
const key = 'Bearer canary-key-1';
const withKey: RemoteOptions['before'] = (request, _body, response) => {
  if (request.headers.authorization === key) return false;
  response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
  return true;
};

function holders(m: Machine): readonly string[] {
  return readdirSync(m.home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name), 'utf8').includes('canary-'))
    .map(({ parentPath }) => parentPath.slice(m.host.places.data.length + 1))
    .sort();
}

test('an entry of a remote server becomes the bridge, its headers leave the file, and release brings the bytes back', async () => {
  const m = await machine();
  const open = await remoteServer({ setUp: notes });
  const keyed = await remoteServer({ setUp: notes, before: withKey });
  const before = `{ // mine
  "mcpServers": {
    "open": { "url": "${open.url}", "disabled": false },
    "keyed": { "headers": { "Authorization": "${key}" }, "url": "${keyed.url}" }, // work
    "keyed-too": { "url": "${keyed.url}", "headers": { "Authorization": "${key}" } }
  }
}
`;
  m.write('.cursor/mcp.json', before);
  const audit = JSON.parse((await m.run('audit', '--json')).stdout);
  expect(audit.servers.map(({ remedy }: { remedy: string }) => remedy).sort()).toEqual([
    'pinfold adopt --client cursor keyed',
    'pinfold adopt --client cursor keyed-too',
    'pinfold adopt --client cursor open',
  ]);
  const ran = await m.run('adopt', '--yes');
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('adopted 3 entries')]);
  expect(ran.stdout + ran.stderr).not.toContain('canary-');
  expect(ran.stdout).toContain('headers are kept in a file that only you may read: there is no keychain here');
  for (const row of [
    /open +cursor +address and words/,
    /keyed +cursor +address and words/,
    /keyed-too +cursor +address and words .*; as keyed/,
  ])
    expect(ran.stderr).toMatch(row);
  const file = m.read('.cursor/mcp.json');
  expect(file).not.toMatch(/canary-|127\.0\.0\.1/);
  expect(file).toContain('// work');
  // Two entries that send the same are one server.
  expect(file.match(/"run",\s*"keyed"/g)).toHaveLength(2);
  const { pins } = JSON.parse(m.read('.config/pinfold/lock.json'));
  expect(pins.open).toMatchObject({
    status: 'grandfathered',
    launch: { url: open.url, headerNames: [] },
    authorization: { status: 'none' },
  });
  expect(pins.keyed).toMatchObject({
    status: 'grandfathered',
    launch: { url: keyed.url, headerNames: ['authorization'] },
    authorization: { status: 'static' },
  });
  expect(Object.keys(pins.keyed.manifest.tools)).toEqual(['read']);
  expect(new Set(holders(m))).toEqual(new Set(['adopted', 'backups', 'secrets/user']));
  const again = JSON.parse((await m.run('adopt', '--yes', '--json')).stdout);
  expect(again.entries.map(({ how }: { how: string }) => how)).toEqual(['guarded', 'guarded', 'guarded']);
  expect(again.headersIn).toEqual([]);
  expect((await m.run('release', '--all', '--yes')).code).toBe(0);
  expect(m.read('.cursor/mcp.json')).toBe(before);
  expect(holders(m).filter((folder) => folder.startsWith('secrets'))).toEqual([]);
});

test('the same address with another key is another server', async () => {
  const m = await machine();
  const server = await remoteServer({ setUp: notes });
  const entry = (token: string) => ({ url: server.url, headers: { Authorization: token } });
  m.write('.cursor/mcp.json', JSON.stringify({ mcpServers: { one: entry('canary-one'), two: entry('canary-two') } }));
  expect(JSON.parse((await m.run('adopt', '--yes', '--json')).stdout).headersIn).toEqual(['file']);
  expect(Object.keys(JSON.parse(m.read('.config/pinfold/lock.json')).pins)).toEqual(['one', 'two']);
});

test('what the guard could not ask for, or would break, stays as it is, with what to do', async () => {
  const m = await machine();
  const keyed = await remoteServer({ setUp: notes, before: withKey });
  const issuer = await oauthServer();
  const oauth = await remoteServer({
    setUp: notes,
    before: protectedBy(
      () => issuer.origin,
      () => false,
    ),
  });
  const calls = await remoteServer({
    setUp: notes,
    before: callsProtectedBy(
      (own) => ({ resource: `${own}/mcp`, authorization_servers: [issuer.origin] }),
      () => false,
    ),
  });
  const entries = {
    filled: { url: '${env:ADDRESS}' },
    header: { url: keyed.url, headers: { Authorization: 'Bearer ${env:KEY}' } },
    key: { url: 'https://mcp.example.com/mcp?api_key=canary-query' },
    plain: { url: 'http://mcp.example.com/mcp' },
    shut: { url: keyed.url },
    host: { url: keyed.url, headers: { Host: 'bank.example.com' } },
    gone: { url: 'http://127.0.0.1:1/mcp' },
    oauth: { url: oauth.url },
    calls: { url: calls.url },
  };
  m.write('.cursor/mcp.json', JSON.stringify({ mcpServers: entries }));
  const before = m.files();
  const ran = await m.run('adopt', '--yes', '--json');
  expect(
    JSON.parse(ran.stdout).entries.map(({ name, how, why }: Record<string, string>) => [
      name,
      how,
      why?.replace(/127\.0\.0\.1:\d+/g, '<host>'),
    ]),
  ).toEqual([
    ['filled', 'left', 'its address is filled in by its client'],
    ['header', 'left', 'its header authorization is filled in by its client'],
    ['key', 'left', 'it carries something like a key, and an address is pinned and shown'],
    ['plain', 'left', 'without encryption anybody on the way could answer for it'],
    ['shut', 'left', 'it does not let the guard in with what the entry sends'],
    ['host', 'left', 'its header host is not one that the guard can send'],
    ['gone', 'failed', expect.stringContaining('nothing answers there')],
    ['oauth', 'left', 'behind the guard somebody has to sign in at <host>'],
    ['calls', 'left', 'behind the guard somebody has to sign in at <host>'],
  ]);
  expect(ran.stdout + ran.stderr).not.toContain('canary-');
  expect(m.files()).toEqual(before);
});

test('one that its client had signed in to is adopted with a person there, who signs in again', async () => {
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
  m.write('.cursor/mcp.json', JSON.stringify({ mcpServers: { work: { url: server.url } } }));
  const ran = await m.person(['y'], 'adopt');
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('pinfold login work')]);
  expect((await m.person([], 'login', 'work')).code).toBe(0);
  expect(JSON.parse(m.read('.config/pinfold/lock.json')).pins.work).toMatchObject({
    authorization: { status: 'oauth', servers: [{ issuer: issuer.origin }] },
  });
});

test('headers in clear: the commands that are hinted work, the record of what the entry was goes too, and release brings it back', async () => {
  const keychain = memoryKeychain();
  const m = (await machine()).with((host) => ({ ...host, keychain }));
  const keyed = await remoteServer({ setUp: notes, before: withKey });
  const before = `{ "mcpServers": { "keyed": { "headers": { "Authorization": "${key}" }, "url": "${keyed.url}" } } } // mine\n`;
  m.write('.cursor/mcp.json', before);
  const told = await m.run('secrets', 'move', 'keyed');
  expect([told.code, told.stdout]).toEqual([3, expect.stringContaining('hint: pinfold adopt --client cursor keyed')]);
  expect((await m.run('audit')).stdout).toContain('pinfold adopt --client cursor keyed');
  expect((await m.run('adopt', '--client', 'cursor', 'keyed', '--yes')).code).toBe(0);
  expect(holders(m)).toEqual(['adopted', 'backups']);
  const guarded = m.read('.cursor/mcp.json');

  // What the entry was is pinfold's own file, and in clear until somebody moves it.
  const moved = await m.run('secrets', 'move', 'keyed');
  expect([moved.code, moved.stdout]).toEqual([0, expect.stringMatching(/keyed\s+cursor\s+moved\s+authorization/)]);
  expect(holders(m)).toEqual([]);
  expect(m.read('.cursor/mcp.json')).toBe(guarded);
  expect((await m.run('secrets', 'move', 'keyed')).stdout).toContain('no plaintext secrets were moved');

  // Somebody writes a header into the entry that starts the guard.
  const place = { name: 'keyed', scope: 'user', project: null } as const;
  const entry = JSON.parse(guarded.replace(/ \/\/ mine/, ''));
  const write = (headers: object) =>
    m.write('.cursor/mcp.json', JSON.stringify({ mcpServers: { keyed: { ...entry.mcpServers.keyed, headers } } }));
  write({ Authorization: 'Bearer canary-key-2', 'X-Api-Key': 'canary-key-3' });
  const refused = await m.run('secrets', 'move', 'keyed');
  expect(refused.code).toBe(3);
  expect(refused.stdout.replace(/\s+/g, ' ')).toContain(
    `--name keyed --header Authorization=VARIABLE --header X-Api-Key=VARIABLE ${keyed.url}`,
  );
  expect(refused.stdout).not.toContain('canary-');
  expect(m.read('.cursor/mcp.json')).toContain('canary-key-2');
  write({ Authorization: 'Bearer canary-key-2' });
  expect((await m.run('audit')).stdout).toContain('pinfold secrets move keyed');
  const again = await m.run('secrets', 'move', 'keyed');
  expect(again.stdout).toContain('authorization (in place of an older value)');
  expect(holders(m)).toEqual([]);
  expect(JSON.parse(m.read('.cursor/mcp.json')).mcpServers.keyed).toEqual(entry.mcpServers.keyed);
  expect(await readHeadersFor(place, keyed.url, m.host)).toEqual({ authorization: 'Bearer canary-key-2' });
  // The entry comes back with the header that it had; the newer one is in no entry, so it is named and not deleted.
  const released = await m.run('release', '--yes', 'keyed');
  expect([released.code, released.stdout.replace(/\s+/g, ' ')]).toEqual([
    0,
    expect.stringContaining('no entry holds it: authorization; delete with: pinfold remove keyed'),
  ]);
  expect(JSON.parse(m.read('.cursor/mcp.json')).mcpServers.keyed).toEqual({ headers: { Authorization: key }, url: keyed.url });
  expect([...keychain.items.values()]).toEqual(['Bearer canary-key-2']);
  expect((await m.run('remove', '--yes', 'keyed')).code).toBe(0);
  expect(keychain.items.size).toBe(0);
});
