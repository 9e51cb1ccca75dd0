import { runtime } from "../runtime.ts";

/**
 * Waits for work that may hang and takes no signal.
 *
 * @param work What is waited for. It goes on when the time is over.
 * @param ms How long, in milliseconds.
 * @param onTime Makes the error for when the time is over.
 * @returns What the work comes to.
 * @throws What the work rejects with, or the error of `onTime`.
 */
export async function limitTime<Value>(work: Promise<Value>, ms: number, onTime: () => Error): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = runtime.setTimer(() => reject(onTime()), ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    runtime.clearTimer(timer);
  }
}
