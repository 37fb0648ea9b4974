import { cpSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import type { KeychainPort } from '../../src/host/keychain.ts';
import { limits } from '../../src/model/limits.ts';
import { login, logout } from '../../src/operations/login.ts';
import { release } from '../../src/operations/release.ts';
import { remove } from '../../src/operations/remove.ts';
import { recover } from '../../src/store/transaction.ts';
import { type Machine, machine } from '../support/cli.ts';
import { memoryKeychain, noKeychain } from '../support/keychain.ts';
import { killedBefore } from '../support/killed.ts';
import { browse, oauthServer } from '../support/oauth-server.ts';
import { readServer } from '../support/read-server.ts';

/** Somebody who signed in where tokens can be taken back. */
async function signedIn(keychain: KeychainPort = noKeychain) {
  const m = (await machine()).with((host) => ({ ...host, keychain }));
  const issuer = await oauthServer({ metadata: (origin) => ({ revocation_endpoint: `${origin}/revoke` }) });
  const server = await readServer(issuer);
  m.browser.visit = browse;
  expect((await m.person(['y', 'y'], 'install', server.url, '--name', 'notes')).code).toBe(0);
  const revoked = () => issuer.seen.flatMap(({ path, params }) => (path === '/revoke' ? [params['token'] ?? ''] : []));
  return { m, issuer, server, revoked };
}

/** Names of the files below the home that hold a token. */
function holding(m: Machine): readonly string[] {
  return readdirSync(m.home, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name), 'utf8').includes('canary-'))
    .map(({ name }) => name);
}

const notes = { name: 'notes', scope: 'user' } as const;
const shut: NonNullable<Awaited<ReturnType<typeof oauthServer>>['lies']['before']> = (request, response) => {
  if (request.url !== '/revoke') return false;
  response.writeHead(503).end();
  return true;
};

const endings: readonly (readonly [string, (host: Host) => Promise<unknown>])[] = [
  ['logout', (host) => logout(notes, host)],
  ['remove', (host) => remove({ ...notes, clients: null, yes: true }, host)],
  ['login', (host) => login({ ...notes, issuer: null, client: null }, host, ({ link }) => void browse(link))],
];

describe.each(endings)('kill -9 before any step of `%s`', (what, end) => {
  test.each([
    ['in a file', noKeychain],
    ['in a keychain', memoryKeychain()],
  ])(
    'with tokens %s: the next command takes back what nothing uses any more, once, and nothing is left over',
    async (_where, keychain) => {
      const { m, issuer, revoked } = await signedIn(keychain);
      const items = 'items' in keychain ? (keychain.items as Map<string, string>) : new Map<string, string>();
      const [saved, values] = [`${m.home}-saved`, new Map(items)];
      const filter = (path: string) => !path.includes('/launcher') && !path.includes('/npm-cache');
      cpSync(m.home, saved, { recursive: true, filter });
      const { host } = m;
      const person = { ...host, terminal: { ...host.terminal, interactive: true } };
      let finished = false;
      let deaths = 0;
      try {
        for (let step = 0; !finished; step += 1) {
          rmSync(join(host.places.data, 'secrets'), { recursive: true, force: true });
          cpSync(saved, m.home, { recursive: true });
          items.clear();
          for (const [name, value] of values) items.set(name, value);
          issuer.seen.length = 0;
          const dying = killedBefore(step, person);
          const ended = await Promise.race([end(dying.host), dying.died]);
          finished = ended !== 'died';
          deaths += finished ? 0 : 1;
          await recover(host);
          // Any command that touches servers elsewhere; what is signed in to after it stays so.
          await m.run('logout', 'nothing-of-this-name');
          const secrets = join(host.places.data, 'secrets', 'user', 'notes.json');
          const record = m.files()[secrets.slice(m.home.length + 1)];
          const kept = readKept(secrets);
          expect(
            kept.filter((name) => name.startsWith('oauth leaving')),
            `step ${step}: ${record}`,
          ).toEqual([]);
          if (kept.length === 0) expect(revoked().length, `step ${step}: ${what}`).toBeGreaterThanOrEqual(2);
          expect((await m.run('logout', 'notes')).code, `step ${step}`).toBe(0);
          expect([readKept(secrets), holding(m)], `step ${step}`).toEqual([[], []]);
          // Every token that was ever kept is good for nothing any more.
          const given = [...values.values(), ...tokensIn(saved)].join();
          for (const token of given.match(/canary-(?:access|refresh)-[0-9a-f-]+/g) ?? [])
            expect(revoked(), `step ${step}`).toContain(token);
        }
      } finally {
        rmSync(saved, { recursive: true, force: true });
      }
      expect(deaths).toBeGreaterThan(4);
    },
    120_000,
  );
});

