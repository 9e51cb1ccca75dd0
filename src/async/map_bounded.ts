/**
 * Does some work for each item, for at most `concurrency` of them at once, begun in the items' order.
 *
 * @param items The items.
 * @param concurrency How many at once, at least 1.
 * @param work What is done with one. No other begins after one has failed.
 * @returns The results, in the items' order.
 * @throws The first error, at once; work that is under way goes on.
 */
export async function mapBounded<Item, Result>(
  items: Iterable<Item>,
  concurrency: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const all = [...items];
  const results = new Array<Result>(all.length);
  // All lanes draw from one iterator.
  const queue = all.entries();
  let failed = false;
  const lane = async () => {
    for (const [index, item] of queue) {
      if (failed) return;
      results[index] = await work(item, index);
    }
  };
  const lanes = Array.from({ length: Math.min(concurrency, all.length) }, lane);
  await Promise.all(lanes).catch((error) => {
    failed = true;
    throw error;
  });
  return results;
}
