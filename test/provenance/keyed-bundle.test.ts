import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isKeyed } from '../../src/provenance/keyed-bundle.ts';
import { verifyBesideImage, verifyImageBundle } from '../../src/provenance/oci.ts';
import { trustRoot } from '../../src/provenance/trust-root.ts';
import { githubWorkflow, signingAuthority } from '../support/signing.ts';

const authority = await signingAuthority();
const root = trustRoot(authority.root, [], { from: 'given', expiredAt: null });
const [owner, stranger] = [generateKeyPairSync('ec', { namedCurve: 'P-256' }), generateKeyPairSync('ed25519')];
const pem = ({ publicKey }: KeyPairKeyObjectResult) => publicKey.export({ format: 'pem', type: 'spki' }).toString();
const idOf = ({ publicKey }: KeyPairKeyObjectResult) => createHash('sha256').update(publicKey.export({ format: 'der', type: 'spki' }));

const digest = `sha256:${'a'.repeat(64)}`;
const signing = 'https://sigstore.dev/cosign/sign/v1';
const payloadType = 'application/vnd.in-toto+json';

/** What `cosign sign --key` puts beside an image: a bundle v0.3 that names a key and has no certificate. */
function keyed(
  by: KeyPairKeyObjectResult,
  { about = digest, predicateType = signing, material = {} }: { about?: string; predicateType?: string; material?: object } = {},
) {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: '', digest: { sha256: about.slice(7) } }],
    predicateType,
    predicate: {},
  };
  const payload = Buffer.from(JSON.stringify(statement));
  const signed = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]);
  const signature = sign(by.privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256', signed, by.privateKey);
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: idOf(by).digest('base64') }, tlogEntries: [], ...material },
    dsseEnvelope: { payload: payload.toString('base64'), payloadType, signatures: [{ sig: signature.toString('base64') }] },
  };
}

const look = (bundle: unknown, ...keys: KeyPairKeyObjectResult[]) => verifyImageBundle(bundle, digest, { root, keys: keys.map(pem) });
const attested = (of: Awaited<ReturnType<typeof signingAuthority>>) => of.attest({}, githubWorkflow('owner/server'));

describe('a bundle with a bare key beside an image', () => {
  test('says nothing until somebody gives a key, and then it is by that one or not', () => {
    expect(look(keyed(owner))).toEqual({
      outcome: 'unavailable',
      detail: 'it is signed with a bare key, which names nobody, and no key was given to compare',
      builder: null,
    });
    expect(look(keyed(owner), stranger, owner)).toEqual({
      outcome: 'verified',
      detail: `signed with the key that was given (sha256 ${idOf(owner).digest('hex')})`,
      builder: null,
      byKey: true,
    });
    expect(look(keyed(stranger), stranger)).toMatchObject({ outcome: 'verified', byKey: true });
    expect(look(keyed(stranger), owner)).toEqual({
      outcome: 'invalid',
      detail: 'none of the keys that were given signed it',
      builder: null,
    });
  });

  test('whose hint is that of the key, but whose signature is another one’s, is not by the key', () => {
    const lied = keyed(stranger, { material: { publicKey: { hint: idOf(owner).digest('base64') } } });
    expect(look(lied, owner)).toMatchObject({ outcome: 'invalid', detail: 'none of the keys that were given signed it' });
  });

  test('is about its own image, and is no signature when it says something else of it', () => {
    expect(look(keyed(owner, { about: `sha256:${'b'.repeat(64)}` }), owner)).toEqual({
      outcome: 'invalid',
      detail: 'it is about another image',
      builder: null,
    });
    const scan = look(keyed(owner, { predicateType: 'https://cosign.sigstore.dev/attestation/vuln/v1' }), owner);
    expect(scan).toMatchObject({ outcome: 'verified', detail: expect.stringMatching(/vuln\/v1, which is no signature$/) });
    expect(scan.byKey).toBeUndefined();
    const { isByKey } = verifyBesideImage(
      { bundles: [keyed(owner, { predicateType: 'https://example.com/rejected' })], signatures: [] },
      digest,
      { root, keys: [pem(owner)] },
    );
    expect(isByKey).toBe(false);
  });

  test('with the text of another envelope under its signature is invalid', () => {
    const { dsseEnvelope, ...rest } = keyed(owner);
    const { payload } = keyed(owner, { predicateType: 'https://example.com/other' }).dsseEnvelope;
    expect(look({ ...rest, dsseEnvelope: { ...dsseEnvelope, payload } }, owner).outcome).toBe('invalid');
  });

  test('that carries a certificate too does not get around what a certificate needs', async () => {
    const { verificationMaterial, ...certified } = await attested(await signingAuthority());
    const both = {
      ...certified,
      verificationMaterial: { certificate: verificationMaterial.certificate, publicKey: { hint: '' }, tlogEntries: [] },
    };
    expect(isKeyed(both)).toBe(true);
    expect(look(both, owner).outcome).toBe('invalid');
    expect(look(both).outcome).toBe('unavailable');
  });

  test('may have no log entry; one that it has must hold, and one of a log that nobody knows cannot be checked', async () => {
    const entries = async (of: typeof authority) => (await attested(of)).verificationMaterial['tlogEntries'];
    const borrowed = keyed(owner, { material: { tlogEntries: await entries(authority) } });
    expect(look(borrowed, owner).outcome).toBe('invalid');
    const foreign = keyed(owner, { material: { tlogEntries: await entries(await signingAuthority()) } });
    expect(look(foreign, owner)).toMatchObject({ outcome: 'unavailable', detail: 'its log entry is of a log that is not known here' });
  });

  test('by somebody else is no accusation once the key signed it too, in whichever form', () => {
    const trust = { root, keys: [pem(owner)] };
    const both = verifyBesideImage({ bundles: [keyed(stranger), keyed(owner)], signatures: [] }, digest, trust);
    expect([both.attested.map(({ outcome }) => outcome), both.isByKey]).toEqual([['unavailable', 'verified'], true]);
    const other = verifyBesideImage({ bundles: [keyed(stranger)], signatures: [] }, digest, trust);
    expect([other.attested.map(({ outcome }) => outcome), other.isByKey]).toEqual([['invalid'], false]);
  });
});
