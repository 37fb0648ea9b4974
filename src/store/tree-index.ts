import { type Digest, digestBytes } from '../model/digest.ts';
import { parseRecord } from './json-file.ts';

/** One file or folder of a sealed tree, as it was when the tree was sealed. */
export interface TreeEntry {
  /** POSIX, relative to the tree; `.` is the tree itself. */
  readonly path: string;
  /** Permission bits; 0 on Windows, which has none. */
  readonly mode: number;
  /** Bytes; 0 for a folder. */
  readonly size: number;
  /** SHA-256 as base64; null for a folder. */
  readonly sha256: string | null;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

/** The machine-independent digest of a tree: paths, permission bits and hashes, sorted by path. */
export function contentDigest(entries: readonly TreeEntry[]): Digest {
  return digestBytes(JSON.stringify(sorted(entries).map(({ path, mode, sha256 }) => [path, mode, sha256])));
}

/** The file type in `st_mode`, so that a file that became a folder differs in its mode. @see inode(7) */
const fileType = 0o100000;
const folderType = 0o040000;
const columns = 5;

/**
 * The text of a sealed index: one JSON document of four lines (version, paths, stats, hashes), sorted by path. Columns
 * rather than rows, and the hashes last: the launch path parses two flat arrays and never looks at the rest.
 */
export function printIndex(entries: readonly TreeEntry[]): string {
  const rows = sorted(entries);
  const stats = rows.flatMap(({ mode, size, sha256, mtimeMs, ctimeMs, ino }) => [
    (sha256 === null ? folderType : fileType) | mode,
    size,
    mtimeMs,
    ctimeMs,
    ino,
  ]);
  const lines = [
    `"paths":${JSON.stringify(rows.map(({ path }) => path))}`,
    `"stats":${JSON.stringify(stats)}`,
    `"sha256":${JSON.stringify(rows.map(({ sha256 }) => sha256))}`,
  ];
  return `{"version":1,\n${lines.join(',\n')}}\n`;
}

/** What a launch compares: every path, and five numbers each (type and permission bits, size, mtimeMs, ctimeMs, inode). */
export interface TreeStats {
  readonly paths: readonly string[];
  readonly stats: readonly number[];
}

/** The stats of a sealed index, without its hashes; null = damaged. Only for bytes whose digest was compared. */
export function parseStats(bytes: Uint8Array): TreeStats | null {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').split('\n');
  const [version, pathsLine = '', statsLine = ''] = lines;
  if (version !== '{"version":1,' || !pathsLine.startsWith('"paths":') || !statsLine.startsWith('"stats":')) return null;
  try {
    const paths = JSON.parse(pathsLine.slice('"paths":'.length, -1)) as unknown;
    const stats = JSON.parse(statsLine.slice('"stats":'.length, -1)) as unknown;
    return treeStats(paths, stats);
  } catch {
    return null;
  }
}

function treeStats(paths: unknown, stats: unknown): TreeStats | null {
  if (!isListOf<string>(paths, 'string') || !isListOf<number>(stats, 'number')) return null;
  return stats.length === paths.length * columns ? { paths, stats } : null;
}

function isListOf<T>(value: unknown, type: 'string' | 'number'): value is readonly T[] {
  return Array.isArray(value) && value.every((item) => typeof item === type);
}

/** The entries of a sealed index; null = damaged, or of another version. Nothing in it is believed before its digest was compared. */
export function parseIndex(bytes: Uint8Array): readonly TreeEntry[] | null {
  const value = parseRecord(bytes) as { readonly [member: string]: unknown } | null | undefined;
  if (value?.['version'] !== 1) return null;
  const sealed = treeStats(value['paths'], value['stats']);
  const hashes: unknown = value['sha256'];
  if (sealed === null || !Array.isArray(hashes) || hashes.length !== sealed.paths.length) return null;
  const entries: TreeEntry[] = [];
  for (const [at, path] of sealed.paths.entries()) {
    const [typeAndMode = 0, size = 0, mtimeMs = 0, ctimeMs = 0, ino = 0] = sealed.stats.slice(at * columns, (at + 1) * columns);
    const sha256: unknown = hashes[at];
    if (sha256 !== null && typeof sha256 !== 'string') return null;
    if (((typeAndMode & folderType) !== 0) !== (sha256 === null)) return null;
    entries.push({ path, mode: typeAndMode & 0o7777, size, sha256, mtimeMs, ctimeMs, ino });
  }
  return entries;
}

function sorted(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  return entries.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
