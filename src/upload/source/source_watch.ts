import { ShopeeMediaError } from "../../errors.ts";
import { LONGEST_TIMER, runtime, type Timer } from "../../runtime.ts";

/** Sees to it that a source which gives nothing any more does not keep its upload for ever. */
export interface SourceWatch {
  /** Fires when the source has given nothing for too long while it was waited for. */
  signal: AbortSignal;
  /** The source is waited for from here on, unless the upload is at work. */
  wait(): void;
  /** The source is not waited for, but waits itself: there is no room for more. */
  pause(): void;
  /** The upload is at work, and the source may take its time; afterwards it is waited for. */
  during<Value>(work: Promise<Value>): Promise<Value>;
  /** The source has ended, or nobody cares any more. */
  end(): void;
}

/**
 * Makes a {@linkcode SourceWatch}.
 *
 * @param timeout Ms for which the source may give nothing while it is waited for; `Infinity` for any time.
 * @returns The watch, which does not wait yet.
 */
export function createSourceWatch(timeout: number): SourceWatch {
  const stalled = new AbortController();
  let isAtWork = false;
  let hasEnded = false;
  let waitsSince: number | undefined;
  let timer: Timer;

  function wait(): void {
    if (timeout === Infinity || isAtWork || hasEnded) return;
    waitsSince = runtime.elapsed();
    timer ??= runtime.setTimer(check, Math.min(timeout, LONGEST_TIMER));
  }

  /** One timer for many chunks: to set one for each would cost more than to look at the clock. */
  function check(): void {
    timer = undefined;
    if (waitsSince === undefined) return;
    const left = waitsSince + timeout - runtime.elapsed();
    if (left > 0) timer = runtime.setTimer(check, Math.min(Math.ceil(left), LONGEST_TIMER));
    else stalled.abort(noBytes(timeout));
  }

  function pause(): void {
    waitsSince = undefined;
  }

  return {
    signal: stalled.signal,
    wait,
    pause,
    async during(work) {
      isAtWork = true;
      pause();
      try {
        return await work;
      } finally {
        isAtWork = false;
        wait();
      }
    },
    end() {
      hasEnded = true;
      pause();
      runtime.clearTimer(timer);
      timer = undefined;
    },
  };
}

function noBytes(timeout: number): ShopeeMediaError {
  const message = `Cannot upload the video: its source gave no byte for ${timeout} ms`;
  return new ShopeeMediaError(message, { retryable: true });
}
