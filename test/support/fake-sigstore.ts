import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fulcioHandler, initializeCA, initializeTLog, rekorHandler } from '@sigstore/mock';
import { onTestFinished } from 'vitest';

export interface FakeSigstore {
  readonly url: string;
  /** A trusted_root.json that trusts this instance. */
  readonly trustedRoot: unknown;
  /** An identity token of GitHub Actions, as good as any for this instance. */
  readonly token: string;
  /** Paths that were asked for. */
  readonly asked: string[];
}

const pair = (): KeyPairKeyObjectResult => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Claims of a job, as they stand in the certificate. */
export const job = {
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'https://github.com/acme/dev/.github/workflows/release.yml@refs/tags/v1.2.3',
  aud: 'sigstore',
  repository: 'acme/dev',
};

/** Certificate authority and log in this process; they also hand out the identity token of a CI job. */
export async function fakeSigstore(): Promise<FakeSigstore> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const path = (request.url ?? '').split('?')[0] ?? '';
      asked.push(`${request.method} ${request.url}`);
      const handler = handlers.find((one) => one.path === path);
      if (path === '/token') {
        const allowed = request.headers.authorization === 'Bearer not-a-secret-request-token';
        response.writeHead(allowed ? 200 : 401, { 'content-type': 'application/json' });
        return response.end(JSON.stringify({ value: token }));
      }
      if (handler === undefined || request.method !== 'POST') {
        response.writeHead(404);
        return response.end();
      }
      const answer = await handler.fn(Buffer.concat(chunks).toString('utf8'));
      response.writeHead(answer.statusCode, { 'content-type': answer.contentType ?? 'text/plain' });
      response.end(answer.response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = `${base64url({ alg: 'none' })}.${base64url({ ...job, exp: 4_102_444_800 })}.${Buffer.from('none').toString('base64url')}`;
  const [ctLogKeys, caKeys, logKeys] = [pair(), pair(), pair()];
  const ctLog = certificateLog(ctLogKeys);
  const ca = await initializeCA(caKeys, ctLog);
  const log = await initializeTLog(url, logKeys);
  const handlers = [fulcioHandler(ca), rekorHandler({ ...log, log: (entry: object) => log.log(stored(entry)) })];
  const validFor = { start: '2020-01-01T00:00:00.000Z' };
  const logOf = (publicKey: Buffer, keyId: Buffer) => ({
    baseUrl: url,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: publicKey.toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: keyId.toString('base64') },
  });
  const trustedRoot = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [logOf(log.publicKey, createHash('sha256').update(log.publicKey).digest())],
    certificateAuthorities: [
      {
        subject: { organization: 'acme', commonName: 'acme' },
        uri: url,
        certChain: { certificates: [{ rawBytes: ca.rootCertificate.toString('base64') }] },
        validFor,
      },
    ],
    ctlogs: [logOf(ctLog.publicKey, ctLog.logID)],
    timestampAuthorities: [],
  };
  return { url, trustedRoot, token, asked };
}

/** What Rekor keeps of a proposed `dsse` entry: hashes and signatures, which the mock leaves as they were proposed. */
function stored(entry: object): object {
  const { spec } = entry as {
    readonly spec: { readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] } };
  };
  const { envelope, verifiers } = spec.proposedContent;
  const parsed = JSON.parse(envelope) as { readonly payload: string; readonly signatures: readonly { readonly sig: string }[] };
  const hash = (bytes: string | Buffer) => ({ algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') });
  const signatures = parsed.signatures.map(({ sig }, at) => ({ signature: sig, verifier: verifiers[at] }));
  const kept = { envelopeHash: hash(envelope), payloadHash: hash(Buffer.from(parsed.payload, 'base64')), signatures };
  return { apiVersion: '0.0.1', kind: 'dsse', spec: kept };
}

/** A certificate transparency log (RFC 6962 §3.2); the mock's own one does not work with the parser that it is installed with. */
function certificateLog({ publicKey, privateKey }: KeyPairKeyObjectResult) {
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const logID = createHash('sha256').update(spki).digest();
  return {
    publicKey: spki,
    logID,
    log: (certificate: ArrayBuffer, issuer: ArrayBuffer): Promise<ArrayBuffer> => {
      const [time, size, head] = [Buffer.alloc(8), Buffer.alloc(4), Buffer.from([0, 0])];
      time.writeBigInt64BE(BigInt(Date.now()));
      const tbs = firstPart(Buffer.from(certificate));
      size.writeUInt32BE(tbs.length);
      const signed = Buffer.concat([head, time, Buffer.from([0, 1]), Buffer.from(issuer), size.subarray(1), tbs, head]);
      const signature = sign('sha256', signed, privateKey);
      const sct = Buffer.concat([Buffer.from([0]), logID, time, head, Buffer.from([4, 3, 0, signature.length]), signature]);
      return Promise.resolve(new Uint8Array(Buffer.concat([Buffer.from([0, sct.length]), sct])).buffer);
    },
  };
}

/** The first element of a DER SEQUENCE, with its header. */
function firstPart(der: Buffer): Buffer {
  const header = (at: number): { readonly start: number; readonly length: number } => {
    const first = der[at + 1] ?? 0;
    const bytes = first < 0x80 ? 0 : first & 0x7f;
    return { start: at + 2 + bytes, length: bytes === 0 ? first : der.readUIntBE(at + 2, bytes) };
  };
  const outer = header(0);
  const inner = header(outer.start);
  return der.subarray(outer.start, inner.start + inner.length);
}
