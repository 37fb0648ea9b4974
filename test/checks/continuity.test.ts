import { describe, expect, test } from 'vitest';
import { continuity } from '../../src/checks/continuity.ts';
import type { BuildIdentity } from '../../src/model/build-identity.ts';
import type { Release, ReleaseHistory } from '../../src/model/release.ts';
import { releaseHistory } from '../../src/sources/npm/history.ts';
import { inputOf } from './input.ts';

const builder: BuildIdentity = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'https://github.com/ann/own/.github/workflows/release.yml@refs/tags/v1.2.0',
  repository: 'https://github.com/ann/own',
  repositoryId: '11',
  ownerId: '7',
  workflow: '.github/workflows/release.yml',
  runner: 'github-hosted',
};

function release(version: string, parts: Partial<Release> = {}): Release {
  const known = {
    publishedAt: null,
    publisher: 'ann',
    trust: 'trusted-publisher',
    integrity: 'sha512-x',
    hasInstallScript: false,
    bins: ['own'],
  } as const;
  return { version, ...known, ...parts };
}

const earlier = [
  release('1.0.0', { publishedAt: '2026-01-01T00:00:00.000Z' }),
  release('1.1.0', { publishedAt: '2026-03-01T00:00:00.000Z' }),
];

/** What is said of 1.2.0 after 1.0.0 and 1.1.0. */
function since(candidate: Partial<Release>, before: readonly Release[] = earlier, version = '1.2.0') {
  const now = release(version, { publishedAt: '2026-11-01T00:00:00.000Z', ...candidate });
  return codes({ history: { releases: [...before, now], latest: version }, nowMs: Date.parse('2026-11-27T00:00:00Z') }, version);
}

function codes(parts: Parameters<typeof inputOf>[0], version = '1.2.0') {
  const artifact = { subject: 'pkg:npm/own', name: 'own', version, integrity: 'sha512-x' };
  return continuity.run(inputOf({ artifact, ...parts })).map(({ code, args }) => ({ code, ...args }));
}

describe('against the earlier versions of the same major', () => {
  test('a release like the ones before says nothing', () => {
    expect(since({})).toEqual([]);
  });

  test('provenance, trusted publishing, publisher, script and program are compared, both sides shown', () => {
    expect(since({ trust: 'none' })).toEqual([{ code: 'provenance-lost', before: 'trusted-publisher (1.0.0)', after: 'none' }]);
    expect(since({ trust: 'provenance' })).toEqual([
      { code: 'trusted-publishing-lost', before: 'trusted-publisher (1.0.0)', after: 'provenance' },
    ]);
    expect(since({ publisher: 'mallory' })).toEqual([{ code: 'publisher-changed', before: ['ann'], after: 'mallory' }]);
    expect(since({ hasInstallScript: true })).toEqual([{ code: 'install-script-appeared', versions: 2 }]);
    expect(since({ bins: ['own', 'git'] })).toEqual([{ code: 'bin-appeared', before: ['own'], after: ['git'] }]);
  });

  test('the strongest of them counts, not the last', () => {
    const weaker = [release('1.0.0'), release('1.1.0', { trust: 'none' })];
    expect(since({ trust: 'none' }, weaker)).toMatchObject([{ code: 'provenance-lost', before: 'trusted-publisher (1.0.0)' }]);
  });

  test('another major is another line, and a pre-release shows nothing about a stable one', () => {
    expect(since({ trust: 'none', publisher: 'mallory' }, [release('2.0.0'), release('0.9.0')])).toEqual([]);
    expect(since({ trust: 'none' }, [release('1.0.0-beta.1')])).toEqual([]);
    expect(since({ trust: 'none' }, [release('1.0.0-beta.1')], '1.2.0-beta.2')).toMatchObject([{ code: 'provenance-lost' }]);
  });

  test('what was published later is not earlier, whatever its number', () => {
    expect(since({ trust: 'none' }, [release('1.1.0', { publishedAt: '2026-12-01T00:00:00.000Z' })])).toEqual([]);
  });

  test('a build that took over from people is no change of publisher; one person after another is', () => {
    const people = [release('1.0.0', { trust: 'none' })];
    expect(since({ publisher: 'GitHub Actions' }, people)).toEqual([]);
    expect(since({ publisher: 'mallory', trust: 'provenance' }, people)).toMatchObject([{ code: 'publisher-changed' }]);
  });

  test('a release after more than a year of silence, while it is new', () => {
    const asleep = [release('1.0.0', { publishedAt: '2025-06-01T00:00:00.000Z' })];
    expect(since({}, asleep)).toEqual([{ code: 'release-after-silence', days: 518, before: '1.0.0 (2025-06-01)', after: '2026-11-01' }]);
    expect(since({ publishedAt: '2026-05-01T00:00:00.000Z' }, asleep)).toEqual([]);
    const otherLine = [...asleep, release('0.9.9', { publishedAt: '2026-09-01T00:00:00.000Z' })];
    expect(since({}, otherLine)).toEqual([]);
  });

  test('what a registry does not say is no change', () => {
    const silent = { publishedAt: null, publisher: null, trust: null, hasInstallScript: null, bins: [] };
    expect(since({}, [release('1.0.0', silent)])).toEqual([]);
    expect(since(silent)).toEqual([]);
  });
});

