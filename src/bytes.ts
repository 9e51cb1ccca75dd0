import { InvalidInputError } from "./errors.ts";

/** A chunk of bytes: a `Uint8Array` (so a `Buffer`), any other view, or a whole buffer, also a shared one. */
export type ByteChunk = ArrayBufferLike | ArrayBufferView;

/**
 * Views any bytes as a plain `Uint8Array`, without a copy.
 *
 * @param chunk An `ArrayBuffer`, a `SharedArrayBuffer` or any view of one, also of another realm.
 * @returns The same memory; a copy only of shared memory, which no request body may be made of.
 * @throws {InvalidInputError} The chunk is no bytes, a string for example.
 */
export function toBytes(chunk: ByteChunk): Uint8Array<ArrayBuffer> {
  if (ArrayBuffer.isView(chunk)) return view(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (isBuffer(chunk)) return view(chunk, 0, chunk.byteLength);
  throw new InvalidInputError(
    `A chunk must be bytes (an ArrayBuffer or a view of one, such as a Uint8Array), not ${describeSource(chunk)}`,
  );
}

/** Writes bytes as lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Tells whether a value is bytes. */
export function isBytes(value: unknown): value is ByteChunk {
  return ArrayBuffer.isView(value) || isBuffer(value);
}

/** Tells whether a value is a `Blob` (so a `File`), also one of another realm or of a polyfill. */
export function isBlob(value: unknown): value is Blob {
  const tag = tagOf(value);
  return (tag === "[object Blob]" || tag === "[object File]") && typeof (value as Blob).slice === "function";
}

/**
 * Says what was given in the place of bytes, and what would be right, for an error.
 *
 * @param value Anything. A text is not shown, since it may be long, or a secret.
 * @returns Such as `a string: encode it first`.
 */
export function describeSource(value: unknown): string {
  if (typeof value === "string") {
    return "a string: encode a text first, open a path with fileSource of shopee-media/node";
  }
  if (value instanceof URL) return "a URL: open a file with fileSource of shopee-media/node, fetch anything else";
  if (value === null || value === undefined) return `${value}`;
  if (typeof value !== "object") return `a ${typeof value}`;
  if ("then" in value) return "a promise: await it first";
  return Array.isArray(value) ? "an array" : `an object (${tagOf(value).slice(8, -1)})`;
}

function view(buffer: ArrayBufferLike, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(buffer, offset, length);
  return tagOf(buffer) === "[object ArrayBuffer]" ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

// By tag and not by `instanceof`, so that buffers of another realm (an iframe, a `vm` context) count, too.
function isBuffer(value: unknown): value is ArrayBufferLike {
  return tagOf(value) === "[object ArrayBuffer]" || tagOf(value) === "[object SharedArrayBuffer]";
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value);
}
