/**
 * Does work on many items, some at a time.
 *
 * @param items The items.
 * @param most How many at a time.
 * @param work What to do with each.
 * @returns What came of each, in their order.
 */
export async function inParallel<T, R>(items: readonly T[], most: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  // All lanes draw from one iterator.
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: most }, lane));
  return results;
}
