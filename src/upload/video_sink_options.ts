import type { CheckpointOptions } from "./checkpoint_options.ts";
import type { PushSource } from "./push_source.ts";
import type { UploadProgress } from "./upload_progress.ts";
import type { VideoModule } from "../platform/types/video_module.ts";

/** Options of `createVideoUploadSink`. */
export interface VideoSinkOptions<Module extends VideoModule = VideoModule> {
  /** Where the video goes: `media_space` for product videos, `media` for Shopee Video. @default "media_space" */
  module?: Module;
  /** Bytes in the whole file. `media` needs it; so does `media_space` together with `md5`; else it is only checked. */
  size?: number;
  /** Hex MD5 of the whole file. With it and `size`, `media_space` sends while it reads, without holding the file. */
  md5?: string;
  /** Name of the file. `media` needs it. */
  fileName?: string;
  /** Length of the video in whole seconds, 1 to 180. `media` needs it; `inspectVideo` of `shopee-media/preflight` tells. */
  duration?: number;
  /** `media` only. @default 3 (Video) */
  business?: number;
  /** `media` only. @default 1 (Shopee Video) */
  scene?: number;
  /** Parts in flight at once, 1 to 16. @default 3 */
  concurrency?: number;
  /** Aborts everything: requests, waits, the pipe. */
  signal?: AbortSignal;
  /** Called as the upload moves on. An error that it throws ends the upload. */
  onProgress?: (progress: UploadProgress) => void;
  /** How the result is waited for, in ms. */
  poll?: PollOptions;
  /**
   * Waits for Shopee's push instead of asking: an upload then asks for its result at most now and then, in case the push
   * is lost. @default none: it asks
   */
  pushes?: PushSource;
  /**
   * Writes down how far the upload is, so that it can be resumed with the same source: only what was not acknowledged is
   * then sent. The session of a failed upload is kept for that, unless the reason is final. @default none
   */
  checkpoint?: CheckpointOptions;
}

/** How often, and for how long, Shopee is asked for the result, in ms. */
export interface PollOptions {
  /**
   * Wait between two polls after five seconds. Waits are a fifth of the time waited so far: at first as short as a
   * twentieth of this, so that a fast result is seen fast. @default 1000
   */
  interval?: number;
  /** Longest wait between two polls. @default 5000 */
  maxInterval?: number;
  /** When to give up, counted from the end of the upload. @default 600000 */
  timeout?: number;
}
