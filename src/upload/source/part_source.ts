import { isBlob, toBytes } from "../../bytes.ts";
import type { ByteChunk } from "../../bytes.ts";
import { InvalidInputError } from "../../errors.ts";
import type { ReadableFile } from "../../preflight/readable_file.ts";

/**
 * A source that reads whole parts by itself, into buffers of which it has few: it gets each back when its part was
 * acknowledged. `fileSource` of `shopee-media/node` makes one. One source may be read by several uploads at once.
 */
export interface PartSource extends ReadableFile {
  /** Name of the file. */
  readonly name?: string | undefined;
  /**
   * Reads the file, in order, from its beginning.
   *
   * @param partSize Bytes in each part but the last.
   * @param options How many parts may be alive at once, and what ends the wait for one to be released.
   * @returns The parts. Ending the iteration early lets go of the file.
   */
  parts(partSize: number, options: PartSourceReadOptions): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Takes back the buffer of a part that a run of `parts` has given. */
  release(part: Uint8Array<ArrayBuffer>): void;
}

/** How a {@linkcode PartSource} is to be read. */
export interface PartSourceReadOptions {
  /** Parts that may be alive at once: given, and not yet released. */
  buffers: number;
  /** Fires when nobody wants more parts. */
  signal: AbortSignal;
}

/** Tells whether a source reads its parts by itself. */
export function isPartSource(source: object): source is PartSource {
  return "parts" in source && typeof source.parts === "function";
}

/**
 * Reads a blob or bytes as a source of parts.
 *
 * @param source What lies in memory, or behind a blob.
 * @returns The source. Its parts fail with an `InvalidInputError` when the file behind a blob changes.
 */
export function toPartSource(source: ByteChunk | Blob | PartSource): PartSource {
  if (isBlob(source)) return fromBlob(source);
  if (isPartSource(source)) return source;
  const bytes = toBytes(source);
  return {
    size: bytes.length,
    slice: (start, end) => ({ arrayBuffer: () => Promise.resolve(bytes.slice(start, end).buffer) }),
    async *parts(partSize) {
      for (let start = 0; start < bytes.length; start += partSize) yield bytes.subarray(start, start + partSize);
    },
    release() {},
  };
}

function fromBlob(blob: Blob): PartSource {
  const { size } = blob;
  return {
    size,
    slice: (start, end) => blob.slice(start, end),
    async *parts(partSize) {
      const before = await lastWritten(blob);
      for (let start = 0; start < size; start += partSize) {
        const end = Math.min(start + partSize, size);
        const part = new Uint8Array(await blob.slice(start, end).arrayBuffer());
        if (part.length !== end - start) throw changed(`it ended after ${start + part.length} of ${size} bytes`);
        if (end === size && await lastWritten(blob) !== before) throw changed("it was written to");
        yield part;
      }
    },
    release() {},
  };
}

/** Bun reads on in a file that has changed, but its blobs tell when that was. Elsewhere such a blob cannot be read. */
async function lastWritten(blob: Blob & { stat?(): Promise<{ mtimeMs: number }> }): Promise<number | undefined> {
  try {
    return (await blob.stat?.())?.mtimeMs;
  } catch {
    // A blob that lies in memory.
    return undefined;
  }
}

function changed(how: string): InvalidInputError {
  return new InvalidInputError(`Cannot upload the video: its file has changed while it was read: ${how}`);
}
