import { isUtf8 } from 'node:buffer';
import { HostileArchive } from './archive-hostile.ts';
import { checkedPax, paxRecords } from './archive-pax.ts';

export interface TarEntry {
  readonly kind: 'file' | 'folder';
  /** As written; not checked here. */
  readonly path: string;
  readonly mode: number;
  /** A view into the archive. */
  readonly body: Uint8Array;
}

interface Header {
  readonly type: string;
  readonly path: string;
  readonly size: number;
  readonly mode: number;
}

const blockSize = 512;

/**
 * The files and folders of a tar archive, in order. Understands ustar, PAX paths and GNU long names; everything else
 * (links, devices, sparse files, PAX sizes that contradict the header, global headers with a meaning) is refused.
 * @throws HostileArchive
 * @see POSIX.1-2017, pax, "pax Interchange Format" and "ustar Interchange Format"
 */
export function* tarEntries(archive: Uint8Array): Generator<TarEntry> {
  let at = 0;
  let longPath: string | null = null;
  for (;;) {
    const block = archive.subarray(at, at + blockSize);
    if (block.byteLength < blockSize) throw new HostileArchive('the archive is cut off');
    if (isZero(block)) break;
    const header = parseHeader(block);
    const body = archive.subarray(at + blockSize, at + blockSize + header.size);
    if (body.byteLength < header.size) throw new HostileArchive('the archive is cut off in the middle of a file', header.path);
    at += blockSize + Math.ceil(header.size / blockSize) * blockSize;
    switch (header.type) {
      case 'x':
      case 'L':
        if (longPath !== null) throw new HostileArchive('two headers for one file', header.path);
        longPath = header.type === 'L' ? gnuName(body) : (paxPath(body, archive.subarray(at, at + blockSize)) ?? '');
        break;
      case 'g':
        checkedPax(paxRecords(body), ['comment']);
        break;
      default:
        yield entryOf(longPath === null || longPath === '' ? header : { ...header, path: longPath }, body);
        longPath = null;
    }
  }
  if (longPath !== null) throw new HostileArchive('a header for a file that does not follow');
  if (!isZero(archive.subarray(at))) throw new HostileArchive('there are bytes after the end of the archive');
}

function entryOf(header: Header, body: Uint8Array): TarEntry {
  const { path, mode, size, type } = header;
  const refused = refusedTypes[type];
  if (refused !== undefined) throw new HostileArchive(refused, path);
  const folder = type === '5' || (type === '\0' && path.endsWith('/'));
  if (!folder && !['0', '\0', '7'].includes(type)) throw new HostileArchive(`an entry of the unknown type ${JSON.stringify(type)}`, path);
  if (folder && size > 0) throw new HostileArchive('a folder with content', path);
  if (!folder && path.endsWith('/')) throw new HostileArchive('a file with the name of a folder', path);
  return { kind: folder ? 'folder' : 'file', path, mode, body };
}

const refusedTypes: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a character device',
  '4': 'a block device',
  '6': 'a FIFO',
  K: 'a link with a long name',
  S: 'a sparse file',
};

/** A PAX header may repeat the size of the file that follows (npm's own packer does), never change it. */
function paxPath(body: Uint8Array, next: Uint8Array): string | null {
  const records = paxRecords(body);
  if (next.byteLength < blockSize || isZero(next)) throw new HostileArchive('a header for a file that does not follow');
  const size = records.get('size');
  if (size !== undefined && Number(size) !== parseHeader(next).size)
    throw new HostileArchive('two sizes for one file', parseHeader(next).path);
  checkedPax(records, ['path', 'size']);
  return records.get('path') ?? null;
}

function gnuName(body: Uint8Array): string {
  const end = body.indexOf(0);
  return text(end === -1 ? body : body.subarray(0, end));
}

function parseHeader(block: Uint8Array): Header {
  const magic = Buffer.from(block.subarray(257, 265)).toString('latin1');
  const ustar = magic === 'ustar\x0000';
  if (!ustar && magic !== 'ustar  \0' && !isZero(block.subarray(257, 265)))
    throw new HostileArchive('an entry of an unknown archive format');
  const name = field(block, 0, 100);
  const prefix = ustar ? field(block, 345, 155) : '';
  const path = prefix === '' ? name : `${prefix}/${name}`;
  if (octal(block, 148, 8, path) !== checksum(block)) throw new HostileArchive('a header with a wrong checksum', path);
  return { type: String.fromCharCode(block[156] ?? 0), path, size: octal(block, 124, 12, path), mode: octal(block, 100, 8, path) };
}

function field(block: Uint8Array, at: number, length: number): string {
  const bytes = block.subarray(at, at + length);
  const end = bytes.indexOf(0);
  return text(end === -1 ? bytes : bytes.subarray(0, end));
}

function text(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new HostileArchive('a path that is not UTF-8', Buffer.from(bytes).toString('latin1'));
  return Buffer.from(bytes).toString('utf8');
}

/** Octal digits and nothing else: base-256 numbers and signs are read differently by different programs. */
function octal(block: Uint8Array, at: number, length: number, path: string): number {
  const written = Buffer.from(block.subarray(at, at + length))
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart();
  if (!/^[0-7]*$/.test(written)) throw new HostileArchive('a number that is not octal', path);
  return written === '' ? 0 : Number.parseInt(written, 8);
}

/** Of all bytes, the checksum itself counted as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 8 * 32;
  for (let at = 0; at < blockSize; at += 1) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}

function isZero(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0) return false;
  return true;
}
