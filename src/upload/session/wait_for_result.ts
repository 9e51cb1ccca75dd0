import { linkSignals } from "../../async/link_signals.ts";
import { sleep } from "../../async/sleep.ts";
import { isShopeeMediaError, ResultTimeoutError, VideoFailedError } from "../../errors.ts";
import type { VideoInfoByModule, VideoModule } from "../../platform/types/video_module.ts";
import { runtime } from "../../runtime.ts";
import type { VideoUploadSession } from "../result.ts";
import type { Protocol, SessionStatus } from "./protocol.ts";

/**
 * Where Shopee's pushes about finished videos arrive. `createPushInbox` of `shopee-media/push` makes one, and
 * `createPushHandler` feeds it.
 */
export interface PushSource {
  /**
   * Waits for the push about one upload; one that came before it was waited for counts.
   *
   * @throws The signal's reason, when it fires.
   */
  wait(videoUploadId: string, options: { signal: AbortSignal }): Promise<PushedStatus>;
}

/** What a push says of an upload. */
export interface PushedStatus {
  /** `SUCCEEDED`, `FAILED` or `CANCELLED`. */
  status: string;
  /** Shopee's reason, if it gave one. */
  message?: string;
  /** The video, as `get_video_upload_result` would tell of it. */
  videoInfo?: unknown;
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

/** Options of {@linkcode waitForResult}. */
export interface WaitForResultOptions extends Required<PollOptions> {
  /** Where Shopee's word may arrive by itself. */
  pushes?: PushSource;
  /** Ends the wait. */
  signal: AbortSignal;
  /** Told every status that Shopee answers. */
  onStatus: (status: string) => void;
}

/**
 * Waits for Shopee's word on a completed session: asks for it, or, with pushes, asks only in case the push is lost.
 *
 * @param protocol Whom to ask.
 * @param session The completed session.
 * @param options How often, and for how long.
 * @returns What Shopee made of the video.
 * @throws {VideoFailedError} Shopee will not have the video.
 * @throws {ResultTimeoutError} Time ran out first.
 */
export async function waitForResult<Module extends VideoModule>(
  protocol: Protocol<Module>,
  session: VideoUploadSession,
  options: WaitForResultOptions,
): Promise<VideoInfoByModule[Module]> {
  const { interval, maxInterval, timeout, pushes, signal, onStatus } = options;
  const { videoUploadId } = session;
  const startedAt = runtime.elapsed();
  const deadline = linkSignals(signal);
  let last = "unknown";
  let lost: unknown;
  const timer = runtime.setTimer(() => {
    const message = `Cannot tell the result of ${videoUploadId}: its status is still ${last} after ${timeout} ms`;
    deadline.abort(new ResultTimeoutError(message, { videoUploadId, status: last, cause: lost }));
  }, timeout);

  async function poll(): Promise<SessionStatus<Module> | undefined> {
    try {
      return await protocol.status(session, { signal: deadline.signal });
    } catch (error) {
      // The video is safe at Shopee: what is down now need not be down until the deadline.
      if (!isShopeeMediaError(error) || !error.retryable) throw error;
      lost = error;
    }
  }

  /** The push; `undefined` where it cannot be waited for: then the answer has to be asked for. */
  async function push(from: PushSource): Promise<SessionStatus<Module> | undefined> {
    try {
      return await from.wait(videoUploadId, { signal: deadline.signal }) as SessionStatus<Module>;
    } catch {
      return undefined;
    }
  }

  let pushed = pushes && push(pushes);
  // Should the push be lost, there is time to ask at least once.
  let pause = pushed === undefined ? 0 : Math.min(maxInterval * PUSH_PATIENCE, timeout / 2);
  try {
    while (true) {
      const word = await within(pause, pushed, deadline.signal);
      if (word.came) pushed = undefined;
      const answer = word.value ?? await poll();
      if (answer !== undefined) {
        const { status, message, videoInfo } = answer;
        last = status;
        onStatus(status);
        if (status === "SUCCEEDED" && videoInfo !== undefined) return videoInfo;
        if (status === "FAILED" || status === "CANCELLED") throw verdict(videoUploadId, status, message);
      }
      const waited = runtime.elapsed() - startedAt;
      pause = pushed === undefined
        ? pauseAfter(waited, interval, maxInterval)
        : Math.min(pause * 4, Math.max((timeout - waited) / 2, maxInterval));
    }
  } finally {
    runtime.clearTimer(timer);
    deadline.release();
    deadline.abort(undefined);
  }
}

/** With pushes, how many of the longest waits pass before the first question: a minute, by default. */
const PUSH_PATIENCE = 12;

/** Waits for `ms`, or for the promise, should that settle before. */
async function within<T>(ms: number, promise: Promise<T> | undefined, signal: AbortSignal) {
  const pause = linkSignals(signal);
  const slept = sleep(ms, pause.signal).then(() => ({ came: false, value: undefined }));
  try {
    return await Promise.race([
      slept,
      ...(promise === undefined ? [] : [promise.then((value) => ({ came: true, value }))]),
    ]);
  } finally {
    pause.release();
    pause.abort(undefined);
  }
}

/**
 * A fifth of the time waited so far, so that a fast result is seen fast, and a slow one costs few questions. Less up to a
 * tenth, so that many uploads do not ask in step.
 */
function pauseAfter(waited: number, interval: number, maxInterval: number): number {
  const pause = Math.min(maxInterval, Math.max(interval / 20, waited / 5));
  return pause * (1 - runtime.random() / 10);
}

function verdict(videoUploadId: string, status: string, message: string | undefined): VideoFailedError {
  const reason = message || "Shopee gave no reason";
  return new VideoFailedError(`Cannot use the video ${videoUploadId}: ${reason} (${status})`, {
    videoUploadId,
    status,
  });
}
