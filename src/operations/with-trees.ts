import type { Host } from '../host/host.ts';
import type { Closure, ClosurePackage, PackageFile } from '../model/artifact.ts';
import type { SealedPlace } from '../model/ticket.ts';
import { listTickets } from '../store/tickets.ts';
import { materialise } from '../store/tree.ts';
import { platformOf } from './platform.ts';

/** A closure that is to be laid out, and where the verified files of its packages come from. */
export interface WantedTree {
  readonly closure: Closure;
  readonly files: (one: ClosurePackage) => Promise<readonly PackageFile[]>;
}

/**
 * Lays out trees and hands them on, in the order asked for. When one cannot be laid out, or `use` fails, the trees that
 * were not there before go again, unless another command has pinned one meanwhile: a failed command leaves the store as
 * it was.
 */
export async function withTrees<T>(
  wanted: readonly WantedTree[],
  use: (trees: readonly SealedPlace[]) => Promise<T>,
  host: Host,
): Promise<T> {
  const trees: SealedPlace[] = [];
  const made: SealedPlace[] = [];
  try {
    for (const { closure, files } of wanted) {
      const { tree, reused } = await materialise({ closure, platform: platformOf(host), files }, host);
      trees.push(tree);
      if (!reused) made.push(tree);
    }
    return await use(trees);
  } catch (cause) {
    // What cannot be taken away is found by `store prune`; the first failure is the one to tell.
    for (const tree of made) await takeAway(tree, host).catch(() => undefined);
    throw cause;
  }
}

async function takeAway(tree: SealedPlace, host: Host): Promise<void> {
  await host.files.locked(tree.path, async () => {
    const tickets = await listTickets(host);
    if (tickets.some((ticket) => ticket.tree?.path === tree.path)) return;
    // The index first: a tree without one is never started from.
    for (const path of [tree.index, `${tree.index}.checked`, tree.path]) await host.files.remove(path);
  });
}
