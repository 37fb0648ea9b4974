import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { Closure, ClosurePackage, PackageFile, Platform } from '../model/artifact.ts';
import { type Digest, digestBytes, digestHex } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { SealedPlace } from '../model/ticket.ts';
import { platformKey } from './platform.ts';
import { checkTree, recordFullCheck } from './tree-check.ts';
import { contentDigest, parseIndex, printIndex, type TreeEntry } from './tree-index.ts';
import { packagesFor, placeFile } from './tree-layout.ts';
import { scanTree } from './tree-scan.ts';

/** A sealed tree: what a ticket says of it, and its size. */
export interface Tree {
  readonly tree: SealedPlace;
  readonly files: number;
  readonly bytes: number;
  /** It was there already, and its every byte was compared just now. */
  readonly reused: boolean;
}

export interface MaterialiseRequest {
  readonly closure: Closure;
  readonly platform: Platform;
  /** The unpacked files of a package whose tarball was verified. Called once per package, a few at a time. */
  readonly files: (one: ClosurePackage) => Promise<readonly PackageFile[]>;
  /** Told the number of packages that are laid out, of how many. */
  readonly onProgress?: (done: number, of: number) => void;
}

/** Folder of all trees. */
export function treesFolder(host: Host): string {
  return join(host.places.data, 'trees');
}

/** Where the tree of a closure lies on this platform; it need not exist. */
export function treePath(closure: Digest, platform: Platform, host: Host): string {
  return join(treesFolder(host), `${digestHex(closure)}-${platformKey(platform)}`);
}

/**
 * The tree of a closure on this platform, laid out and sealed. An existing tree is used only after its every byte was
 * compared with its seal; a damaged or unsealed one is replaced. Several processes at once end with one tree: each
 * fills a staging folder of its own, and the first to finish puts it in place. A staging folder is never started from,
 * whatever becomes of the process that filled it; no symlink is created, and every file is read-only.
 *
 * @throws GuardError `platform-unsupported`, `archive-hostile`, `tree-changed` (the disk does not hold what was
 * written), `file-unwritable`, `busy`, and whatever `files` throws.
 */
export async function materialise(request: MaterialiseRequest, host: Host): Promise<Tree> {
  const path = treePath(request.closure.digest, request.platform, host);
  packagesFor(request.closure, request.platform);
  const existing = await soundTree(path, host);
  if (existing !== null) return existing;
  await removeOldStaging(host);
  const staging = await host.files.makeTempFolder(treesFolder(host), '.staging-');
  try {
    const expected = await fill(staging, request, host);
    return await host.files.locked(path, async () => {
      const winner = await soundTree(path, host);
      if (winner !== null) return winner;
      // The index first: a tree without one is never used, an index without its tree neither.
      await host.files.remove(indexPath(path));
      await host.files.remove(path);
      await host.files.rename(staging, path);
      return await seal(path, expected, host).catch(async (cause: unknown) => {
        // Nobody would start it, but it would take room until the next prune.
        for (const leftover of [indexPath(path), path]) await host.files.remove(leftover).catch(() => undefined);
        throw cause;
      });
    });
  } finally {
    await host.files.remove(staging);
  }
}

/** Absolute path of a tree's sealed index. */
function indexPath(tree: string): string {
  return `${tree}.index.json`;
}

/** The tree at a path, if it has an index and holds exactly what that index says. */
async function soundTree(path: string, host: Host): Promise<Tree | null> {
  const sealed = await sealedTree(path, host);
  if (sealed === null) return null;
  const verdict = await checkTree(sealed.tree, 'full', host);
  return verdict.state === 'sound' ? sealed : null;
}

/** What a tree's own index says of it; null = no tree, or no usable index. Nothing is compared yet. */
export async function sealedTree(path: string, host: Host): Promise<Tree | null> {
  if ((await host.files.stat(path))?.kind !== 'directory') return null;
  const bytes = await host.files.readBytes(indexPath(path), limits.indexMaxBytes).catch(() => null);
  const entries = bytes === null ? null : parseIndex(bytes);
  return bytes === null || entries === null ? null : describe(path, bytes, entries, true);
}

