import { Refusal } from "../api/refusal.ts";
import { imageFormat } from "./image_format.ts";
import type { ImageStore, StoredImage } from "./image_store.ts";
import { isWholeImage } from "./is_whole_image.ts";

/** Bytes: 10 MB. */
const MAX_IMAGE = 10_485_760;

/**
 * Checks an image and keeps it.
 *
 * @throws {Refusal} When it is too large, neither JPEG nor PNG, or cut off.
 */
export async function receiveImage(content: Uint8Array, images: ImageStore): Promise<StoredImage> {
  if (content.length > MAX_IMAGE) {
    throw new Refusal("imageTooLarge", content.length, MAX_IMAGE);
  }
  const format = imageFormat(content);
  if (format === undefined) throw new Refusal("unknownImageFormat");
  if (!isWholeImage(content, format)) throw new Refusal("cutOffImage");
  return await images.add(content, format);
}
