import { expect, onTestFinished, test } from "vitest";
import { sleep } from "../../src/async/sleep.ts";
import { runtime } from "../../src/runtime.ts";
import { type Clockwork, startClockwork, WORLD_BEGINS } from "./clockwork.ts";

function start(): Clockwork {
  const clockwork = startClockwork();
  onTestFinished(clockwork.close);
  return clockwork;
}

async function runToEnd(clockwork: Clockwork): Promise<void> {
  await clockwork.settle();
  while (await clockwork.step());
}

test("what is due goes first, and of what is due at once, what was put down first", async () => {
  const clockwork = start();
  const machine = clockwork.boot("a", 1);
  const seen: string[] = [];
  for (const [index, ms] of [30, 10, 20, 10].entries()) {
    clockwork.later({ machine }, ms, () => seen.push(`${index} at ${clockwork.now}`));
  }
  clockwork.forget(clockwork.later({ machine }, 5, () => seen.push("forgotten")));
  await runToEnd(clockwork);
  expect(seen).toEqual(["1 at 10", "3 at 10", "2 at 20", "0 at 30"]);
});

test("a process that is killed does nothing any more, and another one goes on", async () => {
  const clockwork = start();
  const [one, other] = [clockwork.boot("one", 1), clockwork.boot("other", 2)];
  const seen: string[] = [];
  for (const machine of [one, other]) {
    void clockwork.as({ machine }, () => sleep(100).then(() => seen.push(machine.name)));
  }
  clockwork.later({ machine: other }, 50, () => clockwork.kill(one));
  await runToEnd(clockwork);
  expect(seen).toEqual(["other"]);
});

test("a process that sleeps does what was due when it wakes up", async () => {
  const clockwork = start();
  const machine = clockwork.boot("a", 1);
  const seen: number[] = [];
  void clockwork.as({ machine }, () => sleep(100).then(() => seen.push(clockwork.now)));
  clockwork.suspend(machine, 5_000);
  await runToEnd(clockwork);
  expect(seen).toEqual([5_000]);
});

test("each machine has its own clock and its own dice, the same for the same seed", () => {
  const clockwork = start();
  const [one, same, other] = [clockwork.boot("a", 1), clockwork.boot("b", 1), clockwork.boot("c", 2)];
  other.skew = 3_600_000;
  const drawn = [one, same, other].map((machine) => clockwork.as({ machine }, () => runtime.random()));
  expect(drawn[0]).toBe(drawn[1]);
  expect(drawn[0]).not.toBe(drawn[2]);
  expect(clockwork.as({ machine: one }, () => runtime.now())).toBe(WORLD_BEGINS);
  expect(clockwork.as({ machine: other }, () => runtime.now())).toBe(WORLD_BEGINS + 3_600_000);
});

test("timers are counted for their machine and its task until they are over", async () => {
  const clockwork = start();
  const machine = clockwork.boot("a", 1);
  const task = { name: "an upload", timers: 0 };
  const abort = new AbortController();
  clockwork.as({ machine, task }, () => {
    void sleep(100);
    sleep(200, abort.signal).catch(() => {});
  });
  expect([machine.timers, task.timers]).toEqual([2, 2]);
  abort.abort(new Error("Enough"));
  expect([machine.timers, task.timers]).toEqual([1, 1]);
  await runToEnd(clockwork);
  expect([machine.timers, task.timers]).toEqual([0, 0]);
});
