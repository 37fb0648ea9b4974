import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { builderChanges } from '../../src/model/build-identity.ts';
import { verifyAttestations } from '../../src/provenance/npm-attestations.ts';
import { type TrustRoot, trustRoot } from '../../src/provenance/trust-root.ts';
import { honestBuild, slsa, subjectOf, type TestAuthority, testAuthority } from '../support/signing.mjs';

// biome-ignore lint/suspicious/noExplicitAny: an attacker may change anything in an answer
type Json = any;

const registry = 'https://npm-registry.invalid';
const name = '@pinfold-fixture/notes';
const version = '1.0.0';
const integrity = `sha512-${createHash('sha512').update('the bytes that were fetched').digest('base64')}`;
const artifact = { subject: 'pkg:npm/%40pinfold-fixture/notes', name, version, integrity };
const both = { publish: true, provenance: true };
const victim = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'https://github.com/pinfold-fixture/notes/.github/workflows/release.yml@refs/tags/v1.0.0',
  repository: 'https://github.com/pinfold-fixture/notes',
  repositoryId: '1001',
  ownerId: '2002',
  workflow: '.github/workflows/release.yml',
  runner: 'github-hosted',
};
const thief = { repository: 'https://github.com/thief/notes', repositoryId: '6666', ownerId: '7777' };

let authority: TestAuthority;
let trust: TrustRoot;
beforeAll(async () => {
  authority = await testAuthority();
  trust = trustRoot(authority.trustedRoot, authority.keys, { from: 'given', expiredAt: null });
});

const honest = (more: Partial<Parameters<TestAuthority['attestations']>[0]> = {}) =>
  authority.attestations({ name, version, integrity, registry, ...more });
const judge = (response: Json, promised = both) =>
  verifyAttestations(
    Buffer.from(typeof response === 'string' ? response : JSON.stringify(response)),
    { artifact, promised, registries: [registry] },
    trust,
  );
/** The honest answer with its provenance replaced. */
const withProvenance = async (bundle: Json) => {
  const response = await honest();
  return { attestations: [response.attestations[0], { ...response.attestations[1], bundle }] };
};
const statement = (more: Json = {}) => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [subjectOf(name, version, integrity)],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: slsa(honestBuild),
  ...more,
});

test.each(['0.1', '0.2', '0.3'] as const)('an honest answer in bundles of version %s, with whoever built it', async (bundleVersion) => {
  expect(judge(await honest({ options: { version: bundleVersion } }))).toEqual({
    outcome: 'verified',
    published: true,
    builder: victim,
    circumstances: {
      commit: '0123456789abcdef0123456789abcdef01234567',
      ref: 'refs/tags/v1.0.0',
      trigger: 'push',
      runUrl: 'https://github.com/pinfold-fixture/notes/actions/runs/1/attempts/1',
    },
  });
});

