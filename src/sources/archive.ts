import { promisify } from 'node:util';
import { gunzip, type InputType, type ZlibOptions } from 'node:zlib';
import type { PackageFile } from '../model/artifact.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';
import { HostileArchive } from './archive-hostile.ts';
import { archivePaths } from './archive-paths.ts';
import { tarEntries } from './archive-tar.ts';

/** The bounds of one archive; see `limits`. */
export interface ArchiveBounds {
  readonly unpackedMaxBytes: number;
  readonly unpackedMaxRatio: number;
  readonly unpackedFreeBytes: number;
  readonly unpackedMaxFiles: number;
  readonly archivePathMaxBytes: number;
}

/**
 * The files of an npm tarball, in the archive's order, unpacked in memory: nothing touches the disk. The first part of
 * every path (`package/`) is taken off, as npm does; nothing is dropped. `subject` names the package in errors.
 * What two programs could understand in two ways is refused: anything but files and folders, paths that leave the
 * package or meet another path on a file system that ignores case or Unicode form, wrong checksums, garbage at the end.
 * @throws GuardError `archive-hostile` with the entry and the reason.
 */
export async function unpackTarball(bytes: Uint8Array, subject: string, bounds: ArchiveBounds = limits): Promise<readonly PackageFile[]> {
  try {
    return filesOf(await decompress(bytes, bounds), bounds);
  } catch (cause) {
    if (!(cause instanceof HostileArchive)) throw cause;
    throw new GuardError('archive-hostile', `the tarball of ${subject} is not safe to unpack`, {
      why: cause.entry === null ? cause.message : `${cause.message}: ${printable(cause.entry)}`,
      hint: 'nothing was unpacked; report it to the registry, and do not install this version with another tool',
      cause,
    });
  }
}

/** With `info`, zlib also returns its engine, which knows how much of the input it used. */
const inflate = promisify(gunzip) as unknown as (
  bytes: InputType,
  options: ZlibOptions & { info: true },
) => Promise<{ readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }>;

async function decompress(bytes: Uint8Array, bounds: ArchiveBounds): Promise<Uint8Array> {
  const maxOutputLength = Math.min(bounds.unpackedMaxBytes, Math.max(bounds.unpackedFreeBytes, bytes.byteLength * bounds.unpackedMaxRatio));
  try {
    const { buffer, engine } = await inflate(bytes, { info: true, maxOutputLength });
    // zlib ignores what follows the last member; another program may not.
    if (engine.bytesWritten !== bytes.byteLength) throw new HostileArchive('there are bytes after the end of the gzip data');
    return buffer;
  } catch (cause) {
    if (cause instanceof HostileArchive) throw cause;
    switch ((cause as { code?: unknown }).code) {
      case 'ERR_BUFFER_TOO_LARGE':
        throw new HostileArchive(`it unpacks to more than ${maxOutputLength} bytes out of ${bytes.byteLength}`);
      case 'Z_BUF_ERROR':
        throw new HostileArchive('the gzip data is cut off');
      default:
        throw new HostileArchive('it is not gzip data, or damaged');
    }
  }
}

function filesOf(archive: Uint8Array, bounds: ArchiveBounds): readonly PackageFile[] {
  const paths = archivePaths(bounds.archivePathMaxBytes);
  const files = new Map<string, PackageFile>();
  for (const { path: written, kind, body, mode } of tarEntries(archive)) {
    const place = paths.add(written, kind);
    if (kind === 'folder' || place === null) continue;
    const { path, repeated } = place;
    // Packages that half of npm depends on hold a file twice with the same bytes (`dist/a` and `./dist/a`). No reader can
    // be misled by that; by different bytes, one that takes the first and one that takes the last are.
    if (repeated && !isSame(files.get(path)?.bytes, body)) throw new HostileArchive('the same path twice with different content', written);
    if (files.size === bounds.unpackedMaxFiles) throw new HostileArchive(`it holds more than ${bounds.unpackedMaxFiles} files`);
    files.set(path, { path, bytes: body, executable: (mode & 0o111) !== 0 || files.get(path)?.executable === true });
  }
  return [...files.values()];
}

function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}
