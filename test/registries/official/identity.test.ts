import { describe, expect, test } from 'vitest';
import { identityOfListed, type ListedServer } from '../../../src/registries/official/identity.ts';
import { parsePage, type RegistryEntry } from '../../../src/registries/official/schema.ts';
import { registryRecord } from '../../support/playing.ts';

const name = 'io.github.ann/notes';
const npm = { registryType: 'npm', identifier: '@ann/notes', version: '1.0.0', transport: { type: 'stdio' } };
const repository = { url: 'https://github.com/ann/notes', source: 'github' };
const found = {
  type: 'npm',
  name: '@ann/notes',
  version: '1.0.0',
  claims: [name],
  repository: 'github.com/ann/notes',
  sha256: null,
} as const;

function entries(...records: ReturnType<typeof registryRecord>[]): readonly RegistryEntry[] {
  return parsePage({ servers: records })?.entries ?? [];
}

const honest = () => registryRecord(name, '1.0.0', { packages: [npm], repository }, { isLatest: true });
const look = (over: Partial<ListedServer> = {}) => identityOfListed({ name, entries: entries(honest()), twins: [], found, ...over });
const codes = (over: Partial<ListedServer>) => look(over).findings.map(({ code }) => code);

describe('an entry of the registry', () => {
  test('that is honest: what was claimed at publish stands apart from what was verified again', () => {
    expect(look()).toEqual({
      evidence: [
        {
          source: 'registry-entry',
          outcome: 'verified',
          detail: 'claimed at publish: io.github.ann/notes 1.0.0, published 2026-01-02, active; it lists exactly this',
        },
        {
          source: 'registry-ownership',
          outcome: 'verified',
          detail: 're-verified now: mcpName in its package.json is io.github.ann/notes',
        },
        { source: 'registry-namespace', outcome: 'verified', detail: 'the entry and the package name a repository of ann' },
      ],
      findings: [],
    });
  });

  test.each([
    ['a name that begins alike', ['io.github.ann/notes-pro'], 'registry-ownership-denied'],
    ['a name that this one begins like', ['io.github.ann/note'], 'registry-ownership-denied'],
    ['the name in other letters', ['io.github.Ann/notes'], 'registry-ownership-denied'],
    ['no name', [], 'registry-ownership-unproven'],
  ])('whose package carries %s', (_what, claims, code) => {
    expect(codes({ found: { ...found, claims } })).toEqual([code]);
    expect(look({ found: { ...found, claims } }).evidence[1]?.outcome).toBe(claims.length === 0 ? 'absent' : 'invalid');
  });

  test('whose bytes nobody read is not accused', () => {
    expect(look({ found: { ...found, claims: null } })).toMatchObject({ evidence: [{}, { outcome: 'unavailable' }, {}], findings: [] });
  });

  test('that lists another package: the package alone says that it belongs there', () => {
    const squatter = { ...found, name: '@mallory/notes', repository: 'github.com/mallory/notes' };
    expect(look({ found: squatter })).toEqual({
      evidence: [{ source: 'registry-entry', outcome: 'absent', detail: 'io.github.ann/notes does not list npm:@mallory/notes' }],
      findings: [expect.objectContaining({ code: 'registry-ownership-unproven', severity: 'review' })],
    });
  });

  test('that lists another version of the package', () => {
    expect(look({ found: { ...found, version: '1.1.0' } }).evidence[0]).toEqual({
      source: 'registry-entry',
      outcome: 'absent',
      detail: 'claimed at publish: io.github.ann/notes 1.0.0, published 2026-01-02, active; it lists 1.0.0, and this is 1.1.0',
    });
  });

  test.each([
    [
      'the entry',
      {
        entries: entries(
          registryRecord(name, '1.0.0', { packages: [npm], repository: { url: 'https://github.com/bob/notes' } }, { isLatest: true }),
        ),
      },
      'bob',
    ],
    ['the package', { found: { ...found, repository: 'github.com/mallory/notes' } }, 'mallory'],
  ])('whose owner is another than that of the repository which %s names', (from, over, other) => {
    expect(look(over).findings).toMatchObject([{ code: 'registry-namespace-differs', args: { from, owner: 'ann', other } }]);
    expect(look(over).evidence[2]?.outcome).toBe('invalid');
  });

  test('an owner in other letters is the same owner, and one that begins alike is another', () => {
    const of = (url: string) =>
      codes({ entries: entries(registryRecord(name, '1.0.0', { packages: [npm], repository: { url } }, { isLatest: true })) });
    expect(of('https://github.com/ANN/notes')).toEqual([]);
    expect(of('git+https://github.com/ann/notes.git')).toEqual([]);
    expect(of('https://github.com/annie/notes')).toEqual(['registry-namespace-differs']);
    expect(of('https://github.com.evil.example/bob/notes')).toEqual([]);
  });

  test('whose status is deprecated or deleted', () => {
    const with_ = (status: string) =>
      codes({
        entries: entries(
          registryRecord(
            name,
            '1.0.0',
            { packages: [npm], repository },
            { status, statusMessage: 'malware', isLatest: status !== 'deleted' },
          ),
        ),
      });
    expect(with_('deprecated')).toEqual(['registry-entry-deprecated']);
    expect(with_('deleted')).toEqual(['registry-entry-deleted']);
  });

  test('a listed file is the one with its hash, whatever its name', () => {
    const wheel = { registryType: 'pypi', identifier: 'notes', version: '1.0.0', fileSha256: 'AB'.repeat(32) };
    const list = entries(registryRecord(name, '1.0.0', { packages: [wheel], repository }, { isLatest: true }));
    const file = { type: 'pypi', name: 'notes', version: '1.0.0', claims: [], repository: null, sha256: 'ab'.repeat(32) } as const;
    expect(look({ entries: list, found: file }).evidence[1]).toEqual({
      source: 'registry-ownership',
      outcome: 'verified',
      detail: 're-verified now: its bytes have the fileSha256 of the entry',
    });
    expect(codes({ entries: list, found: { ...file, sha256: 'cd'.repeat(32) } })).toEqual(['registry-ownership-unproven']);
  });

  test('a twin in other letters is named', () => {
    expect(look({ twins: ['io.github.Ann/notes'] }).findings).toMatchObject([
      { code: 'registry-name-twin', args: { twins: ['io.github.Ann/notes'] } },
    ]);
    expect(codes({ twins: null })).toEqual([]);
  });
});

