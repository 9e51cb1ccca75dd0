import { InvalidInputError } from "../errors.ts";
import type { Part } from "./part.ts";
import { pipesHideErrors } from "../runtime.ts";

/** Options of {@linkcode createPartUploadSink}. */
export interface PartUploadSinkOptions {
  /** Sends one part. Its signal fires, with the reason, as soon as the stream is aborted or another part has failed. */
  upload: (part: Part, signal: AbortSignal) => Promise<unknown>;
  /** Parts in flight at once, 1 to 16. @default 3 */
  concurrency?: number;
}

/**
 * Makes a sink that sends parts side by side, never more than `concurrency` at once.
 *
 * A part is taken as soon as there is room for it, so that the window is full from the first part to the last. The
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
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 16) {
    throw new InvalidInputError(`The concurrency must be a whole number from 1 to 16, not ${concurrency}`);
  }
  const stop = new AbortController();
  let inFlight = 0;
  let onChange = () => {};

  const change = () => new Promise<void>((resolve) => onChange = resolve);

  function end(reason: unknown) {
    stop.abort(reason);
    onChange();
  }

  async function send(part: Part, controller: WritableStreamDefaultController) {
    inFlight++;
    try {
      await upload(part, stop.signal);
    } catch (error) {
      if (!stop.signal.aborted && !pipesHideErrors()) controller.error(error);
      end(error);
    } finally {
      inFlight--;
      onChange();
    }
  }

  return new WritableStream<Part>({
    start(controller) {
      // Fires at once, whereas `abort` below waits for a pending write.
      const { signal } = controller;
      signal.addEventListener("abort", () => end(signal.reason), { once: true });
    },
    async write(part, controller) {
      while (inFlight >= concurrency && !stop.signal.aborted) await change();
      stop.signal.throwIfAborted();
      // Not awaited: the next part may come while this one is on its way.
      void send(part, controller);
    },
    async close() {
      while (inFlight > 0 && !stop.signal.aborted) await change();
      stop.signal.throwIfAborted();
    },
    async abort(reason) {
      end(reason);
      while (inFlight > 0) await change();
    },
  });
}
