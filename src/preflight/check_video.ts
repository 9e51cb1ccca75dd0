import type { BrokenRule } from "../errors.ts";
import { VIDEO_LIMITS } from "../platform/limits.ts";
import type { VideoModule } from "../platform/types/video_module.ts";
import { breakRule, checkFile, checkSize, type FileCheck } from "./check_file.ts";
import { inspectVideo, type VideoFileInfo } from "./inspect_video.ts";
import type { InspectOptions, ReadableFile } from "./readable_file.ts";

/**
 * Holds a video against the rules of a module.
 *
 * @param info What {@linkcode inspectVideo} found.
 * @param module Whose rules: `media_space` takes MP4 of 10 to 60 s, at most 1280 pixels wide and high, at most
 * 31 457 280 bytes; `media` MP4 of 1 to 180 s and at most 1 073 741 824 bytes. Both ends are allowed.
 * @returns All the rules it breaks: none for a good video. One that a cut misses by less than a frame or so is `uncertain`.
 * @see https://open.shopee.com/documents/v2/v2.media_space.init_video_upload?module=91&type=1
 * @example
 * ```ts
 * import { openAsBlob } from "node:fs";
 * import { checkVideo, inspectVideo } from "shopee-media/preflight";
 *
 * const info = await inspectVideo(await openAsBlob("test/assets/video/short_3s.mp4"));
 * const [broken] = checkVideo(info, "media_space");
 * console.assert(broken?.message === "Cannot upload the video: it lasts 3 s, at least 10 s are needed");
 * ```
 */
export function checkVideo(info: VideoFileInfo, module: VideoModule): BrokenRule[] {
  const { minDuration, maxDuration, maxSide, maxSize } = VIDEO_LIMITS[module];
  const { container, duration, width, height, size, videoCodec } = info;
  const broken = checkSize("video", { size, maxSize });
  const breaks = (rule: Omit<BrokenRule, "message">) => broken.push(breakRule("video", rule));

  if (container !== "mp4") {
    breaks({ rule: "format", value: container, limit: "mp4", reason: `it is a ${container} file, only mp4 is taken` });
  }
  if (videoCodec === null && (container === "mp4" || container === "mov")) {
    breaks({ rule: "video_track", value: null, limit: 1, reason: "it has no video track" });
  }
  if (duration !== null && duration < minDuration) {
    const reason = `it lasts ${duration} s, at least ${minDuration} s are needed`;
    breaks({ rule: "duration", value: duration, limit: minDuration, ...closeness(duration, minDuration), reason });
  }
  if (duration !== null && duration > maxDuration) {
    const reason = `it lasts ${duration} s, at most ${maxDuration} s are allowed`;
    breaks({ rule: "duration", value: duration, limit: maxDuration, ...closeness(duration, maxDuration), reason });
  }
  if (width !== null && width > maxSide) {
    const reason = `it is ${width} pixels wide, at most ${maxSide} are allowed`;
    breaks({ rule: "width", value: width, limit: maxSide, reason });
  }
  if (height !== null && height > maxSide) {
    const reason = `it is ${height} pixels high, at most ${maxSide} are allowed`;
    breaks({ rule: "height", value: height, limit: maxSide, reason });
  }
  return broken;
}

/** Seconds by which a video may miss a limit when it was cut there: editors cut between frames, of which 24 make a second. */
const TOLERANCE = 0.05;

function closeness(duration: number, limit: number): Pick<BrokenRule, "uncertain"> {
  // Rounded, since 60.05 - 60 is more than 0.05.
  return Math.round(Math.abs(duration - limit) * 1000) / 1000 <= TOLERANCE ? { uncertain: true } : {};
}

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
