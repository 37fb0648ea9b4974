import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gainTiers } from '../../src/model/capability.ts';
import type { Verdict } from '../../src/model/decision.ts';
import { finding } from '../../src/model/finding.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { autoApproval, effectiveMode, ignoredRelaxations, lockSignerLists, policyId } from '../../src/policy/layers.ts';
import { anyFacts, anyPolicy, facts, layer } from './sample.ts';

const entry = { subject: 'pkg:npm/%40scope/files', reason: 'reviewed by Ada' };
const denied = { subject: 'pkg:npm/%40scope/files', reason: 'it mails everything out' };
const rank: Readonly<Record<Verdict, number>> = { allow: 0, warn: 1, review: 2, block: 3 };

describe('without a policy', () => {
  test.each(['install', 'update', 'approve'] as const)('a person answers %s', (action) => {
    for (const gain of gainTiers) {
      const decision = evaluate([], facts({ action, gain }));
      expect(decision).toEqual({ verdict: 'review', autoApproved: false, reasons: [expect.stringContaining('no policy approves')] });
    }
  });

  test.each(['run', 'audit'] as const)('%s of something approved goes on', (action) => {
    expect(evaluate([], facts({ action }))).toEqual({ verdict: 'allow', autoApproved: false, reasons: [] });
  });

  test.each([
    ['manifest-confusion', 'block'],
    ['install-script', 'review'],
    ['version-deprecated', 'warn'],
    ['pin-unused', 'allow'],
  ] as const)('finding %s makes run %s', (code, verdict) => {
    const decision = evaluate([], facts({ action: 'run', findings: [finding(code, 'x')] }));
    expect(decision.verdict).toBe(verdict);
    expect(decision.reasons.some((reason) => reason.includes(code))).toBe(verdict !== 'allow');
  });

  test('a block finding blocks an install', () => {
    expect(evaluate([], facts({ findings: [finding('manifest-confusion', 'x')] })).verdict).toBe('block');
  });
});

describe('deny', () => {
  test.each(['install', 'update', 'approve', 'run', 'audit'] as const)('blocks %s, with reason, replacement and message', (action) => {
    const policy = layer('user', {
      deny: [{ ...denied, useInstead: '@scope/safe-files' }],
      allow: [entry],
      message: 'ask security@example.com',
    });
    const decision = evaluate([policy], facts({ action }));
    expect(decision.verdict).toBe('block');
    expect(decision.reasons[0]).toContain('it mails everything out');
    expect(decision.reasons[0]).toContain('use @scope/safe-files instead');
    expect(decision.reasons.at(-1)).toBe('ask security@example.com');
  });

  test.each([
    ['1.2.3', '<2.0.0', true],
    ['2.0.0', '<2.0.0', false],
    ['2.0.0-evil.1', '<2.0.0', true],
    ['1.9.0-beta', '>=1.8.0', true],
    ['latest', '<2.0.0', true],
    ['', '<2.0.0', true],
    ['1.2.3', '1.2.3', true],
    ['1.2.4', '1.2.3', false],
  ])('version %j and the range %s', (version, versions, blocked) => {
    const policy = layer('user', { deny: [{ ...denied, versions }] });
    expect(evaluate([policy], facts({ version, action: 'run' })).verdict === 'block').toBe(blocked);
  });

  test('no mode and no autoApprove softens it', () => {
    const policy = layer('managed', { mode: 'observe', autoApprove: 'red', deny: [denied] });
    expect(evaluate([policy], facts({ gain: 'none' }))).toMatchObject({ verdict: 'block', autoApproved: false });
  });

  test('the second entry of a list counts as much as the first', () => {
    expect(evaluate([layer('user', { deny: [{ ...denied, subject: 'pkg:npm/x' }, denied] })], facts()).verdict).toBe('block');
  });

  test('another server is not denied', () => {
    expect(evaluate([layer('user', { deny: [denied] })], facts({ subject: 'pkg:npm/other', action: 'run' })).verdict).toBe('allow');
  });

  test('the name plays no part', () => {
    expect(evaluate([layer('user', { deny: [denied] })], facts({ name: 'innocent' })).verdict).toBe('block');
    expect(
      evaluate([layer('user', { deny: [denied] })], facts({ name: '@scope/files', subject: 'pkg:npm/other', action: 'run' })).verdict,
    ).toBe('allow');
  });
});

