import type { ByteChunk } from "../bytes.ts";
import { createRechunker } from "./rechunker.ts";

/**
 * Brings bytes in any chunking into parts of exactly one size, of which only the last may be shorter. It never emits an
 * empty part, and nothing at all for an empty source.
 *
 * Each byte is copied at most once, into the part it belongs to; a part that lies whole in one chunk is passed on as a
 * view of it. A chunk written to this stream must therefore not be changed afterwards.
 *
 * @example
 * ```ts
 * import { RechunkStream } from "shopee-media";
 *
 * const parts = new Blob(["abcdefgh"]).stream().pipeThrough(new RechunkStream(3));
 * const lengths = await Array.fromAsync(parts, (part) => part.length);
 * console.assert(lengths.join() === "3,3,2");
 * ```
 */
export class RechunkStream extends TransformStream<ByteChunk, Uint8Array<ArrayBuffer>> {
  /**
   * Makes the stream.
   *
   * @param partSize Bytes in each part but the last, such as 4 194 304.
   * @throws {InvalidInputError} `partSize` is no positive whole number.
   */
  constructor(partSize: number) {
    const rechunker = createRechunker(partSize);
    super({
      transform(chunk, controller) {
        for (const part of rechunker.push(chunk)) controller.enqueue(part);
      },
      flush(controller) {
        const last = rechunker.flush();
        if (last !== undefined) controller.enqueue(last);
      },
    });
  }
}
