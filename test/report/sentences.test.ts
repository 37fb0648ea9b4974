import { expect, test } from 'vitest';
import { type Finding, type FindingCode, finding, findingCodes } from '../../src/model/finding.ts';
import { findingSentence } from '../../src/report/findings.ts';

const signal = {
  rule: 'hides-from-user',
  pointer: '/description',
  start: 3,
  end: 20,
  reading: 'written',
  before: 'so ',
  span: 'do not tell',
  after: ' him',
};

/** The facts that each finding is made with, as the checks, policies and audits make it. */
const facts: Record<FindingCode, Finding['args']> = {
  'install-script': {},
  'manifest-confusion': { field: 'bin', registry: 'a', tarball: 'b' },
  'dependency-unpinnable': { dependency: 'x@git+ssh://host/x' },
  'dependency-without-integrity': { registry: 'nothing' },
  'version-deprecated': { reason: 'use y' },
  'builder-changed': {
    member: 'repositoryId',
    before: 'https://github.com/a/b (1)',
    after: 'https://github.com/c/b (2)',
    since: '1.0.0 (approved)',
  },
  'build-changed': { member: 'runner', before: 'github-hosted', after: 'self-hosted', since: '1.0.0 (approved)' },
  'provenance-lost': { before: 'trusted-publisher (1.0.0)', after: 'none' },
  'trusted-publishing-lost': { before: 'trusted-publisher (1.0.0)', after: 'provenance' },
  'publisher-changed': { before: ['ann'], after: 'mallory' },
  'version-republished': { before: 'sha512-a', after: 'sha512-b' },
  'latest-moved-back': { before: '1.2.0', after: '1.1.0' },
  'install-script-appeared': { versions: 3 },
  'bin-appeared': { before: ['a'], after: ['b'] },
  'release-after-silence': { days: 400, before: '1.0.0 (2025-01-01)', after: '2026-02-05' },
  'not-a-server': { unreadable: false },
  'authorization-invalid': { why: 'its token endpoint cannot be used: javascript:alert(1) is not https' },
  'authorization-changed': { before: 'https://login.example.com', after: 'https://login.example.net' },
  'arguments-in-headers': { arguments: ['city as Mcp-Param-City'] },
  'remote-words-added': { items: ['tools/send'] },
  'remote-words-changed': { items: ['tools/read'] },
  'probe-missing': { why: 'not-asked', detail: '--no-probe was given' },
  'probe-failed': { detail: 'it never answered' },
  'listing-invalid': { why: 'twice' },
  'listing-varies-by-client': { missing: '', left: 'one', right: 'two' },
  'listing-varies-by-era': { missing: 'left', left: '', right: 'two' },
  'listing-volatile': { pointers: ['/description'] },
  'names-collide': { names: ['read', 'rеad'] },
  'hidden-characters': { pointer: '', characters: ['U+200B'] },
  'text-signal-high': signal,
  'text-signal-medium': signal,
  'text-signal-low': { ...signal, other: 'mail: send_email', pointer: '' },
  'tool-not-in-code': {},
  'tool-not-shown': { where: 'index.js:3' },
  'tool-text-differs': { where: 'index.js:3', pointer: '/description', code: 'one', running: 'two' },
  'instructions-differ': { where: 'index.js:3', code: 'one', running: 'two' },
  'capability-gained': { phrase: 'runs other programs', scopes: ['git'] },
  'capability-newly-visible': { phrase: 'runs other programs' },
  'words-changed': { items: ['tools/a'] },
  'entry-unguarded': { client: 'cursor', how: 'starts', command: 'npx -y x' },
  'entry-mutable': { client: 'cursor', package: ['x'] },
  'entry-drifted': { command: 'node evil.js', approved: 'pinfold run x' },
  'entry-secret': { client: 'cursor', names: ['GITHUB_TOKEN'], file: '/home/me/.cursor/mcp.json' },
  'entry-duplicate': { file: '/home/me/.cursor/mcp.json' },
  'pin-missing': { client: 'cursor' },
  'pin-unused': {},
  'pin-grandfathered': {},
  'pin-bytes-not-pinned': { reason: 'python' },
  'ticket-missing': {},
  'pin-first-use': {},
  'tree-changed': { differences: ['changed: a.js'] },
  'tree-missing': {},
  'words-withheld': { items: ['tools/a'] },
  'entry-untrusted': { file: '/srv/project/.cursor/mcp.json' },
  'entry-quarantined': { client: 'cursor', change: 'added' },
  'entry-hosted': { vendor: 'stripe', alternative: '' },
  'lock-untrusted': { lock: '/srv/project/.pinfold' },
  'lookalike-strong': {
    target: 'notes-mcp',
    theirs: 'owner unknown, age unknown',
    ours: 'by me, since 2026-01-01',
    how: 'alike',
    alternative: '',
  },
  lookalike: {
    target: 'notes-mcp',
    theirs: 'by you, age unknown',
    ours: 'by me, age unknown',
    how: 'alike',
    alternative: 'https://x.dev/mcp',
  },
  'brand-unproven': { target: '@stripe/mcp', brand: 'stripe' },
  'credential-to-gateway': {
    variable: 'STRIPE_KEY',
    brand: 'stripe',
    hosts: ['evil.dev'],
    level: 'followed',
    where: 'index.js:3',
    alternative: 'https://mcp.stripe.com',
  },
  'server-hosted': { how: 'bridge', host: 'x.dev', vendor: '', alternative: '' },
  'policy-denied': { reason: 'the user policy denies x: it leaks' },
  'policy-review': { reason: 'the user policy wants a person to look' },
  'policy-relaxation-ignored': { layer: 'project', file: '/p/policy.json', member: 'mode', value: 'observe', stricter: 'built-in' },
  'policy-entry-unused': { file: '/p/policy.json', reason: 'we like it' },
};

test.each(Object.keys(findingCodes) as FindingCode[])('%s is a sentence with every fact that it needs', (code) => {
  const made = finding(code, 'subject', facts[code]);
  const sentence = findingSentence(made);
  expect(sentence).not.toBe('');
  // A fact that the sentence asks for under a name that nobody gives shows as a hole.
  expect(sentence).not.toMatch(/``|""|\(\)|: *$|^\s|\s$| {2}|: ;|undefined/);
  expect(sentence).not.toMatch(/\.$/);
});
