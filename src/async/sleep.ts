import { LONGEST_TIMER, runtime } from "../runtime.ts";

/**
 * Waits.
 *
 * @param ms How long, in milliseconds: 0 or less is over at the next turn of the event loop, `Infinity` waits for the
 * signal alone.
 * @param signal Ends the wait early.
 * @returns When the time is over.
 * @throws The signal's reason, when it fires; no timer and no listener is left behind.
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      runtime.clearTimer(timer);
      reject(signal?.reason);
    };
    const onTime = () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    };
    const timer = ms === Infinity ? undefined : runtime.setTimer(onTime, Math.min(ms, LONGEST_TIMER));
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
