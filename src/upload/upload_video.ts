import type { MediaApi } from "../api/media_manager.ts";
import { raceSignal } from "../async/signals.ts";
import { isShopeeApiError, isSourceChangedError } from "../error_guards.ts";
import { InvalidInputError, RefusedFileError } from "../errors.ts";
import type { VideoModule } from "../platform/types/video_module.ts";
import { checkVideoFile } from "../preflight/check_video.ts";
import type { ReadableFile } from "../preflight/readable_file.ts";
import {
  checkUploadOptions,
  type MediaFileFacts,
  type OnlyIfOpen,
  type ResolvedSinkOptions,
  resolveSinkOptions,
  resolveSourceTimeout,
  type VideoSinkOptions,
} from "./options.ts";
import type { ResultUntil, UploadUntil, VideoUploadResult } from "./result.ts";
import { type PartSource, toPartSource } from "./source/part_source.ts";
import { createSourceWatch, type SourceWatch } from "./source/source_watch.ts";
import { type FileSource, readChunks, readSource, type StreamSource, type VideoSource } from "./source/video_source.ts";
import { createVideoUpload, type VideoUpload } from "./video_upload.ts";

/** Options of {@linkcode uploadVideo}. */
export interface UploadVideoOptions<Module extends VideoModule = VideoModule, Until extends UploadUntil = "ready">
  extends VideoSinkOptions<Module, Until> {
  /**
   * Looks at the video before anything is sent, as far as its source can be read twice, or is held in memory anyway. In
   * `media` this also finds the `duration`. `"warn"` sends what Shopee may take, since its tolerance is not known (60.018 s,
   * for example). @default true
   */
  preflight?: boolean | "warn" | undefined;
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
export function uploadVideo<Until extends UploadUntil = "ready">(
  media: MediaApi,
  source: VideoSource,
  options?: UploadVideoOptions<"media_space", Until>,
): Promise<ResultUntil<"media_space", Until>>;
/** As above, for `media`, which finds the size and the duration of a file by itself. */
export function uploadVideo<Until extends UploadUntil = "ready">(
  media: MediaApi,
  source: FileSource,
  options: UploadVideoOptions<"media", Until> & { module: "media" },
): Promise<ResultUntil<"media", Until>>;
/** As above, for a stream to `media`, of which all must be told. */
export function uploadVideo<Until extends UploadUntil = "ready">(
  media: MediaApi,
  source: VideoSource,
  options: UploadVideoOptions<"media", Until> & MediaFileFacts & { module: "media" },
): Promise<ResultUntil<"media", Until>>;
/** As above, where the options are yet to tell the module. */
export function uploadVideo<Module extends VideoModule, Until extends UploadUntil = "ready">(
  media: MediaApi,
  source: VideoSource,
  options: UploadVideoOptions<Module, Until> & OnlyIfOpen<Module>,
): Promise<ResultUntil<Module, Until>>;
export async function uploadVideo(
  media: MediaApi,
  source: VideoSource,
  options: UploadVideoOptions<VideoModule, UploadUntil> = {},
): Promise<ResultUntil<VideoModule, UploadUntil>> {
  checkUploadOptions("uploadVideo", options, "preflight");
  const { file, stream, size, name } = readSource(source);
  if (options.size !== undefined && size !== undefined && options.size !== size) {
    throw new InvalidInputError(
      `Cannot upload the video: it has ${size} bytes, but its size was to be ${options.size}`,
    );
  }
  const known = { ...options, size: size ?? options.size, fileName: options.fileName ?? name };
  if (stream !== undefined) return await uploadStream(media, stream, known);
  const parts = toPartSource(file);
  const found = await checkedDuration(parts, known);
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

async function uploadStream(
  media: MediaApi,
  source: StreamSource,
  options: UploadVideoOptions<VideoModule, UploadUntil>,
): Promise<VideoUploadResult> {
  const settings = resolveSinkOptions(options);
  const inspect = options.preflight === false ? undefined : (file: ReadableFile) => check(file, options);
  const upload = createVideoUpload(media, { ...settings, inspect });
  const watch = createSourceWatch(settings.sourceTimeout);
  void pump(upload, watch, async () => {
    watch.wait();
    for await (const chunk of readChunks(source, upload.signal)) await watch.during(upload.write(chunk));
  });
  return await upload.result;
}

async function uploadParts(
  media: MediaApi,
  source: PartSource,
  options: ResolvedSinkOptions,
): Promise<VideoUploadResult> {
  const watch = createSourceWatch(options.sourceTimeout);
  let alive = 0;
  const upload = createVideoUpload(media, {
    ...options,
    release(part) {
      source.release(part);
      alive--;
      watch.wait();
    },
  });
  void pump(upload, watch, async () => {
    const partSize = await upload.partSize();
    const { buffers, signal } = upload;
    watch.wait();
    for await (const part of source.parts(partSize, { buffers, signal })) {
      alive++;
      await watch.during(upload.writePart(part));
      // Then it is the source that waits, for a buffer.
      if (alive >= buffers) watch.pause();
    }
  });
  return await upload.result;
}

/** Brings a source to its upload. Not awaited: a source that hangs must not keep a failed upload from telling so. */
async function pump(upload: VideoUpload, watch: SourceWatch, read: () => Promise<void>): Promise<void> {
  watch.signal.addEventListener("abort", () => void upload.abort(watch.signal.reason), { once: true });
  upload.signal.addEventListener("abort", watch.end, { once: true });
  try {
    await read();
    watch.end();
    await upload.close();
  } catch (error) {
    // The source's own error, or the upload's, which has then been dealt with already.
    await upload.abort(error);
  }
}

/** Looks at a file before it is sent, and returns the whole seconds that it lasts, if that can be told. */
async function checkedDuration(
  file: ReadableFile,
  options: UploadVideoOptions<VideoModule, UploadUntil>,
): Promise<number | undefined> {
  if (options.preflight === false) return undefined;
  const watch = createSourceWatch(resolveSourceTimeout(options));
  watch.wait();
  return await raceSignal(check(file, options), watch.signal).finally(watch.end);
}

async function check(
  file: ReadableFile,
  options: UploadVideoOptions<VideoModule, UploadUntil>,
): Promise<number | undefined> {
  const { module = "media_space", signal } = options;
  const { info, broken } = await checkVideoFile(file, module, { signal });
  const refused = options.preflight === "warn" ? broken.filter(({ uncertain }) => !uncertain) : broken;
  if (refused.length > 0) throw new RefusedFileError("video", refused);
  return info?.duration ? Math.round(info.duration) : undefined;
}
