import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { type Entry, fromBufferPromise } from 'yauzl';
import { type Advisory, advisoryId } from '../model/advisory.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { parseRecord } from './record.ts';

const inflate = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflateRaw as never);

/** What bounds an archive; tests have smaller ones. */
export type ArchiveBounds = Pick<typeof limits, 'osvArchiveMaxEntries' | 'osvArchiveMaxUnpackedBytes' | 'advisoryMaxBytes'>;

/**
 * The records of a database in one archive (`<ecosystem>/all.zip` of OSV), one JSON file each, in the order of the archive.
 * A record that cannot be understood is null. Nothing touches the disk, and no more than one record is unpacked at a time.
 *
 * @param bytes attacker-controlled
 * @throws GuardError `archive-hostile`
 * @see https://google.github.io/osv.dev/data/#data-dumps
 */
export async function* archivedRecords(bytes: Uint8Array, bounds: ArchiveBounds = limits): AsyncGenerator<Advisory | null> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let unpacked = 0;
  try {
    const zip = await fromBufferPromise(buffer, { lazyEntries: true, autoClose: false, decodeStrings: true, validateEntrySizes: true });
    if (zip.entryCount > bounds.osvArchiveMaxEntries) throw hostile(`it holds more than ${bounds.osvArchiveMaxEntries} files`);
    let entries = 0;
    for await (const entry of zip.eachEntry()) {
      entries += 1;
      if (entries > bounds.osvArchiveMaxEntries) throw hostile(`it holds more than ${bounds.osvArchiveMaxEntries} files`);
      if (!entry.fileName.endsWith('.json')) continue;
      unpacked += entry.uncompressedSize;
      if (unpacked > bounds.osvArchiveMaxUnpackedBytes) throw hostile('it unpacks to more than any database has');
      if (entry.uncompressedSize > bounds.advisoryMaxBytes) {
        yield null;
        continue;
      }
      const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry);
      yield record(await content(entry, fileDataStart, buffer), entry.fileName);
    }
  } catch (cause) {
    if (cause instanceof GuardError) throw cause;
    throw hostile('it is no zip archive, or damaged', cause);
  }
}

async function content(entry: Entry, start: number, buffer: Buffer): Promise<Uint8Array> {
  const packed = buffer.subarray(start, start + entry.compressedSize);
  if (packed.byteLength !== entry.compressedSize) throw hostile('it is cut off');
  if (entry.compressionMethod === 0) return packed;
  if (entry.compressionMethod !== 8) throw hostile(`a file is packed by the unknown method ${entry.compressionMethod}`);
  // A file that is larger than it says ends here: the sum of what they say is bounded.
  return inflate(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
}

/** The file is named after its record: one that is named after another one is not believed. */
function record(body: Uint8Array, fileName: string): Advisory | null {
  const id = fileName.replace(/^.*\//, '').replace(/\.json$/, '');
  if (!advisoryId.test(id)) return null;
  try {
    const parsed = parseRecord(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)), null);
    return parsed?.id === id ? parsed : null;
  } catch {
    return null;
  }
}

function hostile(why: string, cause?: unknown): GuardError {
  return new GuardError('archive-hostile', 'the archive of advisories cannot be used; nothing was changed', { why, cause });
}
