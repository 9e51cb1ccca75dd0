import { Buffer } from "node:buffer";

/** Every kind of chunk that a byte stream may carry, each with these bytes in it. */
export const CHUNK_KINDS: Record<string, (bytes: Uint8Array<ArrayBuffer>) => BufferSource> = {
  "Uint8Array": (bytes) => bytes.slice(),
  "Uint8Array inside a larger buffer": (bytes) => inside(bytes, new Uint8Array(bytes.length + 9), 4),
  "Buffer": (bytes) => Buffer.from(bytes),
  "ArrayBuffer": (bytes) => bytes.slice().buffer,
  "DataView": (bytes) => {
    const { buffer, byteOffset, byteLength } = inside(bytes, new Uint8Array(bytes.length + 9), 3);
    return new DataView(buffer, byteOffset, byteLength);
  },
  "Int16Array": (bytes) => {
    // An odd byte has no place in it.
    if (bytes.length % 2) return bytes.slice();
    return new Int16Array(bytes.slice().buffer);
  },
  // TypeScript holds that a stream never carries these; they come out of workers all the same.
  "SharedArrayBuffer": (bytes) => shared(bytes).buffer as unknown as ArrayBuffer,
  "view of a SharedArrayBuffer": (bytes) => shared(bytes) as unknown as Uint8Array<ArrayBuffer>,
};

function inside<T extends Uint8Array>(bytes: Uint8Array, room: T, offset: number): T {
  room.fill(0xaa);
  room.set(bytes, offset);
  return room.subarray(offset, offset + bytes.length) as T;
}

function shared(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const view = new Uint8Array(new SharedArrayBuffer(bytes.length));
  view.set(bytes);
  return view;
}