describe('which version is the newest', () => {
  const version = (v: string, official = {}) => registryRecord(name, v, { packages: [{ ...npm, version: v }], repository }, official);
  const latest = (...records: ReturnType<typeof registryRecord>[]) =>
    look({ entries: entries(honest(), ...records) }).findings.flatMap(({ code, args }) => (code === 'registry-latest-odd' ? [args] : []));

  test('a version that is no semver takes the mark, and is not believed', () => {
    const plain = registryRecord(name, '1.0.0', { packages: [npm], repository });
    expect(
      look({ entries: entries(plain, version('nightly', { isLatest: true, publishedAt: '2026-09-01T00:00:00Z' })) }).findings,
    ).toMatchObject([{ code: 'registry-latest-odd', args: { said: 'nightly', newest: '1.0.0' } }]);
  });

  test('an older version, two versions, and none', () => {
    expect(latest(version('1.2.0'))).toEqual([{ said: '1.0.0', newest: '1.2.0' }]);
    expect(latest(version('2.0.0', { isLatest: true }))).toEqual([{ said: '1.0.0, 2.0.0', newest: '2.0.0' }]);
    expect(latest(version('2.0.0-beta.1'))).toEqual([]);
    expect(latest(version('2.0.0', { status: 'deleted' }))).toEqual([]);
  });
});

