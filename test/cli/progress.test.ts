import { PassThrough } from "node:stream";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { UploadProgress } from "../../mod.ts";
import { narrateProgress } from "../../src/cli/progress/narrate_progress.ts";
import { createProgressDisplay } from "../../src/cli/progress/progress_display.ts";

const MIB = 1024 * 1024;
const START: UploadProgress = {
  phase: "uploading",
  read: 8 * MIB,
  sent: 0,
  acked: 0,
  total: 8 * MIB,
  resumed: 0,
  partsAcked: 0,
  partsTotal: 2,
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("in words", () => {
  test("reading tells bytes, and knows no more than it has read without a total", () => {
    const narrate = narrateProgress();

    expect(narrate({ ...START, phase: "reading", read: MIB })).toMatchObject({
      phase: "reading",
      fraction: 1 / 8,
      text: "reading 12 %, 1.0 of 8.0 MiB",
      short: "reading 1.0/8.0 MiB",
    });
    expect(narrate({ ...START, phase: "reading", read: MIB, total: undefined }).text).toBe(
      "reading 100 %, 1.0 of 1.0 MiB",
    );
  });

  test("uploading tells bytes, rate and time left before a first part has arrived", () => {
    const narrate = narrateProgress();
    expect(narrate(START)).toMatchObject({ fraction: 0, text: "uploading 0 %, 0.0 of 8.0 MiB", hasRate: false });

    vi.advanceTimersByTime(1_000);

    expect(narrate({ ...START, sent: MIB })).toMatchObject({
      fraction: 1 / 8,
      text: "uploading 12 %, 1.0 of 8.0 MiB, 1.0 MiB/s, 7 s left",
      short: "1.0/8.0 MiB 1.0 MiB/s 0:07 left",
      hasRate: true,
    });
  });

  test("what only fills the buffers of this machine is no part of the rate, and has yet to arrive", () => {
    const narrate = narrateProgress();
    narrate(START);
    vi.advanceTimersByTime(100);
    expect(narrate({ ...START, sent: 2 * MIB }).text).toContain(", 20.0 MiB/s, "); // As long as nothing else is known.

    vi.advanceTimersByTime(4_400); // Four seconds after the filling.
    const { text } = narrate({ ...START, sent: 4 * MIB });

    expect(text).toBe("uploading 50 %, 4.0 of 8.0 MiB, 512.0 KiB/s, 12 s left"); // 6 MiB, of which 2 were sent.
  });

  test("parts that come all at once in the end are no reason to forget what has arrived", () => {
    const narrate = narrateProgress();
    narrate(START);
    vi.advanceTimersByTime(8_000);

    // Only now is the second part taken, and the first acknowledged.
    const { text } = narrate({ ...START, sent: 4 * MIB, acked: 4 * MIB });

    expect(text).toBe("uploading 50 %, 4.0 of 8.0 MiB, 512.0 KiB/s, 8 s left");
  });

  test("100 % are not told before the last byte was acknowledged", () => {
    const narrate = narrateProgress();
    narrate(START);

    const { fraction, text } = narrate({ ...START, sent: 8 * MIB, acked: 8 * MIB - 1 });

    expect(fraction).toBeLessThan(1);
    expect(text).toContain("uploading 99 %");
  });

  test("when all has arrived, no time is left to be told", () => {
    const narrate = narrateProgress();
    narrate(START);
    vi.advanceTimersByTime(4_000);

    const { text } = narrate({ ...START, phase: "completing", sent: 8 * MIB, acked: 8 * MIB });

    expect(text).toBe("uploading 100 %, 8.0 of 8.0 MiB, 2.0 MiB/s");
  });

  test("what an earlier run has sent is no part of the rate", () => {
    const narrate = narrateProgress();
    const resumed = 4 * MIB;
    narrate(START);
    vi.advanceTimersByTime(1_000); // It is read, and compared with what was sent.
    expect(narrate({ ...START, sent: resumed, acked: resumed, resumed })).toMatchObject({
      fraction: 1 / 2,
      text: "uploading 50 %, 4.0 of 8.0 MiB",
    });

    vi.advanceTimersByTime(2_000);
    const { text } = narrate({ ...START, sent: 6 * MIB, acked: 6 * MIB, resumed });

    expect(text).toBe("uploading 75 %, 6.0 of 8.0 MiB, 1.0 MiB/s, 2 s left");
  });

  test.each([
    [59.4, "59 s", "0:59"],
    [59.6, "1 min 00 s", "1:00"],
    [3_599, "59 min 59 s", "59:59"],
    [7_261, "2 h 01 min", "2:01:01"],
  ])("%d s are %s, or %s", (seconds, long, short) => {
    const narrate = narrateProgress();
    narrate(START);
    vi.advanceTimersByTime(1_000);
    const view = narrate({ ...START, sent: 10, acked: 10, total: 10 + 10 * seconds });
    expect(view.text).toContain(`, ${long} left`);
    expect(view.short).toContain(` ${short} left`);
  });

  test("processing tells Shopee's status, once there is one", () => {
    const narrate = narrateProgress();

    expect(narrate({ ...START, phase: "processing" }).text).toBe("processing at Shopee");
    expect(narrate({ ...START, phase: "processing", status: "TRANSCODING" }).text).toContain(": TRANSCODING");
  });

  test("whatever is counted, rate and time left make sense", () => {
    const count = fc.nat(1_000);
    fc.assert(fc.property(fc.nat(10_000), fc.tuple(count, count, count, count), (ms, counts) => {
      const [resumed, acked, sent, total] = counts.sort((a, b) => a - b) as [number, number, number, number];
      const narrate = narrateProgress();
      narrate({ ...START, total });
      vi.advanceTimersByTime(ms);

      const { text, fraction } = narrate({ ...START, resumed, acked, sent, total });

      expect(text).not.toMatch(/NaN|Infinity|-\d/);
      expect(fraction).toBeGreaterThanOrEqual(0);
      expect(fraction).toBeLessThanOrEqual(1);
    }));
  });
});

describe("as lines", () => {
  test("there is one for each phase, one for a tenth, and none within a second of another", () => {
    const output = new PassThrough();
    const upload = createProgressDisplay(output).begin("a.mp4");

    for (let acked = 0; acked <= 100; acked++) {
      upload.update({ ...START, sent: acked, acked, total: 100 });
      vi.advanceTimersByTime(30);
    }
    upload.update({ ...START, phase: "processing" });
    upload.update({ ...START, phase: "processing", status: "TRANSCODING" });
    upload.update({ ...START, phase: "done" });

    const lines = String(output.read()).trimEnd().split("\n");
    expect(lines.map((line) => line.replace(/ %.*/, ""))).toEqual([
      "a.mp4: uploading 0",
      "a.mp4: uploading 33",
      "a.mp4: uploading 66",
      "a.mp4: uploading 99",
      "a.mp4: processing at Shopee",
    ]);
  });

  test("bytes, rate and time left are told after a second, though less than a tenth was sent and nothing moves", () => {
    const output = new PassThrough();
    const upload = createProgressDisplay(output).begin("a.mp4");
    upload.update({ ...START, total: 80 * MIB });
    vi.advanceTimersByTime(20);
    upload.update({ ...START, total: 80 * MIB, sent: 2 * MIB });
    output.read();

    vi.advanceTimersByTime(980);

    expect(String(output.read())).toBe("a.mp4: uploading 2 %, 2.0 of 80.0 MiB, 2.0 MiB/s, 40 s left\n");
  });

  test("an upload that stands still says so once a minute", () => {
    const output = new PassThrough();
    const upload = createProgressDisplay(output).begin("a.mp4");
    upload.update({ ...START, sent: MIB });
    vi.advanceTimersByTime(1_000);
    output.read();

    vi.advanceTimersByTime(130_000);

    expect(String(output.read()).match(/a\.mp4: uploading 12 %/g)).toHaveLength(2);
    upload.end();
    vi.advanceTimersByTime(130_000);
    expect(output.read()).toBeNull();
  });

  test("there are none after close, and no timer", () => {
    const output = new PassThrough();
    const display = createProgressDisplay(output);
    const upload = display.begin("a.mp4");

    display.close();
    upload.update(START);
    upload.end();

    expect(output.read()).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("as bars on a terminal", () => {
  function terminal(columns = 80): PassThrough & { isTTY: boolean; columns: number } {
    return Object.assign(new PassThrough(), { isTTY: true, columns });
  }

  /** What is on the screen, line by line, of what was written since the last look. */
  function drawn(output: PassThrough): string[] {
    // deno-lint-ignore no-control-regex
    return String(output.read()).split(/(?:\u001b\[[0-9;?]*[A-Za-z]|\n)+/).filter((line) => line !== "");
  }

  test("each upload has one, which moves, and goes when the upload ends", () => {
    const output = terminal();
    const display = createProgressDisplay(output);
    const first = display.begin("videos/a.mp4");
    const second = display.begin("a name that is longer than there is room for, though there is much.mp4");
    expect(drawn(output)).toEqual([]);
    first.update({ ...START, phase: "reading", read: 4 * MIB });
    second.update({ ...START, phase: "processing", status: "TRANSCODING" });
    vi.advanceTimersByTime(200);

    const lines = drawn(output);
    expect(lines).toContain("██████░░░░░░ reading 50 %, 4.0 of 8.0 MiB  a.mp4");
    expect(lines).toContain("████████████ processing at Shopee: TRANSCODING  a name that is longer than the…");

    first.end();
    vi.advanceTimersByTime(200);
    const redrawn = drawn(output).join();
    expect(redrawn).not.toContain("a.mp4");
    expect(redrawn).toContain("TRANSCODING");
  });

  test.each([
    [100, "████░░░░░░░░ uploading 32 %, 2.6 of 8.0 MiB, 62.0 KiB/s, 2 min 02 s left  shoes of leather.mp4"],
    [80, "████░░░░░░░░ 2.6/8.0 MiB 62.0 KiB/s 2:02 left  shoes of leather.mp4"],
    [48, "2.6/8.0 MiB 62.0 KiB/s 2:02 left  shoes of lea…"],
    [40, "2.6/8.0 MiB 62.0 KiB/s 2:02 left  shoe…"],
    [20, "2.6/8.0 MiB 62.0 Ki"],
  ])("at %i columns, as much is shown as there is room for", (columns, line) => {
    const output = terminal(columns);
    const upload = createProgressDisplay(output).begin("shoes of leather.mp4");
    upload.update(START);
    vi.advanceTimersByTime(100);
    upload.update({ ...START, sent: 2 * MIB }); // Into the buffers.
    vi.advanceTimersByTime(200);
    expect(drawn(output).at(-1)).toMatch(columns > 20 ? / left {2}/ : /MiB/);

    vi.advanceTimersByTime(10_100);
    upload.update({ ...START, sent: 2 * MIB + 10 * 62 * 1024 });
    vi.advanceTimersByTime(200);

    expect(drawn(output).at(-1)).toBe(line);
    upload.end();
  });

  test("the rate falls while nothing moves", () => {
    const output = terminal();
    const upload = createProgressDisplay(output).begin("a.mp4");
    upload.update(START);
    upload.update({ ...START, sent: 4 * MIB });
    upload.update({ ...START, acked: 4 * MIB, sent: 4 * MIB });

    vi.advanceTimersByTime(2_050);
    expect(String(output.read())).toContain("2.0 MiB/s, 2 s left");
    vi.advanceTimersByTime(2_000);
    expect(String(output.read())).toContain("1.0 MiB/s, 4 s left");
    upload.end();
  });

  test("what is printed aside stands above the bars, and close leaves nothing behind", () => {
    const output = terminal();
    const display = createProgressDisplay(output);
    const upload = display.begin("a.mp4");
    upload.update(START);
    vi.advanceTimersByTime(200);
    output.read();

    display.aside(() => output.write("hello\n"));
    vi.advanceTimersByTime(200);
    const [before, after] = String(output.read()).split("hello\n");
    expect(before).toContain("\u001b[0J"); // The bars are cleared away,
    expect(after).toContain("uploading 0 %"); // and drawn again below.

    display.close();
    output.read();
    upload.update({ ...START, sent: MIB });
    upload.end();
    display.aside(() => output.write("bye\n"));
    vi.advanceTimersByTime(1_000);
    expect(String(output.read())).toBe("bye\n");
    expect(vi.getTimerCount()).toBe(0);
  });
});
