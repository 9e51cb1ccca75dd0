import { isPassing } from "../api/is_passing.ts";
import { linkSignals } from "../async/link_signals.ts";
import { sleep } from "../async/sleep.ts";
import { ResultTimeoutError, VideoFailedError } from "../errors.ts";
import type { Protocol, SessionStatus } from "./protocol.ts";
import type { PushSource } from "./push_source.ts";
import type { VideoInfoByModule, VideoModule } from "../platform/types/video_module.ts";
import type { PollOptions } from "./video_sink_options.ts";
import type { VideoUploadSession } from "./video_upload_result.ts";

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
  const startedAt = performance.now();
  const deadline = linkSignals(signal);
  let last = "unknown";
  let lost: unknown;
  const timer = setTimeout(() => {
    const message = `Cannot tell the result of ${videoUploadId}: its status is still ${last} after ${timeout} ms`;
    deadline.abort(new ResultTimeoutError(message, { videoUploadId, status: last, cause: lost }));
  }, timeout);

  async function poll(): Promise<SessionStatus<Module> | undefined> {
    try {
      return await protocol.status(session, { signal: deadline.signal });
    } catch (error) {
      // The video is safe at Shopee: what is down now need not be down until the deadline.
      if (!isPassing(error)) throw error;
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
      const waited = performance.now() - startedAt;
      pause = pushed === undefined
        ? pauseAfter(waited, interval, maxInterval)
        : Math.min(pause * 4, Math.max((timeout - waited) / 2, maxInterval));
    }
  } finally {
    clearTimeout(timer);
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
  return pause * (1 - Math.random() / 10);
}

function verdict(videoUploadId: string, status: string, message: string | undefined): VideoFailedError {
  const reason = message || "Shopee gave no reason";
  return new VideoFailedError(`Cannot use the video ${videoUploadId}: ${reason} (${status})`, {
    videoUploadId,
    status,
  });
}
