import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import type { PackageFile } from '../model/artifact.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';
import type { ArchiveBounds } from './archive.ts';
import { HostileArchive } from './archive-hostile.ts';
import { archivePaths } from './archive-paths.ts';

const inflate = promisify<Uint8Array, { maxOutputLength: number; info: true }, { buffer: Buffer; engine: { bytesWritten: number } }>(
  inflateRaw as never,
);

/** Bits of `generalPurposeBitFlag`. @see APPNOTE.TXT §4.4.4 */
const encrypted = 0x1;
const describedAfter = 0x8;
const strongEncryption = 0x40;
const maskedHeaders = 0x2000;
/** Signature, CRC and two sizes, which may have 8 bytes each. */
const descriptorMaxBytes = 24;

/**
 * The files of a zip archive (a wheel), in the order of its directory, unpacked in memory: nothing touches the disk.
 * `subject` names the package in errors. What two programs could understand in two ways is refused: local headers that say
 * something else than the directory, entries that overlap or leave gaps, anything before the first or after the last byte,
 * links, encryption, sizes and checksums that lie, and the paths that a tarball may not have either.
 * @throws GuardError `archive-hostile` with the entry and the reason.
 */
export async function unpackZip(bytes: Uint8Array, subject: string, bounds: ArchiveBounds = limits): Promise<readonly PackageFile[]> {
  try {
    return await filesOf(bytes, bounds);
  } catch (cause) {
    if (!(cause instanceof HostileArchive)) throw cause;
    throw new GuardError('archive-hostile', `the archive of ${subject} is not safe to unpack`, {
      why: cause.entry === null ? cause.message : `${cause.message}: ${printable(cause.entry)}`,
      hint: 'nothing was unpacked; report it to the registry, and do not install this version with another tool',
      cause,
    });
  }
}

async function filesOf(bytes: Uint8Array, bounds: ArchiveBounds): Promise<readonly PackageFile[]> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const zip = await opened(buffer);
  if (zip.comment !== '' && zip.comment.length > 0) throw new HostileArchive('there are bytes after the end of the archive');
  if (zip.entryCount > bounds.unpackedMaxFiles) throw new HostileArchive(`it holds more than ${bounds.unpackedMaxFiles} files`);
  const entries = await entriesOf(zip, bounds);
  const total = Math.min(bounds.unpackedMaxBytes, Math.max(bounds.unpackedFreeBytes, bytes.byteLength * bounds.unpackedMaxRatio));
  const announced = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (announced > total) throw new HostileArchive(`it unpacks to more than ${total} bytes out of ${bytes.byteLength}`);
  const paths = archivePaths(bounds.archivePathMaxBytes);
  const starts = await dataStarts(zip, entries, buffer);
  const files: PackageFile[] = [];
  for (const entry of entries) {
    const kind = kindOf(entry);
    // The rules for paths take the first part off, which a wheel does not have.
    const place = paths.add(`wheel/${entry.fileName}`, kind);
    if (kind === 'folder' || place === null) {
      if (entry.uncompressedSize > 0) throw new HostileArchive('a folder with content', entry.fileName);
      continue;
    }
    if (place.repeated) throw new HostileArchive('the same path twice', entry.fileName);
    const body = await contentOf(entry, starts.get(entry) ?? 0, buffer);
    files.push({ path: place.path, bytes: body, executable: ((entry.externalFileAttributes >>> 16) & 0o111) !== 0 });
  }
  return files;
}

/** Names are decoded strictly; the directory must be where the end record says. */
async function opened(buffer: Buffer): Promise<ZipFile> {
  try {
    return await fromBufferPromise(buffer, {
      lazyEntries: true,
      autoClose: false,
      decodeStrings: true,
      strictFileNames: true,
      validateEntrySizes: true,
    });
  } catch (cause) {
    throw new HostileArchive(`it is not a zip archive, or damaged (${reason(cause)})`);
  }
}

async function entriesOf(zip: ZipFile, bounds: ArchiveBounds): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.length === bounds.unpackedMaxFiles) throw new HostileArchive(`it holds more than ${bounds.unpackedMaxFiles} files`);
      entries.push(entry);
    }
  } catch (cause) {
    if (cause instanceof HostileArchive) throw cause;
    throw new HostileArchive(`its directory cannot be read (${reason(cause)})`);
  }
  return entries;
}

/**
 * Where the content of each entry begins. The local headers must say what the directory says, and the entries must follow
 * each other from the first byte of the archive up to the directory: nothing hides between them.
 */
