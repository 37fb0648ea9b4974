import { basename, join } from 'node:path';
import type { Host } from '../host/host.ts';
import { type Digest, digestHex } from '../model/digest.ts';
import type { Ticket } from '../model/ticket.ts';
import { listTickets } from './tickets.ts';
import { isOld, isStaging, sealedTree, treesFolder } from './tree.ts';
import { checkTree, type TreeVerdict } from './tree-check.ts';

/** What `pruneTrees` took away. */
export interface Pruned {
  /** Names in the folder of trees, sorted. */
  readonly removed: readonly string[];
  readonly bytes: number;
}

/**
 * Removes trees that no kept closure and no ticket names, and what killed installs left over. Whatever is younger than
 * an hour stays: its install may not have written its lock yet.
 *
 * @param keep closure digests of the locks that the caller knows of.
 */
export async function pruneTrees(keep: ReadonlySet<Digest>, host: Host): Promise<Pruned> {
  const closures = new Set([...keep].map(digestHex));
  const ticketed = new Set((await listTickets(host)).flatMap(treeName));
  const removed: string[] = [];
  let bytes = 0;
  for (const name of await host.files.list(treesFolder(host))) {
    const tree = treeOf(name);
    const path = join(treesFolder(host), name);
    const wanted = tree !== null && (ticketed.has(tree) || closures.has(tree.slice(0, 64)));
    if (wanted || (tree === null && !isStaging(name) && !name.endsWith('.lock')) || !(await isOld(path, host))) continue;
    bytes += await sizeOf(path, host);
    await host.files.remove(path);
    removed.push(name);
  }
  return { removed, bytes };
}

/** The folder that a ticket starts from; empty for a server whose bytes are not pinned. */
function treeName({ tree }: Ticket): readonly string[] {
  return tree === null ? [] : [basename(tree.path)];
}

/** The tree that a name in the folder belongs to: the tree itself or a file beside it; null = neither. */
function treeOf(name: string): string | null {
  return /^([0-9a-f]{64}-[a-z0-9-]+)(\.index\.json(\.checked)?)?$/.exec(name)?.[1] ?? null;
}

async function sizeOf(path: string, host: Host): Promise<number> {
  const stat = await host.files.stat(path);
  if (stat?.kind !== 'directory') return stat?.size ?? 0;
  let bytes = 0;
  for (const name of await host.files.list(path)) bytes += await sizeOf(join(path, name), host);
  return bytes;
}

/** One tree of the store with what came of hashing all of it. */
export interface VerifiedTree {
  /** Its name in the folder of trees: closure digest in hexadecimal, platform. */
  readonly name: string;
  readonly verdict: TreeVerdict;
}

/**
 * Hashes every tree of the store, sorted by name. A tree that a ticket names is compared with the ticket, another one
 * with its own index; one without an index was never finished.
 */
export async function verifyTrees(host: Host): Promise<readonly VerifiedTree[]> {
  const tickets = await listTickets(host);
  const names = (await host.files.list(treesFolder(host))).filter((name) => treeOf(name) === name);
  const wanted = new Set([...names, ...tickets.flatMap(treeName)]);
  const verified: VerifiedTree[] = [];
  for (const name of [...wanted].sort()) verified.push({ name, verdict: await verify(name) });
  return verified;

  async function verify(name: string): Promise<TreeVerdict> {
    const ticket = tickets.find((one) => treeName(one).includes(name));
    const tree = ticket?.tree ?? (await sealedTree(join(treesFolder(host), name), host))?.tree;
    if (tree !== undefined) return checkTree(tree, 'full', host);
    return { state: 'changed', differences: ['it has no index: its install did not finish'], via: 'full', stale: true };
  }
}
