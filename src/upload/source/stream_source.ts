import { InvalidInputError } from "../../errors.ts";
import type { ByteChunk } from "../../stream/bytes.ts";

/**
 * Makes a stream that can be piped of anything that gives chunks in turn.
 *
 * @param source A stream, also one of another realm or of a polyfill, or an async iterable.
 * @returns The stream. Cancelling it cancels the source.
 * @throws {InvalidInputError} The source is locked to another reader.
 */
export function toStream(source: ReadableStream<ByteChunk> | AsyncIterable<ByteChunk>): ReadableStream<ByteChunk> {
  if ("locked" in source && source.locked) {
    throw new InvalidInputError("Cannot upload the video: its stream is locked to another reader");
  }
  if (source instanceof ReadableStream) return source;
  // A stream of another realm or of a polyfill cannot be piped, but has a reader of its own.
  const { read, cancel } = isForeignStream(source) ? fromReader(source.getReader()) : fromIterator(source);
  return new ReadableStream<ByteChunk>({
    async pull(controller) {
      const { done, value } = await read();
      if (done) controller.close();
      else controller.enqueue(value!);
    },
    cancel,
  }, { highWaterMark: 0 });
}

function isForeignStream(source: AsyncIterable<ByteChunk>): source is ReadableStream<ByteChunk> {
  return "getReader" in source;
}

function fromReader(reader: ReadableStreamDefaultReader<ByteChunk>) {
  return { read: () => reader.read(), cancel: (reason: unknown) => reader.cancel(reason) };
}

function fromIterator(source: AsyncIterable<ByteChunk>) {
  const iterator = source[Symbol.asyncIterator]();
  return {
    read: () => iterator.next(),
    // Not awaited: a generator that waits for its next chunk hears of `return` only when the chunk has come.
    cancel: () => void iterator.return?.().catch(() => {}),
  };
}
