import { checkWholeNumber } from "../options.ts";
import { pipesHideErrors } from "../runtime.ts";
import type { Part } from "./part.ts";
import { createPartPool, type PartPool } from "./part_pool.ts";

/** Options of {@linkcode createPartUploadSink}. */
export interface PartUploadSinkOptions {
  /** Sends one part. Its signal fires, with the reason, as soon as the stream is aborted or another part has failed. */
  upload: (part: Part, signal: AbortSignal) => Promise<unknown>;
  /** Parts in flight at once, 1 to 16. @default 3 */
  concurrency?: number | undefined;
}

/**
 * Makes a sink that sends parts side by side, never more than `concurrency` at once.
 *
 * A part is taken as soon as there is room for it, so that the pool is full from the first part to the last. The
 * sink closes when every part was sent; when one fails, those in flight are aborted and the stream fails with that
 * part's error. `writer.abort()` cuts them at once; a `pipeTo` that is aborted calls it only when the part in hand was
 * taken.
 *
 * @param options What sends a part, and how many at once.
 * @returns The sink.
 * @throws {InvalidInputError} `concurrency` is no whole number from 1 to 16.
 * @example
 * ```ts
 * import { createPartUploadSink, Md5Stream, RechunkStream } from "shopee-media";
 *
 * const sent: number[] = [];
 * await new Blob(["abcdefgh"]).stream()
 *   .pipeThrough(new RechunkStream(3))
 *   .pipeThrough(new Md5Stream())
 *   .pipeTo(createPartUploadSink({ upload: async (part) => sent.push(part.seq) }));
 * console.assert(sent.join() === "0,1,2");
 * ```
 */
export function createPartUploadSink(options: PartUploadSinkOptions): WritableStream<Part> {
  const { upload, concurrency = 3 } = options;
  checkWholeNumber("concurrency", concurrency, { from: 1, to: 16 });
  const stop = new AbortController();
  let pool!: PartPool;

  return new WritableStream<Part>({
    start(controller) {
      // Fires at once, whereas `abort` below waits for a pending write.
      const { signal } = controller;
      signal.addEventListener("abort", () => stop.abort(signal.reason), { once: true });
      const onError = (error: unknown) => {
        if (stop.signal.aborted) return;
        if (!pipesHideErrors()) controller.error(error);
        stop.abort(error);
      };
      pool = createPartPool({ concurrency, signal: stop.signal, upload, onError });
    },
    async write(part) {
      await pool.add(part);
      stop.signal.throwIfAborted();
    },
    async close() {
      await pool.idle();
      stop.signal.throwIfAborted();
    },
    async abort(reason) {
      stop.abort(reason);
      await pool.settled();
    },
  });
}
