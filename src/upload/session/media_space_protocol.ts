import type { MediaApi } from "../../api/media_manager.ts";
import { MEDIA_SPACE_PART_SIZE } from "../../platform/limits.ts";
import { type Protocol, sessionFrom } from "./protocol.ts";

/**
 * Speaks `media_space`.
 *
 * @param media Makes the calls.
 * @returns The protocol.
 * @see https://open.shopee.com/documents/v2/v2.media_space.init_video_upload?module=91&type=1
 */
export function createMediaSpaceProtocol(media: MediaApi): Protocol<"media_space"> {
  return {
    async open({ size, md5 }, options) {
      const { response } = await media.initVideoUpload({ file_md5: md5!, file_size: size }, options);
      return sessionFrom("media_space", { ...response, part_size: MEDIA_SPACE_PART_SIZE });
    },
    async sendPart({ videoUploadId }, { seq, bytes, md5 }, options) {
      await media.uploadVideoPart(
        { video_upload_id: videoUploadId, part_seq: seq, content_md5: md5, part_content: bytes },
        options,
      );
    },
    async complete({ videoUploadId }, { parts, uploadCost }, options) {
      await media.completeVideoUpload(
        { video_upload_id: videoUploadId, part_seq_list: parts, report_data: { upload_cost: uploadCost } },
        options,
      );
    },
    async status({ videoUploadId }, options) {
      const { response } = await media.getVideoUploadResult({ video_upload_id: videoUploadId }, options);
      return {
        status: response?.status ?? "UNKNOWN",
        message: response?.message ?? "",
        videoInfo: response?.video_info,
      };
    },
    async cancel({ videoUploadId }, options) {
      await media.cancelVideoUpload({ video_upload_id: videoUploadId }, options);
    },
  };
}
