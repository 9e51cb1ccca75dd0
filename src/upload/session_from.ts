import { ShopeeMediaError } from "../errors.ts";
import type { VideoModule } from "../platform/types/video_module.ts";
import type { VideoUploadSession } from "./video_upload_result.ts";

/**
 * Reads the answer of `init_video_upload`.
 *
 * @param module The module that was asked.
 * @param response What it answered.
 * @returns The session.
 * @throws {ShopeeMediaError} The answer does not hold what it must.
 */
export function sessionFrom<Module extends VideoModule>(
  module: Module,
  response: { video_upload_id?: unknown; part_size?: unknown } | undefined,
): VideoUploadSession<Module> {
  const videoUploadId = response?.video_upload_id;
  const partSize = response?.part_size;
  if (typeof videoUploadId !== "string" || videoUploadId === "") {
    throw new ShopeeMediaError("Cannot open an upload session: Shopee's answer has no video_upload_id");
  }
  if (typeof partSize !== "number" || !Number.isSafeInteger(partSize) || partSize < 1) {
    throw new ShopeeMediaError(`Cannot open an upload session: Shopee's part_size is ${JSON.stringify(partSize)}`);
  }
  return { module, videoUploadId, partSize };
}