describe('against the pin', () => {
  const pinned = {
    version: '1.1.0',
    integrity: 'sha512-old',
    release: { builder, publisher: 'ann', trust: 'trusted-publisher' as const, registryNames: [] },
  };

  test.each<[string, Partial<BuildIdentity>, readonly object[]]>([
    ['the same', {}, []],
    ['a renamed repository', { repository: 'https://github.com/ann/renamed' }, []],
    [
      'another repository',
      { repository: 'https://github.com/mallory/own', repositoryId: '12', ownerId: '8' },
      [
        {
          code: 'builder-changed',
          member: 'repositoryId',
          before: 'https://github.com/ann/own (11)',
          after: 'https://github.com/mallory/own (12)',
        },
        {
          code: 'builder-changed',
          member: 'ownerId',
          before: 'https://github.com/ann/own (7)',
          after: 'https://github.com/mallory/own (8)',
        },
      ],
    ],
    ['a name that was taken over', { repositoryId: '99' }, [{ code: 'builder-changed', member: 'repositoryId' }]],
    ['an issuer with a suffix', { issuer: `${builder.issuer}/hammer-time` }, [{ code: 'builder-changed', member: 'issuer' }]],
    ['another workflow', { workflow: '.github/workflows/evil.yml' }, [{ code: 'build-changed', member: 'workflow' }]],
    ['a machine of their own', { runner: 'self-hosted' }, [{ code: 'build-changed', member: 'runner' }]],
    [
      'an old certificate, compared by name',
      { repositoryId: null, ownerId: null, repository: 'https://github.com/mallory/own' },
      [{ code: 'builder-changed', member: 'repository' }],
    ],
  ])('%s', (_, now, expected) => {
    expect(codes({ pinned, builder: { ...builder, ...now } })).toMatchObject(expected);
    expect(codes({ pinned, builder: { ...builder, ...now } })).toHaveLength(expected.length);
  });

  test('verified provenance that is gone is lost; provenance that could not be asked for is not', () => {
    const evidence = (outcome: 'absent' | 'unavailable') => [{ source: 'npm-provenance', outcome, detail: '' }];
    expect(codes({ pinned, evidence: evidence('absent') })).toMatchObject([
      { code: 'provenance-lost', before: 'https://github.com/ann/own (approved 1.1.0)' },
    ]);
    expect(codes({ pinned, evidence: evidence('unavailable') })).toEqual([]);
  });

  test('the approved version with other bytes', () => {
    expect(codes({ pinned, builder }, '1.1.0')).toEqual([{ code: 'version-republished', before: 'sha512-old', after: 'sha512-x' }]);
  });

  test('latest below what is approved', () => {
    const history = (latest: string): ReleaseHistory => ({ releases: [], latest });
    expect(codes({ pinned, builder, history: history('1.0.0') })).toEqual([{ code: 'latest-moved-back', before: '1.1.0', after: '1.0.0' }]);
    expect(codes({ pinned, builder, history: history('1.2.0') })).toEqual([]);
    expect(codes({ pinned: { ...pinned, version: '2.0.0-beta.1' }, builder, history: history('1.2.0') })).toEqual([]);
  });
});

