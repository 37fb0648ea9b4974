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

/**
 * The text of a sealed index: one JSON document, one row per line, sorted by path. Rows rather than objects, because
 * the launch path parses thousands of them.
 */
export function printIndex(entries: readonly TreeEntry[]): string {
  const rows = sorted(entries).map((entry) =>
    JSON.stringify([entry.path, entry.mode, entry.size, entry.sha256, entry.mtimeMs, entry.ctimeMs, entry.ino]),
  );
  return `{"version":1,"entries":[\n${rows.join(',\n')}\n]}\n`;
}

/** The entries of a sealed index; null = damaged, or of another version. Nothing in it is believed before its digest was compared. */
export function parseIndex(bytes: Uint8Array): readonly TreeEntry[] | null {
  const value = parseRecord(bytes) as { readonly version?: unknown; readonly entries?: unknown } | null | undefined;
  if (value?.version !== 1 || !Array.isArray(value.entries)) return null;
  const entries: TreeEntry[] = [];
  for (const row of value.entries as readonly unknown[]) {
    if (!isRow(row)) return null;
    const [path, mode, size, sha256, mtimeMs, ctimeMs, ino] = row;
    entries.push({ path, mode, size, sha256, mtimeMs, ctimeMs, ino });
  }
  return entries;
}

type Row = readonly [string, number, number, string | null, number, number, number];

/** By position: unpacking thousands of rows twice would show in every launch. */
function isRow(row: unknown): row is Row {
  if (!Array.isArray(row) || row.length !== 7) return false;
  const sha256: unknown = row[3];
  return (
    typeof row[0] === 'string' &&
    typeof row[1] === 'number' &&
    typeof row[2] === 'number' &&
    (sha256 === null || typeof sha256 === 'string') &&
    typeof row[4] === 'number' &&
    typeof row[5] === 'number' &&
    typeof row[6] === 'number'
  );
}

function sorted(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  return entries.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
