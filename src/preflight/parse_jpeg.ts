import { unreadable } from "./readable_file.ts";

const MARKER = 0xff;
const SCAN = 0xda;
const END = 0xd9;
/** Markers that begin a frame, and so tell its size: C0 to CF without the tables C4, C8 and CC. */
const FRAMES: ReadonlySet<number> = new Set([
  ...[0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7],
  ...[0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf],
]);

/**
 * Reads the size of a JPEG image, and looks for its end: that of the image, not of the small one that a camera puts
 * before it, nor the end of what a phone puts after it.
 *
 * @throws {InvalidInputError} It is cut off or damaged.
 */
export function parseJpeg(view: DataView): PixelSize {
  let size: PixelSize | undefined;
  let offset = 2;
  while (offset + 4 <= view.byteLength) {
    const marker = view.getUint8(offset + 1);
    if (view.getUint8(offset) !== MARKER) break;
    if (marker === MARKER) {
      // Any number of FF bytes may stand before a marker.
      offset += 1;
      continue;
    }
    if (marker === SCAN) {
      if (size === undefined) break;
      if (hasEnd(view, offset + 2)) return size;
      throw unreadable(
        "image",
        `it is a JPEG file that is cut off: its end does not come before byte ${view.byteLength}`,
      );
    }
    if (FRAMES.has(marker) && offset + 9 <= view.byteLength) {
      size = { height: view.getUint16(offset + 5), width: view.getUint16(offset + 7) };
    }
    offset += 2 + view.getUint16(offset + 2);
  }
  throw unreadable("image", `it is a JPEG file that is cut off or damaged at byte ${offset}`);
}

/** Looks for the end marker; within the data of a scan FF is always followed by 00 or by another marker. */
function hasEnd(view: DataView, start: number): boolean {
  for (let offset = start; offset + 2 <= view.byteLength; offset++) {
    if (view.getUint8(offset) === MARKER && view.getUint8(offset + 1) === END) return true;
  }
  return false;
}

/** Width and height of an image, in pixels. */
export interface PixelSize {
  /** From left to right. */
  width: number;
  /** From top to bottom. */
  height: number;
}
