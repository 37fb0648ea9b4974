import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifyImage } from '../../src/operations/verify-image.ts';
import { verifyCosign, verifyImageBundle } from '../../src/provenance/oci.ts';
import { trustRoot } from '../../src/provenance/trust-root.ts';
import { parseImage } from '../../src/sources/oci/reference.ts';
import { temporaryHost } from '../support/home.ts';
import { play, playRegistry, registryRecord } from '../support/playing.ts';
import { githubWorkflow, signingAuthority } from '../support/signing.ts';

const authority = await signingAuthority();
const root = trustRoot(authority.root, [], { from: 'given', expiredAt: null });
const trust = { root, keys: [] };
const signer = githubWorkflow('owner/server');
const digestOf = (bytes: string | Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const image = JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', layers: [] });
const digest = digestOf(image);
const other = digestOf('another image');

const attest = (about: string) =>
  authority.attest(
    {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'server', digest: { sha256: about.slice('sha256:'.length) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {},
    },
    signer,
  );
const simple = (about: string, type = 'cosign container image signature') =>
  Buffer.from(
    JSON.stringify({
      critical: { identity: { 'docker-reference': '' }, image: { 'docker-manifest-digest': about }, type },
      optional: null,
    }),
  );

/** The same signature in the older form: what cosign writes beside the payload. */
async function annotations(payload: Uint8Array): Promise<Readonly<Record<string, string>>> {
  const bundle = (await authority.signBytes(payload, signer)) as {
    verificationMaterial: {
      certificate: { rawBytes: string };
      tlogEntries: {
        logIndex: string;
        logId: { keyId: string };
        integratedTime: string;
        inclusionPromise: { signedEntryTimestamp: string };
        canonicalizedBody: string;
      }[];
    };
    messageSignature: { signature: string };
  };
  const [entry] = bundle.verificationMaterial.tlogEntries;
  const logged = {
    SignedEntryTimestamp: entry?.inclusionPromise.signedEntryTimestamp,
    Payload: {
      body: entry?.canonicalizedBody,
      integratedTime: Number(entry?.integratedTime),
      logIndex: Number(entry?.logIndex),
      logID: Buffer.from(entry?.logId.keyId ?? '', 'base64').toString('hex'),
    },
  };
  return {
    'dev.cosignproject.cosign/signature': bundle.messageSignature.signature,
    'dev.sigstore.cosign/certificate': `-----BEGIN CERTIFICATE-----\n${bundle.verificationMaterial.certificate.rawBytes}\n-----END CERTIFICATE-----\n`,
    'dev.sigstore.cosign/bundle': JSON.stringify(logged),
  };
}

describe('an attestation beside an image', () => {
  test('counts for its own digest alone', async () => {
    const bundle = await attest(digest);
    expect(verifyImageBundle(bundle, digest, trust)).toMatchObject({
      outcome: 'verified',
      builder: { repository: 'https://github.com/owner/server' },
    });
    expect(verifyImageBundle(bundle, other, trust)).toEqual({ outcome: 'invalid', detail: 'it is about another image', builder: null });
    expect(verifyImageBundle({}, digest, trust).outcome).toBe('invalid');
    expect(verifyImageBundle(await (await signingAuthority()).attest({}, signer), digest, trust).outcome).toBe('invalid');
  });
});

describe('a signature in the older form', () => {
  test('with a certificate needs the log entry beside it, and is about one image', async () => {
    const payload = simple(digest);
    const beside = await annotations(payload);
    expect(verifyCosign({ payload, annotations: beside }, digest, trust)).toMatchObject({
      outcome: 'verified',
      detail: `signed by ${signer.subject}`,
      builder: { repositoryId: '4711' },
    });
    expect(verifyCosign({ payload, annotations: beside }, other, trust)).toEqual({
      outcome: 'invalid',
      detail: `it is about another image: ${digest}`,
      builder: null,
    });
    const { 'dev.sigstore.cosign/bundle': _log, ...unlogged } = beside;
    expect(verifyCosign({ payload, annotations: unlogged }, digest, trust).outcome).toBe('unavailable');
    // Somebody else's text under a signature that was taken from here.
    expect(verifyCosign({ payload: simple(other), annotations: beside }, other, trust).outcome).toBe('invalid');
  });

  test.each([
    ['another kind of text', simple(digest, 'atomic container signature')],
    ['no JSON', Buffer.from('hello')],
    ['a digest twice', Buffer.from(simple(digest).toString().replace('"image":{', `"image":{"docker-manifest-digest":"${other}",`))],
  ])('over %s is about no image', (_what, payload) => {
    expect(verifyCosign({ payload, annotations: {} }, digest, trust)).toEqual({
      outcome: 'invalid',
      detail: 'it signs no image',
      builder: null,
    });
  });

  test('with a bare key says nothing until somebody gives the key', () => {
    const [key, stranger] = [generateKeyPairSync('ec', { namedCurve: 'P-256' }), generateKeyPairSync('ec', { namedCurve: 'P-256' })];
    const payload = simple(digest);
    const beside = { 'dev.cosignproject.cosign/signature': sign('sha256', payload, key.privateKey).toString('base64') };
    const pem = ({ publicKey }: typeof key) => publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const verify = (keys: readonly string[]) => verifyCosign({ payload, annotations: beside }, digest, { root, keys });
    expect(verify([]).outcome).toBe('unavailable');
    expect(verify([pem(stranger)]).outcome).toBe('invalid');
    expect(verify([pem(stranger), pem(key)])).toMatchObject({ outcome: 'verified', builder: null });
    expect(verifyCosign({ payload, annotations: {} }, digest, { root, keys: [pem(key)] }).outcome).toBe('invalid');
  });
});

interface Stored {
  /** Tag or digest → manifest. */
  readonly manifests: Readonly<Record<string, string>>;
  readonly blobs?: Readonly<Record<string, string | Uint8Array>>;
  readonly referrers?: Readonly<Record<string, unknown>> | null;
  readonly token?: string;
  readonly realm?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function registry({ manifests, blobs = {}, referrers = null, token, realm, env = {} }: Stored) {
  const played = await play((url, request, response) => {
    if (url.pathname === '/token') return void response.writeHead(200).end(JSON.stringify({ token }));
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      const challenge = `Bearer realm="${realm ?? `http://${request.headers.host}/token`}",service="test",scope="repository:everything:push"`;
      return void response.writeHead(401, { 'www-authenticate': challenge }).end();
    }
    const [, kind, reference = ''] = /^\/v2\/owner\/server\/(manifests|blobs|referrers)\/(.+)$/.exec(url.pathname) ?? [];
    const body =
      kind === 'manifests'
        ? manifests[reference]
        : kind === 'blobs'
          ? blobs[reference]
          : referrers === null
            ? undefined
            : JSON.stringify(referrers);
    return void (body === undefined ? response.writeHead(404).end() : response.writeHead(200).end(body));
  });
  const at = parseImage(`${new URL(played.origin).host}/owner/server:1.0.0`);
  const verify = (keys: readonly string[], listedAs: string | null) =>
    verifyImage(at, { keys, listedAs }, temporaryHost({ env }), async () => root);
  const lines = async (keys: readonly string[] = [], listedAs: string | null = null) => {
    const { servers } = await verify(keys, listedAs);
    return servers[0]?.evidence.map(({ source, outcome, detail }) => `${source} ${outcome} ${detail}`) ?? [];
  };
  return { ...played, at, lines, verify };
}

async function beside(about: string, subject = about) {
  const bundle = JSON.stringify(await attest(about));
  const layer = { digest: digestOf(bundle) };
  const manifest = JSON.stringify({ schemaVersion: 2, subject: { digest: subject }, layers: [layer] });
  const list = {
    schemaVersion: 2,
    manifests: [{ digest: digestOf(manifest), artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }],
  };
  return { blobs: { [layer.digest]: bundle }, manifests: { '1.0.0': image, [digest]: image, [digestOf(manifest)]: manifest }, list };
}

describe('an image of a registry', () => {
  const resolved = 'oci-digest verified the tag 1.0.0 means this digest today, and may mean another one tomorrow';

  test('its tag is a digest first, and its referrers are about that', async () => {
    const { blobs, manifests, list } = await beside(digest);
    const { lines, requests } = await registry({ blobs, manifests, referrers: list });
    expect(await lines()).toEqual([resolved, `oci-attestation verified ${signer.subject} says https://slsa.dev/provenance/v1`]);
    expect(requests[1]).toBe(`/v2/owner/server/referrers/${digest}?artifactType=application%2Fvnd.dev.sigstore.bundle.v0.3%2Bjson`);
  });

  test('where there is no list of referrers, a tag stands for it', async () => {
    const { blobs, manifests, list } = await beside(digest);
    const { lines } = await registry({ blobs, manifests: { ...manifests, [digest.replace(':', '-')]: JSON.stringify(list) } });
    expect((await lines())[1]).toMatch(/^oci-attestation verified/);
  });

  test('a referrer that is about another image, by its own words or by what it signs, does not count', async () => {
    const lied = await beside(digest, other);
    expect((await (await registry({ ...lied, referrers: lied.list })).lines())[1]).toMatch(
      new RegExp(`^oci-attestation unavailable .* is about ${other}$`),
    );
    const taken = await beside(other, digest);
    expect((await (await registry({ ...taken, referrers: taken.list })).lines())[1]).toBe(
      'oci-attestation invalid it is about another image',
    );
  });

  test('a signature of cosign is found by its tag', async () => {
    const payload = simple(digest);
    const signature = JSON.stringify({
      schemaVersion: 2,
      layers: [{ digest: digestOf(payload), annotations: await annotations(payload) }],
    });
    const { lines } = await registry({
      manifests: { '1.0.0': image, [`${digest.replace(':', '-')}.sig`]: signature },
      blobs: { [digestOf(payload)]: payload },
    });
    expect(await lines()).toEqual([resolved, `oci-signature verified signed by ${signer.subject}`]);
  });

  test('an image without any says so, and one that is not there is an error', async () => {
    const { lines } = await registry({ manifests: { '1.0.0': image } });
    expect(await lines()).toEqual([resolved, 'oci-attestation absent the registry has no attestation and no signature of it']);
    await expect((await registry({ manifests: {} })).lines()).rejects.toMatchObject({ code: 'package-not-found' });
  });

  test('bytes that are not those of their digest are refused', async () => {
    const { blobs, manifests, list } = await beside(digest);
    const [at = ''] = Object.keys(blobs);
    const { lines } = await registry({ blobs: { [at]: '{}' }, manifests, referrers: list });
    expect((await lines())[1]).toMatch(/^oci-attestation unavailable .* makes no sense: it serves other bytes/);
    const wrong = await registry({ manifests: { [digest]: 'x' } });
    await expect(
      verifyImage({ ...wrong.at, version: digest, isDigest: true }, { keys: [], listedAs: null }, temporaryHost(), async () => root),
    ).rejects.toMatchObject({
      code: 'registry-answer-invalid',
    });
  });

  test('a token is asked for once, for reading this repository and nothing else', async () => {
    const { lines, requests } = await registry({ manifests: { '1.0.0': image }, token: 'not-a-secret' });
    expect((await lines())[1]).toMatch(/absent/);
    expect(requests.filter((path) => path.startsWith('/token'))).toEqual(['/token?service=test&scope=repository%3Aowner%2Fserver%3Apull']);
  });

  test.each(['http://192.0.2.1/token', 'https://127.0.0.1:1/token', 'https://10.0.0.1/token', 'file:///etc/passwd'])(
    'a registry cannot send for a token to %s',
    async (realm) => {
      const { lines } = await registry({ manifests: { '1.0.0': image }, token: 'not-a-secret', realm });
      await expect(lines()).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:registry-answer-invalid|address-refused|registry-unreachable)$/),
      });
    },
  );
});

