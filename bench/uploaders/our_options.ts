import type { MediaManagerOptions, VideoSinkOptions } from "../../mod.ts";
import type { UploadTask } from "./upload_task.ts";

/** Options of our own client for a task. */
export interface OurOptions {
  /** Of the `MediaManager`. */
  manager: MediaManagerOptions;
  /** Of the upload. */
  upload: VideoSinkOptions;
}

/**
 * Tells our own client what it has to know.
 *
 * @param task What is to be uploaded.
 * @returns Options.
 */
export function ourOptions({ module, size, concurrency, url }: UploadTask): OurOptions {
  const name = module === "media" ? { fileName: "video.mp4", duration: 12 } : {};
  return {
    manager: { partnerId: 1, partnerKey: "key", shopId: 2, accessToken: "token", baseUrl: url },
    // The server is ready at once, so nothing but a question is to be waited for.
    upload: { module, size, concurrency, poll: { first: 0 }, ...name },
  };
}
