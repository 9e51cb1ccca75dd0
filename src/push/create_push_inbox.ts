import { raceSignal } from "../async/signals.ts";
import { BoundedMap } from "./deliver_once.ts";
import type { VideoUploadPush } from "./video_upload_push.ts";

/** Options of {@linkcode PushInbox.wait}. */
export interface PushWaitOptions {
  /** Ends the waiting, with its reason. */
  signal: AbortSignal;
}

/** Brings pushes to the uploads that wait for them. */
export interface PushInbox {
  /**
   * Takes in a push. It needs no `this`: `onVideoUpload: pushes.deliver`.
   *
   * @param push A verified push. Only the statuses that end an upload count; others are dropped.
   */
  deliver(this: void, push: VideoUploadPush): void;
  /**
   * Waits for the push that ends an upload. It may have come before.
   *
   * @param videoUploadId The session at Shopee.
   * @param options `signal`, which is not optional: pushes get lost, so nobody should wait for ever.
   * @returns The push. Whether the upload succeeded is in its `status`.
   * @throws {unknown} The reason of `signal`.
   */
  wait(this: void, videoUploadId: string, options: PushWaitOptions): Promise<VideoUploadPush>;
}

const FINAL_STATUSES: ReadonlySet<string> = new Set(["SUCCEEDED", "FAILED", "CANCELLED"]);

/** How many pushes are kept for uploads that do not wait yet, or belong to another process: about 2 MB. */
const KEPT = 1_000;

/**
 * Makes a place where pushes meet the uploads that wait for them.
 *
 * A push may overtake the answer to `complete_video_upload`: the last 1 000 are kept, for whoever asks later. An
 * upload and the server that gets its push must share a process; where they do not, feed the inbox from a queue.
 *
 * @returns The inbox.
 * @example
 * ```ts
 * import { createPushInbox, parseVideoUploadPush } from "shopee-media/push";
 *
 * const pushes = createPushInbox();
 * const waiting = pushes.wait("sg_1", { signal: AbortSignal.timeout(60_000) });
 *
 * const push = parseVideoUploadPush('{"code":38,"data":{"video_upload_id":"sg_1","status":"CANCELLED"}}');
 * if (push.kind === "video_upload") pushes.deliver(push);
 *
 * console.assert((await waiting).status === "CANCELLED");
 * ```
 */
export function createPushInbox(): PushInbox {
  const kept = new BoundedMap<string, VideoUploadPush>(KEPT);
  const waiting = new Map<string, Set<(push: VideoUploadPush) => void>>();

  return {
    deliver(push) {
      if (!FINAL_STATUSES.has(push.status)) return;
      kept.set(push.videoUploadId, push);
      for (const take of waiting.get(push.videoUploadId) ?? []) take(push);
    },

    async wait(videoUploadId, { signal }) {
      signal.throwIfAborted();
      const early = kept.get(videoUploadId);
      if (early) return early;

      const { promise, resolve } = Promise.withResolvers<VideoUploadPush>();
      const takers = waiting.get(videoUploadId) ?? new Set();
      waiting.set(videoUploadId, takers.add(resolve));
      try {
        return await raceSignal(promise, signal);
      } finally {
        takers.delete(resolve);
        if (takers.size === 0) waiting.delete(videoUploadId);
      }
    },
  };
}
