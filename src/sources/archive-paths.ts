import { HostileArchive } from './archive-hostile.ts';

interface ArchivePaths {
  /** The path without its first part; null for the package's own folder. `repeated`: it was there before. @throws HostileArchive */
  add(path: string, kind: 'file' | 'folder'): { readonly path: string; readonly repeated: boolean } | null;
}

/**
 * Takes the paths of one archive one after the other and refuses the first that leaves the package, or that would meet
 * an earlier one on some file system (case, Unicode form, trailing dots and spaces).
 */
export function archivePaths(maxBytes: number): ArchivePaths {
  /** Folded path → what it is and how it was written. */
  const seen = new Map<string, { readonly kind: 'file' | 'folder'; readonly path: string }>();
  return {
    add(path, kind) {
      const parts = safeParts(path, maxBytes);
      if (parts.length === 1) {
        if (kind === 'file') throw new HostileArchive('a file outside of the package folder', path);
        return null;
      }
      // A `.` below the package folder is what some packers write; it means the same everywhere.
      const inside = parts.slice(1).filter((part) => part !== '.');
      if (inside.length === 0) throw new HostileArchive('a path with an empty part', path);
      for (let length = 1; length < inside.length; length += 1) note(inside.slice(0, length).join('/'), 'folder');
      return { path: inside.join('/'), repeated: note(inside.join('/'), kind) };
    },
  };

  function note(path: string, kind: 'file' | 'folder'): boolean {
    const folded = fold(path);
    const before = seen.get(folded);
    if (before === undefined) {
      seen.set(folded, { kind, path });
      return false;
    }
    if (before.path !== path) throw new HostileArchive(`a path that some file systems cannot tell from ${before.path}`, path);
    if (before.kind !== kind) throw new HostileArchive('a path that is a file and a folder', path);
    return true;
  }
}

function safeParts(path: string, maxBytes: number): readonly string[] {
  if (path.includes('\0')) throw new HostileArchive('a path with a NUL character', path);
  if (Buffer.byteLength(path) > maxBytes) throw new HostileArchive(`a path of more than ${maxBytes} bytes`, path);
  if (path.includes('\\')) throw new HostileArchive('a path with a backslash', path);
  if (path.startsWith('/')) throw new HostileArchive('an absolute path', path);
  const parts = (path.endsWith('/') ? path.slice(0, -1) : path).split('/');
  if (parts[0] === '.') throw new HostileArchive('a path whose first part is .', path);
  for (const part of parts) {
    if (part === '..') throw new HostileArchive('a path with ..', path);
    if (part === '') throw new HostileArchive('a path with an empty part', path);
    if (/^[a-z]:/i.test(part)) throw new HostileArchive('a path with a drive letter', path);
    if (Buffer.byteLength(part) > 255) throw new HostileArchive('a file name of more than 255 bytes', path);
  }
  return parts;
}

/** Upper case first: `ſ` and `K` have an upper case of their own that plain lower-casing misses. */
function fold(path: string): string {
  return path
    .split('/')
    .map((part) =>
      part
        .normalize('NFC')
        .toUpperCase()
        .toLowerCase()
        .normalize('NFC')
        .replace(/[. ]+$/, ''),
    )
    .join('/');
}
