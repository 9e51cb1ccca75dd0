/** Options of {@linkcode forEachAtMost}. */
export interface ForEachAtMostOptions<Item> {
  /** How many run at once, at least 1. */
  limit: number;
  /** What is done with each item. */
  run(item: Item): Promise<void>;
}

/**
 * Runs a function for every item, for at most `limit` of them at once, in the items' order.
 *
 * @param items The items.
 * @param options Limit and function.
 * @returns Settles when all are done; rejects with the first error.
 */
export async function forEachAtMost<Item>(items: Iterable<Item>, options: ForEachAtMostOptions<Item>): Promise<void> {
  const queue = Array.from(items).values(); // One iterator, shared: each worker takes the next item from it.
  async function work(): Promise<void> {
    for (const item of queue) await options.run(item);
  }
  await Promise.all(Array.from({ length: options.limit }, work));
}
