import { linkSignals } from "../api/link_signals.ts";
import { sleep } from "../api/sleep.ts";
import { isTransportError, ResultTimeoutError, type TransportError, VideoFailedError } from "../errors.ts";
import type { Protocol } from "./protocol.ts";
import type { VideoInfoByModule, VideoModule } from "./video_module.ts";
import type { PollOptions } from "./video_sink_options.ts";
import type { VideoUploadSession } from "./video_upload_result.ts";

/** Options of {@linkcode waitForResult}. */
export interface WaitForResultOptions extends Required<PollOptions> {
  /** Ends the wait. */
  signal: AbortSignal;
  /** Told every status that Shopee answers. */
  onStatus: (status: string) => void;
}

/**
 * Asks for the result until there is one.
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
  const { interval, maxInterval, timeout, signal, onStatus } = options;
  const { videoUploadId } = session;
  const startedAt = performance.now();
  const deadline = linkSignals(signal);
  let last = "unknown";
  let lost: TransportError | undefined;
  const timer = setTimeout(() => {
    const message = `Cannot tell the result of ${videoUploadId}: its status is still ${last} after ${timeout} ms`;
    deadline.abort(new ResultTimeoutError(message, { videoUploadId, status: last, cause: lost }));
  }, timeout);

  try {
    while (true) {
      const answer = await protocol.status(session, { signal: deadline.signal }).catch((error) => {
        // The video is safe at Shopee: a network that is down now need not be down until the deadline.
        if (!isTransportError(error)) throw error;
        lost = error;
      });
      if (answer) {
        const { status, message, videoInfo } = answer;
        last = status;
        onStatus(status);
        if (status === "SUCCEEDED" && videoInfo !== undefined) return videoInfo;
        if (status === "FAILED" || status === "CANCELLED") throw verdict(videoUploadId, status, message);
      }
      await sleep(pauseAfter(performance.now() - startedAt, interval, maxInterval), deadline.signal);
    }
  } finally {
    clearTimeout(timer);
    deadline.release();
  }
}

function verdict(videoUploadId: string, status: string, reason: string): VideoFailedError {
  const said = reason === "" ? "Shopee gave no reason" : reason;
  return new VideoFailedError(`Cannot use the video ${videoUploadId}: ${said} (${status})`, { videoUploadId, status });
}

/** A fifth of the time waited so far, less up to a tenth of that, so that many uploads do not ask in step. */
function pauseAfter(waited: number, interval: number, maxInterval: number): number {
  const pause = Math.min(maxInterval, Math.max(interval, waited / 5));
  return pause * (1 - Math.random() / 10);
}
