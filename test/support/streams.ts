import { createHash } from "node:crypto";
import { noise } from "./bytes.ts";

/** A source that keeps the books of what is asked of it. */
export interface CountedSource<T> {
  stream: ReadableStream<T>;
  /** How many chunks were asked for. */
  pulls(): number;
  /** Why it was cancelled, once it was. */
  cancelled(): { reason: unknown } | undefined;
}

/** A stream of these chunks, one at a time and none before it is asked for; then it ends, or fails with `error`. */
export function sourceOf<T>(chunks: Iterable<T>, failure?: { error: unknown }): CountedSource<T> {
  const iterator = chunks[Symbol.iterator]();
  let pulls = 0;
  let cancelled: { reason: unknown } | undefined;
  const stream = new ReadableStream<T>({
    pull(controller) {
      pulls++;
      const { done, value } = iterator.next();
      if (!done) return controller.enqueue(value);
      if (failure === undefined) return controller.close();
      controller.error(failure.error);
    },
    cancel(reason) {
      cancelled = { reason };
    },
  }, { highWaterMark: 0 });
  return { stream, pulls: () => pulls, cancelled: () => cancelled };
}

/** As `ReadableStream.from`, which not every runtime has and TypeScript does not know. */
export function streamFrom<T>(values: AsyncIterable<T>): ReadableStream<T> {
  const iterator = values[Symbol.asyncIterator]();
  return new ReadableStream<T>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel(reason) {
      await iterator.return?.(reason);
    },
  }, { highWaterMark: 0 });
}

/** All that a stream has to give. */
export async function collect<T>(stream: ReadableStream<T>): Promise<T[]> {
  const values: T[] = [];
  const reader = stream.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) values.push(step.value);
  return values;
}

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
