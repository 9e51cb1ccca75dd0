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

export type { BrokenRule, BrokenRuleName } from "../errors.ts";
export type { FileCheck } from "./check_file.ts";
export { checkImage, checkImageFile } from "./check_image.ts";
export { checkVideo, checkVideoFile } from "./check_video.ts";
export { type ImageFileInfo, inspectImage } from "./inspect_image.ts";
export { inspectVideo, type VideoFileInfo } from "./inspect_video.ts";
export type { InspectOptions, ReadableFile } from "./readable_file.ts";
export { type ImageFormat, sniffImageFormat } from "./sniff_image_format.ts";
export { MAX_IMAGE_SIZE, VIDEO_LIMITS, type VideoLimits } from "../platform/limits.ts";
export type { VideoModule, VideoModule as MediaModule } from "../platform/types/video_module.ts";
