import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { GuardError } from '../../src/model/errors.ts';
import type { Publisher } from '../../src/model/publisher.ts';
import { findLookalikes, knownSubjects } from '../../src/operations/lookalikes.ts';
import type { PolicyLayer } from '../../src/policy/layers.ts';
import { parsePackument } from '../../src/sources/npm/packument.ts';
import { temporaryHost } from '../support/home.ts';

const now = Date.parse('2026-11-27T00:00:00Z');
const mallory: Publisher = { maintainers: ['mallory'], repository: null, firstPublished: '2026-11-20T00:00:00Z', versions: 1 };
const record = {
  'dist-tags': { latest: '1.0.0' },
  versions: { '1.0.0': {} },
  maintainers: [{ name: 'mendable', email: 'm@x.example' }],
  time: { created: '2024-01-01T00:00:00.000Z' },
  repository: { type: 'git', url: 'git+https://github.com/Mendable/Firecrawl.git' },
};

/** A host whose registry answers with one record for every name, or fails. */
function hostWith(answer: object | GuardError): { readonly host: Host; readonly asked: string[] } {
  const base = temporaryHost({});
  const asked: string[] = [];
  const packument = async (name: string): Promise<unknown> => {
    asked.push(name);
    if (answer instanceof GuardError) throw answer;
    return answer;
  };
  return { host: { ...base, now: () => now, npm: { ...base.npm, packument } }, asked };
}

async function look(name: string, answer: object | GuardError = record, known: readonly string[] = []) {
  const { host, asked } = hostWith(answer);
  return { found: await findLookalikes({ subject: `pkg:npm/${name}` }, { publisher: mallory, builder: null }, known, host), asked };
}

test('both sides are compared by what the registry says', async () => {
  const { found, asked } = await look('firecrwal-mcp');
  expect(found).toMatchObject([
    {
      resemblance: 'typo',
      strength: 'certain',
      target: {
        name: 'firecrawl-mcp',
        vendor: 'firecrawl',
        publisher: { maintainers: ['mendable'], firstPublished: '2024-01-01T00:00:00.000Z' },
      },
      alternative: 'firecrawl-mcp',
    },
  ]);
  expect(asked).toEqual(['firecrawl-mcp']);
});

test.each(['offline', 'registry-unreachable', 'package-not-found'] as const)(
  'a registry that is %s leaves the target unknown, and nobody accused',
  async (code) => {
    const { found } = await look('firecrwal-mcp', new GuardError(code, 'no'));
    expect(found).toMatchObject([{ strength: 'likely', target: { publisher: null } }]);
  },
);

test('an answer that makes no sense is no answer', async () => {
  expect((await look('firecrwal-mcp', { versions: 7, maintainers: 'x', time: { created: 'soon' } })).found).toMatchObject([
    { strength: 'likely' },
  ]);
});

test('the target’s own page clears a name, and only the whole name', async () => {
  expect((await look('firecrwal-mcp', { ...record, readme: 'see `firecrwal-mcp`, our mirror' })).found).toEqual([]);
  for (const readme of ['firecrwal-mcp-tools', '@x/firecrwal-mcp', 'xfirecrwal-mcp']) {
    expect((await look('firecrwal-mcp', { ...record, readme })).found).toHaveLength(1);
  }
});

test('a brand that is merely used costs no request', async () => {
  const { found, asked } = await look('mcp-stripe');
  expect(found).toMatchObject([{ strength: 'uses-name', alternative: 'https://mcp.stripe.com' }]);
  expect(asked).toEqual([]);
});

test('what the user answered for is known, and what looks like it is told', async () => {
  expect((await look('firecrwal-mcp', record, ['pkg:npm/firecrwal-mcp'])).found).toEqual([]);
  expect((await look('%40acme/firecrawl-mcp', record, ['pkg:npm/%40acme/*'])).found).toEqual([]);
  expect((await look('acme-tolos', record, ['pkg:npm/acme-tools'])).found).toMatchObject([
    { target: { name: 'acme-tools', vendor: null } },
  ]);
});

describe('who vouches', () => {
  test('the user’s and the managed policy do, a project’s does not: it may have come with a clone', async () => {
    const layer = (name: PolicyLayer['layer']): PolicyLayer => ({
      layer: name,
      path: `/${name}.json`,
      digest: 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
      policy: { version: 1, allow: [{ subject: `pkg:npm/by-${name}`, reason: 'known' }] },
    });
    const { host } = hostWith(record);
    expect(await knownSubjects([layer('managed'), layer('user'), layer('project')], host)).toEqual([
      'pkg:npm/by-managed',
      'pkg:npm/by-user',
    ]);
  });
});

test.each([
  [{ url: 'git+ssh://git@github.com/Owner/Name.git' }, 'github.com/owner/name'],
  ['owner/name', 'github.com/owner/name'],
  ['github:owner/name', 'github.com/owner/name'],
  ['https://gitlab.com/owner/name/-/tree/main', 'gitlab.com/owner/name'],
  ['https://evil.example/github', null],
  [undefined, null],
])('the repository %j', (repository, expected) => {
  expect(parsePackument('x', { ...record, repository }).publisher.repository).toBe(expected);
});

test('the age is not guessed from the versions that a mirror lists', () => {
  expect(parsePackument('x', { versions: { '1.0.0': {} }, time: { '1.0.0': '2026-11-26T00:00:00Z' } }).publisher).toEqual({
    maintainers: null,
    repository: null,
    firstPublished: null,
    versions: 1,
  });
});
