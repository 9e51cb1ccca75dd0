import type { ImageInfoListEntry, UploadImageResponse } from "../../platform/types/media_space.ts";

/** The response that has these entries; its own `image_info` is that of the first image that was taken. */
export function uploadImageResponse(image_info_list: ImageInfoListEntry[]): UploadImageResponse {
  const image_info = image_info_list.find((entry) => entry.image_info)?.image_info;
  return { ...(image_info && { image_info }), image_info_list };
}