describe('allow and noMatch', () => {
  const listed = facts();
  const unlisted = facts({ subject: 'pkg:npm/other', name: 'other' });
  const auto = { autoApprove: 'red' as const };

  test.each([
    ['no list, nothing stated', auto, listed, 'allow', true],
    ['a list, server on it', { ...auto, allow: [entry] }, listed, 'allow', true],
    ['a list, server not on it', { ...auto, allow: [entry] }, unlisted, 'review', false],
    ['an empty list is not no list', { ...auto, allow: [] }, listed, 'review', false],
    ['an empty list and deny', { ...auto, allow: [], noMatch: 'deny' as const }, listed, 'block', false],
    ['no list and deny', { ...auto, noMatch: 'deny' as const }, listed, 'block', false],
    ['a list and deny, on it', { ...auto, allow: [entry], noMatch: 'deny' as const }, listed, 'allow', true],
    ['a list and deny, not on it', { ...auto, allow: [entry], noMatch: 'deny' as const }, unlisted, 'block', false],
    ['a list and allow, not on it', { ...auto, allow: [entry], noMatch: 'allow' as const }, unlisted, 'allow', true],
    ['no list and review', { ...auto, noMatch: 'review' as const }, listed, 'review', false],
  ])('%s', (_, policy, server, verdict, autoApproved) => {
    expect(evaluate([layer('user', policy)], server)).toMatchObject({ verdict, autoApproved });
  });

  test('what a person approved although no list names it runs, unless the list says deny', () => {
    expect(evaluate([layer('user', { allow: [] })], facts({ action: 'run' })).verdict).toBe('allow');
    expect(evaluate([layer('user', { allow: [], noMatch: 'deny' })], facts({ action: 'run' })).verdict).toBe('block');
  });

  test.each([
    ['1.2.3', '^1.0.0', 'allow'],
    ['2.0.0', '^1.0.0', 'block'],
    ['1.3.0-beta', '^1.0.0', 'block'],
    ['latest', '^1.0.0', 'block'],
    ['', '*', 'block'],
  ])('version %j and the allowed range %s', (version, versions, verdict) => {
    const policy = layer('user', { noMatch: 'deny', allow: [{ ...entry, versions }] });
    expect(evaluate([policy], facts({ version, action: 'run' })).verdict).toBe(verdict);
  });

  test.each(['nonsense', '', 'pkg:npm/%40scope/*', 'pkg:npm/%40scope/files@1.2.3'])(
    'a server whose subject is %j is blocked where there is a policy',
    (subject) => {
      expect(evaluate([layer('user', { ...auto, allow: [{ ...entry, subject: 'pkg:npm/%40scope/*' }] })], facts({ subject })).verdict).toBe(
        'block',
      );
    },
  );
});

