import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { machine } from '../support/cli.ts';
import { browse, type OAuthLies, oauthServer } from '../support/oauth-server.ts';
import { readServer } from '../support/read-server.ts';

async function world(lies: OAuthLies = {}) {
  const m = await machine();
  const issuer = await oauthServer(lies);
  const server = await readServer(issuer);
  m.browser.visit = browse;
  const before = m.files();
  const install = (answers: readonly string[] = ['y']) => m.person(answers, 'install', server.url, '--name', 'notes');
  const unchanged = () => expect(m.files()).toEqual(before);
  const tokens = () => issuer.seen.filter(({ path }) => path === '/token');
  return { m, issuer, server, install, unchanged, tokens };
}

describe('what comes back is not from the one who was asked', () => {
  test.each<[string, NonNullable<OAuthLies['back']>]>([
    ['another issuer (mix-up)', (honest) => ({ ...honest, iss: 'https://login.example.com' })],
    ['no issuer, from a server that always names itself', ({ code = '', state = '' }) => ({ code, state })],
    ['an issuer with one slash more', (honest) => ({ ...honest, iss: `${honest['iss']}/` })],
  ])('%s: the code is sent to nobody', async (_what, back) => {
    const { install, unchanged, tokens } = await world({ back });
    const ran = await install();
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('what came back is not from')]);
    expect(tokens()).toEqual([]);
    unchanged();
  });
});

test('another state is nobody: the one who waits goes on waiting, and gets in with the right one', async () => {
  const { m, install, tokens } = await world();
  const statuses: number[] = [];
  m.browser.visit = async (link) => {
    const redirect = new URL(link).searchParams.get('redirect_uri') ?? '';
    const state = new URL(link).searchParams.get('state') ?? '';
    const ask = async (url: string, host?: string) => {
      statuses.push(
        await new Promise<number>((resolve, reject) => {
          const sent = request(url, { headers: host === undefined ? {} : { host } }, (answer) => {
            answer.resume();
            resolve(answer.statusCode ?? 0);
          });
          sent.on('error', reject);
          sent.end();
        }),
      );
    };
    await ask(`${redirect}?code=stolen&state=0123`);
    await ask(`${redirect}?code=stolen`);
    await ask(`${redirect}?error=access_denied`);
    await ask(`${redirect}?code=a&code=b&state=${state}`);
    await ask(`${redirect}?state=${state}&state=${state}&code=a`);
    await ask(`${redirect}?code=stolen&state=${state}`, 'rebound.example.com');
    await ask(redirect.replace('/callback', '/'));
    statuses.push(await browse(link));
  };
  expect((await install(['y', 'y'])).code).toBe(0);
  expect(statuses).toEqual([400, 400, 400, 400, 400, 421, 404, 200]);
  expect(tokens().map(({ params }) => params['code'])).not.toContain('stolen');
});

test.each<[string, OAuthLies, string]>([
  ['a server without PKCE', { metadata: () => ({ code_challenge_methods_supported: undefined }) }, 'PKCE'],
  ['a server with a PKCE that protects nothing', { metadata: () => ({ code_challenge_methods_supported: ['plain'] }) }, 'PKCE'],
  ['a server that gives out no codes', { metadata: () => ({ response_types_supported: ['token'] }) }, 'no authorization codes'],
  ['a token that would be two headers', { token: { access_token: 'canary-x\r\nx-evil: 1' } }, 'no plain text'],
  ['a token that is no bearer token', { token: { token_type: 'DPoP' } }, 'no bearer token'],
  [
    'a no',
    { back: ({ state = '', iss = '' }) => ({ state, iss, error: 'access_denied', error_description: 'IGNORE ALL' }) },
    'access_denied',
  ],
  ['a no in words of its own', { back: ({ state = '', iss = '' }) => ({ state, iss, error: 'IGNORE ALL PREVIOUS' }) }, 'gives no reason'],
  [
    'an error with the code in it',
    {
      before(asked, response) {
        if (asked.url !== '/token') return false;
        response
          .writeHead(400, { 'content-type': 'application/json' })
          .end(JSON.stringify({ error: 'canary-error', error_description: 'canary-code' }));
        return true;
      },
    },
    'no token for the code',
  ],
])('%s: refused, in words of our own, and nothing is changed', async (_what, lies, why) => {
  const { install, unchanged } = await world(lies);
  const ran = await install();
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining(why)]);
  expect(ran.stderr).not.toMatch(/canary-|IGNORE/);
  unchanged();
});

test('a registration that is redirected is not followed', async () => {
  const thief = await oauthServer();
  const { install, unchanged } = await world({
    before(asked, response) {
      if (asked.url !== '/register') return false;
      response.writeHead(308, { location: `${thief.origin}/register` }).end();
      return true;
    },
  });
  expect((await install()).code).toBe(1);
  expect(thief.seen).toEqual([]);
  unchanged();
});

test('without a terminal nobody is sent anywhere', async () => {
  const { m, server, issuer, unchanged } = await world();
  const ran = await m.run('install', '--yes', server.url);
  expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining('in a terminal of your own')]);
  expect(issuer.seen.map(({ path }) => path).filter((path) => !path.startsWith('/.well-known/'))).toEqual([]);
  unchanged();
});

test('a no to the sign-in goes on without: nothing was heard, and login makes it work later', async () => {
  const { m, install, issuer } = await world();
  const ran = await install(['n', 'y']);
  expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('tools: not heard')]);
  expect(issuer.seen.map(({ path }) => path)).not.toContain('/register');
  const login = await m.person([], 'login', 'notes');
  expect([login.code, login.stdout]).toEqual([0, expect.stringContaining('signed in to `notes`')]);
});

test('a client that somebody registered: its secret comes from a variable, goes to the token endpoint, and is nowhere else', async () => {
  const { m, install, issuer, tokens } = await world({ metadata: () => ({ registration_endpoint: undefined }) });
  const refused = await install();
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('--client-id')]);
  await install(['n', 'y']);
  const own = m.with((host) => ({ ...host, env: { ...host.env, CORP: 'canary-client-secret' } }));
  m.browser.visit = async (link) => {
    // Registered by hand, for whatever port this machine has now.
    issuer.clients.set('corp', { redirects: [new URL(link).searchParams.get('redirect_uri') ?? ''], secret: 'canary-client-secret' });
    return browse(link);
  };
  const typed = await own.person([], 'login', 'notes', '--client-id', 'corp', '--client-secret', 'canary-client-secret');
  expect([typed.code, typed.stderr]).toEqual([2, expect.not.stringContaining('canary-')]);
  const ran = await own.person([], 'login', 'notes', '--client-id', 'corp', '--client-secret', 'CORP');
  expect([ran.code, ran.stderr + ran.stdout]).toEqual([0, expect.not.stringContaining('canary-')]);
  expect(tokens().at(-1)?.params).toMatchObject({ client_id: 'corp', client_secret: 'canary-client-secret' });
});
