import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { FileStat, Host } from '../host/host.ts';
import { digestBytes } from '../model/digest.ts';
import { limits } from '../model/limits.ts';
import type { TreeEntry } from './tree-index.ts';

/** A tree as it lies on disk now. */
export interface TreeScan {
  readonly entries: readonly TreeEntry[];
  /** Paths of what no tree may hold: symlinks, devices, sockets. They are never followed or opened. */
  readonly foreign: readonly string[];
}

/**
 * Reads and hashes every file below a folder. Each file is looked at before it is read, each folder before it is listed:
 * a change in between shows either in the bytes found now or in the times compared later.
 *
 * @throws GuardError `file-unreadable` when a part of the tree cannot be read.
 */
export async function scanTree(folder: string, host: Host): Promise<TreeScan> {
  const entries: TreeEntry[] = [];
  const foreign: string[] = [];
  const files: { readonly path: string; readonly stat: FileStat }[] = [];
  const look = async (path: string, stat: FileStat | null): Promise<void> => {
    if (stat === null) return; // gone since it was listed: missing from the result, so it differs
    if (stat.kind === 'directory') {
      entries.push(entryOf(path, stat, null, host));
      const inside = (await host.files.list(join(folder, path))).map((name) => (path === '.' ? name : `${path}/${name}`));
      const stats = host.files.statMany(folder, inside);
      for (const [at, below] of inside.entries()) await look(below, stats[at] ?? null);
    } else if (stat.kind === 'file') {
      files.push({ path, stat });
    } else {
      foreign.push(path);
    }
  };
  await look('.', await host.files.stat(folder));
  for (let at = 0; at < files.length; at += limits.treeReadAtOnce) {
    const batch = files.slice(at, at + limits.treeReadAtOnce);
    const paths = batch.map(({ path }) => path);
    for (const [index, bytes] of host.files.readMany(folder, paths, limits.unpackedMaxBytes).entries()) {
      const { path, stat } = batch[index] as (typeof files)[number];
      entries.push(entryOf(path, { ...stat, size: bytes.length }, digestBytes(bytes).slice('sha256-'.length), host));
    }
    // A server whose tree is hashed while it runs has its turn.
    await setImmediate();
  }
  return { entries, foreign };
}

/** The entry of something on disk: what is compared at launch. */
function entryOf(path: string, stat: FileStat, sha256: string | null, host: Host): TreeEntry {
  const { mtimeMs, ctimeMs, ino } = stat;
  return {
    path,
    mode: host.machine.platform === 'win32' ? 0 : stat.mode,
    size: sha256 === null ? 0 : stat.size, // the size of a folder is the file system's own business
    sha256,
    mtimeMs,
    ctimeMs,
    ino,
  };
}