describe('autoApprove', () => {
  test.each(gainTiers.flatMap((tier) => gainTiers.map((gain) => [tier, gain] as const)))('%s and a gain of %s', (autoApprove, gain) => {
    const expected = autoApprove !== 'none' && gainTiers.indexOf(gain) <= gainTiers.indexOf(autoApprove);
    const decision = evaluate([layer('user', { autoApprove })], facts({ gain }));
    expect(decision.autoApproved).toBe(expected);
    expect(decision.verdict).toBe(expected ? 'allow' : 'review');
    expect(decision.reasons).not.toEqual([]);
  });

  test('a review finding weighs like an amber gain', () => {
    const findings = [finding('probe-missing', 'left-pad@1.0.0')];
    expect(evaluate([layer('user', { autoApprove: 'grey' })], facts({ findings, gain: 'none' })).autoApproved).toBe(false);
    expect(evaluate([layer('user', { autoApprove: 'amber' })], facts({ findings, gain: 'none' })).autoApproved).toBe(true);
    expect(evaluate([layer('user', { autoApprove: 'amber' })], facts({ findings, gain: 'red' })).autoApproved).toBe(false);
    expect(evaluate([layer('user', { autoApprove: 'grey' })], facts({ findings: [], gain: 'grey' })).autoApproved).toBe(true);
  });

  test('answers a review finding and says so, never a block finding', () => {
    const policy = layer('user', { autoApprove: 'red' });
    const reviewed = evaluate([policy], facts({ findings: [finding('install-script', 'left-pad@1.0.0')] }));
    expect(reviewed).toMatchObject({ verdict: 'warn', autoApproved: true });
    expect(reviewed.reasons.join()).toContain('install-script');
    expect(evaluate([policy], facts({ findings: [finding('hidden-characters', 'x')] }))).toMatchObject({
      verdict: 'block',
      autoApproved: false,
    });
  });

  test('only counts where something is to be approved', () => {
    expect(evaluate([layer('user', { autoApprove: 'red' })], facts({ action: 'run' })).autoApproved).toBe(false);
    expect(evaluate([layer('user', { autoApprove: 'red' })], facts({ action: 'audit' })).autoApproved).toBe(false);
  });
});

