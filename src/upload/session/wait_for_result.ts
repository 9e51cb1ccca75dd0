import { linkSignals } from "../../async/signals.ts";
import { sleep } from "../../async/sleep.ts";
import { isResultTimeoutError, isShopeeApiError, isShopeeMediaError } from "../../error_guards.ts";
import { ResultTimeoutError, VideoFailedError } from "../../errors.ts";
import type { VideoInfoByModule, VideoModule } from "../../platform/types/video_module.ts";
import { runtime } from "../../runtime.ts";
import type { Protocol, SessionId, SessionStatus } from "./protocol.ts";

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
  message?: string | undefined;
  /** The video, as `get_video_upload_result` would tell of it. */
  videoInfo?: unknown | undefined;
}

/** How often, and for how long, Shopee is asked for the result, in ms. */
export interface PollOptions {
  /** Pause before the first question. @default 500 */
  first?: number | undefined;
  /** Shortest pause after that. @default 2000 */
  interval?: number | undefined;
  /** Longest pause; until then, a pause is a quarter of the time waited so far. @default 5000 */
  maxInterval?: number | undefined;
  /** When to give up, counted from the end of the upload. @default 600000 */
  timeout?: number | undefined;
}

/** Options of {@linkcode waitForResult}. */
export interface WaitForResultOptions extends Record<keyof PollOptions, number> {
  /** Where Shopee's word may arrive by itself. */
  pushes?: PushSource | undefined;
  /** Ends the wait. */
  signal: AbortSignal;
  /** Called with every status that Shopee tells. */
  onStatus: (status: string) => void;
}

/** For how long after it was completed a session may be unknown to Shopee, in ms. */
export const GRACE = 60_000;
/** With pushes, how many of the longest pauses pass before the first question: a minute, by default. */
const PUSH_PATIENCE = 12;

/** What becomes of a video in the end. */
export interface ReadyVideo<Module extends VideoModule> {
  /** What Shopee made of it. */
  videoInfo: VideoInfoByModule[Module];
  /** When Shopee's word was heard. */
  succeededAt: Date;
}

/**
 * Waits for Shopee's word on a completed session: asks for it, or, with pushes, asks only in case the push is lost.
 *
 * @param protocol Whom to ask.
 * @param session The completed session.
 * @param options How often, and for how long.
 * @returns What Shopee made of the video.
 * @throws {VideoFailedError} Shopee will not have the video.
 * @throws {ResultTimeoutError} Time ran out first, or Shopee still does not know the session.
 * @throws {ShopeeApiError} Shopee refused the question; the video may be ready all the same.
 */
export async function waitForResult<Module extends VideoModule>(
  protocol: Pick<Protocol<Module>, "status">,
  session: SessionId,
  options: WaitForResultOptions,
): Promise<ReadyVideo<Module>> {
  const { first, maxInterval, timeout, pushes, signal, onStatus } = options;
  const { videoUploadId } = session;
  const startedAt = runtime.elapsed();
  const waited = () => runtime.elapsed() - startedAt;
  const over = new AbortController();
  let last = "unknown";
  let lost: unknown;

  /** Asks Shopee; `undefined` as long as there is no answer of use. */
  async function poll(): Promise<SessionStatus<Module> | undefined> {
    const call = linkSignals(signal);
    const timer = runtime.setTimer(() => call.abort(outOfTime()), Math.max(0, timeout - waited()));
    try {
      return await protocol.status(session, { signal: call.signal });
    } catch (error) {
      if (!isShopeeMediaError(error) || isResultTimeoutError(error)) throw error;
      // Right after it was completed a session may be unknown, and what is down now need not be down until the deadline.
      const isUnknown = isShopeeApiError(error) && error.kind === "unknown_id";
      if (!isUnknown && !error.retryable) throw error;
      lost = error;
      if (isUnknown && waited() >= GRACE) throw outOfTime(Math.round(waited()));
    } finally {
      runtime.clearTimer(timer);
      call.release();
    }
  }

  /** The push; `undefined` where it cannot be waited for: then the answer has to be asked for. */
  async function push(from: PushSource): Promise<SessionStatus<Module> | undefined> {
    try {
      return await from.wait(videoUploadId, { signal: over.signal }) as SessionStatus<Module>;
    } catch {
      return undefined;
    }
  }

  function outOfTime(after = timeout): ResultTimeoutError {
    const message = `Cannot tell the result of ${videoUploadId}: its status is still ${last} after ${after} ms`;
    return new ResultTimeoutError(message, { videoUploadId, status: last, cause: lost });
  }

  let pushed = pushes && push(pushes);
  // Should the push be lost, there is time to ask at least once.
  let pause = pushed === undefined ? first : Math.min(maxInterval * PUSH_PATIENCE, timeout / 2);
  try {
    while (true) {
      const word = await within(Math.max(0, Math.min(pause, timeout - waited())), pushed, signal);
      if (word.came) pushed = undefined;
      if (word.value === undefined && waited() >= timeout) throw outOfTime();
      const answer = word.value ?? await poll();
      if (answer !== undefined) {
        const { status, message, videoInfo } = answer;
        last = status;
        onStatus(status);
        if (status === "SUCCEEDED" && videoInfo !== undefined) {
          return { videoInfo, succeededAt: new Date(runtime.now()) };
        }
        if (status === "FAILED" || status === "CANCELLED") throw verdict(videoUploadId, status, message);
      }
      pause = pushed === undefined
        ? pauseAfter(waited(), options)
        : Math.min(pause * 4, Math.max((timeout - waited()) / 2, maxInterval));
    }
  } finally {
    over.abort();
  }
}

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

/** A quarter of the time waited so far, and up to a tenth less, so that many uploads do not ask in step. */
function pauseAfter(waited: number, { interval, maxInterval }: Record<keyof PollOptions, number>): number {
  return Math.max(interval, Math.min(maxInterval, waited / 4) * (1 - runtime.random() / 10));
}

function verdict(videoUploadId: string, status: string, message: string | undefined): VideoFailedError {
  const reason = message || "Shopee gave no reason";
  return new VideoFailedError(`Cannot use the video ${videoUploadId}: ${reason} (${status})`, {
    videoUploadId,
    status,
  });
}
