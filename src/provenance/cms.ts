import { createHash, verify, X509Certificate } from 'node:crypto';
import { type Der, derTags, inside, NotDer, oidOf, readDer } from './der.ts';

/** Who signed, once the signature holds. */
export interface CmsSigner {
  readonly certificate: X509Certificate;
  /** The other certificates in the signature; whoever signed chose them. */
  readonly others: readonly X509Certificate[];
  /** Which of the contents it is over: its place in the list that was given. */
  readonly content: number;
}

export type CmsVerdict =
  | { readonly outcome: 'verified'; readonly signer: CmsSigner }
  | { readonly outcome: 'invalid' | 'unavailable'; readonly why: string };

const maxCertificates = 20;
const minRsaBits = 2_048;

const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
} as const;

const digests: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Kind of key, and the digest that the identifier names besides; null = the one of the signer. */
const algorithms: Readonly<Record<string, readonly ['rsa' | 'ec', string | null]>> = {
  '1.2.840.113549.1.1.1': ['rsa', null],
  '1.2.840.113549.1.1.11': ['rsa', 'sha256'],
  '1.2.840.113549.1.1.12': ['rsa', 'sha384'],
  '1.2.840.113549.1.1.13': ['rsa', 'sha512'],
  '1.2.840.10045.2.1': ['ec', null],
  '1.2.840.10045.4.3.2': ['ec', 'sha256'],
  '1.2.840.10045.4.3.3': ['ec', 'sha384'],
  '1.2.840.10045.4.3.4': ['ec', 'sha512'],
};

/**
 * Verifies a detached CMS signature by exactly one signer, with signed attributes: without them, bytes that are attributes
 * of somebody else's signature would pass for signed content. Whose certificate it is, and whether to believe it, is not
 * asked here.
 *
 * @param der attacker-controlled
 * @param contents readings of what was signed, the first that fits counts
 * @see RFC 5652, sections 5.3 to 5.6
 */
export function verifyDetachedCms(der: Uint8Array, contents: readonly Uint8Array[]): CmsVerdict {
  try {
    return verified(der, contents);
  } catch (cause) {
    if (cause instanceof NotDer) return { outcome: 'invalid', why: `it is no CMS signature: ${cause.message}` };
    if (cause instanceof Error && 'code' in cause) return { outcome: 'invalid', why: 'a certificate or key in it cannot be read' };
    throw cause;
  }
}

function verified(der: Uint8Array, contents: readonly Uint8Array[]): CmsVerdict {
  const [type, wrapped] = inside(readDer(der, derTags.sequence));
  if (oidOf(type) !== oids.signedData || wrapped?.tag !== derTags.constructed0) throw new NotDer('no signed data');
  const [, , encapsulated, ...rest] = inside(readDer(wrapped.value, derTags.sequence));
  const [contentType, content] = encapsulated === undefined ? [] : inside(encapsulated);
  if (oidOf(contentType) !== oids.data) throw new NotDer('another kind of content');
  if (content !== undefined) return invalid('it carries its own content, and is not about the file');
  const certificates = rest.filter(({ tag }) => tag === derTags.constructed0).flatMap(inside);
  if (certificates.length > maxCertificates) return invalid(`it carries more than ${maxCertificates} certificates`);
  const signers = inside(rest.at(-1) ?? missing('no signer')).filter(({ tag }) => tag === derTags.sequence);
  const [only, ...more] = signers;
  if (only === undefined || more.length > 0) return invalid(`it has ${signers.length} signers, and must have one`);
  return verifySigner(inside(only), certificates, contents);
}

