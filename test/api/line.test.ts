import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createLine, type Line, type Passage } from "../../src/api/line.ts";
import { createTimeLimit } from "../../src/async/time_limit.ts";
import { replaceRuntime } from "../../src/runtime.ts";
import { quiet } from "../support/settle.ts";

const MEBIBYTE = 1024 * 1024;
const PART = 4 * MEBIBYTE;
const never = new AbortController().signal;

let time = 0;
beforeEach(() => {
  time = 0;
  onTestFinished(replaceRuntime({ elapsed: () => time }));
});

async function start(line: Line, ...sizes: number[]): Promise<Passage[]> {
  return await Promise.all(sizes.map(async (size) => {
    const passage = await line.enter(never);
    passage.start(size);
    return passage;
  }));
}

/** Whether another body may set out now. */
async function hasRoom(line: Line): Promise<boolean> {
  let entered: Passage | undefined;
  const stop = new AbortController();
  const entering = line.enter(stop.signal).then((passage) => entered = passage, () => {});
  await quiet();
  stop.abort();
  await entering;
  entered?.end("failed");
  return entered !== undefined;
}

describe("the time of a body", () => {
  test("is that of 32 kB/s for all lanes together, as long as nothing is known", async () => {
    const line = createLine();
    const [first] = await start(line, PART);
    expect(first!.time).toBe(PART / 32);
    const [second] = await start(line, 1000);
    expect(first!.time).toBe(2 * PART / 32);
    expect(second!.time).toBe(2 * 1000 / 32);
  });

  test("is twice what was needed, once something has come through", async () => {
    const line = createLine();
    const [first, second] = await start(line, PART, PART);
    time = 2 * PART / 20;
    first!.end("acknowledged");
    expect(second!.time).toBeCloseTo(2 * 2 * PART / 20);
  });

  test("never counts on more than 32 kB/s, or half of what has come through for sure", async () => {
    const line = createLine();
    // Served one after the other: the first is as fast as the line.
    const bodies = await start(line, ...Array<number>(16).fill(PART));
    time = PART / 100;
    bodies[0]!.end("acknowledged");
    expect(bodies[15]!.time).toBeCloseTo(16 * PART / 50);
    time = 2 * PART / 100;
    bodies[1]!.end("acknowledged");
    expect(bodies[15]!.time).toBeCloseTo(16 * PART / 50);
  });

  test("grows when one was too slow, from 32 kB/s on, as if nothing were known", async () => {
    const line = createLine();
    const [fast] = await start(line, PART);
    time = 100;
    fast!.end("acknowledged");
    const [slow] = await start(line, PART);
    time += 120_000;
    slow!.end("too_slow", 120_000);
    expect((await start(line, PART))[0]!.time).toBe(PART / 32);
  });

  test("doubles with each that was too slow; those that were cut together count as one", async () => {
    const line = createLine();
    for (const speed of [32, 16, 8]) {
      const bodies = await start(line, PART, ...Array<number>(speed === 32 ? 2 : 0).fill(PART));
      expect(bodies[0]!.time).toBe(bodies.length * PART / speed);
      time += bodies[0]!.time;
      for (const body of bodies) body.end("too_slow", body.time);
    }
  });

  test("of a line that stood still for a while, is as before", async () => {
    const line = createLine();
    const [body] = await start(line, PART);
    time = 30_000;
    body!.end("stood_still", 30_000);
    expect((await start(line, PART))[0]!.time).toBe(PART / 32);
  });
});

describe("room", () => {
  test("is for any number, as long as none was cut", async () => {
    const line = createLine();
    await start(line, ...Array<number>(100).fill(PART));
    expect(await hasRoom(line)).toBe(true);
  });

  test.each(["too_slow", "stood_still"] as const)("is for half as many when one %s", async (how) => {
    const line = createLine();
    const bodies = await start(line, PART, PART, PART, PART, PART);
    time = 1;
    for (const body of bodies.slice(0, 3)) body.end(how);
    expect(await hasRoom(line)).toBe(false);
    bodies[3]!.end("failed");
    expect(await hasRoom(line)).toBe(true);
    bodies[4]!.end("failed");
    await start(line, PART, PART);
    expect(await hasRoom(line)).toBe(false);
  });

  test("is for one at least, and for one more with each that has come through", async () => {
    const line = createLine();
    const [slow] = await start(line, PART);
    slow!.end("stood_still");
    const [next] = await start(line, PART);
    expect(await hasRoom(line)).toBe(false);
    time = 1;
    next!.end("acknowledged");
    await start(line, PART);
    expect(await hasRoom(line)).toBe(true);
    await start(line, PART);
    expect(await hasRoom(line)).toBe(false);
  });

  test("is not waited for by a call that was aborted", async () => {
    const line = createLine();
    const [slow] = await start(line, PART);
    slow!.end("stood_still");
    await start(line, PART);
    const abort = new AbortController();
    const waiting = line.enter(abort.signal);
    abort.abort(new Error("enough"));
    await expect(waiting).rejects.toBe(abort.signal.reason);
    await expect(createLine().enter(abort.signal)).rejects.toBe(abort.signal.reason);
  });

  test("is made once by each body, whatever else is said of its end", async () => {
    const line = createLine();
    const [slow, other] = await start(line, PART, PART);
    slow!.end("stood_still");
    slow!.end("failed");
    slow!.end("acknowledged");
    expect(await hasRoom(line)).toBe(false);
    other!.end("failed");
    expect(await hasRoom(line)).toBe(true);
  });
});

describe("a limit that is spared", () => {
  /** One of a minute; timers never go off here. */
  function spare(line: Line) {
    onTestFinished(replaceRuntime({ setTimer: () => 0, clearTimer: () => {} }));
    const limit = createTimeLimit(60_000, () => {});
    return { limit, end: line.spare(limit) };
  }

  test("does not count while any body is under way", async () => {
    const line = createLine();
    const { limit } = spare(line);
    time += 1_000;
    const [first, second] = await start(line, PART, PART);
    time += 100_000;
    first!.end("acknowledged");
    time += 100_000;
    second!.end("answered");
    time += 1_000;
    expect(limit.left).toBe(58_000);
  });

  test("counts how long a body that failed had stood still, as far as the machine was awake", async () => {
    const line = createLine();
    const { limit } = spare(line);
    const [first] = await start(line, PART);
    time += 100_000;
    first!.moved();
    time += 10_000;
    first!.end("failed", 110_000);
    expect(limit.left).toBe(50_000);
    const [second] = await start(line, PART);
    time += 3_600_000;
    second!.end("failed", 5_000);
    expect(limit.left).toBe(45_000);
  });

  test("counts once what several bodies stood still", async () => {
    const line = createLine();
    const { limit } = spare(line);
    const bodies = await start(line, PART, PART, PART);
    time += 30_000;
    for (const body of bodies) body.end("stood_still", 30_000);
    expect(limit.left).toBe(30_000);
  });

  test("counts as ever once that is over", async () => {
    const line = createLine();
    const { limit, end } = spare(line);
    end();
    await start(line, PART);
    time += 1_000;
    expect(limit.left).toBe(59_000);
  });
});
