import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { digestBytes } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { isObject } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';
import type { SealedPlace } from '../model/ticket.ts';
import { parseRecord } from './json-file.ts';
import { contentDigest, parseIndex, parseStats, type TreeEntry } from './tree-index.ts';
import { scanTree, type TreeScan } from './tree-scan.ts';

/** What came of comparing a tree with its seal. */
export interface TreeVerdict {
  readonly state: 'sound' | 'changed' | 'missing';
  /** What differs, printable, at most `limits.treeMaxDifferences` and one line that counts the rest; empty when sound. */
  readonly differences: readonly string[];
  /** `full`: every byte was hashed, because it was asked for or because the stats did not match. */
  readonly via: 'stat' | 'full';
  /** The last full hash is older than a day (or unknown): hash again in the background. */
  readonly stale: boolean;
}

/**
 * Compares a tree with its sealed index. `stat` looks at size, mode, times and inode of every file and folder, so an
 * added, removed, replaced or edited file shows (the ctime cannot be set back), and falls back to `full` when anything
 * differs: a restored backup has other inodes and the right bytes. `full` hashes every file and compares the listing
 * with the ticket's content digest, which also holds when the index is damaged or lost.
 *
 * Never throws for what it finds in the tree; writes nothing but the time of a full check, and does without that.
 */
export async function checkTree(tree: SealedPlace, depth: 'stat' | 'full', host: Host): Promise<TreeVerdict> {
  const root = await host.files.stat(tree.path);
  if (root === null) return { state: 'missing', differences: [`${printable(tree.path)} does not exist`], via: 'stat', stale: true };
  const index = await readIndex(tree, host);
  if (depth === 'stat' && index !== null && statsFit(tree.path, index, host)) {
    return { state: 'sound', differences: [], via: 'stat', stale: await isStale(tree, host) };
  }
  const differences = await fullDifferences(tree, index === null ? null : parseIndex(index), host);
  if (differences.length > 0) return { state: 'changed', differences, via: 'full', stale: true };
  await recordFullCheck(tree, host);
  return { state: 'sound', differences: [], via: 'full', stale: false };
}

/**
 * One file of a tree, hashed as it is read: what is returned are the approved bytes, whatever happened to the tree since it
 * was checked. null = it is not there, is larger than `maxBytes`, has other bytes, or nothing says any more which it had.
 *
 * @param path POSIX, relative to the tree
 */
export async function sealedFile(tree: SealedPlace, path: string, maxBytes: number, host: Host): Promise<Uint8Array | null> {
  const index = await readIndex(tree, host);
  const sealed = (index === null ? null : parseIndex(index))?.find((entry) => entry.path === path)?.sha256 ?? null;
  if (sealed === null) return null;
  const bytes = await host.files.readBytes(join(tree.path, ...path.split('/')), maxBytes).catch(() => null);
  return bytes !== null && createHash('sha256').update(bytes).digest('base64') === sealed ? bytes : null;
}

/** The bytes of the index that the ticket names; null when it is gone or not the one that was sealed. */
async function readIndex(tree: SealedPlace, host: Host): Promise<Uint8Array | null> {
  try {
    const bytes = await host.files.readBytes(tree.index, limits.indexMaxBytes);
    return digestBytes(bytes) === tree.indexDigest ? bytes : null;
  } catch {
    return null; // the full check does without an index
  }
}

function statsFit(folder: string, index: Uint8Array, host: Host): boolean {
  const sealed = parseStats(index);
  try {
    return sealed !== null && host.files.statsMatch(folder, sealed.paths, sealed.stats);
  } catch {
    return false; // a folder that cannot be entered
  }
}

async function fullDifferences(tree: SealedPlace, index: readonly TreeEntry[] | null, host: Host): Promise<readonly string[]> {
  let scan: TreeScan;
  try {
    scan = await scanTree(tree.path, host);
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return [printable(`${cause.message}: ${cause.why ?? cause.code}`)];
  }
  const differences = [
    ...scan.foreign.map((path) => `${path} is neither a file nor a folder`),
    ...(index === null ? [] : compare(index, scan.entries)),
  ];
  if (differences.length === 0 && contentDigest(scan.entries) !== tree.contentDigest) {
    differences.push('the files are not the approved ones, and the index that could name them does not fit either');
  }
  return capped(differences.map((text) => printable(text)));
}

function compare(sealed: readonly TreeEntry[], found: readonly TreeEntry[]): readonly string[] {
  const now = new Map(found.map((entry) => [entry.path, entry]));
  const differences: string[] = [];
  for (const entry of sealed) {
    const other = now.get(entry.path);
    now.delete(entry.path);
    if (other === undefined) differences.push(`${entry.path} is gone`);
    else if ((other.sha256 === null) !== (entry.sha256 === null))
      differences.push(`${entry.path} was a ${entry.sha256 === null ? 'folder' : 'file'}`);
    else if (other.sha256 !== entry.sha256) differences.push(`${entry.path} has other bytes`);
    else if (other.mode !== entry.mode) differences.push(`${entry.path} has mode ${octal(other.mode)} instead of ${octal(entry.mode)}`);
  }
  for (const path of now.keys()) differences.push(`${path} was added`);
  return differences;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function capped(differences: readonly string[]): readonly string[] {
  const rest = differences.length - limits.treeMaxDifferences;
  return rest <= 0 ? differences : [...differences.slice(0, limits.treeMaxDifferences), `and ${rest} more`];
}

/** Beside the tree, not in the index: the index is sealed, and a full check must not change a ticket. */
function checkedPath(tree: SealedPlace): string {
  return `${tree.index}.checked`;
}

async function isStale(tree: SealedPlace, host: Host): Promise<boolean> {
  try {
    const record = parseRecord(await host.files.readBytes(checkedPath(tree), 4096));
    const at = isObject(record) && record['content'] === tree.contentDigest ? record['at'] : undefined;
    if (typeof at !== 'number') return true;
    const age = host.now() - at;
    return age < 0 || age > limits.treeFullCheckMs;
  } catch {
    return true;
  }
}

/** Remembers that every byte of a tree was hashed just now. */
export async function recordFullCheck(tree: SealedPlace, host: Host): Promise<void> {
  const record = JSON.stringify({ at: host.now(), content: tree.contentDigest });
  // A read-only home still launches; it is only checked in full more often.
  await host.files.writeAtomic(checkedPath(tree), record).catch(() => undefined);
}