async function dataStarts(zip: ZipFile, entries: readonly Entry[], buffer: Buffer): Promise<ReadonlyMap<Entry, number>> {
  const starts = new Map<Entry, number>();
  let [end, slack] = [0, 0];
  for (const entry of [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader)) {
    const gap = entry.relativeOffsetOfLocalHeader - end;
    if (gap < 0) throw new HostileArchive('two entries that overlap', entry.fileName);
    if (gap > slack) throw new HostileArchive('bytes that belong to no entry', entry.fileName);
    const local = await localHeader(zip, entry);
    const name = buffer.subarray(entry.relativeOffsetOfLocalHeader + 30, entry.relativeOffsetOfLocalHeader + 30 + local.nameLength);
    if (Buffer.compare(name, entry.fileNameRaw) !== 0) throw new HostileArchive('an entry with two names', entry.fileName);
    const described = (local.flags & describedAfter) !== 0;
    const sizesAgree = local.compressed === entry.compressedSize && local.uncompressed === entry.uncompressedSize;
    const zip64 = local.compressed === 0xffffffff || local.uncompressed === 0xffffffff;
    if (local.method !== entry.compressionMethod || (!described && !zip64 && !sizesAgree))
      throw new HostileArchive('an entry whose two headers differ', entry.fileName);
    starts.set(entry, local.start);
    end = local.start + entry.compressedSize;
    slack = described ? descriptorMaxBytes : 0;
  }
  if (end > buffer.byteLength) throw new HostileArchive('the archive is cut off');
  const directory = buffer.readUInt32LE(buffer.byteLength - 22 + 16);
  if (directory !== 0xffffffff && (directory < end || directory - end > slack)) throw new HostileArchive('bytes that belong to no entry');
  return starts;
}

async function localHeader(zip: ZipFile, entry: Entry) {
  try {
    const found = await zip.readLocalFileHeaderPromise(entry);
    return {
      start: found.fileDataStart,
      flags: found.generalPurposeBitFlag,
      method: found.compressionMethod,
      compressed: found.compressedSize,
      uncompressed: found.uncompressedSize,
      nameLength: found.fileNameLength,
    };
  } catch (cause) {
    throw new HostileArchive(`a header that cannot be read (${reason(cause)})`, entry.fileName);
  }
}

function kindOf(entry: Entry): 'file' | 'folder' {
  const flags = entry.generalPurposeBitFlag;
  if ((flags & (encrypted | strongEncryption | maskedHeaders)) !== 0) throw new HostileArchive('an encrypted entry', entry.fileName);
  if (entry.fileName !== entry.fileName.normalize('NFC') && entry.fileName.includes('\0'))
    throw new HostileArchive('a path with a NUL character', entry.fileName);
  const type = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (type === 0o120000) throw new HostileArchive('a symbolic link', entry.fileName);
  if (type !== 0 && type !== 0o100000 && type !== 0o040000) throw new HostileArchive('an entry that is no file', entry.fileName);
  const folder = entry.fileName.endsWith('/');
  if (folder !== (type === 0o040000) && type !== 0) throw new HostileArchive('a file with the name of a folder', entry.fileName);
  return folder ? 'folder' : 'file';
}

async function contentOf(entry: Entry, start: number, buffer: Buffer): Promise<Uint8Array> {
  const packed = buffer.subarray(start, start + entry.compressedSize);
  if (packed.byteLength !== entry.compressedSize)
    throw new HostileArchive('the archive is cut off in the middle of a file', entry.fileName);
  const body = entry.compressionMethod === 0 ? packed : entry.compressionMethod === 8 ? await inflated(packed, entry) : null;
  if (body === null) throw new HostileArchive(`an entry of the unknown method ${entry.compressionMethod}`, entry.fileName);
  if (body.byteLength !== entry.uncompressedSize) throw new HostileArchive('an entry whose size is not the one it says', entry.fileName);
  if (crc32(body) !== entry.crc32) throw new HostileArchive('an entry whose checksum is not the one it says', entry.fileName);
  return body;
}

async function inflated(packed: Uint8Array, entry: Entry): Promise<Uint8Array> {
  try {
    const { buffer, engine } = await inflate(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize), info: true });
    if (engine.bytesWritten !== packed.byteLength) throw new HostileArchive('bytes after the end of an entry', entry.fileName);
    return buffer;
  } catch (cause) {
    if (cause instanceof HostileArchive) throw cause;
    const isLarger = (cause as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
    throw new HostileArchive(isLarger ? 'an entry that is larger than it says' : 'an entry that is damaged', entry.fileName);
  }
}

/** The library's messages quote names out of the archive: only their beginning, which is its own. */
function reason(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split(':')[0] ?? '').slice(0, 80).toLowerCase() : 'unknown';
}
