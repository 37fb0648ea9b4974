import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult, sign } from 'node:crypto';
import { X509Certificate } from '@sigstore/core';
import { initializeCA, initializeTLog, initializeTSA } from '@sigstore/mock';

/** Whom a certificate is issued to. */
export interface Signer {
  readonly issuer: string;
  /** The subject alternative name. */
  readonly subject: string;
  /** Last arc below 1.3.6.1.4.1.57264.1 → text: 12 repository, 15 its id, 17 owner id, 18 build config. */
  readonly arcs?: Readonly<Record<number, string>>;
}

/** A workflow of GitHub Actions that builds its own repository. */
export function githubWorkflow(repository: string, workflow = 'release.yml', more: Partial<Signer> = {}): Signer {
  const config = `https://github.com/${repository}/.github/workflows/${workflow}@refs/tags/v1.0.0`;
  return {
    issuer: 'https://token.actions.githubusercontent.com',
    subject: config,
    arcs: { 11: 'github-hosted', 12: `https://github.com/${repository}`, 13: 'a'.repeat(40), 15: '4711', 17: '42', 18: config },
    ...more,
  };
}

export interface SigningAuthority {
  /** A Sigstore trusted root, JSON. */
  readonly root: unknown;
  /** A signed bundle v0.3 around an in-toto statement. */
  attest(statement: unknown, signer: Signer): Promise<AttestedBundle>;
  /** A signed bundle v0.3 whose signature is over the bytes themselves. */
  signBytes(bytes: Uint8Array, signer: Signer): Promise<unknown>;
  /** A certificate for a key of its own, and that key's signature over the bytes. */
  certify(bytes: Uint8Array, signer: Signer): Promise<{ readonly certificate: Buffer; readonly signature: Buffer }>;
}

export interface AttestedBundle {
  readonly mediaType: string;
  readonly verificationMaterial: Readonly<Record<string, unknown>> & { readonly certificate: { readonly rawBytes: string } };
  readonly dsseEnvelope: {
    readonly payload: string;
    readonly payloadType: string;
    readonly signatures: readonly { readonly sig: string }[];
  };
}

/** What the log answers, as far as a bundle holds it. */
interface LoggedEntry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly signedEntryTimestamp: string;
    readonly inclusionProof: { readonly rootHash: string; readonly checkpoint: string };
  };
}

const payloadType = 'application/vnd.in-toto+json';

/**
 * A certificate authority, its logs and a timestamp authority in the test process, all with keys of this run. `private` is
 * like GitHub's for private repositories: no log of certificates, none of signatures, only timestamps.
 */
