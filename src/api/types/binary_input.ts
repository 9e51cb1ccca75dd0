/** Bytes of a file or of a part of it: a `Uint8Array` (so a `Buffer`) or a `Blob` (so a `File`, whose name is sent). */
export type BinaryInput = Uint8Array | Blob;