function describe(path: string, index: Uint8Array | string, entries: readonly TreeEntry[], reused: boolean): Tree {
  const files = entries.filter((entry) => entry.sha256 !== null);
  return {
    tree: { path, index: indexPath(path), indexDigest: digestBytes(index), contentDigest: contentDigest(entries) },
    files: files.length,
    bytes: files.reduce((sum, entry) => sum + entry.size, 0),
    reused,
  };
}

/** Lays the packages out. Returns file path → SHA-256 (base64) of what was to be written. */
async function fill(staging: string, request: MaterialiseRequest, host: Host): Promise<ReadonlyMap<string, string>> {
  const expected = new Map<string, string>();
  await layOut(staging, request, host, (path, bytes) => expected.set(path, digestBytes(bytes).slice('sha256-'.length)));
  return expected;
}

/**
 * Writes the packages of a closure below a folder that is the caller's own, read-only and without a seal: enough for a
 * look in the sandbox, never for a launch. Without a folder everything is checked and nothing written. `onFile` is told
 * each path and its bytes.
 *
 * @throws GuardError `platform-unsupported`, `archive-hostile`, `file-unwritable`, and whatever `files` throws.
 */
export async function layOut(
  folder: string | null,
  request: MaterialiseRequest,
  host: Host,
  onFile: (path: string, bytes: Uint8Array) => void = () => undefined,
): Promise<void> {
  const packages = packagesFor(request.closure, request.platform);
  const owners = new Set(packages.map((one) => one.path));
  const folders = new Set<string>();
  let done = 0;
  const queue = packages.values();
  const worker = async () => {
    for (const one of queue) {
      const files = (await request.files(one)).map((file) => {
        const path = placeFile(one, file, owners, request.platform);
        onFile(path, file.bytes);
        for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) folders.add(path.slice(0, at));
        return { path, bytes: file.bytes, mode: file.executable ? 0o555 : 0o444 };
      });
      if (folder !== null) host.files.createMany(folder, files);
      done += 1;
      request.onProgress?.(done, packages.length);
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: 4 }, worker));
  for (const outcome of workers) if (outcome.status === 'rejected') throw outcome.reason;
  if (folder === null) return;
  // Deepest first: a sealed folder takes no more entries.
  for (const inner of [...folders].sort().reverse()) await host.files.chmod(join(folder, inner), 0o555);
}

/** Seals a tree that is in place: the rename changed its times, so they are read after it, together with every byte. */
async function seal(path: string, expected: ReadonlyMap<string, string>, host: Host): Promise<Tree> {
  await host.files.chmod(path, 0o555);
  const scan = await scanTree(path, host);
  const found = scan.entries.filter((entry) => entry.sha256 !== null);
  const asWritten = found.length === expected.size && found.every((entry) => expected.get(entry.path) === entry.sha256);
  if (!asWritten || scan.foreign.length > 0) {
    await host.files.remove(path);
    throw new GuardError('tree-changed', 'the tree on disk is not what was written', {
      why: 'another program changed it meanwhile, or the disk is failing; it was removed',
    });
  }
  const index = printIndex(scan.entries);
  await host.files.writeAtomic(indexPath(path), index, { mode: 0o400 });
  const sealed = describe(path, index, scan.entries, false);
  await recordFullCheck(sealed.tree, host);
  return sealed;
}

/** Staging folders of processes that were killed. A young one may be another process's work. */
async function removeOldStaging(host: Host): Promise<void> {
  for (const name of await host.files.list(treesFolder(host))) {
    const path = join(treesFolder(host), name);
    if (isStaging(name) && (await isOld(path, host))) await host.files.remove(path).catch(() => undefined);
  }
}

/** True for the name of a staging folder. */
export function isStaging(name: string): boolean {
  return name.startsWith('.staging-');
}

/** True when nothing that is under way can still be using a path in the folder of trees. */
export async function isOld(path: string, host: Host): Promise<boolean> {
  const stat = await host.files.stat(path);
  return stat !== null && host.now() - stat.ctimeMs > limits.stagingMaxAgeMs;
}
