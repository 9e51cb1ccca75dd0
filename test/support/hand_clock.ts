import { onTestFinished } from "vitest";
import { replaceRuntime } from "../../src/runtime.ts";

/** A clock that stands still until a test moves it. */
export interface HandClock {
  /** Moves it at once, as far as it is said: timers that came due go off then, however late that is. */
  jump(ms: number): void;
  /** Moves it a tenth of a second at a time. */
  move(ms: number): void;
  /** How many timers are set. */
  timers(): number;
}

/** Takes the clock and the timers out of the machine's hand for the rest of the test. */
export function takeHandClock(): HandClock {
  let time = 0;
  let timers: { due: number; run: () => void }[] = [];

  function jump(ms: number): void {
    time += ms;
    const due = timers.filter((timer) => timer.due <= time);
    timers = timers.filter((timer) => !due.includes(timer));
    for (const { run } of due) run();
  }

  onTestFinished(replaceRuntime({
    elapsed: () => time,
    setTimer(run, ms) {
      const timer = { due: time + ms, run };
      timers.push(timer);
      return timer;
    },
    clearTimer: (timer) => void (timers = timers.filter((other) => other !== timer)),
  }));
  return {
    jump,
    move(ms) {
      for (let moved = 0; moved < ms; moved += 100) jump(100);
    },
    timers: () => timers.length,
  };
}
