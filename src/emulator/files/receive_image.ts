import { MAX_IMAGE } from "../limits.ts";
import { Refusal } from "../api/refusal.ts";
import { imageFormat } from "./image_format.ts";
import type { ImageStore, StoredImage } from "./image_store.ts";
import { isWholeImage } from "./is_whole_image.ts";

/**
 * Checks an image and keeps it.
 *
 * @throws {Refusal} When it is too large, neither JPEG nor PNG, or cut off.
 */
export async function receiveImage(content: Uint8Array, images: ImageStore): Promise<StoredImage> {
  if (content.length > MAX_IMAGE) {
    throw new Refusal("error_file_size", `The image has ${content.length} bytes, at most ${MAX_IMAGE} are taken.`);
  }
  const format = imageFormat(content);
  if (format === undefined) throw new Refusal("error_param", "The image is neither JPG, JPEG nor PNG.");
  if (!isWholeImage(content, format)) throw new Refusal("error_param", "The image is cut off.");
  return await images.add(content, format);
}
