import type { ByteChunk } from "../bytes.ts";
import { createPartMaker, type Part, type PartMaker } from "./part.ts";

/**
 * Numbers and hashes parts as they pass, and the whole file with them: each byte is read once for both digests.
 *
 * @example
 * ```ts
 * import { Md5Stream, RechunkStream } from "shopee-media";
 *
 * const hashed = new Md5Stream();
 * const parts = new Blob(["abc", "abc"]).stream().pipeThrough(new RechunkStream(3)).pipeThrough(hashed);
 * const md5s = await Array.fromAsync(parts, (part) => part.md5);
 * console.assert(md5s[1] === "900150983cd24fb0d6963f7d28e17f72");
 * console.assert((await hashed.md5) === "440ac85892ca43ad26d44c7ad9d47d3e" && (await hashed.size) === 6);
 * ```
 */
export class Md5Stream extends TransformStream<ByteChunk, Part> {
  /** Lower-case hex MD5 of the whole; known when the last part has passed, rejected when the stream fails before. */
  readonly md5: Promise<string>;
  /** Bytes in the whole; known and rejected together with `md5`. */
  readonly size: Promise<number>;

  constructor() {
    const whole = Promise.withResolvers<{ md5: string; size: number }>();
    let parts: PartMaker;
    // TypeScript's library does not know `cancel` yet.
    const transformer: Transformer<ByteChunk, Part> & { cancel(reason: unknown): void } = {
      async start() {
        parts = await createPartMaker();
      },
      async transform(chunk, controller) {
        try {
          controller.enqueue(await parts.make(chunk));
        } catch (error) {
          whole.reject(error);
          throw error;
        }
      },
      async flush() {
        whole.resolve(await parts.whole());
      },
      cancel(reason) {
        whole.reject(reason);
      },
    };
    super(transformer);
    this.md5 = whole.promise.then(({ md5 }) => md5);
    this.size = whole.promise.then(({ size }) => size);
    // Who does not ask for the digest must not be told of its failure.
    this.md5.catch(() => {});
    this.size.catch(() => {});
  }
}
