/**
 * Waits for something that other callers wait for, too, and so cannot be aborted itself.
 *
 * @param promise What to wait for.
 * @param signal Ends the wait, not the work.
 * @returns The promise's value.
 * @throws What the promise rejects with, or the signal's reason, whichever comes first.
 */
export async function raceSignal<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await promise;
  promise.catch(() => {});
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
