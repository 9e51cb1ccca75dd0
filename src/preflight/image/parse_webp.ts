import { unreadable } from "../unreadable.ts";
import type { PixelSize } from "./pixel_size.ts";

const LOSSY = 0x56503820;
const LOSSLESS = 0x5650384c;
const EXTENDED = 0x56503858;
const HEADER_SIZE = 30;

/**
 * Reads the size of a WebP image of any of its three kinds.
 *
 * @throws {InvalidInputError} It is cut off or of another kind.
 */
export function parseWebp(view: DataView): PixelSize {
  const kind = view.byteLength < HEADER_SIZE ? undefined : view.getUint32(12);
  if (kind === LOSSY) return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind === LOSSLESS) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind === EXTENDED) return { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
  throw unreadable("image", "it is a WebP file that is cut off or damaged in its header");
}

function uint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) + view.getUint8(offset + 2) * 0x10000;
}
