import { checkFile } from "../check_file.ts";
import type { FileCheck } from "../file_check.ts";
import type { InspectOptions } from "../inspect_options.ts";
import { VIDEO_LIMITS } from "../../platform/limits.ts";
import type { VideoModule } from "../../platform/types/video_module.ts";
import type { ReadableFile } from "../readable_file.ts";
import { checkVideo } from "./check_video.ts";
import { inspectVideo } from "./inspect_video.ts";
import type { VideoFileInfo } from "./video_file_info.ts";

/**
 * Looks into a video file and holds it against the rules of a module. A file that cannot be read is no error here: it
 * breaks the rule `readable`.
 *
 * @param blob The file, a `Blob` or anything read like one; in Node.js `openAsBlob` of `node:fs` gives one without reading it.
 * @param module Whose rules, as in {@linkcode checkVideo}.
 * @param options A signal.
 * @returns What the file says of itself, and all the rules it breaks.
 * @throws {unknown} The reason of the signal, or what went wrong in reading the bytes of the file.
 * @example
 * ```ts
 * import { openAsBlob } from "node:fs";
 * import { checkVideoFile } from "shopee-media/preflight";
 *
 * const { info, broken } = await checkVideoFile(await openAsBlob("test/assets/video/truncated.mp4"), "media_space");
 * console.assert(info === null && broken[0]?.rule === "readable");
 * ```
 */
export function checkVideoFile(
  blob: ReadableFile,
  module: VideoModule,
  options: InspectOptions = {},
): Promise<FileCheck<VideoFileInfo>> {
  return checkFile(blob, {
    what: "video",
    maxSize: VIDEO_LIMITS[module].maxSize,
    inspect: (file) => inspectVideo(file, options),
    check: (info) => checkVideo(info, module),
  });
}
