import { printable } from '../model/printable.ts';
import type { PrunedStore, VerifiedStore } from '../model/results.ts';
import { count, humanBytes } from './bytes.ts';
import type { Style } from './style.ts';

/** What was removed from the store. */
export function pruneText(pruned: PrunedStore): string {
  const { analyses } = pruned;
  if (pruned.removed.length === 0 && analyses.files === 0) return 'nothing to remove; what is younger than an hour stays';
  // A tree has files beside it that go with it.
  const trees = pruned.removed.filter((name) => !name.includes('.index.json')).length;
  const results = analyses.files === 0 ? '' : `, ${count(analyses.files, 'old result')} of the analysis (${humanBytes(analyses.bytes)})`;
  return `removed ${count(trees, 'tree')} (${humanBytes(pruned.bytes)})${results}`;
}

/** One line per tree, with what differs. */
export function verifyStoreText(verified: VerifiedStore, style: Style): string {
  if (verified.trees.length === 0) return 'the store is empty';
  const lines = verified.trees.flatMap((tree) => [
    `${tree.state === 'sound' ? style.green('sound  ') : style.red(tree.state)}  ${tree.name.slice(0, 16)}  ${printable(tree.pins.join(', ') || 'unused')}`,
    ...tree.differences.map((difference) => `         ${printable(difference)}`),
  ]);
  const sound = verified.trees.filter((tree) => tree.state === 'sound').length;
  return [...lines, `${sound} of ${count(verified.trees.length, 'tree')} sound`].join('\n');
}
