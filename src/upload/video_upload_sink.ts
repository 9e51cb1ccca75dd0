import type { MediaApi } from "../api/media_manager.ts";
import type { ByteChunk } from "../bytes.ts";
import type { VideoModule } from "../platform/types/video_module.ts";
import { pipesHideErrors } from "../runtime.ts";
import {
  checkUploadOptions,
  type MediaFileFacts,
  type OnlyIfOpen,
  resolveSinkOptions,
  type VideoSinkOptions,
} from "./options.ts";
import type { ResultUntil, UploadUntil, VideoUploadSession } from "./result.ts";
import { createSourceWatch } from "./source/source_watch.ts";
import { createVideoUpload, type VideoUpload } from "./video_upload.ts";

/** A sink that uploads one video. */
export interface VideoUploadSink<Module extends VideoModule = VideoModule, Until extends UploadUntil = "ready">
  extends WritableStream<ByteChunk> {
  /** The session, as soon as it is open. Rejects when the upload fails before. */
  readonly session: Promise<VideoUploadSession<Module>>;
  /** The finished video. Rejects when the upload fails, and never as an unhandled rejection. */
  readonly result: Promise<ResultUntil<Module, Until>>;
}

/**
 * Makes a sink that uploads one video to Shopee: pipe the file's bytes into it.
 *
 * `pipeTo` settling is the upload settling. It resolves when Shopee has transcoded the video, and rejects with the error
 * that ended the upload; by then the session was cancelled at Shopee. Chunks may have any size, and must not be changed
 * after they were written. Nothing is sent before the first byte has come.
 *
 * To abort, use the option `signal`, which cuts everything at once: by the Streams standard, a pipe that is aborted by a
 * signal of its own, or whose source fails, tells its sink only when the chunk in hand was taken.
 *
 * A product video (`media_space`) is held in memory (at most 30 MB) while it is read, since Shopee wants its MD5 first;
 * with `md5` and `size` given, and always in `media`, at most `concurrency + 1` parts are.
 *
 * @param media Makes the calls.
 * @param options Where the video goes, and how.
 * @returns The sink.
 * @throws {InvalidInputError} An option is missing or cannot work. The pipe rejects with the same for a file that cannot
 * be uploaded: empty, too large, or not as `size` and `md5` say.
 * @throws {ShopeeApiError} (the pipe) Shopee refused a call.
 * @throws {TransportError} (the pipe) No usable answer came.
 * @throws {VideoFailedError} (the pipe) Shopee will not have the video.
 * @throws {ResultTimeoutError} (the pipe) The video was sent, but was not ready in time.
 * @example
 * ```ts
 * import { createVideoUploadSink, MediaManager } from "shopee-media";
 * import { createEmulator } from "shopee-media/emulator";
 *
 * const emulator = await createEmulator({ inspect: false });
 * const media = new MediaManager({ ...emulator.credentials, fetch: emulator.fetch });
 *
 * const sink = createVideoUploadSink(media);
 * await new Blob(["not quite a video"]).stream().pipeTo(sink);
 * const { videoUploadId, videoInfo } = await sink.result;
 * console.log(videoUploadId, videoInfo.video_url_list);
 * await emulator.close();
 * ```
 */
export function createVideoUploadSink<Until extends UploadUntil = "ready">(
  media: MediaApi,
  options?: VideoSinkOptions<"media_space", Until>,
): VideoUploadSink<"media_space", Until>;
/** As above, for `media`, which must be told the file's size, name and duration. */
export function createVideoUploadSink<Until extends UploadUntil = "ready">(
  media: MediaApi,
  options: VideoSinkOptions<"media", Until> & MediaFileFacts & { module: "media" },
): VideoUploadSink<"media", Until>;
/** As above, where the options are yet to tell the module. */
export function createVideoUploadSink<Module extends VideoModule, Until extends UploadUntil = "ready">(
  media: MediaApi,
  options: VideoSinkOptions<Module, Until> & OnlyIfOpen<Module>,
): VideoUploadSink<Module, Until>;
export function createVideoUploadSink(
  media: MediaApi,
  options: VideoSinkOptions<VideoModule, UploadUntil> = {},
): VideoUploadSink<VideoModule, UploadUntil> {
  checkUploadOptions("createVideoUploadSink", options);
  const settings = resolveSinkOptions(options);
  const watch = createSourceWatch(settings.sourceTimeout);
  let upload!: VideoUpload;
  const sink = new WritableStream<ByteChunk>({
    start(controller) {
      const onFailed = (reason: unknown) => {
        if (!pipesHideErrors()) controller.error(reason);
      };
      upload = createVideoUpload(media, { ...settings, onFailed });
      // Fires at once, whereas `abort` below waits for a pending write.
      controller.signal.addEventListener("abort", () => void upload.abort(controller.signal.reason), { once: true });
      watch.signal.addEventListener("abort", () => void upload.abort(watch.signal.reason), { once: true });
      upload.signal.addEventListener("abort", watch.end, { once: true });
    },
    write: (chunk) => watch.during(upload.write(chunk)),
    close() {
      watch.end();
      return upload.close();
    },
    abort: (reason) => upload.abort(reason),
  });
  return Object.assign(sink, { session: upload.session, result: upload.result });
}
