/** A source that keeps the books of what is asked of it. */
export interface CountedSource<T> {
  stream: ReadableStream<T>;
  /** How many chunks were asked for. */
  pulls(): number;
  /** Why it was cancelled, once it was. */
  cancelled(): { reason: unknown } | undefined;
}

/** A stream of these chunks, one at a time and none before it is asked for; then it ends, or fails with `error`. */
export function sourceOf<T>(chunks: Iterable<T>, failure?: { error: unknown }): CountedSource<T> {
  const iterator = chunks[Symbol.iterator]();
  let pulls = 0;
  let cancelled: { reason: unknown } | undefined;
  const stream = new ReadableStream<T>({
    pull(controller) {
      pulls++;
      const { done, value } = iterator.next();
      if (!done) return controller.enqueue(value);
      if (failure === undefined) return controller.close();
      controller.error(failure.error);
    },
    cancel(reason) {
      cancelled = { reason };
    },
  }, { highWaterMark: 0 });
  return { stream, pulls: () => pulls, cancelled: () => cancelled };
}

/** As `ReadableStream.from`, which not every runtime has and TypeScript does not know. */
export function streamFrom<T>(values: AsyncIterable<T>): ReadableStream<T> {
  const iterator = values[Symbol.asyncIterator]();
  return new ReadableStream<T>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel(reason) {
      await iterator.return?.(reason);
    },
  }, { highWaterMark: 0 });
}

/** All that a stream has to give. */
export async function collect<T>(stream: ReadableStream<T>): Promise<T[]> {
  const values: T[] = [];
  const reader = stream.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) values.push(step.value);
  return values;
}
