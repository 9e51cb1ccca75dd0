import { unreadable } from "../unreadable.ts";
import type { PixelSize } from "./pixel_size.ts";

/**
 * Reads the size of a GIF image.
 *
 * @throws {InvalidInputError} It is cut off.
 */
export function parseGif(view: DataView): PixelSize {
  if (view.byteLength < 10) throw unreadable("image", "it is a GIF file that is cut off in its header");
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
}
