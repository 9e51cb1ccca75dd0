import { runtime, type Timer } from "../runtime.ts";

/** A limit of time that counts only while it is not paused and the machine is awake. */
export interface TimeLimit {
  /** Ms that are left. */
  readonly left: number;
  /** Stops counting. */
  pause(): void;
  /** Goes on counting. */
  resume(): void;
  /** Takes some ms off. */
  spend(ms: number): void;
  /** Ends it: nothing happens any more. */
  close(): void;
}

/** Ms that are counted at once. */
const STEP = 5_000;

/**
 * Starts a limit.
 *
 * It is counted in steps, and none counts for more than it was set to. So a machine that has slept for an hour, or was busy
 * with something else, has lost one step, and what it waits for has the rest of the time to come.
 *
 * @param ms How long.
 * @param onOver Called once, when the time is over.
 * @returns The limit.
 */
export function createTimeLimit(ms: number, onOver: () => void): TimeLimit {
  let left = ms;
  let state: "running" | "paused" | "closed" = "running";
  let timer: Timer;
  let step = 0;
  let stepFrom = 0;

  function start(): void {
    if (state !== "running") return;
    step = Math.max(0, Math.min(left, STEP));
    stepFrom = runtime.elapsed();
    timer = runtime.setTimer(onStep, step);
  }

  function onStep(): void {
    timer = undefined;
    left -= step;
    if (left > 0) return start();
    state = "closed";
    onOver();
  }

  /** Ms of the step under way. */
  function gone(): number {
    return timer === undefined ? 0 : Math.min(step, runtime.elapsed() - stepFrom);
  }

  function stop(): void {
    left -= gone();
    runtime.clearTimer(timer);
    timer = undefined;
  }

  start();
  return {
    get left() {
      return left - gone();
    },
    pause() {
      stop();
      if (state === "running") state = "paused";
    },
    resume() {
      if (state !== "paused") return;
      state = "running";
      start();
    },
    spend(ms) {
      stop();
      left -= ms;
      start();
    },
    close() {
      stop();
      state = "closed";
    },
  };
}

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