describe('a listed remote server', () => {
  const remote = (listed: string, url: string, asked = url) =>
    identityOfListed({
      name: listed,
      entries: entries(registryRecord(listed, '1.0.0', { remotes: [{ type: 'streamable-http', url }] }, { isLatest: true })),
      twins: [],
      found: { type: 'remote', url: asked },
    }).findings.map(({ code }) => code);

  test.each([
    ['com.good/mcp', 'https://mcp.good.com/mcp', []],
    ['com.good.team/mcp', 'https://good.com/mcp', []],
    ['com.good/mcp', 'https://mcp.evil.example/mcp', ['registry-remote-elsewhere']],
    ['com.good/mcp', 'https://good.com.evil.example/mcp', ['registry-remote-elsewhere']],
    ['com.good/mcp', 'https://notgood.com/mcp', ['registry-remote-elsewhere']],
    ['uk.co.good/mcp', 'https://mcp.evil.co.uk/mcp', ['registry-remote-elsewhere']],
    ['app.vercel.good/mcp', 'https://evil.vercel.app/mcp', ['registry-remote-elsewhere']],
    ['com.good/mcp', 'https://192.0.2.1/mcp', ['registry-remote-elsewhere']],
    ['com.good/mcp', 'https://{tenant}.good.com/mcp', ['registry-remote-elsewhere']],
    ['io.github.ann/mcp', 'https://ann.github.io/mcp', []],
    ['io.github.ann/mcp', 'https://mcp.famous.com/mcp', ['registry-remote-unproven']],
    ['io.github.ann/mcp', 'https://bob.github.io/mcp', ['registry-remote-unproven']],
  ])('%s at %s', (listed, url, expected) => {
    expect(remote(listed, url)).toEqual(expected);
  });

  test('an address that the entry does not list letter by letter is not listed', () => {
    expect(remote('com.good/mcp', 'https://mcp.good.com/mcp', 'https://mcp.good.com/mcp2')).toEqual(['registry-ownership-unproven']);
  });

  const lines = (listed: string, url: string, ...records: ReturnType<typeof registryRecord>[]) =>
    identityOfListed({ name: listed, entries: entries(...records), twins: [], found: { type: 'remote', url } }).evidence.map(
      ({ source, outcome, detail }) => `${source} ${outcome}: ${detail}`,
    );
  const at = (listed: string, version: string, url: string, official = {}) =>
    registryRecord(listed, version, { remotes: [{ type: 'streamable-http', url }] }, official);

  test.each([
    ['com.good/mcp', 'https://mcp.good.com/mcp', 'verified: re-verified now: mcp.good.com is at good.com, by the name'],
    [
      'com.good.team/mcp',
      'https://mcp.good.com/mcp',
      'verified: re-verified now: mcp.good.com and team.good.com are of the same registered domain, by the name',
    ],
    ['com.good/mcp', 'https://notgood.com/mcp', 'absent: notgood.com is not at good.com, the domain of the name'],
    ['io.github.ann/mcp', 'https://bob.github.io/mcp', 'absent: nothing shows whose host bob.github.io is'],
    ['com.good/mcp', 'https://192.0.2.1/mcp', 'unavailable: there is no host, or no domain of the name, to compare'],
    ['com/mcp', 'https://mcp.good.com/mcp', 'unavailable: there is no host, or no domain of the name, to compare'],
  ])('what of %s at %s was compared now stands apart from what was claimed', (listed, url, host) => {
    expect(lines(listed, url, at(listed, '1.0.0', url))).toEqual([
      `registry-entry verified: claimed at publish: ${listed} 1.0.0, published 2026-01-02, active; it lists exactly this`,
      `registry-host ${host}`,
      expect.stringMatching(/^registry-namespace unavailable: /),
    ]);
  });

  test('the same address may be written in another way', () => {
    const [line] = lines('com.good/mcp', 'https://mcp.good.com/', at('com.good/mcp', '1.0.0', 'HTTPS://MCP.good.com'));
    expect(line).toContain('it lists exactly this');
  });

  test('an old version that was taken out says nothing of the address, as long as a newer one lists it', () => {
    const url = 'https://mcp.good.com/mcp';
    const old = at('com.good/mcp', '0.9.0', url, { status: 'deleted' });
    expect(lines('com.good/mcp', url, old, at('com.good/mcp', '1.0.0', url))[0]).toContain(
      'com.good/mcp 1.0.0, published 2026-01-02, active',
    );
    expect(lines('com.good/mcp', url, old)[0]).toContain('com.good/mcp 0.9.0, published 2026-01-02, deleted');
  });

  test('an entry that leads to another host by now says which', () => {
    const moved = at('com.good/mcp', '1.1.0', 'https://mcp.evil.example/mcp', { isLatest: true });
    expect(lines('com.good/mcp', 'https://mcp.good.com/mcp', moved)).toEqual([
      'registry-entry absent: com.good/mcp does not list https://mcp.good.com/mcp; it lists https://mcp.evil.example/mcp',
    ]);
  });
});
