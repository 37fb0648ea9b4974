import { expect, test } from 'vitest';
import { GuardError } from '../../../src/model/errors.ts';
import { finding } from '../../../src/model/finding.ts';
import { nothingVouched } from '../../../src/model/vouched.ts';
import { vouch } from '../../../src/operations/vouch/vouch.ts';
import type { Voucher, VouchSubject } from '../../../src/operations/vouch/voucher.ts';
import { temporaryHost } from '../../support/home.ts';

const subject: VouchSubject = {
  artifact: { subject: 'https://mcp.example.com', name: 'mcp.example.com/mcp', version: '', integrity: null },
  closure: null,
  resolution: { ecosystem: 'remote', url: 'https://mcp.example.com/mcp' },
};

const says = (id: string, vouched: Voucher['vouch']): Voucher => ({ id, appliesTo: () => true, vouch: vouched });

test('one that cannot be asked is unavailable, and the others are heard', async () => {
  const builder = { issuer: 'i', subject: 's', repository: null, repositoryId: null, ownerId: null, workflow: null, runner: null };
  const found = finding('version-deprecated', 'a@1.0.0', { reason: 'x' });
  const vouched = await vouch(subject, temporaryHost(), [
    says('first', async () => {
      throw new GuardError('registry-unreachable', 'no answer', { why: 'it took too long' });
    }),
    says('second', async () => ({ evidence: [{ source: 'second', outcome: 'verified', detail: 'fine' }], builder, findings: [found] })),
    { ...says('third', async () => ({ ...nothingVouched, builder: { ...builder, issuer: 'never' } })), appliesTo: () => false },
  ]);
  expect(vouched.evidence).toEqual([
    { source: 'first', outcome: 'unavailable', detail: 'no answer: it took too long' },
    { source: 'second', outcome: 'verified', detail: 'fine' },
  ]);
  expect(vouched.builder).toEqual(builder);
  expect(vouched.findings).toEqual([found]);
});

test('a bug is no evidence, and an interrupt ends everything', async () => {
  const throwing = (cause: unknown) => [says('broken', () => Promise.reject(cause))];
  await expect(vouch(subject, temporaryHost(), throwing(new TypeError('a bug')))).rejects.toThrow('a bug');
  await expect(vouch(subject, temporaryHost(), throwing(new GuardError('interrupted', 'stopped')))).rejects.toThrow('stopped');
});
