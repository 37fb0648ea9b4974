import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { initializeCA, initializeTLog } from '@sigstore/mock';

const publishType = 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1';
const slsaType = 'https://slsa.dev/provenance/v1';
const oids = '1.3.6.1.4.1.57264.1.';
const logUrl = 'https://log.pinfold-fixture.example';

/** Who builds where a test says nothing else. */
export const honestBuild = {
  issuer: 'https://token.actions.githubusercontent.com',
  repository: 'https://github.com/pinfold-fixture/notes',
  repositoryId: '1001',
  ownerId: '2002',
  workflow: '.github/workflows/release.yml',
  ref: 'refs/tags/v1.0.0',
  commit: '0123456789abcdef0123456789abcdef01234567',
  runner: 'github-hosted',
  trigger: 'push',
};

/**
 * A certificate authority, a certificate log, a signature log and two generations of a registry's keys, all made up and
 * gone with the process: what they sign is as good as Sigstore's and npm's for whoever is given `trustedRoot` and `keys`.
 */
export async function testAuthority() {
  const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [caKeys, ctKeys, logKeys] = [pair(), pair(), pair()];
  const ctLog = certificateLog(ctKeys);
  const ca = await initializeCA(caKeys, ctLog);
  const generations = { old: registryKey(pair(), '2025-01-29T00:00:00.000Z'), now: registryKey(pair(), null) };

  /** Signs a statement (or any text) and has it logged. */
  async function bundle(
    statement,
    signer,
    { version = '0.3', loggedAt, payloadType = 'application/vnd.in-toto+json', envelopeKeyId } = {},
  ) {
    const payload = Buffer.from(typeof statement === 'string' ? statement : JSON.stringify(statement));
    const sig = sign('sha256', Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} ${payload}`), signer.privateKey);
    const log = await initializeTLog(logUrl, logKeys, loggedAt);
    const entry = await log.log({
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        payloadHash: { algorithm: 'sha256', value: createHash('sha256').update(payload).digest('hex') },
        signatures: [{ signature: sig.toString('base64'), verifier: '' }],
      },
    });
    const certificate = signer.certificate === undefined ? undefined : { rawBytes: signer.certificate.toString('base64') };
    const chain = version === '0.3' ? { certificate } : { x509CertificateChain: { certificates: [certificate] } };
    return {
      mediaType:
        version === '0.3' ? 'application/vnd.dev.sigstore.bundle.v0.3+json' : `application/vnd.dev.sigstore.bundle+json;version=${version}`,
      verificationMaterial: {
        ...(certificate === undefined ? { publicKey: { hint: signer.keyId } } : chain),
        tlogEntries: [logEntry(Object.values(entry)[0])],
      },
      dsseEnvelope: {
        payload: payload.toString('base64'),
        payloadType,
        signatures: [{ sig: sig.toString('base64'), keyid: envelopeKeyId ?? signer.keyId ?? '' }],
      },
    };
  }

  /** A certificate for one build. `san` differs where a shared workflow signs; `extensions` replaces all of them. */
  async function builder(build = {}, { san, extensions } = {}) {
    const it = { ...honestBuild, ...build };
    const keys = pair();
    const workflowRef = `${it.repository}/${it.workflow}@${it.ref}`;
    const values = {
      8: it.issuer,
      11: it.runner,
      12: it.repository,
      13: it.commit,
      14: it.ref,
      15: it.repositoryId,
      17: it.ownerId,
      18: workflowRef,
      20: it.trigger,
      21: `${it.repository}/actions/runs/1/attempts/1`,
    };
    const certificate = await ca.issueCertificate({
      publicKey: keys.publicKey.export({ format: 'der', type: 'spki' }),
      subjectAltName: san ?? workflowRef,
      extensions: extensions ?? Object.entries(values).map(([arc, value]) => ({ oid: `${oids}${arc}`, value })),
    });
    return { privateKey: keys.privateKey, certificate };
  }

  return {
    trustedRoot: trustedRoot(ca, ctLog, logKeys),
    /** As `SigningKey`, both uses of both generations. */
    keys: Object.values(generations).flatMap(({ key }) => ['npm:signatures', 'npm:attestations'].map((usage) => ({ ...key, usage }))),
    /** The document that a registry serves under `-/npm/v1/keys`. */
    registryKeys: { keys: Object.values(generations).map(({ served }) => served) },
    bundle,
    builder,
    registrySigner: (generation = 'now') => ({ privateKey: generations[generation].privateKey, keyId: generations[generation].key.keyId }),
    /** One of `dist.signatures`. */
    signature(text, generation = 'now') {
      const { privateKey, key } = generations[generation];
      return { keyid: key.keyId, sig: sign('sha256', Buffer.from(text), privateKey).toString('base64') };
    },
    /** Both attestations of a package, as npm serves them; `build`, `claimed` and `options` change single things. */
    async attestations({ name, version, integrity, registry, build = {}, claimed = build, san, options = {} }) {
      const about = { subject: [subjectOf(name, version, integrity)] };
      const published = { ...about, _type: 'https://in-toto.io/Statement/v0.1', predicateType: publishType };
      const built = {
        ...about,
        _type: 'https://in-toto.io/Statement/v1',
        predicateType: slsaType,
        predicate: slsa({ ...honestBuild, ...claimed }),
      };
      return {
        attestations: [
          {
            predicateType: publishType,
            bundle: await bundle({ ...published, predicate: { name, version, registry } }, this.registrySigner(), options),
          },
          { predicateType: slsaType, bundle: await bundle(built, await builder(build, { san }), options) },
        ],
      };
    },
  };
}

export function subjectOf(name, version, integrity) {
  const digest = { sha512: Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex') };
  return { name: `pkg:npm/${name.replace('@', '%40')}@${version}`, digest };
}

/** What GitHub's builder says of a build. */
export function slsa({ repository, workflow, ref, commit, repositoryId, ownerId, trigger }) {
  return {
    buildDefinition: {
      buildType: 'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1',
      externalParameters: { workflow: { ref, repository, path: workflow } },
      internalParameters: { github: { event_name: trigger, repository_id: repositoryId, repository_owner_id: ownerId } },
      resolvedDependencies: [{ uri: `git+${repository}@${ref}`, digest: { gitCommit: commit } }],
    },
    runDetails: { builder: { id: 'https://github.com/actions/runner/github-hosted' } },
  };
}

/**
 * A certificate log: the one of the mock writes timestamps that nobody can read.
 * @see RFC 6962, section 3.2
 */
function certificateLog({ publicKey, privateKey }) {
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const logID = createHash('sha256').update(spki).digest();
  const number = (value, bytes) =>
    Buffer.from(
      BigInt(value)
        .toString(16)
        .padStart(bytes * 2, '0'),
      'hex',
    );
  return {
    publicKey: spki,
    logID,
    async log(certificate, issuerId) {
      const time = number(Date.now(), 8);
      const signed = toBeSigned(Buffer.from(certificate));
      const entry = [number(0, 2), time, number(1, 2), Buffer.from(issuerId), number(signed.length, 3), signed, number(0, 2)];
      const sig = sign('sha256', Buffer.concat(entry), privateKey);
      const timestamp = Buffer.concat([number(0, 1), logID, time, number(0, 2), Buffer.from([4, 3]), number(sig.length, 2), sig]);
      return new Uint8Array(Buffer.concat([number(timestamp.length, 2), timestamp])).buffer;
    },
  };
}

/** The first element of the outer sequence of a certificate. */
function toBeSigned(der) {
  const header = (at) =>
    der[at + 1] < 0x80
      ? [2, der[at + 1]]
      : [2 + (der[at + 1] & 0x7f), Number.parseInt(der.subarray(at + 2, at + 2 + (der[at + 1] & 0x7f)).toString('hex'), 16)];
  const start = header(0)[0];
  const [bytes, length] = header(start);
  return der.subarray(start, start + bytes + length);
}

function registryKey({ publicKey, privateKey }, expires) {
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const keyId = `SHA256:${createHash('sha256').update(spki).digest('base64').replace(/=+$/, '')}`;
  const key = { keyId, spki, validFromMs: 0, validToMs: expires === null ? null : Date.parse(expires) };
  const served = { expires, keyid: keyId, keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256', key: spki.toString('base64') };
  return { key, served, privateKey };
}

function logEntry({ body, integratedTime, logID, logIndex, verification }) {
  const { inclusionProof, signedEntryTimestamp } = verification;
  return {
    logIndex: String(logIndex),
    logId: { keyId: Buffer.from(logID, 'hex').toString('base64') },
    kindVersion: { kind: 'dsse', version: '0.0.1' },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: {
      logIndex: String(inclusionProof.logIndex),
      rootHash: Buffer.from(inclusionProof.rootHash, 'hex').toString('base64'),
      treeSize: String(inclusionProof.treeSize),
      hashes: [],
      checkpoint: { envelope: inclusionProof.checkpoint },
    },
    canonicalizedBody: body,
  };
}

function trustedRoot(ca, ctLog, logKeys) {
  const validFor = { start: '2000-01-01T00:00:00Z' };
  const log = (baseUrl, rawBytes) => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: rawBytes.toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: createHash('sha256').update(rawBytes).digest('base64') },
  });
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [log(logUrl, logKeys.publicKey.export({ format: 'der', type: 'spki' }))],
    certificateAuthorities: [
      {
        subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
        uri: 'https://ca.pinfold-fixture.example',
        certChain: { certificates: [{ rawBytes: ca.rootCertificate.toString('base64') }] },
        validFor,
      },
    ],
    ctlogs: [log('https://ct.pinfold-fixture.example', ctLog.publicKey)],
    timestampAuthorities: [],
  };
}