describe('who built it', () => {
  test("a thief's repository with perfect provenance is the thief's, and is held against the owner", async () => {
    const verdict = judge(await honest({ build: thief }));
    const builder = verdict.outcome === 'verified' ? verdict.builder : null;
    expect(builder).toMatchObject(thief);
    if (builder === null) return;
    expect(
      builderChanges(victim, builder)
        .filter(({ isOwnership }) => isOwnership)
        .map(({ member }) => member),
    ).toEqual(['repositoryId', 'ownerId']);
  });

  test('a predicate that names the repository of a victim, signed from the repository of a thief', async () => {
    expect(judge(await honest({ build: thief, claimed: {} }))).toEqual({
      outcome: 'invalid',
      why: 'it claims repository https://github.com/pinfold-fixture/notes, its certificate says https://github.com/thief/notes',
    });
  });

  test.each([
    ['workflow', { workflow: '.github/workflows/evil.yml' }],
    ['commit', { commit: 'f'.repeat(40) }],
    ['repository id', { repositoryId: '6666' }],
    ['owner id', { ownerId: '7777' }],
  ])('a predicate whose %s is not that of the certificate', async (what, build) => {
    expect(judge(await honest({ build, claimed: {} }))).toEqual({ outcome: 'invalid', why: expect.stringContaining(`it claims ${what} `) });
  });

  test('a source that is listed after what the predicate names as its own', async () => {
    const predicate = slsa(honestBuild);
    predicate.buildDefinition.resolvedDependencies[0].uri = 'git+https://github.com/thief/notes@refs/tags/v1.0.0';
    const bundle = await authority.bundle(statement({ predicate }), await authority.builder());
    expect(judge(await withProvenance(bundle))).toEqual({
      outcome: 'invalid',
      why: 'it claims repository https://github.com/thief/notes, its certificate says https://github.com/pinfold-fixture/notes',
    });
  });

  test('a shared workflow of another organisation: the repository that was built counts, not the one whose workflow signed', async () => {
    const san = 'https://github.com/shared/workflows/.github/workflows/build.yml@refs/heads/main';
    const verdict = judge(await honest({ build: thief, san }));
    expect(verdict).toMatchObject({ outcome: 'verified', builder: { subject: san, ...thief, workflow: '.github/workflows/release.yml' } });
  });

  test("an issuer with a customer's suffix is another issuer", async () => {
    const issuer = 'https://token.actions.githubusercontent.com/hammer-time';
    const verdict = judge(await honest({ build: { issuer } }));
    const builder = verdict.outcome === 'verified' ? verdict.builder : null;
    expect(builder?.issuer).toBe(issuer);
    expect(builder === null ? [] : builderChanges(victim, builder)).toEqual([
      { member: 'issuer', before: victim.issuer, after: issuer, isOwnership: true },
    ]);
  });

  test('a certificate that says two things in one extension names nobody', async () => {
    const extensions = [8, 12, 12].map((arc, at) => ({ oid: `1.3.6.1.4.1.57264.1.${arc}`, value: `https://github.com/${arc}/${at}` }));
    const bundle = await authority.bundle(statement(), await authority.builder({}, { extensions }));
    expect(judge(await withProvenance(bundle))).toEqual({ outcome: 'invalid', why: 'its certificate names nobody' });
  });

  test('a certificate without an issuer names nobody', async () => {
    const extensions = [{ oid: '1.3.6.1.4.1.57264.1.12', value: victim.repository }];
    const bundle = await authority.bundle(statement(), await authority.builder({}, { extensions }));
    expect(judge(await withProvenance(bundle))).toEqual({ outcome: 'invalid', why: 'its certificate names nobody' });
  });

  test('a tag with an @ in it is no part of the workflow', async () => {
    const verdict = judge(await honest({ build: { ref: 'refs/tags/@pinfold-fixture/notes@1.0.0' } }));
    expect(verdict).toMatchObject({ outcome: 'verified', builder: { workflow: '.github/workflows/release.yml' } });
  });

  test('a kind of provenance that nobody here reads is no builder', async () => {
    const bundle = await authority.bundle(statement({ predicate: { buildDefinition: { buildType: 'x' } } }), await authority.builder());
    expect(judge(await withProvenance(bundle))).toEqual({
      outcome: 'unavailable',
      why: 'unknown encoding: its provenance is of a kind that cannot be read yet',
    });
  });
});

describe('what it is about', () => {
  test('the same version published again with other bytes', async () => {
    const other = `sha512-${createHash('sha512').update('other bytes').digest('base64')}`;
    expect(judge(await honest({ integrity: other }))).toEqual({ outcome: 'invalid', why: 'it is about other bytes' });
  });

  test('the answer for another package, or another version, replayed', async () => {
    expect(judge(await honest({ name: 'notes' }))).toEqual({ outcome: 'invalid', why: 'it is about pkg:npm/notes@1.0.0' });
    expect(judge(await honest({ version: '1.0.1' }))).toMatchObject({ outcome: 'invalid', why: expect.stringContaining('@1.0.1') });
  });

  test('two subjects, one of which fits', async () => {
    const other = subjectOf('other', '1.0.0', integrity);
    const bundle = await authority.bundle(statement({ subject: [subjectOf(name, version, integrity), other] }), await authority.builder());
    expect(judge(await withProvenance(bundle))).toEqual({ outcome: 'invalid', why: 'it is about 2 things, not about one package' });
  });

  test('a subject with a hash of another kind, or none', async () => {
    for (const [digest, why] of [
      [{ sha256: 'a'.repeat(64) }, 'it is about other bytes'],
      [{}, 'what it signs is no statement that can be read in one way only'],
    ] as const) {
      const subject = [{ ...subjectOf(name, version, integrity), digest }];
      const bundle = await authority.bundle(statement({ subject }), await authority.builder());
      expect(judge(await withProvenance(bundle))).toEqual({ outcome: 'invalid', why });
    }
  });

  test('a member twice in a signed statement', async () => {
    const once = JSON.stringify(statement());
    const twice = once.replace('{', `{"subject":[${JSON.stringify(subjectOf('victim', '1.0.0', integrity))}],`);
    const bundle = await authority.bundle(twice, await authority.builder());
    expect(judge(await withProvenance(bundle))).toEqual({
      outcome: 'invalid',
      why: 'what it signs is no statement that can be read in one way only',
    });
  });

  test('a payload of another type, and a statement of a type that nobody knows', async () => {
    const signer = await authority.builder();
    const wrongPayload = await authority.bundle(statement(), signer, { payloadType: 'text/plain' });
    const wrongType = await authority.bundle(statement({ _type: 'https://in-toto.io/Statement/v9' }), signer);
    for (const bundle of [wrongPayload, wrongType])
      expect(judge(await withProvenance(bundle))).toEqual({
        outcome: 'invalid',
        why: 'what it signs is no statement that can be read in one way only',
      });
  });
});