function verifySigner(parts: readonly Der[], certificates: readonly Der[], contents: readonly Uint8Array[]): CmsVerdict {
  const [, sid, digestAlgorithm, attributes, signatureAlgorithm, signature] = parts;
  if (sid?.tag !== derTags.sequence) return { outcome: 'unavailable', why: 'it names its signer in a way that cannot be read yet' };
  if (attributes?.tag !== derTags.constructed0) return invalid('it has no signed attributes');
  if (signature?.tag !== derTags.octetString) throw new NotDer('no signature');
  const digest = digests[oidOf(inside(digestAlgorithm ?? missing('no digest'))[0])];
  if (digest === undefined) return invalid('its digest is none of SHA-256, SHA-384 and SHA-512');
  const [kind, named] = algorithms[oidOf(inside(signatureAlgorithm ?? missing('no algorithm'))[0])] ?? [null, null];
  if (kind === null) return { outcome: 'unavailable', why: 'its algorithm is neither RSA (PKCS #1) nor ECDSA' };
  if (named !== null && named !== digest) return invalid('it names two digests');
  const said = attributesOf(attributes);
  if (typeof said === 'string') return invalid(said);
  const reading = contents.findIndex((bytes) => createHash(digest).update(bytes).digest().equals(said.messageDigest));
  if (reading === -1) return invalid('it is about other bytes');
  const issued = certificates.filter((one) => isNamedBy(one, sid));
  const [own, twin] = issued;
  if (own === undefined || twin !== undefined) return invalid('the certificate of its signer is not in it, or twice');
  const certificate = new X509Certificate(own.raw);
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  if (asymmetricKeyType !== kind) return invalid('its algorithm does not fit the key');
  if (kind === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) < minRsaBits) return invalid(`its key has less than ${minRsaBits} bits`);
  // What is signed is the set itself: the tag in the file is the one of its place. @see RFC 5652, section 5.4
  const signed = Buffer.from(attributes.raw);
  signed[0] = derTags.set;
  if (!verify(digest, signed, certificate.publicKey, signature.value)) return invalid('the signature does not hold');
  const others = certificates.filter((one) => one !== own).map(({ raw }) => new X509Certificate(raw));
  return { outcome: 'verified', signer: { certificate, others, content: reading } };
}

/** The digest that was signed; a text = what is wrong with the attributes. Each may stand there once, with one value. */
function attributesOf(attributes: Der): { readonly messageDigest: Uint8Array } | string {
  const found = new Map<string, Der>();
  for (const attribute of inside(attributes)) {
    const [type, values] = inside(attribute);
    const [value, second] = values === undefined ? [] : inside(values);
    const name = oidOf(type);
    if (found.has(name)) return 'a signed attribute stands in it twice';
    if (value === undefined) throw new NotDer('an attribute without a value');
    if (second !== undefined && (name === oids.contentType || name === oids.messageDigest)) return 'a signed attribute has two values';
    found.set(name, value);
  }
  const [contentType, messageDigest] = [found.get(oids.contentType), found.get(oids.messageDigest)];
  if (contentType === undefined || messageDigest === undefined) return 'a signed attribute is missing';
  if (oidOf(contentType) !== oids.data) return 'it was signed as another kind of content';
  if (messageDigest.tag !== derTags.octetString) throw new NotDer('no digest');
  return { messageDigest: messageDigest.value };
}

/** By issuer and serial number, byte by byte. */
function isNamedBy(certificate: Der, sid: Der): boolean {
  const [tbs] = inside(certificate);
  if (tbs === undefined) return false;
  const fields = inside(tbs).filter(({ tag }) => tag !== derTags.constructed0);
  const [serial, , issuer] = fields;
  const [wantedIssuer, wantedSerial] = inside(sid);
  if (serial === undefined || issuer === undefined || wantedIssuer === undefined || wantedSerial === undefined) return false;
  return Buffer.compare(issuer.raw, wantedIssuer.raw) === 0 && Buffer.compare(serial.raw, wantedSerial.raw) === 0;
}

function missing(what: string): never {
  throw new NotDer(what);
}

function invalid(why: string): CmsVerdict {
  return { outcome: 'invalid', why };
}
