/**
 * What Shopee would refuse, found before a byte is sent: looks into video and image files and holds them against the
 * rules of the modules `media_space` and `media`.
 *
 * @example
 * ```ts
 * import { openAsBlob } from "node:fs";
 * import { checkVideoFile } from "shopee-media/preflight";
 *
 * const { info, broken } = await checkVideoFile(await openAsBlob("test/assets/video/ok.mp4"), "media_space");
 * for (const rule of broken) console.error(rule.message);
 * console.assert(info?.duration === 12);
 * ```
 *
 * @module
 */

export type { BrokenRule, BrokenRuleName } from "./broken_rule.ts";
export type { FileCheck } from "./file_check.ts";
export { checkImage } from "./image/check_image.ts";
export { checkImageFile } from "./image/check_image_file.ts";
export type { ImageFileInfo, ImageFormat } from "./image/image_file_info.ts";
export { inspectImage } from "./image/inspect_image.ts";
export { sniffImageFormat } from "./image/sniff_image_format.ts";
export type { InspectOptions } from "./inspect_options.ts";
export { MAX_IMAGE_SIZE, VIDEO_LIMITS, type VideoLimits } from "../platform/limits.ts";
export type { VideoModule, VideoModule as MediaModule } from "../platform/types/video_module.ts";
export type { ReadableFile } from "./readable_file.ts";
export { checkVideo } from "./video/check_video.ts";
export { checkVideoFile } from "./video/check_video_file.ts";
export { inspectVideo } from "./video/inspect_video.ts";
export type { VideoFileInfo } from "./video/video_file_info.ts";
