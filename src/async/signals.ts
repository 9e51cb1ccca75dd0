/** An abort controller that follows other signals until it is let go. */
export interface LinkedSignal {
  /** Fires with the reason of whichever came first. */
  signal: AbortSignal;
  /** Aborts this signal alone. */
  abort(reason: unknown): void;
  /** Takes the listeners off the followed signals. */
  release(): void;
}

/**
 * Follows several signals for a while. Unlike `AbortSignal.any` it can be let go, so that a signal which lives as long
 * as the process does not gather listeners.
 *
 * @param signals Those to follow; `undefined` ones are passed over.
 * @returns The linked signal.
 */
export function linkSignals(...signals: (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController();
  const releases: (() => void)[] = [];
  for (const signal of signals) {
    if (signal === undefined) continue;
    if (signal.aborted) controller.abort(signal.reason);
    const onAbort = () => controller.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    releases.push(() => signal.removeEventListener("abort", onAbort));
  }
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => releases.forEach((release) => release()),
  };
}

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
