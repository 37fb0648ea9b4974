import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GuardError } from '../../src/model/errors.ts';
import { registryKeys } from '../../src/policy/layers.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { unusedEntries } from '../../src/policy/unused.ts';
import { layer } from './sample.ts';

const reason = 'because';

test('a whole policy', () => {
  const policy = {
    version: 1,
    mode: 'warn',
    autoApprove: 'grey',
    noMatch: 'deny',
    allow: [{ subject: 'pkg:npm/%40scope/*', versions: '^1.0.0', reason }],
    deny: [{ subject: 'https://mcp.example.com', reason, useInstead: 'the other one' }],
    message: 'ask Ada',
  };
  expect(parsePolicy(JSON.stringify(policy), 'managed', '/p')).toEqual(policy);
});

test.each([
  ['', 'not JSON'],
  ['{}', '$.version is missing'],
  ['{"version":2}', 'upgrade'],
  ['{"version":"1"}', '$.version'],
  ['[]', '$'],
  ['{"version":1,"mode":"off"}', '$.mode'],
  ['{"version":1,"modes":"block"}', '$.modes: unknown member'],
  ['{"version":1,"autoApprove":"all"}', '$.autoApprove'],
  ['{"version":1,"autoApprove":true}', '$.autoApprove'],
  ['{"version":1,"lockSigners":[{"key":"ssh-ed25519 AAAA"}]}', '$.lockSigners[0].reason'],
  ['{"version":1,"lockSigners":[{"reason":"x"}]}', '$.lockSigners[0]'],
  ['{"version":1,"lockSigners":[{"key":"k","identity":{"issuer":"i","subject":"s"},"reason":"x"}]}', '$.lockSigners[0]'],
  ['{"version":1,"lockSigners":[{"identity":{"issuer":"i"},"reason":"x"}]}', '$.lockSigners[0].identity.subject'],
  ['{"version":1,"lockSigners":[{"identity":{"issuer":"i","subject":"s","owner":"o"},"reason":"x"}]}', '$.lockSigners[0].identity.owner'],
  ['{"version":1,"allow":{}}', '$.allow'],
  ['{"version":1,"allow":null}', '$.allow'],
  ['{"version":1,"allow":[{"subject":"pkg:npm/a"}]}', '$.allow[0].reason'],
  ['{"version":1,"allow":[{"subject":"pkg:npm/a","reason":" "}]}', '$.allow[0].reason'],
  ['{"version":1,"allow":[{"subject":"*","reason":"x"}]}', '$.allow[0].subject'],
  ['{"version":1,"allow":[{"subject":"pkg:npm/a@1.0.0","reason":"x"}]}', '$.allow[0].subject'],
  ['{"version":1,"allow":[{"subject":"pkg:npm/a","versions":"newest","reason":"x"}]}', '$.allow[0].versions'],
  ['{"version":1,"allow":[{"subject":"pkg:npm/a","versions":"","reason":"x"}]}', '$.allow[0].versions'],
  ['{"version":1,"allow":[{"subject":"pkg:npm/a","reason":"x","useInstead":"y"}]}', '$.allow[0].useInstead'],
  ['{"version":1,"deny":[{"subject":"pkg:npm/a","reason":"x"},{"subject":"pkg:npm/b"}]}', '$.deny[1].reason'],
  ['{"version":1,"deny":[],"deny":[{"subject":"pkg:npm/a","reason":"x"}]}', 'twice'],
  ['{"version":1,"__proto__":{"noMatch":"allow"}}', ''],
])('%s is policy-invalid', (text, why) => {
  expect(() => parsePolicy(text, 'user', '/home/policy.json')).toThrow(
    expect.objectContaining({
      code: 'policy-invalid',
      why: expect.stringContaining(why),
      hint: expect.stringContaining('/home/policy.json'),
    }),
  );
});

test('a managed policy states noMatch', () => {
  expect(() => parsePolicy('{"version":1}', 'managed', '/p')).toThrow(
    expect.objectContaining({ why: expect.stringContaining('$.noMatch') }),
  );
  expect(parsePolicy('{"version":1}', 'user', '/p')).toEqual({ version: 1 });
});

test('a damaged policy is an error, never another policy', () => {
  const text = '{"version":1,"noMatch":"deny","deny":[{"subject":"pkg:npm/a","reason":"x"}],"allow":[]}';
  fc.assert(
    fc.property(fc.integer({ min: 0, max: text.length - 1 }), (length) => {
      expect(() => parsePolicy(text.slice(0, length), 'user', '/p')).toThrow(GuardError);
    }),
  );
});

test('entries that match nothing are named, with their reason', () => {
  const user = layer('user', {
    allow: [
      { subject: 'pkg:npm/used', reason: 'a' },
      { subject: 'pkg:npm/used', versions: '<1.0.0', reason: 'b' },
      { subject: 'pkg:npm/gone', reason: 'c' },
    ],
    deny: [{ subject: 'pkg:npm/%40evil/*', reason: 'd' }],
  });
  const found = unusedEntries([user], [{ subject: 'pkg:npm/used', version: '1.0.0' }]);
  expect(found.map(({ code, args }) => [code, args['reason']])).toEqual([
    ['policy-entry-unused', 'b'],
    ['policy-entry-unused', 'c'],
    ['policy-entry-unused', 'd'],
  ]);
});

test('keys of a registry are exact, and no project brings any', () => {
  const der = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' });
  const key = Buffer.from(der).toString('base64');
  const text = (entry: object) =>
    JSON.stringify({ version: 1, noMatch: 'allow', npmKeys: [{ registry: 'npm.example.com', keyid: 'SHA256:x', key, ...entry }] });
  expect(parsePolicy(text({}), 'managed', '/p').npmKeys).toHaveLength(1);
  for (const wrong of [
    { key: `${key}\n` },
    { key: 'AAAA' },
    { registry: 'https://npm.example.com' },
    { registry: '*' },
    { keyid: '' },
    { until: 1 },
  ])
    expect(() => parsePolicy(text(wrong), 'user', '/p')).toThrowError(GuardError);
  expect(() => parsePolicy(text({}), 'project', '/p')).toThrowError(expect.objectContaining({ why: expect.stringContaining('npmKeys') }));
});

test("the managed policy's keys of a registry put the user's aside, and a project's count nowhere", () => {
  const entry = (keyid: string, registry = 'a.example') => ({ registry, keyid, key: '' });
  const named = (name: 'user' | 'managed' | 'project', ...npmKeys: ReturnType<typeof entry>[]) => {
    const one = layer(name, {});
    return { ...one, policy: { ...one.policy, npmKeys } };
  };
  const layers = [
    named('user', entry('user'), entry('user', 'b.example')),
    named('managed', entry('managed')),
    named('project', entry('project', 'c.example')),
  ];
  expect(registryKeys(layers, 'a.example')).toMatchObject({ by: 'managed', keys: [{ keyid: 'managed' }] });
  expect(registryKeys(layers, 'b.example')).toMatchObject({ by: 'user' });
  expect(registryKeys(layers, 'c.example')).toBeNull();
});
