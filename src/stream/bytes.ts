/** A chunk of bytes: a `Uint8Array` (so a `Buffer`), any other view, or a whole buffer. */
export type ByteChunk = ArrayBufferLike | ArrayBufferView;

/**
 * Views any chunk a byte stream may carry as a plain `Uint8Array`, without a copy.
 *
 * @param chunk An `ArrayBuffer` or any view of one.
 * @returns The same memory; a copy only of shared memory, which no request body may be made of.
 * @throws {TypeError} The chunk is no bytes, a string for example.
 */
export function toBytes(chunk: ByteChunk): Uint8Array<ArrayBuffer> {
  if (ArrayBuffer.isView(chunk)) return view(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (isBuffer(chunk)) return view(chunk, 0, chunk.byteLength);
  throw new TypeError(`A chunk must be an ArrayBuffer or a view of one, not ${describe(chunk)}`);
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

function describe(value: unknown): string {
  if (typeof value === "string") return "a string: encode it first";
  return value === null ? "null" : `a value of type ${typeof value}`;
}
