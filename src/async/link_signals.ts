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
