import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifyGitHubAttestations } from '../../src/provenance/github.ts';
import { shippedTrustRoot, type TrustRoot, trustRoot } from '../../src/provenance/trust-root.ts';
import { githubWorkflow, signingAuthority } from '../support/signing.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'provenance', 'github');
const given = (root: unknown): TrustRoot => trustRoot(root, [], { from: 'given', expiredAt: null });
const tarball =
  '90f223f992e4c88dd068cd2a5fc57f9d2b30798343dd6e38f29c240e04ba090ef831f84490847c4e82b9232c78e8a258463b1e55c0f7469f730265008fa6633f';

/** Sample → what it is about, and who built it as its certificate says. */
const samples: Readonly<Record<string, readonly ['sha256' | 'sha512', string, string, string] | null>> = {
  'custom-issuer.sigstore.json': [
    'sha256',
    'afa27b44d43b02a9fea41d13cedc2e4016cfcf87c5dbf990e593669aa8ce286d',
    'https://github.com/too-legit/attest',
    'https://token.actions.githubusercontent.com/hammer-time',
  ],
  'reusable-workflow-attestation.sigstore.json': [
    'sha256',
    '49a3aa6075e0f49f82843e74b5baa614ad2a588e6675612bf108a0a008c5ac25',
    'https://github.com/malancas/attest-demo',
    'https://token.actions.githubusercontent.com',
  ],
  'sigstore-js-2.1.0-bundle-v0.1.json': [
    'sha512',
    tarball,
    'https://github.com/sigstore/sigstore-js',
    'https://token.actions.githubusercontent.com',
  ],
  'sigstore-js-2.1.0-bundle.json': [
    'sha512',
    tarball,
    'https://github.com/sigstore/sigstore-js',
    'https://token.actions.githubusercontent.com',
  ],
  'sigstoreBundle-invalid-signature.json': null,
};

describe.skipIf(!existsSync(folder))('genuine attestations', () => {
  const trust = { public: shippedTrustRoot(), private: null };

  test.each(Object.entries(samples))('%s', (name, sample) => {
    const bundle: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const [algorithm, hex, repository, issuer] = sample ?? ['sha256', 'a'.repeat(64), '', ''];
    const verdict = verifyGitHubAttestations([bundle], { algorithm, hex, repository: null }, trust);
    expect(verdict).toMatchObject(
      sample === null ? { outcome: 'invalid', builder: null } : { outcome: 'verified', builder: { repository, issuer } },
    );
    const other = verifyGitHubAttestations([bundle], { algorithm, hex: 'b'.repeat(hex.length), repository: null }, trust);
    expect(other).toMatchObject({ outcome: 'invalid', builder: null });
  });

  test('all of them are here', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(samples).sort());
  });

  test('whoever calls a shared workflow is the builder, not whoever wrote the workflow', () => {
    const bundle: unknown = JSON.parse(readFileSync(join(folder, 'reusable-workflow-attestation.sigstore.json'), 'utf8'));
    const hex = '49a3aa6075e0f49f82843e74b5baa614ad2a588e6675612bf108a0a008c5ac25';
    const of = (repository: string) => verifyGitHubAttestations([bundle], { algorithm: 'sha256', hex, repository }, trust).outcome;
    expect(of('malancas/attest-demo')).toBe('verified');
    expect(of('github/artifact-attestations-workflows')).toBe('invalid');
  });
});

