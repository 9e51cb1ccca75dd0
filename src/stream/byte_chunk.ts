/** A chunk of bytes: a `Uint8Array` (so a `Buffer`), any other view, or a whole buffer. */
export type ByteChunk = ArrayBufferLike | ArrayBufferView;
