import { toBytes } from "../../stream/bytes.ts";
import type { ReadableFile } from "../../preflight/readable_file.ts";

/**
 * A source that reads whole parts by itself, into buffers of which it has few: it gets each back when its part was
 * acknowledged. `fileSource` of `shopee-media/node` makes one.
 */
export interface PartSource extends ReadableFile {
  /** Name of the file. */
  readonly name?: string;
  /**
   * Reads the file, in order.
   *
   * @param partSize Bytes in each part but the last.
   * @param options How many parts may be alive at once, and what ends the wait for one to be released.
   * @returns The parts. Ending the iteration early lets go of the file.
   */
  parts(partSize: number, options: PartSourceReadOptions): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Takes back the buffer of a part that `parts` has given. */
  release(part: Uint8Array<ArrayBuffer>): void;
}

/** How a {@linkcode PartSource} is to be read. */
export interface PartSourceReadOptions {
  /** Parts that may be alive at once: given, and not yet released. */
  buffers: number;
  /** Fires when nobody wants more parts. */
  signal: AbortSignal;
}

/**
 * Reads a blob or bytes as a source of parts.
 *
 * @param source What lies in memory, or behind a blob.
 * @returns The source.
 */
export function toPartSource(source: Uint8Array | Blob | PartSource): PartSource {
  if (isPartSource(source)) return source;
  const size = source instanceof Blob ? source.size : source.byteLength;
  return {
    size,
    slice(start, end) {
      if (source instanceof Blob) return source.slice(start, end);
      return { arrayBuffer: () => Promise.resolve(new Uint8Array(source.subarray(start, end)).buffer) };
    },
    async *parts(partSize) {
      for (let start = 0; start < size; start += partSize) {
        yield source instanceof Blob
          ? new Uint8Array(await source.slice(start, start + partSize).arrayBuffer())
          : toBytes(source.subarray(start, start + partSize));
      }
    },
    release() {},
  };
}

/** Tells whether a source reads its parts by itself. */
export function isPartSource(source: object): source is PartSource {
  return "parts" in source && typeof source.parts === "function";
}