describe('attestations of this run', async () => {
  const hex = 'c'.repeat(64);
  const bytes = { algorithm: 'sha256', hex, repository: 'owner/weather' } as const;
  const statement = (
    workflow: unknown = { repository: 'https://github.com/owner/weather', path: '.github/workflows/release.yml' },
    type = 'https://slsa.dev/provenance/v1',
  ) => ({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'weather.mcpb', digest: { sha256: hex } }],
    predicateType: type,
    predicate: { buildDefinition: { externalParameters: { workflow } } },
  });
  const [open, own] = await Promise.all([signingAuthority(), signingAuthority('private')]);
  const trust = { public: given(open.root), private: given(own.root) };

  test('a public one needs the public root, one of a private repository GitHub’s own', async () => {
    const [seen, hidden] = await Promise.all([
      open.attest(statement(), githubWorkflow('owner/weather')),
      own.attest(statement(), githubWorkflow('owner/weather')),
    ]);
    expect(verifyGitHubAttestations([seen], bytes, trust)).toMatchObject({ outcome: 'verified', builder: { repositoryId: '4711' } });
    expect(verifyGitHubAttestations([hidden], bytes, trust)).toMatchObject({ outcome: 'verified', builder: { repositoryId: '4711' } });
    expect(verifyGitHubAttestations([hidden], bytes, { ...trust, private: null })).toMatchObject({ outcome: 'unavailable', builder: null });
    // Each root counts for its own kind alone.
    expect(verifyGitHubAttestations([hidden], bytes, { ...trust, private: given(open.root) }).outcome).toBe('invalid');
    expect(verifyGitHubAttestations([seen], bytes, { ...trust, public: given(own.root) }).outcome).toBe('invalid');
  });

  test('a private one without a timestamp could be from any time', async () => {
    const hidden = await own.attest(statement(), githubWorkflow('owner/weather'));
    const { timestampVerificationData: _gone, ...verificationMaterial } = hidden.verificationMaterial;
    expect(verifyGitHubAttestations([{ ...hidden, verificationMaterial }], bytes, trust)).toEqual({
      outcome: 'invalid',
      detail: 'nobody says when it was signed',
      builder: null,
    });
  });

  test('a public one whose log entry was taken away is not taken for a private one', async () => {
    const seen = await open.attest(statement(), githubWorkflow('owner/weather'));
    const stripped = { ...seen, verificationMaterial: { ...seen.verificationMaterial, tlogEntries: [] } };
    expect(verifyGitHubAttestations([stripped], bytes, trust).outcome).toBe('invalid');
    expect(verifyGitHubAttestations([stripped], bytes, { ...trust, private: null }).outcome).toBe('unavailable');
  });

  test.each([
    [
      'of another repository',
      statement(),
      githubWorkflow('mallory/weather'),
      'it is of https://github.com/mallory/weather, and https://github.com/owner/weather was asked for',
    ],
    [
      'whose text names another repository',
      statement({ repository: 'https://github.com/famous/weather', path: '.github/workflows/release.yml' }),
      githubWorkflow('owner/weather'),
      'it says that https://github.com/famous/weather built it, its certificate says https://github.com/owner/weather',
    ],
    [
      'whose text names another workflow',
      statement({ repository: 'https://github.com/owner/weather', path: 'x.yml' }),
      githubWorkflow('owner/weather'),
      'it says that x.yml built it, its certificate says .github/workflows/release.yml',
    ],
  ])('one %s does not count', async (_what, said, signer, why) => {
    expect(verifyGitHubAttestations([await open.attest(said, signer)], bytes, trust)).toEqual({
      outcome: 'invalid',
      detail: why,
      builder: null,
    });
  });

  test('a signed list of parts says not who built it, and one that does not hold spoils the others', async () => {
    const [built, parts, stranger] = await Promise.all([
      open.attest(statement(), githubWorkflow('owner/weather')),
      open.attest(statement(undefined, 'https://spdx.dev/Document/v2.3'), githubWorkflow('owner/weather')),
      (await signingAuthority()).attest(statement(), githubWorkflow('owner/weather')),
    ]);
    expect(verifyGitHubAttestations([parts], bytes, trust).outcome).toBe('absent');
    expect(verifyGitHubAttestations([parts, built], bytes, trust).outcome).toBe('verified');
    expect(verifyGitHubAttestations([built, stranger], bytes, trust).outcome).toBe('invalid');
    expect(verifyGitHubAttestations([], bytes, trust).outcome).toBe('absent');
  });
});
