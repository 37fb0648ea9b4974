import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyAttestation, verifyProvenance } from '../../src/provenance/pep740.ts';
import { shippedTrustRoot, type TrustRoot, trustRoot } from '../../src/provenance/trust-root.ts';
import { type AttestedBundle, githubWorkflow, type Signer, type SigningAuthority, signingAuthority } from '../support/signing.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'provenance', 'pypi');
const samples = existsSync(folder) ? readdirSync(folder).sort() : [];
const ourDigest = '9bb1add04b1b4e182be6b0b80931593f7a291eb49d69b4fd728a5d4cbcdc4bd3';

/** File name → digest that its statement names, and what has to come of it. */
const expected: Readonly<Record<string, readonly [string, string, string]>> = {
  'gitlab_oidc_project-0.0.3.tar.gz.publish.attestation': [
    'gitlab_oidc_project-0.0.3.tar.gz',
    'c1ca9b0d85df1606451098233018534497bf584362e10e4a8c21dfaea92c02a8',
    'https://gitlab.com/facutuesca/gitlab-oidc-project//.gitlab-ci.yml@refs/heads/main',
  ],
  'pypi_attestation_models-0.0.4a2.tar.gz.attestation': [
    'pypi_attestation_models-0.0.4a2.tar.gz',
    'c9709ce6fd5b67b59b4a28758cf14d3f411803c4b89b6068b1f1a8e4ee94c8ef',
    'https://github.com/trailofbits/pypi-attestation-models/.github/workflows/release.yml@refs/tags/v0.0.4a2',
  ],
  'pypi_attestations-0.0.19.tar.gz.publish.attestation': [
    'pypi_attestations-0.0.19.tar.gz',
    ourDigest,
    'https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19',
  ],
  'pypi_attestations-0.0.19.tar.gz.slsa.attestation': [
    'pypi_attestations-0.0.19.tar.gz',
    ourDigest,
    'https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19',
  ],
  'rfc8785-0.1.2-py3-none-any.whl.attestation': [
    'rfc8785-0.1.2-py3-none-any.whl',
    'c4e92e9ecc828bef2aa7dba1de8ac983511f7532a0df11c770d39099a25cf201',
    'invalid',
  ],
  'rfc8785-0.1.2-py3-none-any.whl.publish.attestation': [
    'rfc8785-0.1.2-py3-none-any.whl',
    'c4e92e9ecc828bef2aa7dba1de8ac983511f7532a0df11c770d39099a25cf201',
    'invalid',
  ],
  'spt3g-1.0-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl.publish.attestation': [
    'spt3g-1.0-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    'd2772f9a5199f05ed1be8d9aa78b879e51772e3ead9d73fe8057257b1aec7cf8',
    'invalid',
  ],
};

describe.skipIf(samples.length === 0)('genuine attestations', () => {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

  test('each gets the verdict that it must get', () => {
    const verdicts = Object.entries(expected).map(([name, [filename, sha256]]) => {
      const verdict = verifyAttestation(read(name), { filename, sha256 }, shippedTrustRoot());
      return [name, verdict.outcome === 'verified' ? verdict.builder.subject : verdict.outcome];
    });
    expect(verdicts).toEqual(Object.entries(expected).map(([name, [, , verdict]]) => [name, verdict]));
    expect(samples).toEqual([...Object.keys(expected), 'pypi_attestations-0.0.19.tar.gz.provenance'].sort());
  });

  test('a whole provenance object holds, and only for its file and its bytes', () => {
    const provenance = read('pypi_attestations-0.0.19.tar.gz.provenance');
    const verify = (filename: string, sha256: string) => verifyProvenance(provenance, { filename, sha256 }, shippedTrustRoot());
    expect(verify('pypi_attestations-0.0.19.tar.gz', ourDigest)).toMatchObject({
      outcome: 'verified',
      builder: { repository: 'https://github.com/trailofbits/pypi-attestations', repositoryId: '772247423' },
    });
    expect(verify('pypi_attestations-0.0.20.tar.gz', ourDigest).detail).toBe('it is about pypi_attestations-0.0.19.tar.gz');
    expect(verify('pypi_attestations-0.0.19.tar.gz', 'b'.repeat(64)).detail).toBe(`it is about other bytes: sha256 ${ourDigest}`);
  });
});

