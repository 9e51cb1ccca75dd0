import { raceSignal } from "../../async/signals.ts";
import { type ByteChunk, describeSource, isBlob, isBytes } from "../../bytes.ts";
import { InvalidInputError } from "../../errors.ts";
import { isPartSource, type PartSource } from "./part_source.ts";

/** Where the bytes of a video may come from. */
export type VideoSource = FileSource | StreamSource | Response | Request;

/** A source that can be read again, from anywhere. */
export type FileSource = Blob | ByteChunk | PartSource;

/** A source, by the way in which it is read, and what it tells of its file. */
export type ReadSource =
  & { size?: number | undefined; name?: string | undefined }
  & ({ file: FileSource; stream?: undefined } | { file?: undefined; stream: StreamSource });

/**
 * Looks at what was given as the source of a video.
 *
 * @param source Anything.
 * @returns How it is read.
 * @throws {InvalidInputError} It is no source, or one that was read before.
 */
export function readSource(source: VideoSource): ReadSource {
  if (isBytes(source)) return { file: source, size: source.byteLength };
  if (typeof source !== "object" || source === null || "then" in source) throw noSource(source);
  if (isBlob(source)) return { file: source, size: source.size, name: nameOf(source) };
  if (isPartSource(source)) return { file: source, size: source.size, name: source.name };
  if (isMessage(source)) return { stream: bodyOf(source), size: contentLength(source) };
  if ("getReader" in source || Symbol.asyncIterator in source) return { stream: source };
  throw noSource(source);
}

function noSource(value: unknown): InvalidInputError {
  return new InvalidInputError(
    `Cannot upload the video: its source must be a Blob, bytes, a stream or an async iterable, not ${
      describeSource(value)
    }`,
  );
}

function nameOf(blob: Blob): string | undefined {
  return "name" in blob && typeof blob.name === "string" ? blob.name : undefined;
}

// Not by `instanceof`: a response may come from another implementation of `fetch`.
function isMessage(source: object): source is Response | Request {
  return "bodyUsed" in source && "headers" in source && "body" in source;
}

function bodyOf({ body, bodyUsed }: Response | Request): StreamSource {
  if (body !== null && !bodyUsed) return body;
  throw new InvalidInputError(`Cannot upload the video: its source ${bodyUsed ? "was read before" : "has no body"}`);
}

/** The body's size, as far as it can be known: one that was unpacked on its way has another. */
function contentLength({ headers }: Response | Request): number | undefined {
  const length = headers.get("Content-Length");
  return length !== null && /^\d+$/.test(length) && !headers.has("Content-Encoding") ? Number(length) : undefined;
}

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
