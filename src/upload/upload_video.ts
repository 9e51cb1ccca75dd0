import type { MediaManager } from "../api/media_manager.ts";
import { InvalidInputError, isShopeeApiError, isSourceChangedError } from "../errors.ts";
import type { VideoModule } from "../platform/types/video_module.ts";
import { checkVideoFile } from "../preflight/check_video.ts";
import { brokenRulesError } from "./broken_rules_error.ts";
import { type ResolvedSinkOptions, resolveSinkOptions, type VideoSinkOptions } from "./options.ts";
import type { VideoUploadResult } from "./result.ts";
import { type PartSource, toPartSource } from "./source/part_source.ts";
import { toStream } from "./source/stream_source.ts";
import { factsOf, isStream, type VideoSource } from "./source/video_source.ts";
import { createVideoUpload, type VideoUpload } from "./video_upload.ts";
import { createVideoUploadSink } from "./video_upload_sink.ts";

/** Options of {@linkcode uploadVideo}. */
export interface UploadVideoOptions<Module extends VideoModule = VideoModule> extends VideoSinkOptions<Module> {
  /**
   * Looks at the video before anything is sent, as far as its source can be read twice: not a stream. In `media` this
   * also finds the `duration`. @default true
   */
  preflight?: boolean;
}

/**
 * Uploads a video from any source, and waits until Shopee has transcoded it.
 *
 * @param media Makes the calls.
 * @param source The bytes. Of a `Blob`, bytes or a `fileSource` the `size` is known, of a `File` or a `fileSource` the `fileName`, too.
 * @param options As for `createVideoUploadSink`. A video that can be read twice is looked at first.
 * @returns The finished video.
 * @throws {InvalidInputError} Also for a video that Shopee would refuse, with all the rules that it breaks; nothing was
 * sent then.
 * @throws As the pipe into a `createVideoUploadSink` does.
 * @example
 * ```ts
 * import { MediaManager, uploadVideo } from "shopee-media";
 * import { createEmulator } from "shopee-media/emulator";
 *
 * const emulator = await createEmulator({ inspect: false });
 * const media = new MediaManager({ ...emulator.credentials, fetch: emulator.fetch });
 *
 * const file = new File(["not quite a video"], "shoes.mp4");
 * const { videoUploadId, videoInfo } = await uploadVideo(media, file, { module: "media", duration: 12, preflight: false });
 * console.log(videoUploadId, videoInfo.video_url);
 * await emulator.close();
 * ```
 */
export function uploadVideo(
  media: MediaManager,
  source: VideoSource,
  options?: UploadVideoOptions<"media_space">,
): Promise<VideoUploadResult<"media_space">>;
/** As above, for the module that the options name. */
export function uploadVideo<Module extends VideoModule>(
  media: MediaManager,
  source: VideoSource,
  options: UploadVideoOptions<Module> & { module: Module },
): Promise<VideoUploadResult<Module>>;
/** As above, where the options are yet to tell the module. */
export function uploadVideo(
  media: MediaManager,
  source: VideoSource,
  options: UploadVideoOptions,
): Promise<VideoUploadResult>;
export async function uploadVideo(
  media: MediaManager,
  source: VideoSource,
  options: UploadVideoOptions = {},
): Promise<VideoUploadResult> {
  const facts = factsOf(source);
  if (options.size !== undefined && facts.size !== undefined && options.size !== facts.size) {
    throw new InvalidInputError(
      `Cannot upload the video: it has ${facts.size} bytes, but its size was to be ${options.size}`,
    );
  }
  const known = { ...options, size: facts.size ?? options.size, fileName: options.fileName ?? facts.name };
  if (isStream(source)) {
    const stream = toStream(source);
    const sink = createVideoUploadSink(media, known);
    // How it fails is told by the result. A source that cannot be cancelled is none of the caller's concern then.
    stream.pipeTo(sink).catch(() => {});
    return await sink.result;
  }
  const parts = toPartSource(source);
  const found = options.preflight === false ? undefined : await checkedDuration(parts, options);
  const settings = resolveSinkOptions({ ...known, duration: options.duration ?? found });
  try {
    return await uploadParts(media, parts, settings);
  } catch (error) {
    // This source can be read again, and what stood in the way, a checkpoint of other bytes or a dead session, is gone.
    if (!isSourceChangedError(error) && !isSessionGone(error)) throw error;
    return await uploadParts(media, parts, settings);
  }
}

/** Whether Shopee has forgotten the session while parts were on their way. */
function isSessionGone(error: unknown): boolean {
  return isShopeeApiError(error) && error.kind === "unknown_id" && error.session === "cancelled";
}

/** Returns the whole seconds that the video lasts, if Shopee is going to take it. */
async function checkedDuration(source: PartSource, options: UploadVideoOptions): Promise<number | undefined> {
  const { module = "media_space", signal } = options;
  const { info, broken } = await checkVideoFile(source, module, { signal });
  if (broken.length > 0) throw brokenRulesError("video", broken);
  return info?.duration ? Math.round(info.duration) : undefined;
}

async function uploadParts(
  media: MediaManager,
  source: PartSource,
  options: ResolvedSinkOptions,
): Promise<VideoUploadResult> {
  const upload = createVideoUpload(media, { ...options, release: source.release });
  // Not awaited: a source that cannot be read any more must not keep a failed upload from telling so.
  void pump(source, upload);
  return await upload.result;
}

async function pump(source: PartSource, upload: VideoUpload): Promise<void> {
  try {
    const partSize = await upload.partSize();
    const { buffers, signal } = upload;
    for await (const part of source.parts(partSize, { buffers, signal })) await upload.writePart(part);
    await upload.close();
  } catch (error) {
    // The source's own error, or the upload's, which has then been dealt with already.
    await upload.abort(error);
  }
}
