import { expect, test } from "vitest";
import { type AttemptWatch, watchAttempt } from "../../src/api/send_attempt.ts";
import { createLine } from "../../src/api/line.ts";
import { type HandClock, takeHandClock } from "../support/hand_clock.ts";

const SLICE = 65_536;
const PART = 64 * SLICE;
const TIMEOUT = { attempt: 120_000, idle: 30_000 };

interface Watched {
  clock: HandClock;
  watch: AttemptWatch;
  /** How it was cut, once it was. */
  cut(): [how: string, reason: string] | undefined;
}

/** Watches an attempt that sends a part, or none, with two others on the same line. */
async function start(size?: number): Promise<Watched> {
  const clock = takeHandClock();
  const line = createLine();
  let passage;
  if (size !== undefined) {
    const signal = new AbortController().signal;
    for (const _ of [1, 2, 3]) (passage = await line.enter(signal)).start(size);
  }
  let cut: [string, string] | undefined;
  const watch = watchAttempt({ timeout: TIMEOUT, passage, onOver: (...how) => cut ??= how });
  return { clock, watch, cut: () => cut };
}

test("an attempt without a file is over after the attempt's limit", async () => {
  const { clock, cut, watch } = await start();
  clock.move(119_900);
  expect(cut()).toBeUndefined();
  expect(watch.awake).toBe(119_900);
  clock.move(100);
  expect(cut()).toEqual(["too_slow", "no answer within 120000 ms"]);
});

test("one with a file has the time that its bytes need", async () => {
  const { clock, cut } = await start(PART);
  clock.move(3 * PART / 32 - 1_000);
  expect(cut()).toBeUndefined();
  clock.move(2_000);
  expect(cut()).toEqual(["too_slow", expect.stringMatching(/^no answer within 393216 ms$/)]);
});

test("a small file has the time of any attempt", async () => {
  const { clock, cut } = await start(1_000);
  clock.move(119_900);
  expect(cut()).toBeUndefined();
  clock.move(200);
  expect(cut()).toBeDefined();
});

test("a body that moves is not cut, as slow as it may be; one that stands still is", async () => {
  const { clock, cut, watch } = await start(PART);
  for (let slices = 0; slices < 10; slices++) {
    watch.bodyMoved(SLICE);
    clock.move(29_000);
    expect(cut()).toBeUndefined();
    expect(watch.isSending).toBe(true);
  }
  // The idle limit, and the time in which a buffer of one slice could hide that something moves.
  clock.move(1_000);
  expect(cut()).toBeUndefined();
  clock.move(3 * SLICE / 3 / 32);
  expect(cut()).toEqual(["stood_still", expect.stringMatching(/^nothing was seen to move for \d+ ms, .* 30000 ms$/)]);
});

test("what is handed over at once may be in a buffer, where nobody sees it move", async () => {
  const { clock, cut, watch } = await start(PART);
  for (let slices = 0; slices < 40; slices++) watch.bodyMoved(SLICE);
  clock.move(30_000 + 3 * 40 * SLICE / 3 / 32 - 200);
  expect(cut()).toBeUndefined();
  clock.move(400);
  expect(cut()?.[0]).toBe("stood_still");
});

test("but no longer than for three times the idle limit more", async () => {
  const { clock, cut, watch } = await start(10 * PART);
  for (let slices = 0; slices < 600; slices++) watch.bodyMoved(SLICE);
  clock.move(119_900);
  expect(cut()).toBeUndefined();
  clock.move(200);
  expect(cut()?.[0]).toBe("stood_still");
});

test("once a body has gone, the answer is waited for; once that has begun, it must not stand still", async () => {
  const { clock, cut, watch } = await start(PART);
  watch.bodyMoved(SLICE);
  watch.bodyMoved(0);
  expect(watch.isSending).toBe(false);
  clock.move(100_000);
  expect(cut()).toBeUndefined();
  watch.answerMoved(true);
  clock.move(29_000);
  watch.answerMoved(true);
  clock.move(29_000);
  expect(cut()).toBeUndefined();
  clock.move(1_100);
  expect(cut()?.[0]).toBe("stood_still");
});

test("a machine that sleeps is given time when it wakes", async () => {
  const { clock, cut, watch } = await start(PART);
  watch.bodyMoved(SLICE);
  clock.jump(3_600_000);
  expect(cut()).toBeUndefined();
  clock.move(20_000);
  expect(cut()).toBeUndefined();
  expect(watch.awake).toBeLessThan(30_000);
  clock.move(10_000);
  expect(cut()?.[0]).toBe("stood_still");
});

test("one that is closed is cut no more, and leaves no timer", async () => {
  const { clock, cut, watch } = await start(PART);
  watch.bodyMoved(SLICE);
  watch.close();
  clock.move(1_000_000);
  expect(cut()).toBeUndefined();
  expect(clock.timers()).toBe(0);
});
