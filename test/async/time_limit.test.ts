import { expect, onTestFinished, test } from "vitest";
import { createTimeLimit } from "../../src/async/time_limit.ts";
import { replaceRuntime } from "../../src/runtime.ts";

/** A clock that stands still until a test moves it. Timers go off at the end of each move, however late that is. */
function takeClock() {
  let time = 0;
  let timers: { due: number; run: () => void }[] = [];
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
    move(ms: number) {
      time += ms;
      const due = timers.filter((timer) => timer.due <= time);
      timers = timers.filter((timer) => !due.includes(timer));
      for (const { run } of due) run();
    },
    timers: () => timers.length,
  };
}

function startLimit(ms: number) {
  const clock = takeClock();
  let over = 0;
  const limit = createTimeLimit(ms, () => over++);
  const moveInSteps = (ms: number) => {
    for (let moved = 0; moved < ms; moved += 100) clock.move(100);
  };
  return { clock, limit, over: () => over, moveInSteps };
}

test.each([100, 5_000, 30_000, 900_000])("a limit of %d ms is over then, once", (ms) => {
  const { limit, over, moveInSteps, clock } = startLimit(ms);
  moveInSteps(ms - 100);
  expect(over()).toBe(0);
  expect(limit.left).toBe(100);
  moveInSteps(100);
  expect(over()).toBe(1);
  moveInSteps(ms);
  expect(over()).toBe(1);
  expect(clock.timers()).toBe(0);
});

test("a machine that has slept has lost no more than a step", () => {
  const { clock, limit, over, moveInSteps } = startLimit(30_000);
  moveInSteps(10_000);
  clock.move(3_600_000);
  expect(over()).toBe(0);
  expect(limit.left).toBe(15_000);
  moveInSteps(14_900);
  expect(over()).toBe(0);
  moveInSteps(100);
  expect(over()).toBe(1);
});

test("nothing counts while it is paused, however often that was said", () => {
  const { clock, limit, over, moveInSteps } = startLimit(1_000);
  moveInSteps(400);
  limit.pause();
  limit.pause();
  clock.move(100_000);
  expect(limit.left).toBe(600);
  expect(clock.timers()).toBe(0);
  limit.resume();
  limit.resume();
  expect(clock.timers()).toBe(1);
  moveInSteps(500);
  expect(over()).toBe(0);
  moveInSteps(100);
  expect(over()).toBe(1);
});

test("what is spent is over sooner, but never within the call that spends it", () => {
  const { clock, limit, over, moveInSteps } = startLimit(1_000);
  limit.spend(700);
  expect(limit.left).toBe(300);
  limit.pause();
  limit.spend(400);
  expect(limit.left).toBe(-100);
  moveInSteps(1_000);
  expect(over()).toBe(0);
  limit.resume();
  expect(over()).toBe(0);
  clock.move(0);
  expect(over()).toBe(1);
});

test("one that was closed is never over, and leaves no timer", () => {
  const { clock, limit, over, moveInSteps } = startLimit(1_000);
  moveInSteps(400);
  limit.close();
  limit.pause();
  limit.resume();
  limit.spend(2_000);
  moveInSteps(10_000);
  expect(over()).toBe(0);
  expect(clock.timers()).toBe(0);
});
