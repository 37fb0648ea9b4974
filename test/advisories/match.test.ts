import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isAffected, matchAdvisories } from '../../src/advisories/match.ts';
import { parseRecord } from '../../src/advisories/record.ts';
import type { AskedPackage } from '../../src/advisories/subject.ts';
import type { Advisory } from '../../src/model/advisory.ts';

const nowMs = Date.parse('2026-11-27T12:00:00Z');
const npm = 'pkg:npm/x';
const pypi = 'pkg:pypi/x';

function covered(subject: string, events: readonly object[], version: string, type = 'SEMVER'): boolean {
  return isAffected({ subject, ranges: [{ type, events }], versions: [] }, version);
}

describe('ranges, as the evaluation in the specification of OSV', () => {
  test.each([
    [[{ introduced: '0' }], '0.0.1', true],
    [[{ introduced: '0' }], '0.0.0-alpha', true],
    [[{ introduced: '1.0.16' }], '1.0.15', false],
    [[{ introduced: '1.0.16' }], '1.0.16', true],
    [[{ introduced: '1.0.0' }, { fixed: '1.2.0' }], '1.1.9', true],
    [[{ introduced: '1.0.0' }, { fixed: '1.2.0' }], '1.2.0', false],
    [[{ fixed: '1.2.0' }, { introduced: '1.0.0' }], '1.1.0', true],
    [[{ introduced: '1.0.0' }, { last_affected: '1.2.0' }], '1.2.0', true],
    [[{ introduced: '1.0.0' }, { last_affected: '1.2.0' }], '1.2.1', false],
    [[{ introduced: '1.0.0' }, { fixed: '1.1.0' }, { introduced: '2.0.0' }, { fixed: '2.1.0' }], '1.5.0', false],
    [[{ introduced: '1.0.0' }, { fixed: '1.1.0' }, { introduced: '2.0.0' }, { fixed: '2.1.0' }], '2.0.5', true],
    [[{ introduced: '0' }, { fixed: '1.2.0' }], '1.2.0-rc.1', true],
    [[{ introduced: '0' }, { limit: '2.0.0' }], '2.0.0', false],
    [[{ introduced: '0' }, { limit: '*' }], '9.0.0', true],
  ])('npm %j covers %s: %s', (events, version, expected) => {
    expect(covered(npm, events, version)).toBe(expected);
  });

  test.each([
    [[{ introduced: '0' }, { fixed: '2.0' }], '2.0rc1', true],
    [[{ introduced: '0' }, { fixed: '2.0' }], '2.0.0', false],
    [[{ introduced: '1.0' }, { fixed: '2.0' }], '1!0.5', false],
    [[{ introduced: '1.0' }, { last_affected: '1.10' }], '1.9', true],
    [[{ introduced: '1.0' }, { last_affected: '1.10' }], '1.10.post1', false],
  ])('Python %j covers %s: %s', (events, version, expected) => {
    expect(covered(pypi, events, version, 'ECOSYSTEM')).toBe(expected);
  });

  test('what cannot be compared is covered, and commits are no versions where versions are listed', () => {
    expect(covered(npm, [{ introduced: 'yesterday' }], '1.0.0')).toBe(true);
    expect(covered(npm, [{ introduced: 'abc', fixed: 'def' }], '1.0.0', 'GIT')).toBe(true);
    const git = { type: 'GIT', events: [{ introduced: '0' }] };
    expect(isAffected({ subject: npm, ranges: [git], versions: ['1.0.1'] }, '1.0.0')).toBe(false);
    expect(isAffected({ subject: npm, ranges: [], versions: [] }, '1.0.0')).toBe(true);
  });

  test('a version that nobody knows is covered by what covers every version, and by nothing else', () => {
    expect(covered(npm, [{ introduced: '0' }], '')).toBe(true);
    expect(covered(npm, [{ introduced: '0' }, { fixed: '2.0.0' }], '')).toBe(false);
    expect(covered(npm, [{ introduced: '1.0.16' }], '')).toBe(false);
  });

  test('listed versions are compared as their ecosystem does', () => {
    expect(isAffected({ subject: pypi, ranges: [], versions: ['1.0', '2.0'] }, '2.0.0')).toBe(true);
    expect(isAffected({ subject: npm, ranges: [], versions: ['0.0.1', '0.0.2'] }, '0.0.3')).toBe(false);
  });
});

