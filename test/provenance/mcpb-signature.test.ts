import { createHash, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyMcpbFile } from '../../src/operations/verify-mcpb.ts';
import { verifyMcpbSignature } from '../../src/provenance/mcpb-signature.ts';
import { attribute, cms, hasOpenssl, honest, makeCertificates, opensslCms, tlv } from '../support/cms.ts';
import { temporaryHost } from '../support/home.ts';
import { playRegistry, registryRecord } from '../support/playing.ts';
import { zip } from '../support/wheel.ts';

const archive = zip([{ path: 'manifest.json', body: '{"manifest_version":"0.3","name":"notes"}' }]);
const nowMs = Date.now() + 60_000;

function signed(content: Uint8Array, signature: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(signature.length);
  return Buffer.concat([content, Buffer.from('MCPB_SIG_V1'), length, signature, Buffer.from('MCPB_SIG_END')]);
}

test('a bundle without a signature has none, and one whose signature is cut off is no honest one', () => {
  const verify = (bytes: Uint8Array) => verifyMcpbSignature(bytes, [], nowMs);
  expect(verify(archive)).toEqual({ outcome: 'absent', detail: 'it is not signed', chain: null });
  expect(verify(Buffer.concat([archive, Buffer.from('MCPB_SIG_END')])).outcome).toBe('invalid');
  expect(verify(signed(archive, Buffer.from('not DER at all'))).detail).toMatch(/^it is no CMS signature/);
  expect(verify(new Uint8Array())).toMatchObject({ outcome: 'absent' });
});

