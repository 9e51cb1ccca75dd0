import type { InspectOptions } from "../inspect_options.ts";
import { MAX_IMAGE_SIZE } from "../../platform/limits.ts";
import { readRange } from "../read_range.ts";
import type { ReadableFile } from "../readable_file.ts";
import { unreadable } from "../unreadable.ts";
import type { ImageFileInfo, ImageFormat } from "./image_file_info.ts";
import { parseGif } from "./parse_gif.ts";
import { parseJpeg } from "./parse_jpeg.ts";
import { parsePng } from "./parse_png.ts";
import { parseWebp } from "./parse_webp.ts";
import type { PixelSize } from "./pixel_size.ts";
import { sniffImageFormat } from "./sniff_image_format.ts";

const SNIFFED_SIZE = 32;

const PARSERS: Readonly<Partial<Record<ImageFormat, (view: DataView) => PixelSize>>> = {
  jpeg: parseJpeg,
  png: parsePng,
  gif: parseGif,
  webp: parseWebp,
};

/**
 * Tells what an image file says of itself. A JPEG or PNG file is followed to its end, so that one that is cut off is
 * found.
 *
 * @param blob The file.
 * @param options A signal.
 * @returns Format, pixels and size.
 * @throws {InvalidInputError} It is empty, damaged, cut off or no image.
 * @example
 * ```ts
 * import { openAsBlob } from "node:fs";
 * import { inspectImage } from "shopee-media/preflight";
 *
 * const info = await inspectImage(await openAsBlob("test/assets/image/png_named.jpg"));
 * console.assert(info.format === "png" && info.width === 64 && info.height === 48);
 * ```
 */
export async function inspectImage(blob: ReadableFile, options: InspectOptions = {}): Promise<ImageFileInfo> {
  if (blob.size === 0) throw unreadable("image", "the file is empty");

  // An image that is too large is refused whatever it holds, and need not be read.
  const isTooLarge = blob.size > MAX_IMAGE_SIZE;
  const end = isTooLarge ? SNIFFED_SIZE : blob.size;
  const bytes = await readRange(blob, { start: 0, end, signal: options.signal });
  const format = sniffImageFormat(bytes);
  if (format === undefined) throw unreadable("image", "it begins like no image that is known, such as JPEG or PNG");

  const parse = isTooLarge ? undefined : PARSERS[format];
  const pixels = parse?.(new DataView(bytes.buffer)) ?? { width: null, height: null };
  return { format, mimeType: `image/${format}`, ...pixels, size: blob.size };
}