describe('layers', () => {
  test('a project cannot approve itself, and is told so', () => {
    const project = layer('project', { autoApprove: 'red', mode: 'observe', noMatch: 'allow', allow: [entry] });
    const decision = evaluate([project], facts());
    expect(decision).toMatchObject({ verdict: 'review', autoApproved: false });
    expect(decision.reasons.join()).toContain('autoApprove: red');
    expect(effectiveMode([project], null)).toBe('block');
    expect(ignoredRelaxations([project]).map(({ args }) => args['member'])).toEqual(['mode', 'autoApprove']);
  });

  test('a user cannot loosen what the machine says', () => {
    const managed = layer('managed', { noMatch: 'deny', allow: [], autoApprove: 'grey', mode: 'block' });
    const user = layer('user', { noMatch: 'allow', allow: [entry], autoApprove: 'red', mode: 'observe' });
    expect(evaluate([managed, user], facts({ action: 'run' })).verdict).toBe('block');
    expect(autoApproval([managed, user])?.tier).toBe('grey');
    expect(effectiveMode([managed, user], null)).toBe('block');
    expect(ignoredRelaxations([managed, user]).map(({ args, code }) => [code, args['member']])).toEqual([
      ['policy-relaxation-ignored', 'mode'],
      ['policy-relaxation-ignored', 'autoApprove'],
      ['policy-relaxation-ignored', 'noMatch'],
    ]);
  });

  test("what a managed policy does not state is the default, not the user's to choose", () => {
    const managed = layer('managed', {});
    const user = layer('user', { autoApprove: 'red', mode: 'observe' });
    expect(autoApproval([managed, user])).toBeNull();
    expect(effectiveMode([managed, user], null)).toBe('block');
  });

  test('a user and a project can tighten what the machine says', () => {
    const managed = layer('managed', { autoApprove: 'red', mode: 'observe' });
    const user = layer('user', { autoApprove: 'amber', mode: 'warn' });
    const project = layer('project', { autoApprove: 'grey', deny: [denied] });
    expect(autoApproval([managed, user, project])?.tier).toBe('grey');
    expect(autoApproval([managed, user, project])?.by).toBe(managed);
    expect(autoApproval([managed, layer('user', { autoApprove: 'none' })])).toBeNull();
    expect(effectiveMode([managed, user, project], 'observe')).toBe('warn');
    expect(evaluate([managed, user, project], facts()).verdict).toBe('block');
    expect(ignoredRelaxations([managed, user, project])).toEqual([]);
  });

  test('every deny list counts, whichever layer it is in', () => {
    for (const name of ['managed', 'user', 'project'] as const) {
      const layers = (['managed', 'user', 'project'] as const).map((one) =>
        layer(one, one === name ? { deny: [denied] } : { allow: [entry] }),
      );
      expect(evaluate(layers, facts()).verdict).toBe('block');
    }
  });

  test('a policy is named by its place and bytes', () => {
    expect(policyId(layer('user', {}))).toMatch(/^user:sha256-/);
    expect(policyId(layer('user', {}))).not.toBe(policyId(layer('user', { mode: 'warn' })));
  });

  test('adding a layer below never loosens anything', () => {
    fc.assert(
      fc.property(fc.option(anyPolicy, { nil: null }), anyPolicy, anyPolicy, anyFacts, (managed, user, project, of) => {
        const stack = [...(managed === null ? [] : [layer('managed', managed)]), layer('user', user), layer('project', project)];
        for (let count = managed === null ? 1 : 0; count < stack.length; count += 1) {
          if (count === 0) continue;
          const [before, after] = [stack.slice(0, count), stack.slice(0, count + 1)].map((layers) => evaluate(layers, of));
          if (before === undefined || after === undefined) throw new Error('unreachable');
          expect(rank[after.verdict]).toBeGreaterThanOrEqual(rank[before.verdict]);
          if (after.autoApproved) expect(before.autoApproved).toBe(true);
        }
      }),
      { numRuns: 1_500 },
    );
  });

  test('a project alone never loosens the built-in default', () => {
    fc.assert(
      fc.property(anyPolicy, anyFacts, (project, of) => {
        const [without, along] = [evaluate([], of), evaluate([layer('project', project)], of)];
        expect(rank[along.verdict]).toBeGreaterThanOrEqual(rank[without.verdict]);
        expect(along.autoApproved).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('every verdict but allow says why, a block finding always blocks, and approval by policy is never a block', () => {
    fc.assert(
      fc.property(anyPolicy, anyFacts, (user, of) => {
        const decision = evaluate([layer('user', user)], of);
        if (decision.verdict !== 'allow') expect(decision.reasons.length).toBeGreaterThan(0);
        if (of.findings.some(({ severity }) => severity === 'block')) expect(decision.verdict).toBe('block');
        if (decision.autoApproved) expect(['allow', 'warn']).toContain(decision.verdict);
      }),
      { numRuns: 1_000 },
    );
  });
});

test.each([
  [null, [], 'block'],
  ['observe', [], 'observe'],
  ['observe', ['warn'], 'warn'],
  ['observe', ['warn', 'block'], 'block'],
  ['block', ['observe'], 'block'],
  [null, ['observe'], 'observe'],
  [null, ['warn', 'observe'], 'warn'],
] as const)('pin mode %s under policies %j is %s', (pin, modes, expected) => {
  const names = ['user', 'project'] as const;
  expect(
    effectiveMode(
      modes.map((mode, at) => layer(names[at] ?? 'project', { mode })),
      pin,
    ),
  ).toBe(expected);
});

describe('who built it', () => {
  const builder = {
    issuer: 'https://token.actions.githubusercontent.com',
    subject: 'https://github.com/scope/files/.github/workflows/release.yml@refs/tags/v1',
    repository: 'https://github.com/scope/files',
    repositoryId: '11',
    ownerId: '7',
    workflow: '.github/workflows/release.yml',
    runner: 'github-hosted',
  };
  const { issuer, repository } = builder;
  const named = layer('managed', { noMatch: 'review', allow: [{ ...entry, builder: { issuer, repository } }] });

  test('an entry that names a builder lets only what that one built through', () => {
    expect(evaluate([named], facts({ action: 'run', builder })).verdict).toBe('allow');
    for (const other of [
      null,
      { ...builder, repository: 'https://github.com/mallory/files' },
      { ...builder, repository: `${repository}-evil` },
      { ...builder, repository: null },
      { ...builder, issuer: `${issuer}/hammer-time` },
    ])
      expect(evaluate([named], facts({ action: 'run', builder: other })).verdict).toBe('block');
  });

  test('says what differs', () => {
    const [reason] = evaluate([named], facts({ builder: { ...builder, repository: 'https://github.com/mallory/files' } })).reasons;
    expect(reason).toContain('repository is https://github.com/mallory/files, and must be https://github.com/scope/files');
    expect(evaluate([named], facts()).reasons[0]).toContain('nothing verified says who built it');
  });

  test('another entry for the same server may allow it after all', () => {
    const either = layer('managed', { allow: [{ ...entry, builder: { repository: 'https://github.com/else/where' } }, entry] });
    expect(evaluate([either], facts({ action: 'run' })).verdict).toBe('allow');
  });

  test.each(['managed', 'user', 'project'] as const)('a %s policy may want verified provenance, and nobody takes it back', (name) => {
    const wanting = layer(name, { provenance: 'required' });
    const all = [...(name === 'managed' ? [] : [layer('managed', { autoApprove: 'red' as const })]), wanting];
    for (const action of ['install', 'update', 'approve', 'run', 'audit'] as const) {
      expect(evaluate(all, facts({ action })).verdict).toBe('block');
      expect(evaluate(all, facts({ action, builder })).verdict).not.toBe('block');
    }
  });

  test('a change of builder weighs like a red gain: no policy below approves it', () => {
    const changed = finding('builder-changed', 'x', { member: 'repositoryId', before: 'a', after: 'b', since: '1.0.0' });
    const upTo = (autoApprove: 'amber' | 'red') => evaluate([layer('user', { autoApprove })], facts({ gain: 'none', findings: [changed] }));
    expect(upTo('amber').autoApproved).toBe(false);
    expect(upTo('red').autoApproved).toBe(true);
  });
});

describe('a lock that somebody signed', () => {
  const signer = { key: 'ssh-ed25519 AAAA', reason: 'the team' };
  const by = layer('user', { lockSigners: [signer], deny: [{ ...denied, subject: 'pkg:npm/other' }] });
  const signed = { who: 'signed with SHA256:abc', by };
  const red = { action: 'approve', gain: 'red', signed } as const;

  test('is approved by the policy that names the signer, whatever its gain, and says whose word it was', () => {
    expect(evaluate([by], facts({ ...red, signed: null })).autoApproved).toBe(false);
    const decision = evaluate([by], facts(red));
    expect(decision).toMatchObject({ verdict: 'allow', autoApproved: true });
    expect(decision.reasons[0]).toBe('approved by the user policy: it accepts a lock that is signed with SHA256:abc (/user/policy.json)');
    expect(evaluate([by], facts({ ...red, findings: [finding('install-script', 'x')] }))).toMatchObject({
      verdict: 'warn',
      autoApproved: true,
    });
  });

  test('passes by no deny entry, no block and no wish for a person', () => {
    expect(evaluate([by], facts({ ...red, subject: 'pkg:npm/other' })).verdict).toBe('block');
    expect(evaluate([by], facts({ ...red, findings: [finding('manifest-confusion', 'x')] })).verdict).toBe('block');
    expect(evaluate([by, layer('project', { noMatch: 'review' })], facts(red))).toMatchObject({ verdict: 'review', autoApproved: false });
    expect(evaluate([by, layer('project', { provenance: 'required' })], facts(red)).verdict).toBe('block');
  });

  test('only the authority names signers: every list counts where it has one, and what others add is reported', () => {
    const [managed, user, project] = [
      layer('managed', { lockSigners: [signer] }),
      layer('user', { lockSigners: [{ ...signer, reason: 'also here' }] }),
      layer('project', { lockSigners: [{ key: 'ssh-ed25519 BBBB', reason: 'mine' }] }),
    ];
    expect(lockSignerLists([layer('managed', {}), user, project])).toEqual([]);
    expect(lockSignerLists([project])).toEqual([]);
    expect(lockSignerLists([managed, user, project]).map((list) => list.by.layer)).toEqual(['managed', 'user', 'project']);
    expect(ignoredRelaxations([managed, user])).toEqual([]);
    expect(ignoredRelaxations([managed, user, project]).map(({ subject }) => subject)).toEqual(['project:lockSigners']);
  });
});
