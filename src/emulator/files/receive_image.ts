import { MAX_IMAGE } from "../limits.ts";
import { Refusal } from "../api/refusal.ts";
import { imageFormat } from "./image_format.ts";
import type { ImageStore, StoredImage } from "./image_store.ts";

/**
 * Checks an image and keeps it.
 *
 * @throws {Refusal} When it is too large, or neither JPEG nor PNG.
 */
export async function receiveImage(file: Blob, images: ImageStore): Promise<StoredImage> {
  if (file.size > MAX_IMAGE) {
    throw new Refusal("error_file_size", `The image has ${file.size} bytes, at most ${MAX_IMAGE} are taken.`);
  }
  const content = new Uint8Array(await file.arrayBuffer());
  const format = imageFormat(content);
  if (format === undefined) throw new Refusal("error_param", "The image is neither JPG, JPEG nor PNG.");
  return await images.add(content, format);
}