test.each([
  ['alpine', 'docker.io', 'library/alpine', 'latest', false],
  ['ghcr.io/owner/server:1.2.3', 'ghcr.io', 'owner/server', '1.2.3', false],
  [`ghcr.io/owner/server@${digest}`, 'ghcr.io', 'owner/server', digest, true],
])('%s is an image', (text, host, path, version, isDigest) => {
  expect(parseImage(text)).toEqual({ host, path, version, isDigest });
});

test.each(['', 'ghcr.io/owner/SERVER', 'ghcr.io/../x', 'ghcr.io/owner/server@sha256:short', 'a b'])('`%s` is none', (text) => {
  expect(() => parseImage(text)).toThrow(/is no name of an image/);
});

describe('an image that has to be signed by a key', () => {
  const [key, stranger] = [generateKeyPairSync('ec', { namedCurve: 'P-256' }), generateKeyPairSync('ec', { namedCurve: 'P-256' })];
  const pem = ({ publicKey }: typeof key) => publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const payload = simple(digest);
  const layer = ({ privateKey }: typeof key) => ({
    digest: digestOf(payload),
    annotations: { 'dev.cosignproject.cosign/signature': sign('sha256', payload, privateKey).toString('base64') },
  });
  const signedBy = (...signers: (typeof key)[]) =>
    registry({
      manifests: { '1.0.0': image, [`${digest.replace(':', '-')}.sig`]: JSON.stringify({ schemaVersion: 2, layers: signers.map(layer) }) },
      blobs: { [digestOf(payload)]: payload },
    });

  test('is verified by its key, and somebody else beside it is no accusation', async () => {
    const { servers } = await (await signedBy(stranger, key)).verify([pem(key)], null);
    expect(servers[0]?.findings).toEqual([]);
    expect(servers[0]?.evidence.slice(1).map(({ source, outcome }) => `${source} ${outcome}`)).toEqual([
      'oci-signature unavailable',
      'oci-signature verified',
    ]);
  });

  test('is wrong when another key signed it, and when no key did', async () => {
    const other = (await (await signedBy(stranger)).verify([pem(key)], null)).servers[0];
    expect(other?.evidence.slice(1).map(({ source, outcome }) => `${source} ${outcome}`)).toEqual([
      'oci-signature invalid',
      'oci-key absent',
    ]);
    const unsigned = (await (await registry({ manifests: { '1.0.0': image } })).verify([pem(key)], null)).servers[0];
    expect(unsigned?.evidence[1]).toEqual({
      source: 'oci-key',
      outcome: 'absent',
      detail: 'there is no signature by a key that was given',
    });
    expect(unsigned?.findings.map(({ code }) => code)).toEqual(['provenance-invalid']);
  });

  test('is no maybe where the signatures cannot be asked', async () => {
    const { verify } = await registry({ manifests: { '1.0.0': image, [`${digest.replace(':', '-')}.sig`]: 'no manifest' } });
    await expect(verify([pem(key)], null)).rejects.toMatchObject({ code: 'registry-answer-invalid' });
  });
});

