import { expect, test } from 'vitest';
import { beyondReach, passesOn } from '../../src/analysis/credentials/beyond.ts';
import { hostOwner, isOf } from '../../src/analysis/credentials/hosts.ts';
import { hostedService } from '../../src/analysis/credentials/judge.ts';
import { brandOfVariable, isSecretName } from '../../src/analysis/credentials/names.ts';
import { credentialUses } from '../../src/analysis/credentials/uses.ts';
import { vendors } from '../../src/analysis/lookalike/vendor.ts';

const stripe = vendors.find(({ brand }) => brand === 'stripe');

test.each([
  ['api.stripe.com', true],
  ['stripe.com', true],
  ['api.stripe.com.evil.dev', false],
  ['evilstripe.com', false],
  ['stripe.com.', false],
  ['', false],
  ['*', false],
])('%s is a host of stripe: %s', (host, expected) => {
  expect(stripe && isOf(host, stripe)).toBe(expected);
});

test.each(['x.vercel.app', 'x.supabase.co', 'a.execute-api.eu-west-1.amazonaws.com', 'x.cloudapp.azure.com', 'eo1.m.pipedream.net'])(
  '%s is nobody’s: anybody may have a place there',
  (host) => {
    expect(hostOwner(host)).toBeNull();
  },
);

test.each([
  ['STRIPE_SECRET_KEY', true, 'stripe'],
  ['GITHUB_PERSONAL_ACCESS_TOKEN', true, 'github'],
  ['HF_TOKEN', true, 'huggingface'],
  ['NOTION_TOKEN', true, 'notion'],
  ['PGPASSWORD', true, 'postgres'],
  ['X_API_KEY', true, null],
  ['API_KEY', true, null],
  ['STRIPE_API_VERSION', false, 'stripe'],
  ['SSH_KEY_PATH', false, null],
  ['MONKEY', false, null],
  ['TOKEN_LIMIT', false, null],
])('%s: secret %s, of %s', (name, secret, brand) => {
  expect(isSecretName(name)).toBe(secret);
  expect(brandOfVariable(name)?.brand ?? null).toBe(brand);
});

test.each([
  ['https://mcp.stripe.com', { vendor: 'stripe', isGateway: false, alternative: null }],
  ['https://stripe-mcp.evil.dev/sse', { vendor: null, alternative: 'https://mcp.stripe.com' }],
  [
    'https://server.smithery.ai/@somebody/github/mcp',
    { vendor: 'smithery', isGateway: true, alternative: 'https://api.githubcopilot.com/mcp/' },
  ],
  ['@somebody/notion', { host: null, vendor: null, alternative: 'https://mcp.notion.com/mcp' }],
  ['https://mcp.unheard-of.example', { vendor: null, alternative: null }],
  ['not a url at all', { host: null, vendor: null }],
])('%s', (text, expected) => {
  expect(hostedService(text)).toMatchObject(expected);
});

const launch = (...args: readonly string[]) => ({ args });
const pkg = (name: string) => ({ subject: `pkg:npm/${name}`, name });

test('a bridge passes on to what its arguments name, and never to nothing', () => {
  expect(passesOn(pkg('mcp-remote'), launch('https://x.dev/mcp'), [])).toMatchObject([{ how: 'bridge', host: 'x.dev' }]);
  expect(passesOn(pkg('mcp-remote'), launch('--debug'), [])).toMatchObject([{ how: 'bridge', host: null }]);
  expect(passesOn(pkg('mcp-remote'), launch('http://127.0.0.1:3000/mcp'), [])).toEqual([]);
  expect(passesOn(pkg('some-mcp'), launch('https://x.dev/mcp'), [])).toEqual([]);
});

test('what happens elsewhere is said to be beyond reach', () => {
  const credentials = [{ variable: 'STRIPE_KEY', hosts: ['gw.example.net'], level: 'followed', through: null, where: 'a.js:1' }] as const;
  expect(beyondReach(pkg('some-mcp'), launch(), credentials)).toEqual(['what becomes of STRIPE_KEY behind gw.example.net']);
  expect(beyondReach(pkg('@composio/mcp'), launch(), [])).toEqual(['everything that happens at composio']);
  expect(beyondReach(pkg('some-mcp'), launch(), [])).toEqual([]);
});

test('the documents of the host that a key goes to are left out; elsewhere they are told', () => {
  const uses = (...hosts: readonly string[]) => {
    const credentials = hosts.map((host, line) => ({ variable: 'X_KEY', line, host, module: null }));
    return credentialUses([{ path: 'a.js', hosts: [], imports: [], credentials }])[0]?.hosts;
  };
  expect(uses('api.x.dev', 'docs.x.dev')).toEqual(['api.x.dev']);
  expect(uses('docs.x.dev')).toEqual(['docs.x.dev']);
  expect(uses('api.x.dev', 'docs.y.dev')).toEqual(['api.x.dev', 'docs.y.dev']);
  expect(uses('api.co.uk', 'docs.y.co.uk')).toEqual(['api.co.uk', 'docs.y.co.uk']);
  expect(uses('mine.vercel.app', 'docs.vercel.app')).toEqual(['docs.vercel.app', 'mine.vercel.app']);
});

test('the endpoint of a gateway is no way around it', () => {
  const artifact = { subject: 'pkg:npm/%40composio/mcp', name: '@composio/mcp' };
  expect(passesOn(artifact, { args: [] }, [])).toMatchObject([{ how: 'gateway', vendor: 'composio', alternative: null }]);
});
