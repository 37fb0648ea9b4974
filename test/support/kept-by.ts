import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';

/** What this process holds, in bytes, after garbage was collected. */
export function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect(); // shapes of objects are given up by one, and the names in them by the next
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Kept by what `run` leaves behind, in bytes: garbage is collected before and after. */
export function keptBy(run: () => unknown): number {
  const before = heldBytes();
  const left = run();
  const after = heldBytes();
  expect(left).toBeDefined(); // reachable until it was measured
  return after - before;
}
