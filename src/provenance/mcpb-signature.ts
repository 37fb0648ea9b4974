import type { X509Certificate } from 'node:crypto';
import { createHash } from 'node:crypto';
import type { Outcome } from '../model/outcome.ts';
import { type ChainVerdict, chainTo, nameOf } from './certificate-chain.ts';
import { verifyDetachedCms } from './cms.ts';

/** A bundle without its signature, and the signature. */
export interface SplitMcpb {
  /** The zip archive as it lies in the file. */
  readonly archive: Uint8Array;
  /** DER; attacker-controlled. */
  readonly signature: Uint8Array;
}

export interface McpbVerdict {
  readonly outcome: Outcome;
  readonly detail: string;
  /** Whether anybody who is trusted here says who signed; null unless the signature holds. */
  readonly chain: ChainVerdict | null;
}

const header = Buffer.from('MCPB_SIG_V1');
const footer = Buffer.from('MCPB_SIG_END');
const frameBytes = header.length + 4 + footer.length;
const signatureMaxBytes = 256 * 1024;
const endRecordBytes = 22;
const endRecord = 0x06054b50;

/**
 * The archive and the signature of a bundle: `<zip> MCPB_SIG_V1 <uint32 little-endian> <DER> MCPB_SIG_END`. null = it has
 * no signature. A text = why what is there is none: a block that does not end where the file does would leave bytes that
 * nobody signed.
 */
export function splitMcpb(bytes: Uint8Array): SplitMcpb | string | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let trailing = false;
  for (let at = file.lastIndexOf(header); at !== -1; at = at === 0 ? -1 : file.lastIndexOf(header, at - 1)) {
    const start = at + header.length + 4;
    if (start > file.length) continue;
    const length = file.readUInt32LE(at + header.length);
    const end = start + length + footer.length;
    if (length === 0 || length > signatureMaxBytes || end > file.length) continue;
    if (!file.subarray(start + length, end).equals(footer)) continue;
    if (end === file.length) return { archive: file.subarray(0, at), signature: file.subarray(start, start + length) };
    trailing = true;
  }
  if (trailing) return 'there are bytes behind its signature';
  return file.subarray(-footer.length).equals(footer) ? 'it ends like a signed bundle and has no signature' : null;
}

/**
 * Verifies the signature of a bundle over its archive, in both readings there are: the bytes as they lie there, and the
 * bytes before the signing tool wrote the length of the signature into the end record of the zip.
 *
 * @param roots certificates that this machine trusts; empty = none could be read
 * @see https://github.com/modelcontextprotocol/mcpb, src/node/sign.ts
 */
export function verifyMcpbSignature(bytes: Uint8Array, roots: readonly X509Certificate[], nowMs: number): McpbVerdict {
  const split = splitMcpb(bytes);
  if (split === null) return { outcome: 'absent', detail: 'it is not signed', chain: null };
  if (typeof split === 'string') return { outcome: 'invalid', detail: split, chain: null };
  const before = beforeSigning(split);
  const verdict = verifyDetachedCms(split.signature, before === null ? [split.archive] : [split.archive, before]);
  if (verdict.outcome !== 'verified') return { outcome: verdict.outcome, detail: verdict.why, chain: null };
  const { certificate, others, content } = verdict.signer;
  const chain = chainTo(roots, certificate, others, nowMs);
  const key = createHash('sha256').update(certificate.raw).digest('hex');
  const reading = content === 0 ? '' : ', as they were before the length of the signature was written into them';
  const detail = `the bytes of the archive${reading} are signed by ${nameOf(certificate)} (certificate sha256 ${key})`;
  return { outcome: 'verified', detail, chain };
}

/** The archive without the one change that a signing tool makes: the comment length, which is then that of the block. null = it made none. */
export function beforeSigning({ archive, signature }: SplitMcpb): Uint8Array | null {
  const at = archive.length - endRecordBytes;
  const view = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  if (at < 0 || view.readUInt32LE(at) !== endRecord || view.readUInt16LE(at + 20) !== signature.length + frameBytes) return null;
  const copy = Buffer.from(view);
  copy.writeUInt16LE(0, at + 20);
  return copy;
}
