import { createHash } from "node:crypto";
import { noise } from "./bytes.ts";

/** A long file that nobody has to hold. */
export interface LongSource {
  stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Bytes that were asked for so far. */
  pulled(): number;
  /** Hex MD5 of all that was given. */
  md5(): string;
}

/** Options of {@linkcode longSource}. */
export interface LongSourceOptions {
  /** Bytes in all. */
  size: number;
  /** Bytes in each chunk but the last. */
  chunk: number;
  /** Told before each chunk. */
  onPull?: () => void;
}

const PATTERN = noise((1 << 20) + 13);

/** Makes a source of any length, no two parts of which are alike. */
export function longSource({ size, chunk, onPull }: LongSourceOptions): LongSource {
  const hash = createHash("md5");
  let pulled = 0;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (pulled === size) return controller.close();
      onPull?.();
      const bytes = fill(new Uint8Array(Math.min(chunk, size - pulled)), pulled);
      hash.update(bytes);
      pulled += bytes.length;
      controller.enqueue(bytes);
    },
  }, { highWaterMark: 0 });
  return { stream, pulled: () => pulled, md5: () => hash.digest("hex") };
}

function fill(bytes: Uint8Array<ArrayBuffer>, position: number): Uint8Array<ArrayBuffer> {
  for (let offset = 0; offset < bytes.length;) {
    const start = (position + offset) % PATTERN.length;
    const piece = PATTERN.subarray(start, start + bytes.length - offset);
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