describe('the whole answer', () => {
  test('one of the two that were promised is missing', async () => {
    const { attestations } = await honest();
    expect(judge({ attestations: [attestations[0]] })).toEqual({
      outcome: 'invalid',
      why: 'the provenance, which is promised, is missing',
    });
    expect(judge({ attestations: [attestations[1]] })).toEqual({
      outcome: 'invalid',
      why: 'the attestation of its publishing, which is promised, is missing',
    });
  });

  test('one bad bundle beside two good ones', async () => {
    const { attestations } = await honest();
    const damaged = structuredClone(attestations[1]) as Json;
    damaged.bundle.dsseEnvelope.payload = Buffer.from(JSON.stringify(statement({ predicateType: 'x' }))).toString('base64');
    expect(judge({ attestations: [...attestations, damaged] })).toMatchObject({ outcome: 'invalid' });
  });

  test("a thief's provenance beside the owner's", async () => {
    const [own, thiefs] = [await honest(), await honest({ build: thief })];
    expect(judge({ attestations: [...own.attestations, thiefs.attestations[1]] })).toEqual({
      outcome: 'invalid',
      why: 'it has two attestations of one kind',
    });
  });

  test('publishing that is signed by a builder, and provenance that is signed with a key', async () => {
    const [publish, provenance] = (await honest()).attestations as [Json, Json];
    const publishStatement = JSON.parse(Buffer.from(publish.bundle.dsseEnvelope.payload, 'base64').toString());
    const asBuilder = await authority.bundle(publishStatement, await authority.builder(thief));
    expect(judge({ attestations: [{ ...publish, bundle: asBuilder }, provenance] })).toMatchObject({ outcome: 'invalid' });
    const asKey = await authority.bundle(statement(), authority.registrySigner());
    expect(judge({ attestations: [publish, { ...provenance, bundle: asKey }] })).toMatchObject({ outcome: 'invalid' });
  });

  test('a publish attestation of another registry', async () => {
    expect(judge(await honest({ registry: 'https://evil.example' }))).toEqual({
      outcome: 'invalid',
      why: 'it was published at https://evil.example',
    });
  });

  test('a provenance that is announced as a publish attestation', async () => {
    const { attestations } = await honest();
    const swapped = [attestations[0], { predicateType: attestations[0]?.predicateType, bundle: attestations[1]?.bundle }];
    expect(judge({ attestations: swapped })).toEqual({ outcome: 'invalid', why: 'what it signs is of another kind than it says' });
  });

  test('ten thousand bundles are not looked at', async () => {
    const { attestations } = await honest();
    expect(judge({ attestations: Array.from({ length: 10_000 }, () => attestations[0]) })).toEqual({
      outcome: 'invalid',
      why: 'it has 10000 attestations, where npm has two',
    });
  });

  test.each([
    ['nothing', '', 'it is no list of attestations'],
    ['no JSON', '<html>', 'it is no list of attestations'],
    ['a member twice', '{"attestations":[],"attestations":[]}', 'it is no list of attestations'],
    ['an empty list', '{"attestations":[]}', 'it is an empty list'],
    ['another thing', '{"attestations":{}}', 'it is no list of attestations'],
    ['bundles that are none', '{"attestations":[{"predicateType":"x","bundle":null}]}', 'it is no bundle'],
  ])('%s', (_, text, why) => {
    expect(judge(text)).toMatchObject({ outcome: 'invalid', why: expect.stringContaining(why) });
  });
});

