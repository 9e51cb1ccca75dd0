/** The body of an answer, as it comes in. */
export interface Inlet {
  push(bytes: Uint8Array): void;
  end(): void;
  fail(error: unknown): void;
  readonly iterable: AsyncIterable<Uint8Array>;
  stream(): ReadableStream<Uint8Array<ArrayBuffer>>;
}

/**
 * Makes a body of which nothing has come.
 *
 * @param onLeft Called when its reader wants no more.
 */
export function createInlet(onLeft: () => void): Inlet {
  const chunks: Uint8Array[] = [];
  let state: "open" | "ended" | { error: unknown } = "open";
  let wake = () => {};

  async function next(): Promise<IteratorResult<Uint8Array, undefined>> {
    while (true) {
      const value = chunks.shift();
      if (value !== undefined) return { done: false, value };
      if (state === "ended") return { done: true, value: undefined };
      if (state !== "open") throw state.error;
      await new Promise<void>((resolve) => wake = resolve);
    }
  }

  return {
    push(bytes) {
      chunks.push(bytes);
      wake();
    },
    end() {
      state = "ended";
      wake();
    },
    fail(error) {
      state = { error };
      wake();
    },
    iterable: {
      [Symbol.asyncIterator]: () => ({
        next,
        return: async () => {
          if (state === "open") onLeft();
          return await { done: true, value: undefined };
        },
      }),
    },
    stream: () =>
      new ReadableStream({
        async pull(controller) {
          const { done, value } = await next();
          if (done) controller.close();
          else controller.enqueue(value as Uint8Array<ArrayBuffer>);
        },
        cancel() {
          if (state === "open") onLeft();
        },
      }, { highWaterMark: 0 }),
  };
}
