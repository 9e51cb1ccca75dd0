import { InvalidInputError } from "../errors.ts";
import { type ByteChunk, toBytes } from "../bytes.ts";

/** Cuts a sequence of chunks into parts of one size. */
export interface Rechunker {
  /**
   * Takes in one chunk and yields each part that it completes. A part is filled only as the caller asks for it, so no
   * more than one unfinished part exists. The chunk's memory belongs to the rechunker from here on.
   */
  push(chunk: ByteChunk): Generator<Uint8Array<ArrayBuffer>, void, undefined>;
  /** The last part, shorter than the others; `undefined` when the last part was whole. */
  flush(): Uint8Array<ArrayBuffer> | undefined;
  /**
   * Takes back a part that nobody needs any more. Its buffer is used again, if it is one of the rechunker's own: fresh
   * ones cost more than the copying.
   */
  release(part: Uint8Array<ArrayBuffer>): void;
}

/**
 * Makes a {@linkcode Rechunker}. Each byte is copied at most once, into the part it belongs to; a whole part that lies
 * in one piece in a chunk is not copied at all.
 *
 * @param partSize Bytes in each part but the last.
 * @returns The rechunker.
 * @throws {InvalidInputError} `partSize` is no positive whole number.
 */
export function createRechunker(partSize: number): Rechunker {
  if (!Number.isSafeInteger(partSize) || partSize < 1) {
    throw new InvalidInputError(`The part size must be a whole number of bytes from 1, not ${partSize}`);
  }
  /** Buffers made here, as against those of the caller's chunks. */
  const own = new WeakSet<ArrayBuffer>();
  const free: ArrayBuffer[] = [];
  let part: Uint8Array<ArrayBuffer> | undefined;
  let filled = 0;

  function emptyPart(): Uint8Array<ArrayBuffer> {
    const buffer = free.pop() ?? new Uint8Array(partSize).buffer;
    own.add(buffer);
    return new Uint8Array(buffer);
  }

  return {
    *push(chunk) {
      let rest = toBytes(chunk);
      while (rest.length > 0) {
        if (part === undefined && rest.length >= partSize) {
          yield rest.subarray(0, partSize);
          rest = rest.subarray(partSize);
          continue;
        }
        part ??= emptyPart();
        const taken = rest.subarray(0, partSize - filled);
        part.set(taken, filled);
        filled += taken.length;
        rest = rest.subarray(taken.length);
        if (filled < partSize) continue;
        const whole = part;
        part = undefined;
        filled = 0;
        yield whole;
      }
    },
    flush() {
      const last = part?.subarray(0, filled);
      part = undefined;
      filled = 0;
      return last;
    },
    release({ buffer }) {
      if (own.delete(buffer)) free.push(buffer);
    },
  };
}
