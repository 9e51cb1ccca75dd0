import { ENDPOINTS } from "../platform/endpoints.ts";
import { judgeRefusal } from "../api/judge_answer.ts";
import type { MediaManager } from "../api/media_manager.ts";
import type { BinaryInput } from "../platform/types/envelope.ts";
import { ShopeeMediaError } from "../errors.ts";
import type { ImageResult } from "./image_result.ts";
import type { UploadImagesOptions } from "./upload_images.ts";

/**
 * Sends one batch of images in one call.
 *
 * @param media Makes the call.
 * @param images The images.
 * @param options Where they go.
 * @returns What became of each, in their order.
 * @throws {ShopeeApiError} The call as a whole was refused.
 * @throws {TransportError} No usable answer came.
 */
export async function sendImageBatch(
  media: MediaManager,
  images: BinaryInput[],
  options: UploadImagesOptions,
): Promise<ImageResult[]> {
  const { signal, scene, ratio } = options;
  if (options.module === "media") {
    const { response } = await media.uploadMediaImage({ business: 2, scene: 1, images }, { signal });
    const list = response?.image_list ?? [];
    // The list has no index: were one missing, nobody could tell which.
    if (list.length !== images.length) return images.map(() => ({ error: unmentioned() }));
    return list.map(({ image_id, image_url }) => ({
      imageId: image_id,
      urls: [{ image_url_region: "", image_url }],
    }));
  }

  const { response, request_id } = await media.uploadImage({ image: images, scene, ratio }, { signal });
  const entries = new Map(response?.image_info_list?.map((entry) => [entry.id, entry]));
  return images.map((_, index) => {
    const entry = entries.get(index);
    if (entry?.image_info && !entry.error) {
      return { imageId: entry.image_info.image_id, urls: entry.image_info.image_url_list };
    }
    if (!entry?.error) return { error: unmentioned() };
    const { error: code, message = "" } = entry;
    const refusal = { code, message, requestId: request_id, status: 200, endpoint: ENDPOINTS.uploadImage.path };
    return { error: judgeRefusal(refusal, { task: "upload the image" }).error };
  });
}

function unmentioned(): ShopeeMediaError {
  return new ShopeeMediaError("Cannot upload the image: Shopee's answer does not mention it");
}
