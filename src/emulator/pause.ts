/** Most milliseconds that `setTimeout` takes, 24 days; anything longer it takes for 1. */
export const LONGEST_TIMEOUT: number = 2 ** 31 - 1;

/**
 * Waits.
 *
 * @param ms Milliseconds; 0 or less returns at once, `Infinity` waits for the signal alone.
 * @param signal Ends the wait early.
 * @throws `signal.reason`, when it aborts.
 */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms <= 0) return;
  await new Promise<void>((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const onTime = () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    };
    const timer = Number.isFinite(ms) ? setTimeout(onTime, Math.min(ms, LONGEST_TIMEOUT)) : undefined;
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
