import { onTestFinished } from "vitest";
import { replaceRuntime } from "../../src/runtime.ts";
import { quiet } from "../support/settle.ts";

/** A clock that stands still until a test moves it. */
export interface HeldClock {
  /** Moves it, and lets the timers that come due by that go off, in their order. */
  advance(ms: number): Promise<void>;
  /** Moves it a millisecond at a time until something is so. Returns by how many. */
  advanceUntil(isSo: () => boolean): Promise<number>;
  /** How many timers are set. */
  timers(): number;
}

/** Takes the clock and the timers out of the machine's hand for the rest of the test. It is the present time at first. */
export function takeClock(): HeldClock {
  const start = Date.now();
  let time = 0;
  const timers = new Set<{ due: number; run: () => void }>();

  async function advance(ms: number): Promise<void> {
    const end = time + ms;
    while (true) {
      await quiet();
      const [next] = [...timers].sort((a, b) => a.due - b.due);
      if (next === undefined || next.due > end) break;
      time = Math.max(time, next.due);
      timers.delete(next);
      next.run();
    }
    time = end;
  }

  async function advanceUntil(isSo: () => boolean): Promise<number> {
    const before = time;
    while (!isSo()) await advance(1);
    return time - before;
  }

  onTestFinished(replaceRuntime({
    now: () => start + time,
    elapsed: () => time,
    setTimer(run, ms) {
      const timer = { due: time + ms, run };
      timers.add(timer);
      return timer;
    },
    clearTimer: (timer) => void timers.delete(timer as { due: number; run: () => void }),
  }));
  return { advance, advanceUntil, timers: () => timers.size };
}