describe('the signature itself', () => {
  const minutes = (count: number) => new Date(Date.now() + count * 60_000);

  test.each([
    ['before', -5],
    ['after', 15],
  ])('logged %s the ten minutes of its certificate', async (_, count) => {
    const bundle = await authority.bundle(statement(), await authority.builder(), { loggedAt: minutes(count) });
    expect(judge(await withProvenance(bundle))).toMatchObject({ outcome: 'invalid' });
  });

  test('a certificate of an authority that nobody trusts', async () => {
    const other = await testAuthority();
    const response = await other.attestations({ name, version, integrity, registry });
    expect(judge(response)).toMatchObject({ outcome: 'invalid' });
  });

  test('no log entry, a changed one, and the same one twice', async () => {
    const bundle = await authority.bundle(statement(), await authority.builder());
    const [entry] = bundle.verificationMaterial.tlogEntries;
    const withEntries = (...entries: Json[]) =>
      withProvenance({ ...bundle, verificationMaterial: { ...bundle.verificationMaterial, tlogEntries: entries } });
    expect(judge(await withEntries())).toMatchObject({ outcome: 'invalid' });
    expect(judge(await withEntries({ ...entry, integratedTime: String(Number(entry.integratedTime) + 1) }))).toMatchObject({
      outcome: 'invalid',
    });
    expect(judge(await withEntries(entry, entry))).toEqual({ outcome: 'invalid', why: 'the same log entry stands in it twice' });
  });

  test('a log entry of a kind that the verifier does not know cannot be told, and is not called forged', async () => {
    const bundle = await authority.bundle(statement(), await authority.builder());
    const [entry] = bundle.verificationMaterial.tlogEntries;
    entry.kindVersion = { kind: 'dsse', version: '0.0.9' };
    expect(judge(await withProvenance(bundle))).toMatchObject({
      outcome: 'unavailable',
      why: expect.stringMatching(/^unknown encoding: /),
    });
    expect(judge(await withProvenance({ ...bundle, mediaType: 'application/vnd.dev.sigstore.bundle.v0.9+json' }))).toMatchObject({
      outcome: 'unavailable',
      why: expect.stringMatching(/^unknown encoding: /),
    });
  });

  test('a checkpoint signed under a name that is a regular expression', async () => {
    const bundle = await authority.bundle(statement(), await authority.builder());
    const { checkpoint } = bundle.verificationMaterial.tlogEntries[0].inclusionProof;
    const [, rest] = /(\S+)\n$/.exec(checkpoint.envelope) ?? [];
    checkpoint.envelope += `\u2014 ((.+)+)+(.+)+# ${rest}\n`;
    expect(judge(await withProvenance(bundle))).toEqual({ outcome: 'invalid', why: 'its checkpoint is signed by no name of a log' });
  });

  test('more entries than any honest bundle has', async () => {
    const bundle = await authority.bundle(statement(), await authority.builder());
    const [entry] = bundle.verificationMaterial.tlogEntries;
    bundle.verificationMaterial.tlogEntries = Array.from({ length: 5_000 }, (_, at) => ({ ...entry, logIndex: String(at) }));
    expect(judge(await withProvenance(bundle))).toEqual({ outcome: 'invalid', why: 'it has more entries than any honest one' });
  });

  test('an envelope that names another key than the one that signed it', async () => {
    const [publish, provenance] = (await honest({ options: { envelopeKeyId: 'SHA256:other' } })).attestations as [Json, Json];
    const good = (await honest()).attestations as [Json, Json];
    expect(judge({ attestations: [publish, good[1]] })).toEqual({
      outcome: 'invalid',
      why: 'its envelope names another key than the one that signed it',
    });
    expect(judge({ attestations: [good[0], provenance] })).toEqual({
      outcome: 'invalid',
      why: 'its provenance names a key beside its certificate',
    });
  });

  test('a key for signatures of packages signs no attestation, and a key that ran out signs none after its end', async () => {
    const [publish, provenance] = (await honest()).attestations as [Json, Json];
    const text = JSON.parse(Buffer.from(publish.bundle.dsseEnvelope.payload, 'base64').toString());
    const expired = await authority.bundle(text, authority.registrySigner('old'));
    expect(judge({ attestations: [{ ...publish, bundle: expired }, provenance] })).toMatchObject({ outcome: 'invalid' });
    const onlySignatures = trustRoot(
      authority.trustedRoot,
      authority.keys.filter(({ usage }) => usage === 'npm:signatures'),
      {
        from: 'given',
        expiredAt: null,
      },
    );
    const about = { artifact, promised: both, registries: [registry] };
    expect(verifyAttestations(Buffer.from(JSON.stringify(await honest())), about, onlySignatures)).toMatchObject({ outcome: 'invalid' });
  });
});