export async function signingAuthority(kind: 'public' | 'private' = 'public'): Promise<SigningAuthority> {
  const [caKey, ctKey, logKey, tsaKey] = [newKey(), newKey(), newKey(), newKey()];
  const ctlog = certificateLog(ctKey);
  // Whole seconds, because the mock's timestamps are wrong below a tenth of one; ahead, because its roots begin when they are made.
  const clock = new Date((Math.floor(Date.now() / 1000) + 60) * 1000);
  const ca = kind === 'public' ? await initializeCA(caKey, ctlog, clock) : await initializeCA(caKey, undefined, clock);
  const tlog = await initializeTLog('https://log.invalid', logKey, clock);
  const tsa = await initializeTSA(tsaKey, clock);
  const certify = async (bytes: Uint8Array, { issuer, subject, arcs = {} }: Signer) => {
    const key = newKey();
    const certificate = await ca.issueCertificate({
      publicKey: der(key),
      subjectAltName: subject,
      extensions: Object.entries({ ...arcs, 8: issuer }).map(([arc, value]) => ({ oid: `1.3.6.1.4.1.57264.1.${arc}`, value })),
    });
    return { certificate, signature: sign('sha256', bytes, key.privateKey) };
  };
  const material = async (signature: Buffer, certificate: Buffer, kindVersion: { kind: string; version: string }, spec: unknown) => {
    if (kind === 'private') {
      const artifactHash = createHash('sha256').update(signature).digest();
      const request = { artifactHash, hashAlgorithmOID: '2.16.840.1.101.3.4.2.1', nonce: 7, policyOID: '1.3.6.1.4.1.57264.2' };
      const signedTimestamp = (await tsa.timestamp(request)).toString('base64');
      return {
        certificate: { rawBytes: certificate.toString('base64') },
        timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp }] },
      };
    }
    const entries = await tlog.log({ kind: kindVersion.kind, apiVersion: kindVersion.version, spec });
    const logged = Object.values(entries as Record<string, LoggedEntry>)[0];
    const proof = logged?.verification.inclusionProof;
    const entry = {
      logIndex: String(logged?.logIndex),
      logId: { keyId: Buffer.from(logged?.logID ?? '', 'hex').toString('base64') },
      kindVersion,
      integratedTime: String(logged?.integratedTime),
      inclusionPromise: { signedEntryTimestamp: logged?.verification.signedEntryTimestamp },
      inclusionProof: {
        logIndex: '0',
        rootHash: Buffer.from(proof?.rootHash ?? '', 'hex').toString('base64'),
        treeSize: '1',
        hashes: [],
        checkpoint: { envelope: proof?.checkpoint },
      },
      canonicalizedBody: logged?.body,
    };
    return { certificate: { rawBytes: certificate.toString('base64') }, tlogEntries: [entry] };
  };
  return {
    root: trustedRoot(kind === 'public', ca.rootCertificate, [tsa.intCertificate, tsa.rootCertificate], der(ctKey), der(logKey)),
    certify,
    async attest(statement, signer) {
      const payload = Buffer.from(typeof statement === 'string' ? statement : JSON.stringify(statement));
      const { certificate, signature } = await certify(authenticated(payload), signer);
      const spec = {
        envelopeHash: { algorithm: 'sha256', value: hex(payload) },
        payloadHash: { algorithm: 'sha256', value: hex(payload) },
        signatures: [{ signature: signature.toString('base64'), verifier: pem(certificate).toString('base64') }],
      };
      return {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: await material(signature, certificate, { kind: 'dsse', version: '0.0.1' }, spec),
        dsseEnvelope: { payload: payload.toString('base64'), payloadType, signatures: [{ sig: signature.toString('base64') }] },
      };
    },
    async signBytes(bytes, signer) {
      const { certificate, signature } = await certify(bytes, signer);
      const spec = {
        data: { hash: { algorithm: 'sha256', value: hex(bytes) } },
        signature: { content: signature.toString('base64'), publicKey: { content: pem(certificate).toString('base64') } },
      };
      return {
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: await material(signature, certificate, { kind: 'hashedrekord', version: '0.0.1' }, spec),
        messageSignature: {
          messageDigest: { algorithm: 'SHA2_256', digest: createHash('sha256').update(bytes).digest('base64') },
          signature: signature.toString('base64'),
        },
      };
    },
  };
}

function trustedRoot(logs: boolean, ca: Buffer, tsa: readonly Buffer[], ctlog: Buffer, tlog: Buffer): unknown {
  const validFor = { start: '2020-01-01T00:00:00Z' };
  const log = (key: Buffer) => ({
    baseUrl: 'https://log.invalid',
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: key.toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: createHash('sha256').update(key).digest('base64') },
  });
  const authority = (certificates: readonly Buffer[]) => ({
    subject: { organization: 'test', commonName: 'test' },
    uri: 'https://authority.invalid',
    certChain: { certificates: certificates.map((bytes) => ({ rawBytes: bytes.toString('base64') })) },
    validFor,
  });
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: logs ? [log(tlog)] : [],
    ctlogs: logs ? [log(ctlog)] : [],
    certificateAuthorities: [authority([ca])],
    timestampAuthorities: [authority(tsa)],
  };
}

/** The mock's own leaves the signature out. @see RFC 6962, section 3.2 */
function certificateLog(key: KeyPairKeyObjectResult): NonNullable<Parameters<typeof initializeCA>[1]> {
  const logID = createHash('sha256').update(der(key)).digest();
  return {
    publicKey: der(key),
    logID,
    async log(certificate, issuer) {
      const tbs = X509Certificate.parse(Buffer.from(new Uint8Array(certificate))).tbsCertificate.toDER();
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(BigInt(Date.now()));
      const length = Buffer.from([tbs.length >> 16, (tbs.length >> 8) & 0xff, tbs.length & 0xff]);
      const precert = [
        Buffer.from([0, 0]),
        time,
        Buffer.from([0, 1]),
        Buffer.from(new Uint8Array(issuer)),
        length,
        tbs,
        Buffer.from([0, 0]),
      ];
      const signature = sign('sha256', Buffer.concat(precert), key.privateKey);
      const body = Buffer.concat([Buffer.from([0]), logID, time, Buffer.from([0, 0, 4, 3, 0, signature.length]), signature]);
      return new Uint8Array(Buffer.concat([Buffer.from([0, body.length]), body])).buffer;
    },
  };
}

function newKey(): KeyPairKeyObjectResult {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function der({ publicKey }: KeyPairKeyObjectResult): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' });
}

function pem(certificate: Buffer): Buffer {
  return Buffer.from(`-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`);
}

/** @see https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
function authenticated(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]);
}

function hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
