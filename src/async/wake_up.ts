import { raceSignal } from "./signals.ts";

/** Lets some wait until another says that something has changed. */
export interface WakeUp {
  /**
   * Waits for the next `wake`. Look at what you wait for again afterwards: others may have been faster.
   *
   * @throws The signal's reason, when it fires.
   */
  wait(signal?: AbortSignal): Promise<void>;
  /** Wakes all who wait. */
  wake(): void;
}

/**
 * Makes a {@linkcode WakeUp}.
 *
 * @returns One that nobody waits for.
 */
export function createWakeUp(): WakeUp {
  let next = Promise.withResolvers<void>();
  return {
    wait: (signal) => raceSignal(next.promise, signal),
    wake() {
      next.resolve();
      next = Promise.withResolvers<void>();
    },
  };
}
