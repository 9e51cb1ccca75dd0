import type { MediaApi } from "../api/media_manager.ts";
import { isShopeeMediaError } from "../error_guards.ts";
import type { FailedUpload } from "../errors.ts";
import { checkFunction, checkKnownOptions, checkSignal, describeValue, refuseOption } from "../options.ts";
import type { VideoModule } from "../platform/types/video_module.ts";
import { resolvePoll } from "./options.ts";
import { createProtocol } from "./session/create_protocol.ts";
import { type PollOptions, type PushSource, type ReadyVideo, waitForResult } from "./session/wait_for_result.ts";

/** Options of {@linkcode waitForVideo}. */
export interface WaitForVideoOptions {
  /** How often, and for how long, Shopee is asked, in ms. */
  poll?: PollOptions | undefined;
  /** Waits for Shopee's push instead of asking; then it is asked at most now and then, in case the push is lost. */
  pushes?: PushSource | undefined;
  /** Ends the wait; the video goes its way. */
  signal?: AbortSignal | undefined;
  /** Called with each status that Shopee tells, such as `TRANSCODING`. */
  onStatus?: ((status: string) => void) | undefined;
}

const NAMES: Readonly<Record<keyof WaitForVideoOptions, true>> = {
  poll: true,
  pushes: true,
  signal: true,
  onStatus: true,
};

/** Names a video that is at Shopee. */
export interface VideoAtShopee<Module extends VideoModule = VideoModule> {
  /** The module it was uploaded to. */
  module: Module;
  /** Shopee's id of it. */
  videoUploadId: string;
}

/**
 * Waits until a video is ready that was uploaded before: with `until: "uploaded"`, in another process, or by an upload that
 * failed while it waited.
 *
 * @param media Makes the calls.
 * @param video The video.
 * @param options How it is waited for.
 * @returns The video, as an upload's result tells it.
 * @throws {InvalidInputError} The video is not named, or an option is unknown or cannot work; nothing was asked then.
 * @throws {VideoFailedError} Shopee will not have the video.
 * @throws {ResultTimeoutError} Time ran out first, or Shopee does not know the video.
 * @throws {ShopeeApiError} Shopee refused the question; the video may be ready all the same.
 * @throws The signal's reason, when it fires.
 * @example
 * ```ts
 * import { MediaManager, uploadVideo, waitForVideo } from "shopee-media";
 * import { createEmulator } from "shopee-media/emulator";
 *
 * const emulator = await createEmulator({ inspect: false });
 * const media = new MediaManager({ ...emulator.credentials, fetch: emulator.fetch });
 *
 * const file = new Blob(["not quite a video"]);
 * const sent = await uploadVideo(media, file, { until: "uploaded", preflight: false });
 * // Later, with the id alone:
 * const { videoInfo } = await waitForVideo(media, { module: "media_space", videoUploadId: sent.videoUploadId });
 * console.log(videoInfo.video_url_list);
 * await emulator.close();
 * ```
 */
export async function waitForVideo<Module extends VideoModule>(
  media: MediaApi,
  video: VideoAtShopee<Module>,
  options: WaitForVideoOptions = {},
): Promise<VideoAtShopee<Module> & ReadyVideo<Module>> {
  checkKnownOptions("waitForVideo", options, Object.keys(NAMES));
  checkSignal("signal", options.signal);
  checkFunction("onStatus", options.onStatus);
  if (options.pushes !== undefined && typeof options.pushes?.wait !== "function") {
    refuseOption("pushes", "an inbox, as createPushInbox makes it", describeValue(options.pushes));
  }
  const { module, videoUploadId } = video;
  const { pushes, signal = new AbortController().signal, onStatus = () => {} } = options;
  if (module !== "media_space" && module !== "media") {
    refuseOption("module", `"media_space" or "media"`, describeValue(module));
  }
  if (typeof videoUploadId !== "string" || videoUploadId === "") {
    refuseOption("videoUploadId", "Shopee's id of the video", describeValue(videoUploadId));
  }
  const protocol = createProtocol(media, { module });
  try {
    const poll = resolvePoll(options.poll);
    const ready = await waitForResult(protocol, { videoUploadId }, { ...poll, pushes, signal, onStatus });
    return { module, videoUploadId, ...ready };
  } catch (error) {
    const facts: FailedUpload = { module, videoUploadId, stage: "result", session: "completed" };
    if (isShopeeMediaError(error) && error !== signal.reason) Object.assign(error, facts);
    throw error;
  }
}
