import type { MediaApi } from "../../api/media_manager.ts";
import { MEDIA_SPACE_PART_SIZE } from "../../platform/limits.ts";
import type { VideoModule } from "../../platform/types/video_module.ts";
import { type Protocol, sessionFrom } from "./protocol.ts";

/**
 * Chooses how a module is spoken to.
 *
 * @param media Makes the calls.
 * @param options The module, and what opening a session in `media` wants to know.
 * @returns Its protocol.
 */
export function createProtocol<Module extends VideoModule>(
  media: MediaApi,
  options: MediaProtocolOptions & { module: Module },
): Protocol<Module> {
  const protocol = options.module === "media" ? createMediaProtocol(media, options) : createMediaSpaceProtocol(media);
  return protocol as Protocol<VideoModule> as Protocol<Module>;
}

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

/** What `init_video_upload` of `media` is told, besides the file's size. */
export interface MediaProtocolOptions {
  /** Name of the file. */
  fileName?: string | undefined;
  /** Whole seconds. */
  duration?: number | undefined;
  /** @default 3 (Video) */
  business?: number | undefined;
  /** @default 1 (Shopee Video) */
  scene?: number | undefined;
}

/**
 * Speaks `media`.
 *
 * @param media Makes the calls.
 * @param options What opening a session needs: `fileName` and `duration`.
 * @returns The protocol.
 * @see https://open.shopee.com/documents/v2/v2.media.init_video_upload?module=130&type=1
 */
export function createMediaProtocol(media: MediaApi, options: MediaProtocolOptions): Protocol<"media"> {
  const { business = 3, scene = 1, fileName, duration } = options;
  return {
    async open({ size }, options) {
      const { response } = await media.initMediaVideoUpload(
        { business, scene, file_name: fileName!, file_size: size, duration: duration! },
        options,
      );
      try {
        return sessionFrom("media", response);
      } catch (error) {
        const video_upload_id = response?.video_upload_id;
        if (video_upload_id) await media.cancelMediaVideoUpload({ video_upload_id }, options).catch(() => {});
        throw error;
      }
    },
    async sendPart({ videoUploadId }, { seq, bytes, md5 }, options) {
      await media.uploadMediaVideoPart(
        { video_upload_id: videoUploadId, part_seq: seq, part_md5: md5, part_content: bytes },
        options,
      );
    },
    async complete({ videoUploadId }, _upload, options) {
      await media.completeMediaVideoUpload({ video_upload_id: videoUploadId }, options);
    },
    async status({ videoUploadId }, options) {
      const { response } = await media.getMediaVideoUploadResult({ video_upload_id: videoUploadId }, options);
      return {
        status: response?.status ?? "UNKNOWN",
        message: response?.reason ?? "",
        videoInfo: response?.video_info,
      };
    },
    async cancel({ videoUploadId }, options) {
      await media.cancelMediaVideoUpload({ video_upload_id: videoUploadId }, options);
    },
  };
}
