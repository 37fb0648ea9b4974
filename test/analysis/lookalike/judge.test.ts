import { expect, test } from 'vitest';
import { findResemblances } from '../../../src/analysis/lookalike/find.ts';
import { judge, type TargetFacts } from '../../../src/analysis/lookalike/judge.ts';
import type { BuildIdentity } from '../../../src/model/build-identity.ts';
import type { Publisher } from '../../../src/model/publisher.ts';
import { unknownPublisher } from '../../../src/model/publisher.ts';

const now = Date.parse('2026-11-27T00:00:00Z');
const young: Publisher = {
  maintainers: ['mallory'],
  repository: 'github.com/mendableai/firecrawl-mcp-server',
  firstPublished: '2026-11-01T00:00:00Z',
  versions: 1,
};
const old: Publisher = {
  maintainers: ['mendable'],
  repository: 'github.com/mendableai/firecrawl-mcp-server',
  firstPublished: '2024-12-01T00:00:00Z',
  versions: 60,
};

const builtBy: BuildIdentity = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'https://github.com/mallory/x/.github/workflows/release.yml@refs/heads/main',
  repository: 'https://github.com/mallory/x',
  repositoryId: '1',
  ownerId: '2',
  workflow: '.github/workflows/release.yml',
  runner: 'github-hosted',
};

function verdict(name: string, publisher: Publisher, target: Partial<TargetFacts> | null, built: Partial<BuildIdentity> | null = null) {
  const [found] = findResemblances({ ecosystem: 'npm', name }, []);
  if (found === undefined) throw new TypeError('a resemblance');
  const builder = built === null ? null : { ...builtBy, ...built };
  return judge(found, { publisher, builder }, target === null ? null : { publisher: old, mentions: null, ...target }, now);
}

const typo = 'firecrwal-mcp';
const twin = 'firecraw1-mcp';

test.each([
  ['a typing error by somebody else, weeks old beside years', typo, young, {}, 'certain'],
  ['a typing error of unknown age', typo, { ...young, firstPublished: null }, {}, 'likely'],
  ['a typing error of unknown owner', typo, { ...young, maintainers: null }, {}, 'likely'],
  ['a typing error whose target cannot be asked', typo, young, null, 'likely'],
  ['a typing error about which nothing is known', typo, unknownPublisher, null, 'likely'],
  ['a typing error that was there before', typo, { ...young, firstPublished: '2020-01-01T00:00:00Z' }, {}, 'uses-name'],
  ['a twin about which nothing is known', twin, unknownPublisher, null, 'certain'],
  ['a twin that was there before', twin, { ...young, firstPublished: '2020-01-01T00:00:00Z' }, {}, 'likely'],
  ['a time in the future', typo, { ...young, firstPublished: '2099-01-01T00:00:00Z' }, {}, 'likely'],
] as const)('%s', (_, name, candidate, target, strength) => {
  expect(verdict(name, candidate, target)?.strength).toBe(strength);
});

test('the same account behind both clears it, and so does the page of the target', () => {
  expect(verdict(twin, { ...young, maintainers: ['mallory', 'mendable'] }, {})).toBeNull();
  expect(verdict(twin, young, { mentions: true })).toBeNull();
});

test('a copied repository clears nothing', () => {
  expect(verdict(typo, young, {})).toMatchObject({
    strength: 'certain',
    reasons: expect.arrayContaining(['owner-differs', 'repository-claimed']),
  });
});

test('accounts that nobody names are not the same account', () => {
  expect(verdict(twin, { ...young, maintainers: [] }, { publisher: { ...old, maintainers: [] } })?.reasons).toContain('owner-unknown');
});

test('what is not known is said: nobody asks for downloads', () => {
  expect(verdict(typo, unknownPublisher, null)?.reasons).toEqual(['owner-unknown', 'age-unknown', 'popularity-unknown']);
});

test('verified provenance clears it when the repository is the one of the target, or of the vendor', () => {
  const theirs = 'https://github.com/mendableai/firecrawl-mcp-server';
  expect(verdict(twin, young, {}, { repository: theirs })).toBeNull();
  expect(verdict(twin, young, {}, { repository: 'https://github.com/MendableAI/Firecrawl-MCP-Server' })).toBeNull();
  expect(verdict(twin, young, null, { repository: 'https://github.com/firecrawl/another' })).toBeNull();
  expect(verdict(twin, young, {}, { repository: 'https://github.com/mallory/x' })).not.toBeNull();
  expect(verdict(twin, young, {}, { repository: null })).not.toBeNull();
  expect(verdict(twin, young, {}, { repository: 'https://github.com/mendableai-evil/firecrawl-mcp-server' })).not.toBeNull();
  expect(verdict(twin, young, {}, { repository: `https://github.com.evil.example/mendableai/firecrawl-mcp-server` })).not.toBeNull();
  expect(
    verdict(twin, young, {}, { repository: theirs, issuer: 'https://token.actions.githubusercontent.com/hammer-time' }),
  ).not.toBeNull();
});
