const BOX_HEADER_SIZE = 8;

/**
 * Makes an MP4 larger without changing the video: a `free` box, which players skip, is put behind it.
 *
 * @param video The MP4.
 * @param size Bytes wanted.
 * @returns The larger MP4.
 * @throws {RangeError} If there is no room for a box.
 */
export function growVideo(video: Uint8Array, size: number): Uint8Array {
  const boxSize = size - video.byteLength;
  if (boxSize < BOX_HEADER_SIZE) {
    throw new RangeError(`A video of ${video.byteLength} bytes cannot grow to ${size} bytes`);
  }
  const grown = new Uint8Array(size);
  grown.set(video);
  new DataView(grown.buffer).setUint32(video.byteLength, boxSize);
  grown.set(new TextEncoder().encode("free"), video.byteLength + 4);
  return grown;
}
