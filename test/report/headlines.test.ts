import { describe, expect, test } from 'vitest';
import { type Finding, finding } from '../../src/model/finding.ts';
import type { Publisher } from '../../src/model/publisher.ts';
import { card } from '../../src/report/card.ts';
import { credentialGroups } from '../../src/report/credentials.ts';
import { publisherWords, splitFindings } from '../../src/report/headlines.ts';
import { disclosurePage } from '../../src/report/html/page.ts';
import { styleFor } from '../../src/report/style.ts';
import { disclosureSaying } from './sample.ts';

const known: Publisher = { maintainers: ['ada'], repository: 'github.com/ada/x', firstPublished: '2025-01-02T03:04:05Z', versions: 3 };

describe('who stands behind it', () => {
  test.each([
    [{}, 'by ada, since 2025-01-02, 3 versions; downloads not known; says that it is github.com/ada/x'],
    [{ maintainers: null, firstPublished: null, repository: null, versions: 1 }, 'its only version; owner, age and downloads not known'],
    [{ maintainers: [], versions: null, repository: null }, 'since 2025-01-02; owner and downloads not known'],
    [{ maintainers: ['a', 'b', 'c', 'd', 'e'], repository: null }, 'by a, b, c, d, +1, since 2025-01-02, 3 versions; downloads not known'],
  ])('%o', (parts, words) => expect(publisherWords({ ...known, ...parts })).toBe(words));
});

describe('headlines', () => {
  const about = 'x@1.0.0';
  const findings: readonly Finding[] = [
    finding('probe-missing', about, { why: 'declined' }),
    finding('not-a-server', about, {}),
    finding('lookalike-strong', about, { target: 'stripe', ours: 'new', theirs: 'old', how: 'a slip' }),
  ];
  const disclosure = disclosureSaying('x', { findings });

  test('stand at the top, the name first, and nowhere else', () => {
    expect(splitFindings(findings).top.map(({ code }) => code)).toEqual(['lookalike-strong', 'not-a-server']);
    const text = card(disclosure, { full: false, clientCommand: ['x'] }, styleFor(false, 80));
    expect(text.split('\n')[1]).toMatch(/^ {2}blocking: another name: did you mean stripe/);
    for (const code of ['lookalike-strong', 'not-a-server', 'probe-missing']) expect(text.split(`(${code})`)).toHaveLength(2);
    expect(text).not.toContain('blocking: lookalike-strong');
  });

  test('on the page, too', () => {
    const page = disclosurePage(disclosure, { clientCommand: ['x'] });
    expect(page.split('did you mean stripe')).toHaveLength(2);
    expect(page).toContain('Findings (1)');
  });
});

describe('where keys go', () => {
  const use = { level: 'followed', through: null, where: 'a.js:1' } as const;
  test('one line for keys that go the same ways; what was followed first', () => {
    expect(
      credentialGroups([
        { ...use, variable: 'A', hosts: [], level: 'same-package' },
        { ...use, variable: 'B', hosts: ['b.dev'], level: 'same-file' },
        { ...use, variable: 'C', hosts: ['*', 'c.dev'] },
        { ...use, variable: 'C', hosts: [], through: 'axios' },
        { ...use, variable: 'D', hosts: ['b.dev'], level: 'same-file' },
        { ...use, variable: '*', hosts: ['e.dev'] },
      ]),
    ).toEqual([
      { variables: ['C'], how: '', to: ['c.dev', 'a host made at run time', 'wherever axios sends it'] },
      { variables: ['the whole environment'], how: '', to: ['e.dev'] },
      { variables: ['B', 'D'], how: 'not followed; the same file names ', to: ['b.dev'] },
      { variables: ['A'], how: '', to: ['not known: no host is named where it is read'] },
    ]);
  });

  test('a key that is told where it goes is not listed again', () => {
    const text = card(disclosureSaying('x'), { full: false, clientCommand: ['x'] }, styleFor(false, 80));
    expect(text).toContain('secrets    x_TOKEN → x, wherever x sends it');
    expect(text).not.toContain('also named: x_TOKEN');
  });
});
