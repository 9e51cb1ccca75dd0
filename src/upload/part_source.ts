import type { ReadableFile } from "../preflight/readable_file.ts";

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