describe('the history of a registry record', () => {
  const packument = (versions: object, more: object = {}) => ({
    name: '@a/own',
    tags: { latest: '1.1.0' },
    versions: { ...versions },
    times: {},
    publisher: { maintainers: null, repository: null, firstPublished: null, versions: null },
    readme: null,
    ...more,
  });

  test('of npm itself: who, how, when', () => {
    const full = packument(
      {
        '1.1.0': {
          bin: 'cli.js',
          _npmUser: { name: 'GitHub Actions', trustedPublisher: { id: 'github', oidcConfigId: 'x' } },
          dist: { integrity: 'sha512-b', attestations: { provenance: { predicateType: 'https://slsa.dev/provenance/v1' } } },
        },
        '1.0.0': { bin: { b: './b', a: './a' }, scripts: { postinstall: 'x' }, _npmUser: { name: 'ann' }, dist: { integrity: 'sha512-a' } },
        'not-semver': {},
      },
      { times: { '1.0.0': '2026-01-01T00:00:00.000Z', '1.1.0': 'never' } },
    );
    expect(releaseHistory(full)).toEqual({
      latest: '1.1.0',
      releases: [
        {
          version: '1.0.0',
          publishedAt: '2026-01-01T00:00:00.000Z',
          publisher: 'ann',
          trust: 'none',
          integrity: 'sha512-a',
          hasInstallScript: true,
          bins: ['a', 'b'],
        },
        {
          version: '1.1.0',
          publishedAt: null,
          publisher: 'GitHub Actions',
          trust: 'trusted-publisher',
          integrity: 'sha512-b',
          hasInstallScript: null,
          bins: ['own'],
        },
      ],
    });
  });

  test('of a mirror that strips it: nothing is known of any, and its times are its own', () => {
    const stripped = packument({ '1.0.0': { dist: { integrity: 'sha512-a' } } }, { times: { '1.0.0': '2026-01-01T00:00:00.000Z' } });
    expect(releaseHistory(stripped).releases).toEqual([
      { version: '1.0.0', publishedAt: null, publisher: null, trust: null, integrity: 'sha512-a', hasInstallScript: null, bins: [] },
    ]);
  });
});

describe('against the builder of the version before, where none is approved', () => {
  const thief: BuildIdentity = { ...builder, repository: 'https://github.com/mallory/own', repositoryId: '666', ownerId: '666' };
  const predecessor = { version: '1.1.0', builder };

  test('a thief with perfect provenance is another builder', () => {
    const changed = { member: 'repositoryId', before: 'https://github.com/ann/own (11)', after: 'https://github.com/mallory/own (666)' };
    expect(codes({ builder: thief, predecessor })).toContainEqual({
      code: 'builder-changed',
      ...changed,
      since: '1.1.0 (the version before)',
    });
    expect(codes({ builder, predecessor })).toEqual([]);
    expect(codes({ builder: null, predecessor })).toEqual([]);
  });

  test('the approved version is the one that counts, as far as it says who built it', () => {
    const pinned = {
      version: '1.1.1',
      integrity: 'sha512-y',
      release: { builder: thief, publisher: null, trust: null, registryNames: [] },
    };
    expect(codes({ builder: thief, predecessor, pinned })).toEqual([]);
    const unknown = { ...pinned, release: { ...pinned.release, builder: null } };
    expect(codes({ builder: thief, predecessor, pinned: unknown }).map(({ code }) => code)).toContain('builder-changed');
  });
});