function readKept(path: string): readonly string[] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).kept.map(({ name }: { name: string }) => name);
  } catch {
    return [];
  }
}

function tokensIn(home: string): readonly string[] {
  return [readFileSync(join(home, '.local/share/pinfold/secrets/user/notes.json'), 'utf8')];
}

test.each([
  ['the keychain', memoryKeychain(), 'what it is sent is kept in the keychain of this machine'],
  ['a file for this user alone', noKeychain, 'what it is sent is kept in a file that only you may read: there is no keychain here'],
])('tokens lie in %s, and that is said', async (_where, keychain, said) => {
  const { m } = await signedIn(keychain);
  const ran = await m.person([], 'login', 'notes');
  expect(ran.stdout).toContain(said);
  if ('items' in keychain) {
    expect([[...(keychain.items as Map<string, string>).values()].join().includes('canary-access-'), holding(m)]).toEqual([true, []]);
    return;
  }
  expect(holding(m)).toEqual(['notes.json']);
  expect(statSync(join(m.home, '.local/share/pinfold/secrets/user/notes.json')).mode & 0o777).toBe(0o600);
});

describe('what could not be taken back', () => {
  test('is used for nothing, said with what to do, and taken back by the next command that can', async () => {
    const { m, issuer, revoked } = await signedIn();
    issuer.lies.before = shut;
    const ran = await m.run('remove', 'notes');
    expect(ran.stdout.replace(/\s+/g, ' ')).toMatch(
      /the sign-in is used no more here; what it was given may be good there until it runs out why: 127\.0\.0\.1:\d+ could not be asked to take it back \(HTTP 503\) hint: it is kept to be taken back alone: .* tries again; or end it in your account at 127\.0\.0\.1:\d+/,
    );
    expect(holding(m)).toEqual(['notes.json']);
    issuer.lies.before = () => false;
    const count = revoked().length;
    const next = await m.run('logout', 'another');
    expect(next.stderr).toMatch(/an earlier sign-in to `notes` was taken back at 127\.0\.0\.1:\d+/);
    expect([revoked().length - count, holding(m)]).toEqual([2, []]);
    // Nothing is left to do.
    expect((await m.run('logout', 'another')).stderr).toBe('');
  });

  test('is not tried for ever: after so many commands it is forgotten, and that is said', async () => {
    const { m, issuer, revoked } = await signedIn();
    issuer.lies.before = shut;
    expect(JSON.parse((await m.run('logout', 'notes', '--json')).stdout)).toMatchObject({ again: true });
    const told: string[] = [];
    for (let at = 0; at < limits.oauthRevokeMaxTries + 2; at += 1)
      told.push((await m.run('logout', 'another')).stderr.replace(/\s+/g, ' '));
    expect(told.map((text) => [text.includes('tries again'), text.includes('end it in your account')])).toEqual([
      [true, true],
      [true, true],
      [true, true],
      [false, true],
      [false, false],
      [false, false],
      [false, false],
    ]);
    expect([revoked().length, holding(m)]).toEqual([2 * limits.oauthRevokeMaxTries, []]);
  });

  test('is never handed to a launch, to a login, or to another server under the same name', async () => {
    const { m, issuer, server } = await signedIn();
    issuer.lies.before = shut;
    expect((await m.run('remove', 'notes')).code).toBe(0);
    server.seen.length = 0;
    expect((await m.person(['n', 'y'], 'install', server.url, '--name', 'notes')).code).toBe(0);
    expect(server.seen.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
    expect((await m.run('secrets', 'list')).stdout).not.toMatch(/leaving|oauth|tokens/);
  });

  test('is not taken back by a newer sign-in of the same client, which could end with it', async () => {
    const { m, issuer, revoked } = await signedIn();
    const id = 'client-of-corp';
    m.browser.visit = (link) => {
      issuer.clients.set(id, { redirects: [new URL(link).searchParams.get('redirect_uri') ?? ''], secret: null });
      return browse(link);
    };
    expect((await m.person([], 'login', 'notes', '--client-id', id)).code).toBe(0);
    issuer.lies.before = shut;
    expect((await m.run('logout', 'notes')).code).toBe(0);
    issuer.lies.before = () => false;
    // The new one is kept, and the command that kept it was killed before it looked at the old one.
    const path = '.local/share/pinfold/secrets/user/notes.json';
    const leaving = JSON.parse(m.read(path)).kept;
    m.write(path, JSON.stringify({ version: 1, kept: [], loose: [] }));
    expect((await m.person([], 'login', 'notes', '--client-id', id)).code).toBe(0);
    const now = JSON.parse(m.read(path));
    m.write(path, JSON.stringify({ ...now, kept: [...leaving, ...now.kept] }));
    const count = revoked().length;
    const ran = await m.run('logout', 'another');
    expect(ran.stderr.replace(/\s+/g, ' ')).toContain('taking it back could end the new one');
    expect([revoked().length, readKept(join(m.home, path))]).toEqual([count, ['oauth tokens']]);
  });

  test('outlives the pin that it was of', async () => {
    const { m, issuer, revoked } = await signedIn();
    issuer.lies.before = shut;
    expect((await m.run('logout', 'notes')).code).toBe(0);
    expect((await m.run('remove', 'notes')).code).toBe(0);
    expect(holding(m)).toEqual(['notes.json']);
    issuer.lies.before = () => false;
    const count = revoked().length;
    expect((await m.run('logout', 'another')).stderr).toContain('was taken back');
    expect([revoked().length - count, holding(m)]).toEqual([2, []]);
  });

  test('offline nothing is tried; a record that is damaged stops no command', async () => {
    const { m, issuer, revoked } = await signedIn();
    expect((await m.run('logout', '--offline', 'notes')).code).toBe(0);
    expect((await m.run('logout', '--offline', 'another')).stderr).toBe('');
    expect([revoked(), holding(m)]).toEqual([[], ['notes.json']]);
    m.write('.local/share/pinfold/secrets/user/broken.json', '{');
    expect((await m.run('logout', 'another')).code).toBe(0);
    expect([revoked().length, holding(m), issuer.seen.length > 0]).toEqual([2, [], true]);
  });
});

test('released with the server not to be had: said, and kept to be taken back alone', async () => {
  const { m, issuer, server } = await signedIn();
  expect((await m.run('remove', 'notes')).code).toBe(0);
  m.write('.cursor/mcp.json', JSON.stringify({ mcpServers: { other: { url: server.url } } }));
  expect((await m.person(['y'], 'adopt', 'other')).code).toBe(0);
  expect((await m.person([], 'login', 'other')).code).toBe(0);
  issuer.lies.before = shut;
  const request = { names: [], clients: null, scope: null, project: null, everywhere: true, yes: true, keepPins: false };
  const released = await release({ ...request, command: 'pinfold release --all', show: () => {} } as Parameters<typeof release>[0], m.host);
  expect(released.signedOut).toMatchObject([{ again: true, revocation: { outcome: 'unavailable', why: 'HTTP 503' } }]);
  expect(holding(m)).toEqual(['other.json']);
  issuer.lies.before = () => false;
  await m.run('logout', 'another');
  expect(holding(m)).toEqual([]);
});

test('a sign-in for an install that somebody then says no to is taken back at once', async () => {
  const { m, issuer, server, revoked } = await signedIn();
  expect((await m.run('remove', 'notes')).code).toBe(0);
  const count = revoked().length;
  expect((await m.person(['y', 'n'], 'install', server.url, '--name', 'notes')).code).toBe(1);
  expect([revoked().length - count, holding(m)]).toEqual([2, []]);
  for (const token of revoked()) expect(issuer.resourceOf(token)).toBeUndefined();
});
