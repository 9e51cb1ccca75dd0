import { InvalidInputError } from "../../errors.ts";
import type { ByteChunk } from "../../stream/bytes.ts";
import { isPartSource, type PartSource } from "./part_source.ts";

/** Where the bytes of a video may come from. */
export type VideoSource =
  | Blob
  | Uint8Array
  | ReadableStream<ByteChunk>
  | AsyncIterable<ByteChunk>
  | PartSource;

/**
 * Returns what a source itself tells of its file.
 *
 * @throws {InvalidInputError} It is no source.
 */
export function factsOf(source: VideoSource): { size?: number; name?: string } {
  if (typeof source !== "object" || source === null) throw noSource(source);
  if (source instanceof Uint8Array) return { size: source.byteLength };
  if (source instanceof Blob || isPartSource(source)) return source as { size: number; name?: string };
  return {};
}

/**
 * Tells whether a source can be read only once.
 *
 * @throws {InvalidInputError} It is no source.
 */
export function isStream(source: VideoSource): source is ReadableStream<ByteChunk> | AsyncIterable<ByteChunk> {
  if (source instanceof Uint8Array || source instanceof Blob || isPartSource(source)) return false;
  if ("getReader" in source || Symbol.asyncIterator in source) return true;
  throw noSource(source);
}

function noSource(value: unknown): InvalidInputError {
  const advice = typeof value === "string" ? ": open a path with fileSource of shopee-media/node" : "";
  return new InvalidInputError(
    `Cannot upload the video: its source must be a Blob, bytes, a stream or an async iterable${advice}`,
  );
}
