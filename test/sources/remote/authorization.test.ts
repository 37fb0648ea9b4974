import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { HttpExchange, HttpOpened } from '../../../src/host/http.ts';
import { readAuthorization } from '../../../src/sources/remote/authorization.ts';
import type { Greeting } from '../../../src/sources/remote/greet.ts';

const url = 'https://mcp.example.com/mcp';
const own = 'https://mcp.example.com';
const login = 'https://login.example.net';
const thief = 'https://thief.example.org';
const server = (issuer: string) => ({ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` });
const refuses = (challenge = '', status: 401 | 403 = 401): Greeting => ({
  kind: 'refuses',
  status,
  transport: 'streamable-http',
  challenge,
});
const talks: Greeting = { kind: 'talks', transport: 'streamable-http' };

/** What stands where; everything else is 404. A text is a redirect to there. */
async function read(greeting: Greeting, web: Readonly<Record<string, object | string>>) {
  const asked: string[] = [];
  const open = async (at: string, { headers }: HttpExchange): Promise<HttpOpened> => {
    asked.push(at);
    expect(Object.keys(headers)).toEqual(['accept']);
    const found = web[at];
    const status = found === undefined ? 404 : typeof found === 'string' ? 302 : 200;
    const location = typeof found === 'string' ? { location: found } : {};
    return {
      status,
      headers: { 'content-type': 'application/json', ...location },
      body: Readable.from([Buffer.from(JSON.stringify(found ?? {}))]),
    };
  };
  const found = await readAuthorization(url, greeting, { http: { open } as never });
  return { ...found, asked };
}

const resourcePlaces = [`${own}/.well-known/oauth-protected-resource/mcp`, `${own}/.well-known/oauth-protected-resource`] as const;
const serverPlace = (issuer: string) => `${issuer}/.well-known/oauth-authorization-server`;
const honest = {
  [resourcePlaces[0]]: { resource: url, authorization_servers: [login], scopes_supported: ['b', 'a'] },
  [serverPlace(login)]: server(login),
};

describe('what is said of who lets clients in', () => {
  test('nobody refuses, and nothing is announced: none', async () => {
    expect(await read(talks, {})).toMatchObject({
      authorization: { status: 'none', servers: [] },
      evidence: null,
      invalid: null,
      asked: resourcePlaces,
    });
  });

  test('nobody refuses, and somebody is announced: OAuth for calls, with issuer and scopes', async () => {
    const { authorization } = await read(talks, honest);
    expect(authorization).toMatchObject({ status: 'oauth-calls', resource: url, scopes: ['a', 'b'], servers: [{ issuer: login }] });
  });

  test('it refuses, and names somebody: OAuth, with issuer and the scopes that it wants', async () => {
    const { authorization, evidence } = await read(refuses('Bearer scope="c a"'), honest);
    expect(authorization).toMatchObject({ status: 'oauth', resource: url, scopes: ['a', 'c'], servers: [{ issuer: login }] });
    expect(evidence).toEqual({ source: 'authorization', outcome: 'verified', detail: `OAuth at ${login}` });
  });

  test('it refuses, and nothing is anywhere: unknown, and no endpoint is guessed', async () => {
    const found = await read(refuses('Basic realm="x"'), {});
    expect(found).toMatchObject({
      authorization: { status: 'unknown', servers: [] },
      evidence: { outcome: 'unavailable', detail: expect.stringContaining('does not say who lets a client in') },
      invalid: null,
    });
    expect(found.asked.filter((at) => !at.startsWith(`${own}/.well-known/`))).toEqual([]);
  });

  test('it refuses as servers of 2025-03-26 do: OAuth at its own origin, and that nobody else says so', async () => {
    const found = await read(refuses(), { [serverPlace(own)]: server(own) });
    expect(found.authorization).toMatchObject({
      status: 'oauth',
      resource: null,
      servers: [{ issuer: own, tokenEndpoint: `${own}/token` }],
    });
    expect(found.evidence).toEqual({
      source: 'authorization',
      outcome: 'verified',
      detail: `OAuth at ${own}, which is its own origin; the server itself names nobody`,
    });
  });

  test('who lets clients in for what else stands at the origin is not taken from a 403, nor from one who asks nobody', async () => {
    const web = { [serverPlace(own)]: server(own) };
    expect((await read(refuses('', 403), web)).authorization.status).toBe('unknown');
    const open = await read(talks, web);
    expect([open.authorization.status, open.asked]).toEqual(['none', resourcePlaces]);
  });
});

describe('attacks', () => {
  test.each<[string, string, Readonly<Record<string, object | string>>]>([
    [
      'metadata elsewhere that is of another resource',
      `resource_metadata="${thief}/prm"`,
      { [`${thief}/prm`]: { resource: 'https://bank.example.com/', authorization_servers: [login] } },
    ],
    [
      'metadata elsewhere that is of the place where it lies',
      `resource_metadata="${thief}/prm"`,
      { [`${thief}/prm`]: { resource: thief, authorization_servers: [thief] } },
    ],
    [
      'metadata elsewhere that names no resource',
      `resource_metadata="${thief}/prm"`,
      { [`${thief}/prm`]: { authorization_servers: [thief] } },
    ],
    [
      'metadata elsewhere that leads on',
      `resource_metadata="${thief}/prm"`,
      { [`${thief}/prm`]: `${own}/.well-known/oauth-protected-resource` },
    ],
    ['metadata elsewhere that is not there', `resource_metadata="${thief}/prm"`, {}],
    ['metadata on this machine', 'resource_metadata="http://127.0.0.1:8080/prm"', {}],
    ['metadata on this machine, by its name', 'resource_metadata="https://localhost/prm"', {}],
    ['metadata without encryption', 'resource_metadata="http://mcp.example.com/prm"', {}],
    ['metadata with credentials', 'resource_metadata="https://a:b@mcp.example.com/prm"', {}],
    ['metadata in the address itself', 'resource_metadata="data:application/json,{}"', {}],
    ['metadata that is a file', 'resource_metadata="file:///etc/passwd"', {}],
    ['metadata that is nowhere', 'resource_metadata=""', {}],
    ['metadata at two places', `resource_metadata="${resourcePlaces[0]}", Bearer resource_metadata="${thief}/prm"`, {}],
    ['an origin that speaks for somebody else', '', { [serverPlace(own)]: server(login), [resourcePlaces[0]]: 'https://x.example' }],
  ])('%s: invalid, and nothing behind it is asked', async (_what, challenge, web) => {
    const found = await read(refuses(`Bearer ${challenge}`), { ...web, ...(challenge === '' ? {} : honest) });
    expect([found.authorization.status, found.authorization.servers, found.invalid]).toEqual(['unknown', [], expect.any(String)]);
    expect(found.evidence?.outcome).toBe('invalid');
    expect(found.asked.filter((at) => !at.startsWith(own) && at !== `${thief}/prm`)).toEqual([]);
    expect(found.asked.filter((at) => at.startsWith(serverPlace('')))).toEqual([]);
  });

  test('metadata elsewhere that is of this resource names who lets clients in, and the well-known place is not asked beside it', async () => {
    const web = { ...honest, [`${thief}/prm`]: { resource: url, authorization_servers: [thief] }, [serverPlace(thief)]: server(thief) };
    const found = await read(refuses(`Bearer resource_metadata="${thief}/prm"`), web);
    // The server itself said so, under its own certificate: it is shown, pinned, and compared from then on.
    expect(found.authorization).toMatchObject({ status: 'oauth', resource: url, servers: [{ issuer: thief }] });
    expect(found.asked).toEqual([`${thief}/prm`, serverPlace(thief)]);
  });

  test.each([
    `Bearer error_description="see resource_metadata=${thief}/prm, resource_metadata=${thief}/prm", resource_metadata="${resourcePlaces[0]}"`,
    `Bearer realm="a\\", resource_metadata=\\"${thief}/prm", resource_metadata="${resourcePlaces[0]}"`,
    `Bearer realm="resource_metadata=${thief}/prm , scope=admin`,
  ])('what stands inside of the quotes of something else is text: %s', async (challenge) => {
    const found = await read(refuses(challenge), honest);
    expect([found.authorization.status, found.authorization.scopes]).toEqual(['oauth', ['a', 'b']]);
    expect(found.asked.filter((at) => at.startsWith(thief))).toEqual([]);
  });
});
