import { spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from '@sigstore/core';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

export interface SigningCertificate {
  readonly certificate: Buffer;
  readonly pem: string;
  readonly key: KeyObject;
}

/** Certificates of this run, made by openssl in a folder that is gone afterwards. */
export function makeCertificates(): Readonly<
  Record<'root' | 'leaf' | 'rsaLeaf' | 'webLeaf' | 'selfSigned' | 'expired' | 'belowLeaf', SigningCertificate>
> {
  const folder = mkdtempSync(join(tmpdir(), 'pinfold-cms-'));
  const run = (...args: string[]) => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
  };
  const read = (name: string): SigningCertificate => ({
    certificate: derOf(readFileSync(join(folder, `${name}.pem`), 'utf8')),
    pem: readFileSync(join(folder, `${name}.pem`), 'utf8'),
    key: createPrivateKey(readFileSync(join(folder, `${name}.key`))),
  });
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const issue = (name: string, by: string, usage: string, key: readonly string[] = ec, days = '30') => {
    writeFileSync(
      join(folder, `${name}.cnf`),
      `basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n${usage === '' ? '' : `extendedKeyUsage=${usage}\n`}`,
    );
    run('req', '-new', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=Test ${name}`);
    run(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      `${by}.pem`,
      '-CAkey',
      `${by}.key`,
      '-CAcreateserial',
      '-days',
      days,
      '-extfile',
      `${name}.cnf`,
      '-out',
      `${name}.pem`,
    );
  };
  try {
    run('req', '-x509', ...ec, '-keyout', 'root.key', '-out', 'root.pem', '-days', '30', '-subj', '/CN=Test root');
    run(
      'req',
      '-x509',
      ...ec,
      '-keyout',
      'selfSigned.key',
      '-out',
      'selfSigned.pem',
      '-days',
      '30',
      '-subj',
      '/CN=Famous Company',
      '-addext',
      'extendedKeyUsage=codeSigning',
    );
    issue('leaf', 'root', 'codeSigning');
    issue('rsaLeaf', 'root', 'codeSigning', ['-newkey', 'rsa:2048', '-nodes']);
    issue('webLeaf', 'root', 'serverAuth');
    issue('expired', 'root', 'codeSigning');
    issue('belowLeaf', 'leaf', 'codeSigning');
    return {
      ...{ root: read('root'), leaf: read('leaf'), rsaLeaf: read('rsaLeaf'), webLeaf: read('webLeaf') },
      ...{ selfSigned: read('selfSigned'), expired: read('expired'), belowLeaf: read('belowLeaf') },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What openssl itself makes of it: the oracle for what this file builds by hand. */
export function opensslCms(content: Uint8Array, { pem, key }: SigningCertificate): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'pinfold-cms-'));
  try {
    writeFileSync(join(folder, 'content'), content);
    writeFileSync(join(folder, 'cert.pem'), pem);
    writeFileSync(join(folder, 'key.pem'), key.export({ format: 'pem', type: 'pkcs8' }));
    const args = [
      'cms',
      '-sign',
      '-binary',
      '-in',
      'content',
      '-signer',
      'cert.pem',
      '-inkey',
      'key.pem',
      '-md',
      'sha256',
      '-outform',
      'DER',
      '-out',
      'sig',
    ];
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return readFileSync(join(folder, 'sig'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const attribute = {
  contentType: (type = oids.data) => tlv(0x30, oid(oids.contentType), tlv(0x31, oid(type))),
  messageDigest: (...contents: readonly Uint8Array[]) =>
    tlv(0x30, oid(oids.messageDigest), tlv(0x31, ...contents.map((content) => tlv(0x04, sha256(content))))),
};

const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  ecdsa: '1.2.840.10045.4.3.2',
};

export interface CmsParts {
  readonly signer: SigningCertificate;
  /** null = none, and the signature is over the content itself. */
  readonly attributes: readonly Buffer[] | null;
  readonly content: Uint8Array;
  readonly certificates?: readonly Buffer[];
  /** Carried inside; null = detached. */
  readonly inside?: Uint8Array;
  readonly digest?: string;
  readonly signers?: number;
}

/** A CMS signature of exactly these parts, mistakes included. */
export function cms({ signer, attributes, content, certificates, inside, digest = oids.sha256, signers = 1 }: CmsParts): Buffer {
  const parsed = X509Certificate.parse(Buffer.from(new Uint8Array(signer.certificate)));
  const sid = tlv(0x30, tlv(0x30, parsed.issuer), tlv(0x02, parsed.serialNumber));
  const signature = sign('sha256', attributes === null ? content : tlv(0x31, ...attributes), signer.key);
  const info = tlv(
    0x30,
    tlv(0x02, Buffer.from([1])),
    sid,
    tlv(0x30, oid(digest)),
    attributes === null ? Buffer.alloc(0) : tlv(0xa0, ...attributes),
    tlv(0x30, oid(oids.ecdsa)),
    tlv(0x04, signature),
  );
  const data = tlv(
    0x30,
    tlv(0x02, Buffer.from([1])),
    tlv(0x31, tlv(0x30, oid(digest))),
    tlv(0x30, oid(oids.data), inside === undefined ? Buffer.alloc(0) : tlv(0xa0, tlv(0x04, Buffer.from(inside)))),
    tlv(0xa0, ...(certificates ?? [signer.certificate])),
    tlv(0x31, ...Array.from({ length: signers }, () => info)),
  );
  return tlv(0x30, oid(oids.signedData), tlv(0xa0, data));
}

/** The attributes that every honest signature has. */
export function honest(signer: SigningCertificate, content: Uint8Array): CmsParts {
  return { signer, content, attributes: [attribute.contentType(), attribute.messageDigest(content)] };
}

export function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length =
    body.length < 0x80 ? [body.length] : body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const arcs = [first * 40 + second, ...rest].flatMap((arc) => {
    const bytes = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) bytes.unshift((left & 0x7f) | 0x80);
    return bytes;
  });
  return tlv(0x06, Buffer.from(arcs));
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64');
}