describe.skipIf(!hasOpenssl)('signed bundles', () => {
  let made: ReturnType<typeof makeCertificates>;
  let roots: readonly X509Certificate[];
  beforeAll(() => {
    made = makeCertificates();
    roots = [new X509Certificate(made.root.pem)];
  });
  const verify = (bytes: Uint8Array, at = nowMs) => verifyMcpbSignature(bytes, roots, at);

  test.each(['leaf', 'rsaLeaf'] as const)('what openssl signs holds: %s', (name) => {
    const verdict = verify(signed(archive, opensslCms(archive, made[name])));
    expect(verdict).toMatchObject({ outcome: 'verified', chain: { outcome: 'verified', why: 'issued under Test root' } });
    expect(verdict.detail).toContain(`are signed by Test ${name} (certificate sha256 `);
  });

  test('both readings hold: the bytes as they lie there, and as they were before the end record was changed', () => {
    const signature = cms(honest(made.leaf, archive));
    const changed = Buffer.from(archive);
    changed.writeUInt16LE(signature.length + 27, changed.length - 2);
    expect(verify(signed(archive, signature)).detail).toMatch(/^the bytes of the archive are signed by Test leaf/);
    expect(verify(signed(changed, signature)).detail).toMatch(/^the bytes of the archive, as they were before .* are signed by Test leaf/);
    // Any other length there is a change that nobody signed.
    changed.writeUInt16LE(signature.length + 28, changed.length - 2);
    expect(verify(signed(changed, signature))).toMatchObject({ outcome: 'invalid', detail: 'it is about other bytes' });
  });

  test('a self-signed certificate says so, whatever name it carries', () => {
    const verdict = verify(signed(archive, cms(honest(made.selfSigned, archive))));
    expect(verdict).toMatchObject({
      outcome: 'verified',
      chain: { outcome: 'absent', why: 'self-signed: anybody can write such a name, and nobody vouches for it' },
    });
    expect(verdict.detail).toContain('Famous Company');
  });

  test.each([
    ['webLeaf', 'invalid', 'its certificate is not for signing code'],
    ['belowLeaf', 'absent', 'nobody who is trusted here issued its certificate'],
  ] as const)('a certificate that must not sign code vouches for nobody: %s', (name, outcome, why) => {
    const signature = cms({ ...honest(made[name], archive), certificates: [made[name].certificate, made.leaf.certificate] });
    expect(verify(signed(archive, signature)).chain).toEqual({ outcome, why });
  });

  test('time and roots count', () => {
    const bytes = signed(archive, cms(honest(made.expired, archive)));
    expect(verify(bytes, nowMs + 40 * 86_400_000).chain).toEqual({
      outcome: 'invalid',
      why: 'its certificate, or one above it, is out of date',
    });
    expect(verifyMcpbSignature(bytes, [], nowMs).chain).toMatchObject({ outcome: 'unavailable' });
    const other = [new X509Certificate(made.selfSigned.pem)];
    expect(verifyMcpbSignature(bytes, other, nowMs).chain).toMatchObject({ outcome: 'absent' });
  });

  const other = zip([{ path: 'manifest.json', body: '{}' }]);
  test.each([
    ['over another archive', () => cms(honest(made.leaf, other)), 'it is about other bytes'],
    ['without signed attributes', () => cms({ ...honest(made.leaf, archive), attributes: null }), 'it has no signed attributes'],
    [
      'without the digest',
      () => cms({ ...honest(made.leaf, archive), attributes: [attribute.contentType()] }),
      'a signed attribute is missing',
    ],
    [
      'without the kind of content',
      () => cms({ ...honest(made.leaf, archive), attributes: [attribute.messageDigest(archive)] }),
      'a signed attribute is missing',
    ],
    [
      'of another kind of content',
      () =>
        cms({
          ...honest(made.leaf, archive),
          attributes: [attribute.contentType('1.2.840.113549.1.9.16.1.4'), attribute.messageDigest(archive)],
        }),
      'it was signed as another kind of content',
    ],
    [
      'with two digests',
      () =>
        cms({
          ...honest(made.leaf, archive),
          attributes: [attribute.contentType(), attribute.messageDigest(other), attribute.messageDigest(archive)],
        }),
      'a signed attribute stands in it twice',
    ],
    [
      'with a digest of two values',
      () => cms({ ...honest(made.leaf, archive), attributes: [attribute.contentType(), attribute.messageDigest(archive, other)] }),
      'a signed attribute has two values',
    ],
    [
      'that carries its own content',
      () => cms({ ...honest(made.leaf, archive), inside: other }),
      'it carries its own content, and is not about the file',
    ],
    ['of two signers', () => cms({ ...honest(made.leaf, archive), signers: 2 }), 'it has 2 signers, and must have one'],
    ['of nobody', () => cms({ ...honest(made.leaf, archive), signers: 0 }), 'it has 0 signers, and must have one'],
    [
      'without its certificate',
      () => cms({ ...honest(made.leaf, archive), certificates: [made.root.certificate] }),
      'the certificate of its signer is not in it, or twice',
    ],
    [
      'with its certificate twice',
      () => cms({ ...honest(made.leaf, archive), certificates: [made.leaf.certificate, made.leaf.certificate] }),
      'the certificate of its signer is not in it, or twice',
    ],
    ['by another key', () => cms(honest({ ...made.leaf, key: made.webLeaf.key }, archive)), 'the signature does not hold'],
    [
      'with SHA-1',
      () => cms({ ...honest(made.leaf, archive), digest: '1.3.14.3.2.26' }),
      'its digest is none of SHA-256, SHA-384 and SHA-512',
    ],
    [
      'with something behind it',
      () => Buffer.concat([cms(honest(made.leaf, archive)), tlv(0x05)]),
      'it is no CMS signature: there is something behind it',
    ],
  ])('a signature %s does not hold', (_what, make, why) => {
    expect(verify(signed(archive, make()))).toEqual({ outcome: 'invalid', detail: why, chain: null });
  });

  test('bytes behind the signature are signed by nobody, also a second archive', () => {
    const whole = signed(archive, cms(honest(made.leaf, archive)));
    for (const more of [Buffer.from([0]), Buffer.from(other), Buffer.concat([other, Buffer.from('MCPB_SIG_END')])])
      expect(verify(Buffer.concat([whole, more]))).toEqual({
        outcome: 'invalid',
        detail: 'there are bytes behind its signature',
        chain: null,
      });
    // A second block is a signature over everything before it, the first one too.
    expect(verify(signed(whole, cms(honest(made.leaf, archive)))).detail).toBe('it is about other bytes');
  });

  test('a byte that is changed ends it, or changes nothing that is said; never the program', () => {
    const signature = cms(honest(made.leaf, archive));
    const honestly = verify(signed(archive, signature));
    let held = 0;
    for (let at = 0; at < signature.length; at += 1) {
      const bent = Buffer.from(signature);
      bent[at] = (bent[at] ?? 0) ^ 0x41;
      const verdict = verify(signed(archive, bent));
      const isWhole = verdict.outcome === 'verified' && verdict.chain?.outcome === 'verified';
      if (isWhole) expect(verdict).toEqual(honestly);
      if (isWhole) held += 1;
      expect(verify(signed(archive, signature.subarray(0, at))).outcome).toBe('invalid');
    }
    // Numbers of versions, and the list of digests that the file begins with, are signed by nobody and read by nobody.
    expect(held).toBeLessThan(40);
  });

  test('verify says what a file is, line by line, and its signer plainly', async () => {
    const host = temporaryHost({ env: { SSL_CERT_FILE: '' } });
    const path = join(host.places.home, 'notes.mcpb');
    writeFileSync(path, signed(archive, cms(honest(made.selfSigned, archive))));
    writeFileSync(join(host.places.home, 'roots.pem'), made.root.pem);
    const trusting = { ...host, env: { ...host.env, SSL_CERT_FILE: join(host.places.home, 'roots.pem') } };
    const { servers } = await verifyMcpbFile('notes.mcpb', null, trusting);
    expect(servers[0]?.evidence.map(({ source, outcome }) => [source, outcome])).toEqual([
      ['mcpb-file', 'verified'],
      ['mcpb-signature', 'verified'],
      ['mcpb-signer', 'absent'],
      ['github-attestation', 'absent'],
    ]);
    writeFileSync(path, signed(archive, cms(honest(made.leaf, other))));
    const wrong = await verifyMcpbFile('notes.mcpb', null, trusting);
    expect(wrong.servers[0]?.findings).toMatchObject([
      { code: 'provenance-invalid', severity: 'block', args: { source: 'mcpb-signature' } },
    ]);
  });

  test('a file that is said to be of an entry is held against its fileSha256, in every version', async () => {
    const name = 'io.github.owner/notes';
    const bytes = signed(archive, cms(honest(made.leaf, archive)));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const bundle = (hash: string | undefined) => ({
      packages: [{ registryType: 'mcpb', identifier: 'https://github.com/owner/notes/releases/notes.mcpb', fileSha256: hash }],
    });
    const records: ReturnType<typeof registryRecord>[] = [];
    const host = temporaryHost({ env: { ...(await playRegistry(records)).env, SSL_CERT_FILE: '' } });
    writeFileSync(join(host.places.home, 'notes.mcpb'), bytes);
    const held = async (...next: typeof records) => {
      records.splice(0, records.length, ...next);
      const [server] = (await verifyMcpbFile('notes.mcpb', name, host)).servers;
      const ofRegistry = server?.evidence.filter(({ source }) => source.startsWith('registry-')) ?? [];
      const codes = server?.findings.map(({ code }) => code).filter((code) => code.startsWith('registry-'));
      return [...ofRegistry.slice(0, 2).map(({ source, outcome }) => `${source} ${outcome}`), ...(codes ?? [])];
    };
    const other = 'ab'.repeat(32);
    const latest = { isLatest: true };
    expect(await held(registryRecord(name, '1.0.0', bundle(sha256.toUpperCase()), latest))).toEqual([
      'registry-entry verified',
      'registry-ownership verified',
    ]);
    // An earlier version of it is still one of it, and its entry says which.
    expect(await held(registryRecord(name, '1.0.0', bundle(sha256)), registryRecord(name, '2.0.0', bundle(other), latest))).toEqual([
      'registry-entry verified',
      'registry-ownership verified',
    ]);
    expect(await held(registryRecord(name, '2.0.0', bundle(other), latest))).toEqual([
      'registry-entry absent',
      'registry-ownership invalid',
      'registry-ownership-denied',
    ]);
    expect(await held(registryRecord(name, '1.0.0', bundle(undefined), latest))).toEqual([
      'registry-entry absent',
      'registry-ownership unavailable',
    ]);
    expect(await held(registryRecord(name, '1.0.0', {}, latest))).toEqual(['registry-entry absent', 'registry-ownership-unproven']);
    expect(await held()).toEqual(['registry-entry absent']);
  });
});
