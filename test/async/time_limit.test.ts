import { expect, test } from "vitest";
import { createTimeLimit } from "../../src/async/time_limit.ts";
import { takeHandClock } from "../support/hand_clock.ts";

function startLimit(ms: number) {
  const clock = takeHandClock();
  let over = 0;
  const limit = createTimeLimit(ms, () => over++);
  return { clock, limit, over: () => over };
}

test.each([100, 5_000, 30_000, 900_000])("a limit of %d ms is over then, once", (ms) => {
  const { clock, limit, over } = startLimit(ms);
  clock.move(ms - 100);
  expect(over()).toBe(0);
  expect(limit.left).toBe(100);
  clock.move(100);
  expect(over()).toBe(1);
  clock.move(ms);
  expect(over()).toBe(1);
  expect(clock.timers()).toBe(0);
});

test("a machine that has slept has lost no more than a step", () => {
  const { clock, limit, over } = startLimit(30_000);
  clock.move(10_000);
  clock.jump(3_600_000);
  expect(over()).toBe(0);
  expect(limit.left).toBe(15_000);
  clock.move(14_900);
  expect(over()).toBe(0);
  clock.move(100);
  expect(over()).toBe(1);
});

test("nothing counts while it is paused, however often that was said", () => {
  const { clock, limit, over } = startLimit(1_000);
  clock.move(400);
  limit.pause();
  limit.pause();
  clock.jump(100_000);
  expect(limit.left).toBe(600);
  expect(clock.timers()).toBe(0);
  limit.resume();
  limit.resume();
  expect(clock.timers()).toBe(1);
  clock.move(500);
  expect(over()).toBe(0);
  clock.move(100);
  expect(over()).toBe(1);
});

test("what is spent is over sooner, but never within the call that spends it", () => {
  const { clock, limit, over } = startLimit(1_000);
  limit.spend(700);
  expect(limit.left).toBe(300);
  limit.pause();
  limit.spend(400);
  expect(limit.left).toBe(-100);
  clock.move(1_000);
  expect(over()).toBe(0);
  limit.resume();
  expect(over()).toBe(0);
  clock.jump(0);
  expect(over()).toBe(1);
});

test("one that was closed is never over, and leaves no timer", () => {
  const { clock, limit, over } = startLimit(1_000);
  clock.move(400);
  limit.close();
  limit.pause();
  limit.resume();
  limit.spend(2_000);
  clock.move(10_000);
  expect(over()).toBe(0);
  expect(clock.timers()).toBe(0);
});