describe('the name in the label of an image', () => {
  const name = 'io.github.owner/server';
  const config = (label: string | null) =>
    JSON.stringify({ config: { Labels: label === null ? null : { 'io.modelcontextprotocol.server.name': label } } });
  const imageWith = (text: string) => JSON.stringify({ schemaVersion: 2, config: { digest: digestOf(text) }, layers: [] });

  async function labelled(labels: readonly (string | null)[], identifier?: string) {
    const configs = labels.map(config);
    const images = configs.map(imageWith);
    const attested = { digest: digestOf('attested'), platform: { os: 'unknown', architecture: 'unknown' } };
    const index = { schemaVersion: 2, manifests: [...images.map((one) => ({ digest: digestOf(one) })), attested] };
    const [only = ''] = images;
    const top = images.length === 1 ? only : JSON.stringify(index);
    const records: ReturnType<typeof registryRecord>[] = [];
    const { env } = await playRegistry(records);
    const stored = await registry({
      manifests: { '1.0.0': top, ...Object.fromEntries(images.map((one) => [digestOf(one), one])) },
      blobs: Object.fromEntries(configs.map((one) => [digestOf(one), one])),
      env,
    });
    const packages = [{ registryType: 'oci', identifier: identifier ?? `${stored.at.host}/owner/server:1.0.0` }];
    records.push(registryRecord(name, '1.0.0', { packages }, { isLatest: true }));
    return async (listedAs: string | null = null) => {
      const { servers } = await stored.verify([], listedAs);
      const lines = servers[0]?.evidence.filter(({ source }) => source.startsWith('registry-')) ?? [];
      return {
        lines: lines.slice(0, 2).map(({ outcome, detail }) => `${outcome} ${detail}`),
        findings: servers[0]?.findings.map(({ code }) => code),
      };
    };
  }
  const entry = `verified claimed at publish: ${name} 1.0.0, published 2026-01-02, active; it lists exactly this`;

  test('proves that the image is of the entry, on every platform', async () => {
    const proven = { lines: [entry, `verified re-verified now: the label of the image is ${name}`], findings: [] };
    expect(await (await labelled([name]))()).toEqual(proven);
    expect(await (await labelled([name, name]))()).toEqual(proven);
  });

  test('of one platform alone, or of another server, proves nothing', async () => {
    const why = 'its platforms have different labels, so that none of them speaks for the image';
    expect(await (await labelled([name, null]))()).toEqual({ lines: [`unavailable ${why}`], findings: [] });
    expect(await (await labelled([name, 'io.github.mallory/server']))(name)).toMatchObject({ findings: [] });
    expect(await (await labelled(['io.github.mallory/server']))(name)).toEqual({
      lines: [entry, 'invalid the label of the image is io.github.mallory/server'],
      findings: ['registry-ownership-denied'],
    });
    expect(await (await labelled([null]))(name)).toMatchObject({ findings: ['registry-ownership-unproven'] });
    expect(await (await labelled([null]))()).toEqual({ lines: [], findings: [] });
  });

  test('is worth nothing where the entry lists another image', async () => {
    expect(await (await labelled([name], 'ghcr.io/owner/server:1.0.0'))()).toMatchObject({ findings: ['registry-ownership-unproven'] });
  });
});
