/** Bytes that differ from place to place, the same for the same seed. */
export function noise(size: number, seed: number = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = (seed * 0x9e3779b9) >>> 0 || 1;
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, size);
}

/** Hex MD5, by `node:crypto`, which is not loaded before it is wanted: this file runs in browsers, too. */
export function md5(bytes: Uint8Array): string {
  return process.getBuiltinModule("node:crypto").createHash("md5").update(bytes).digest("hex");
}

/** The parts of `size` bytes that a file should be cut into. */
export function cut(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer>[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, seq) => bytes.subarray(seq * size, (seq + 1) * size));
}

/** All bytes in one piece. */
export function concat(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** The bytes of a blob or a response. */
export async function bytesOf(source: Pick<Blob, "arrayBuffer">): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await source.arrayBuffer());
}

/** The index of the first byte in which the two differ, -1 if there is none. For files that no report should print. */
export function firstDifference(actual: Uint8Array, expected: Uint8Array): number {
  const length = Math.max(actual.length, expected.length);
  for (let index = 0; index < length; index++) {
    if (actual[index] !== expected[index]) return index;
  }
  return -1;
}
