import { MAX_IMAGE_SIZE } from "../platform/limits.ts";
import { parseJpeg } from "./parse_jpeg.ts";
import { parsePng } from "./parse_png.ts";
import { type InspectOptions, type ReadableFile, readRange, unreadable } from "./readable_file.ts";
import { type ImageFormat, sniffImageFormat } from "./sniff_image_format.ts";

/** What an image file says of itself. */
export interface ImageFileInfo {
  /** How it is coded, by its content and not by its name. */
  format: ImageFormat;
  /** Content type of the format, such as `image/jpeg`. */
  mimeType: string;
  /** Stored pixels from left to right; `null` for what Shopee does not take anyway: other formats than JPEG and PNG, and all above 10 MB. */
  width: number | null;
  /** Stored pixels from top to bottom; `null` for what Shopee does not take anyway: other formats than JPEG and PNG, and all above 10 MB. */
  height: number | null;
  /** Bytes in the file. */
  size: number;
}

const SNIFFED_SIZE = 32;

/**
 * Tells what an image file says of itself. A JPEG or PNG file is judged as the usual decoders judge it: one that is cut off
 * or damaged is refused, and what stands behind the picture does no harm.
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
  const { size } = blob;
  const { signal } = options;
  if (size === 0) throw unreadable("image", "the file is empty");

  const head = await readRange(blob, { start: 0, end: SNIFFED_SIZE, signal });
  const format = sniffImageFormat(head);
  if (format === undefined) throw unreadable("image", "it begins like no image that is known, such as JPEG or PNG");
  const info: ImageFileInfo = { format, mimeType: `image/${format}`, width: null, height: null, size };
  // What is refused whatever it holds need not be read.
  if (size > MAX_IMAGE_SIZE || (format !== "jpeg" && format !== "png")) return info;

  const { buffer } = await readRange(blob, { start: 0, end: size, signal });
  const view = new DataView(buffer);
  return { ...info, ...format === "jpeg" ? parseJpeg(view) : await parsePng(view) };
}
