/**
 * Does the work for every item, at most `max` at a time, started in order. After a failure nothing more is started, what
 * runs is waited for (so that nothing goes on behind the caller's back), and the first failure is thrown.
 */
export async function eachBounded<T>(items: readonly T[], max: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const item of queue) {
      if (failures.length > 0) return;
      await work(item).catch((cause: unknown) => failures.push(cause));
    }
  };
  await Promise.all(Array.from({ length: Math.min(max, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