describe('attestations of this run', () => {
  const file = { filename: 'weather-1.0.0-py3-none-any.whl', sha256: 'c'.repeat(64) };
  const publish = 'https://docs.pypi.org/attestations/publish/v1';
  const statement = (over: Readonly<Record<string, unknown>> = {}) => ({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: file.filename, digest: { sha256: file.sha256 } }],
    predicateType: publish,
    predicate: null,
    ...over,
  });
  const github = { kind: 'GitHub', repository: 'owner/weather', workflow: 'release.yml', environment: null };
  let authority: SigningAuthority;
  let trust: TrustRoot;

  beforeAll(async () => {
    authority = await signingAuthority();
    trust = trustRoot(authority.root, [], { from: 'given', expiredAt: null });
  });

  const attestation = ({ verificationMaterial, dsseEnvelope }: AttestedBundle) => ({
    version: 1,
    verification_material: {
      certificate: verificationMaterial.certificate.rawBytes,
      transparency_entries: verificationMaterial['tlogEntries'],
    },
    envelope: { statement: dsseEnvelope.payload, signature: dsseEnvelope.signatures[0]?.sig },
  });
  const attested = async (said: unknown, signer: Signer = githubWorkflow('owner/weather')) =>
    attestation(await authority.attest(said, signer));
  const provenance = (publisher: unknown, ...attestations: unknown[]) => ({
    version: 1,
    attestation_bundles: [{ publisher, attestations }],
  });
  const verify = async (publisher: unknown, said: unknown = statement(), signer?: Signer) => {
    const { outcome, detail } = verifyProvenance(provenance(publisher, await attested(said, signer)), file, trust);
    return [outcome, detail];
  };

  test('holds where the index and the certificate name the same publisher', async () => {
    expect(await verify(github)).toEqual([
      'verified',
      'signed by https://github.com/owner/weather/.github/workflows/release.yml@refs/tags/v1.0.0; the index says the same publisher',
    ]);
    const gitlab: Signer = {
      issuer: 'https://gitlab.com',
      subject: 'https://gitlab.com/group/sub/weather//.gitlab-ci.yml@refs/heads/main',
      arcs: {
        12: 'https://gitlab.com/group/sub/weather',
        18: 'https://gitlab.com/group/sub/weather//.gitlab-ci.yml@refs/heads/main',
      },
    };
    const claim = { kind: 'GitLab', repository: 'group/sub/weather', workflow_filepath: '.gitlab-ci.yml', environment: null };
    expect((await verify(claim, statement(), gitlab))[0]).toBe('verified');
    expect(await verify({ ...claim, workflow_filepath: 'ci/other.yml' }, statement(), gitlab)).toEqual([
      'invalid',
      'the index says workflow /ci/other.yml, the certificate /.gitlab-ci.yml',
    ]);
  });

  test.each([
    [
      'another repository',
      { ...github, repository: 'owner/weather2' },
      'the index says repository owner/weather2, the certificate https://github.com/owner/weather',
    ],
    [
      'a repository whose name only begins like it',
      { ...github, repository: 'owner/weathe' },
      'the index says repository owner/weathe, the certificate https://github.com/owner/weather',
    ],
    [
      'another workflow',
      { ...github, workflow: 'ci.yml' },
      'the index says workflow .github/workflows/ci.yml, the certificate .github/workflows/release.yml',
    ],
    [
      'another forge',
      { kind: 'GitLab', repository: 'owner/weather', workflow_filepath: 'release.yml' },
      'the index says issuer https://gitlab.com, the certificate https://token.actions.githubusercontent.com',
    ],
    [
      'a person',
      { kind: 'Google', email: 'a@example.com' },
      'the index says issuer https://accounts.google.com, the certificate https://token.actions.githubusercontent.com',
    ],
    ['nobody', { kind: 'GitHub' }, 'the index says repository , the certificate https://github.com/owner/weather'],
  ])('an index that names %s is not believed', async (_what, publisher, why) => {
    expect(await verify(publisher)).toEqual(['invalid', why]);
  });

  test('an issuer with the suffix of a customer is another issuer', async () => {
    const signer = githubWorkflow('owner/weather', 'release.yml', { issuer: 'https://token.actions.githubusercontent.com/hammer-time' });
    expect((await verify(github, statement(), signer))[0]).toBe('invalid');
  });

  test('a kind of publisher that is not known here is not a forgery', async () => {
    expect((await verify({ kind: 'ActiveState', organization: 'x' }))[0]).toBe('unavailable');
  });

  test.each([
    [
      'another file of the same project',
      { subject: [{ name: 'weather-1.0.0.tar.gz', digest: { sha256: file.sha256 } }] },
      'it is about weather-1.0.0.tar.gz',
    ],
    [
      'other bytes',
      { subject: [{ name: file.filename, digest: { sha256: 'd'.repeat(64) } }] },
      `it is about other bytes: sha256 ${'d'.repeat(64)}`,
    ],
    ['no sha256', { subject: [{ name: file.filename, digest: { sha512: 'd'.repeat(128) } }] }, 'it is about other bytes: sha256 not said'],
    [
      'two files',
      {
        subject: [
          { name: file.filename, digest: { sha256: file.sha256 } },
          { name: 'x', digest: { sha256: file.sha256 } },
        ],
      },
      'its statement is about several files',
    ],
    ['something else', { predicateType: 'https://example.com/looks-nice/v1' }, 'it says something else: https://example.com/looks-nice/v1'],
    ['no statement', { _type: 'https://in-toto.io/Statement/v9' }, 'it signs no statement'],
  ])('a signature about %s does not count', async (_what, over, why) => {
    expect(await verify(github, statement(over))).toEqual(['invalid', why]);
  });

  test('a statement that says its subject twice is read by nobody', async () => {
    const twice = JSON.stringify(statement()).replace('"subject"', '"subject":[{"name":"x","digest":{"sha256":"aa"}}],"subject"');
    expect(await verify(github, twice)).toEqual(['invalid', 'it signs no statement']);
  });

  test('provenance without a publish attestation says not that it was published', async () => {
    expect(await verify(github, statement({ predicateType: 'https://slsa.dev/provenance/v1', predicate: {} }))).toEqual([
      'invalid',
      'nobody says in it that the file was published',
    ]);
  });

  test('one attestation that does not hold spoils the others', async () => {
    const good = await attested(statement());
    const stranger = await (await signingAuthority()).attest(statement(), githubWorkflow('owner/weather'));
    const both = provenance(github, good, attestation(stranger));
    expect(verifyProvenance(both, file, trust)).toMatchObject({ outcome: 'invalid', builder: null });
    expect(verifyProvenance(provenance(github, { ...good, version: 2 }), file, trust).outcome).toBe('invalid');
    expect(verifyProvenance({ version: 1, attestation_bundles: [] }, file, trust).outcome).toBe('invalid');
  });

  test('two repositories that both sign are nobody in particular', async () => {
    const mine = { publisher: github, attestations: [await attested(statement())] };
    const theirs = {
      publisher: { ...github, repository: 'mallory/weather' },
      attestations: [await attested(statement(), githubWorkflow('mallory/weather'))],
    };
    expect(verifyProvenance({ version: 1, attestation_bundles: [mine, theirs] }, file, trust).detail).toBe(
      'two repositories sign it: https://github.com/owner/weather and https://github.com/mallory/weather',
    );
  });
});
