import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeAll } from '../../scripts/conformance/cases.mjs';
import { verifyBundle } from '../../src/provenance/bundle.ts';
import { verifyKeyedBundle } from '../../src/provenance/keyed-bundle.ts';
import { verifyAttestations } from '../../src/provenance/npm-attestations.ts';
import { shippedTrustRoot, trustRoot } from '../../src/provenance/trust-root.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'provenance');

test('public signatures and attestations, genuine and damaged, get the verdicts that they should', ({ skip }) => {
  skip(!existsSync(folder), 'the public samples are not on this machine (scripts/conformance.mjs says where they are looked for)');
  const rows = judgeAll(folder, { verifyBundle, verifyKeyedBundle, verifyAttestations, shippedTrustRoot, trustRoot });
  expect(rows.filter(({ expected, got, allowed }) => expected !== got && allowed === null)).toEqual([]);
  const of = (group: string) => rows.filter((row) => row.group === group);
  const counts = ['sigstore-conformance', 'npm', 'github', 'pypi'].map((group) => [
    of(group).length,
    of(group).filter(({ expected, got }) => expected === got).length,
  ]);
  expect(counts).toEqual([
    [70, 66],
    [10, 10],
    [5, 5],
    [8, 8],
  ]);
});
