import fc from 'fast-check';
import { gainTiers } from '../../src/model/capability.ts';
import { digestBytes } from '../../src/model/digest.ts';
import { type FindingCode, finding, findingCodes } from '../../src/model/finding.ts';
import type { PolicyFacts } from '../../src/policy/evaluate.ts';
import type { LayerName, PolicyLayer } from '../../src/policy/layers.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import type { Policy } from '../../src/policy/schema.ts';

export function layer(name: LayerName, policy: Omit<Policy, 'version'>): PolicyLayer {
  const path = `/${name}/policy.json`;
  const whole = name === 'managed' ? { noMatch: 'allow' as const, ...policy } : policy;
  const text = JSON.stringify({ version: 1, ...whole });
  return { layer: name, path, digest: digestBytes(text), policy: parsePolicy(text, name, path) };
}

export function facts(more: Partial<PolicyFacts> = {}): PolicyFacts {
  return {
    subject: 'pkg:npm/%40scope/files',
    name: '@scope/files',
    version: '1.2.3',
    findings: [],
    builder: null,
    gain: 'amber',
    action: 'install',
    ...more,
  };
}

const subjects = ['pkg:npm/%40scope/files', 'pkg:npm/%40scope/*', 'pkg:npm/other', 'https://mcp.example.com'];
const entry = fc
  .record({ subject: fc.constantFrom(...subjects), versions: fc.constantFrom('*', '<1.0.0', '>=1.0.0', '1.2.3') })
  .map((one) => ({ ...one, reason: 'because' }));

export const anyPolicy: fc.Arbitrary<Omit<Policy, 'version'>> = fc.record(
  {
    mode: fc.constantFrom('block' as const, 'warn' as const, 'observe' as const),
    autoApprove: fc.constantFrom(...gainTiers),
    noMatch: fc.constantFrom('allow' as const, 'review' as const, 'deny' as const),
    allow: fc.array(entry, { maxLength: 2 }),
    deny: fc.array(entry, { maxLength: 1 }),
  },
  { requiredKeys: [] },
);

export const anyFacts: fc.Arbitrary<PolicyFacts> = fc
  .record({
    subject: fc.constantFrom('pkg:npm/%40scope/files', 'pkg:npm/other', 'https://mcp.example.com', 'nonsense'),
    version: fc.constantFrom('1.2.3', '0.9.0', '2.0.0-rc.1', 'latest', ''),
    findings: fc.array(
      fc.constantFrom(...(Object.keys(findingCodes) as FindingCode[])).map((code) => finding(code, 'x')),
      { maxLength: 2 },
    ),
    gain: fc.constantFrom(...gainTiers),
    action: fc.constantFrom('install' as const, 'update' as const, 'approve' as const, 'run' as const, 'audit' as const),
  })
  .map((one) => facts(one));
