/** Does the work for every item, at most `max` at a time, started in order. Rejects with the first failure and starts nothing more. */
export async function eachBounded<T>(items: readonly T[], max: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  let failed = false;
  const worker = async () => {
    for (const item of queue) {
      if (failed) return;
      try {
        await work(item);
      } catch (cause) {
        failed = true;
        throw cause;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(max, items.length) }, worker));
}