function pkg(subject: string, version: string, integrity: string | null = null): AskedPackage {
  return { subject, name: subject.replace(/^pkg:[a-z]+\//, ''), version, integrity, own: false };
}

function ask(records: readonly unknown[], packages: readonly AskedPackage[]) {
  const advisories = records.flatMap((record): readonly Advisory[] => {
    const parsed = parseRecord(record, null);
    return parsed === null ? [] : [parsed];
  });
  const server = { origin: null, registryNames: [] };
  return matchAdvisories(advisories, { packages, server }, { name: 'osv', overridable: true }, nowMs).map(
    ({ id, subject, matched, kind }) => [id, subject, matched, kind],
  );
}

const sha = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;

test('one ecosystem is not another, and npm names are compared letter by letter', () => {
  const record = { id: 'MAL-2026-1', modified: '2026-01-01T00:00:00Z', affected: [{ package: { ecosystem: 'npm', name: 'JSONStream' } }] };
  expect(ask([record], [pkg('pkg:npm/jsonstream', '1.0.0'), pkg('pkg:pypi/jsonstream', '1.0.0')])).toEqual([]);
  expect(ask([record], [pkg('pkg:npm/JSONStream', '1.0.0')])).toEqual([['MAL-2026-1', 'JSONStream@1.0.0', 'version', 'malicious']]);
  const wrongCase = { ...record, affected: [{ package: { ecosystem: 'NPM', name: 'JSONStream' } }] };
  expect(ask([wrongCase], [pkg('pkg:npm/JSONStream', '1.0.0')])).toEqual([]);
});

test('these bytes are found under another name and version', () => {
  const record = {
    id: 'MAL-2026-2',
    modified: '2026-01-01T00:00:00Z',
    affected: [
      { package: { ecosystem: 'npm', name: 'first' }, versions: ['1.0.0'], database_specific: { package_integrity: { sha512_sri: sha } } },
    ],
  };
  expect(ask([record], [pkg('pkg:npm/second', '9.9.9', sha)])).toEqual([['MAL-2026-2', 'second@9.9.9', 'hash', 'malicious']]);
  expect(ask([record], [pkg('pkg:npm/second', '9.9.9', sha.replace('sha512', 'sha256'))])).toEqual([]);
});

test('the hash of a report is not the hash of a package', () => {
  const hex = Buffer.alloc(32, 7).toString('hex');
  const record = {
    id: 'MAL-2026-3',
    modified: '2026-01-01T00:00:00Z',
    affected: [],
    database_specific: { 'malicious-packages-origins': [{ sha256: hex, source: 'x' }] },
  };
  expect(ask([record], [pkg('pkg:npm/a', '1.0.0', `sha256-${Buffer.alloc(32, 7).toString('base64')}`)])).toEqual([]);
});

test.each([
  ['taken back', '2026-11-01T00:00:00Z', 0],
  ['taken back in the future', '2099-01-01T00:00:00Z', 1],
  ['not taken back', undefined, 1],
])('a record that is %s', (_, withdrawn, hits) => {
  const record = {
    id: 'MAL-2026-4',
    modified: '2026-01-01T00:00:00Z',
    withdrawn,
    affected: [{ package: { ecosystem: 'npm', name: 'a' } }],
  };
  expect(ask([record], [pkg('pkg:npm/a', '1.0.0')])).toHaveLength(hits);
});

test.each(['', 'yes', true, {}, '__proto__'])(
  'a withdrawal that is none (%j) withdraws nothing: the record cannot be read',
  (withdrawn) => {
    expect(parseRecord({ id: 'MAL-2026-4', modified: '2026-01-01T00:00:00Z', withdrawn, affected: [] }, null)).toBeNull();
  },
);

test.each(['__proto__', 'constructor', '../../etc/passwd', 'MAL-', '-MAL-1', 'MAL-2026 1', ''])('%j is no id', (id) => {
  expect(parseRecord({ id, modified: '2026-01-01T00:00:00Z', affected: [] }, null)).toBeNull();
});

test('kind and severity: of the id, of the weakness, of the database, of the score', () => {
  const record = (more: object) => parseRecord({ id: 'GHSA-aaaa', modified: '2026-01-01T00:00:00Z', affected: [], ...more }, null);
  expect(record({ database_specific: { cwe_ids: ['CWE-506'], severity: 'CRITICAL' } })).toMatchObject({
    kind: 'malicious',
    severity: 'critical',
  });
  expect(record({ database_specific: { cwe_ids: ['CWE-79'], severity: 'MODERATE' } })).toMatchObject({
    kind: 'vulnerability',
    severity: 'moderate',
  });
  // Scores of FIRST's own examples: 9.8, 6.1, 7.8, 0.
  const scored = (score: string) => record({ severity: [{ type: 'CVSS_V3', score }] })?.severity;
  expect(scored('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H')).toBe('critical');
  expect(scored('CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N')).toBe('moderate');
  expect(scored('CVSS:3.0/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H')).toBe('high');
  expect(scored('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N')).toBe('unknown');
  expect(scored('CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N')).toBe('unknown');
  expect(scored('CVSS:3.1/AV:N/AV:__proto__/AC:constructor')).toBe('unknown');
});

const shared = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'advisories', 'osv-mal-mcp.condensed.json');

test.skipIf(!existsSync(shared))(
  'the published records of malicious servers cover what they are known for (needs ../shared/data/advisories)',
  () => {
    const { vulns } = JSON.parse(readFileSync(shared, 'utf8')) as { vulns: readonly object[] };
    const records = vulns.map((record) => ({ modified: '2026-01-01T00:00:00Z', ...record }));
    const hit = (subject: string, version: string) => ask(records, [pkg(subject, version)]).map(([id]) => id);
    expect(hit('pkg:npm/postmark-mcp', '1.0.15')).toEqual([]);
    expect(hit('pkg:npm/postmark-mcp', '1.0.16')).toEqual(['MAL-2025-47604']);
    expect(hit('pkg:npm/mcp-server-fetch', '0.0.2')).toEqual(['MAL-2026-5476']);
    expect(hit('pkg:pypi/mcp-server-fetch', '0.0.2')).toEqual([]);
    expect(hit('pkg:npm/@lanyer640/mcp-runcommand-server', '1.0.0')).toEqual(['MAL-2025-47838']);
    expect(hit('pkg:npm/@postman/postman-mcp-server', '2.4.9')).toEqual([]);
    expect(hit('pkg:pypi/mcp-runcmd-server', '1.0.0')).toEqual(['MAL-2025-191788']);
  },
);
