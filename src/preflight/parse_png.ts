import { unreadable } from "./readable_file.ts";
import type { PixelSize } from "./parse_jpeg.ts";

const SIGNATURE_SIZE = 8;
/** Length, type and checksum around the data of a chunk. */
const CHUNK_FRAME = 12;
const IHDR = 0x49484452;
const IEND = 0x49454e44;

/**
 * Reads the size of a PNG image, and follows its chunks to the end.
 *
 * @throws {InvalidInputError} It is cut off or damaged.
 */
export function parsePng(view: DataView): PixelSize {
  if (view.byteLength < SIGNATURE_SIZE + CHUNK_FRAME + 13 || view.getUint32(SIGNATURE_SIZE + 4) !== IHDR) {
    throw unreadable("image", "it is a PNG file that is cut off or damaged at its header");
  }
  const size = { width: view.getUint32(SIGNATURE_SIZE + 8), height: view.getUint32(SIGNATURE_SIZE + 12) };

  let offset = SIGNATURE_SIZE;
  while (offset + CHUNK_FRAME <= view.byteLength) {
    if (view.getUint32(offset + 4) === IEND) return size;
    offset += CHUNK_FRAME + view.getUint32(offset);
  }
  throw unreadable("image", `it is a PNG file that is cut off: it goes on after byte ${view.byteLength}`);
}
