import { raceSignal } from "../../async/race_signal.ts";
import type { ByteChunk } from "../../bytes.ts";
import { InvalidInputError } from "../../errors.ts";

/** Something that gives bytes in turn, once: a stream, also one of another realm or of a polyfill, or an async iterable. */
export type StreamSource = ReadableStream<ByteChunk> | AsyncIterable<ByteChunk>;

/**
 * Reads a source in its own way.
 *
 * @param source The source, which nobody has begun to read.
 * @param signal Ends the reading at once, and cancels the source.
 * @returns The chunks. Ending the iteration early cancels the source, too.
 * @throws {InvalidInputError} The source is locked to another reader.
 */
export async function* readChunks(
  source: StreamSource,
  signal: AbortSignal,
): AsyncGenerator<ByteChunk, void, undefined> {
  if ("locked" in source && source.locked) {
    throw new InvalidInputError("Cannot upload the video: its stream is locked to another reader");
  }
  const { read, cancel } = "getReader" in source ? fromReader(source.getReader()) : fromIterator(source);
  let done = false;
  try {
    while (true) {
      const result = await raceSignal(read(), signal);
      if (result.done) {
        done = true;
        return;
      }
      yield result.value;
    }
  } catch (error) {
    done = !signal.aborted;
    throw error;
  } finally {
    // Not awaited: a source that hangs must not keep a failed upload from telling so.
    if (!done) void cancel(signal.reason);
  }
}

function fromReader(reader: ReadableStreamDefaultReader<ByteChunk>) {
  return {
    read: () => reader.read() as Promise<IteratorResult<ByteChunk>>,
    cancel: (reason: unknown) => reader.cancel(reason).catch(() => {}),
  };
}

function fromIterator(source: AsyncIterable<ByteChunk>) {
  const iterator = source[Symbol.asyncIterator]();
  return {
    read: () => iterator.next() as Promise<IteratorResult<ByteChunk>>,
    cancel: async () => void await iterator.return?.()?.catch(() => {}),
  };
}
