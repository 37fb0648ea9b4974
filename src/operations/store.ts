import type { Host } from '../host/host.ts';
import type { Digest } from '../model/digest.ts';
import type { PrunedStore, VerifiedStore } from '../model/results.ts';
import { boundAnalysisCache } from '../store/analysis-cache.ts';
import { readLock, userHome } from '../store/home.ts';
import { appendLedger } from '../store/ledger.ts';
import { pruneTrees, verifyTrees } from '../store/prune.ts';
import { listTickets } from '../store/tickets.ts';
import { recover } from '../store/transaction.ts';
import { previousHome } from './previous.ts';
import type { Progress } from './progress.ts';

/**
 * Removes trees that no pin of this machine uses, the version before the last update included, and leftovers of
 * interrupted installs. @throws GuardError `lock-invalid`: with an unreadable lock nothing is known to be unused.
 */
export async function pruneStore(host: Host): Promise<PrunedStore> {
  await recover(host);
  const home = userHome(host);
  const { lock } = await readLock(home, host);
  const keep = new Set<Digest>(Object.values(lock.pins).flatMap(({ closure }) => closure?.digest ?? []));
  for (const name of Object.keys(lock.pins)) {
    const previous = await readLock(previousHome(home, name, host), host);
    for (const { closure } of Object.values(previous.lock.pins)) if (closure !== null) keep.add(closure.digest);
  }
  const pruned = await pruneTrees(keep, host);
  await appendLedger({ event: 'pruned', server: null, detail: { trees: pruned.removed.length } }, host);
  return { ...pruned, analyses: await boundAnalysisCache(host) };
}

/** Hashes every file of every tree. */
export async function verifyStore(host: Host, progress: Progress): Promise<VerifiedStore> {
  progress('hashing every file of every tree');
  const trees = await verifyTrees(host);
  const tickets = await listTickets(host);
  return {
    trees: trees.map(({ name, verdict }) => ({
      name,
      state: verdict.state,
      differences: verdict.differences,
      pins: tickets.filter((ticket) => ticket.tree?.path.endsWith(name)).map((ticket) => `${ticket.scope}:${ticket.name}`),
    })),
  };
}
