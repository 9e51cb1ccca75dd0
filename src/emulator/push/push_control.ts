import type { PushRecord } from "./push_record.ts";

/** The pushes, as they can be seen and hurried from within the process. */
export interface PushControl {
  /** All pushes so far, oldest first. */
  list(): PushRecord[];
  /**
   * Moves the clock of pushes forward: retries that come due by that, and delayed pushes, go out. No other clock moves.
   *
   * @param seconds How far. The retries of a push come 300, 1800 and 10 800 s after the failure before.
   * @returns Once all of them were answered, or were not in time.
   * @throws {RangeError} When the clock would go back.
   */
  advance(seconds: number): Promise<void>;
  /**
   * Sends what Shopee's console sends when a callback URL is registered. No key that the receiver has fits its
   * signature; it has to be answered with 2xx all the same.
   *
   * @returns HTTP status that was answered; 0 when there was no answer within 3 s.
   * @throws {TypeError} When the emulator was not told where pushes go.
   */
  sendTest(): Promise<number>;
}
