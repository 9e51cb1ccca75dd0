import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { UploadProgress } from "../../mod.ts";
import { createProgressDisplay, narrateProgress } from "../../src/cli/progress/progress_display.ts";
import { bodyStyle, replaceRuntime } from "../../src/runtime.ts";

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

/** A clock that stands still until its `time`, in ms, is set. */
function takeClock(): { time: number } {
  const clock = { time: 0 };
  onTestFinished(replaceRuntime({ elapsed: () => clock.time }));
  return clock;
}

describe("in words", () => {
  test("reading tells bytes, and knows no more than it has read without a total", () => {
    const narrate = narrateProgress();

    expect(narrate({ ...START, phase: "reading", read: MIB })).toEqual({
      phase: "reading",
      fraction: 1 / 8,
      text: "reading 12 %, 1.0 of 8.0 MiB",
    });
    expect(narrate({ ...START, phase: "reading", read: MIB, total: undefined }).text).toBe(
      "reading 100 %, 1.0 of 1.0 MiB",
    );
  });

  test("uploading tells what has arrived, and rate and time left as soon as something has", () => {
    const clock = takeClock();
    const narrate = narrateProgress();
    expect(narrate(START)).toMatchObject({ fraction: 0, text: "uploading 0 %, 0.0 of 8.0 MiB" });

    clock.time = 1_000;
    const sent = narrate({ ...START, sent: 8 * MIB });
    expect(sent).toMatchObject({ fraction: 0, text: "uploading 0 %, 0.0 of 8.0 MiB, 8.0 MiB under way" });

    clock.time = 4_000;
    const acked = { ...START, sent: 8 * MIB, acked: 4 * MIB };
    const arrived = { fraction: 1 / 2, text: "uploading 50 %, 4.0 of 8.0 MiB, 1.0 MiB/s, 4 s left" };
    expect(narrate(acked)).toMatchObject(arrived);
    clock.time = 8_000; // Until now, the other half may have come as fast,
    expect(narrate(acked)).toMatchObject(arrived);
    clock.time = 16_000; // and now no more.
    expect(narrate(acked).text).toContain(", 512.0 KiB/s, 8 s left");
  });

  test("100 % are not told before the last byte was acknowledged", () => {
    const narrate = narrateProgress();
    narrate(START);

    const { fraction, text } = narrate({ ...START, sent: 8 * MIB, acked: 8 * MIB - 1 });

    expect(fraction).toBeLessThan(1);
    expect(text).toContain("uploading 99 %");
  });

  // Deno does not show what is sent, so that there nobody can tell one from the other.
  test.skipIf(bodyStyle() !== "stream")("what an earlier run has sent is no part of the rate", () => {
    const clock = takeClock();
    const narrate = narrateProgress();
    narrate(START);
    expect(narrate({ ...START, sent: 4 * MIB, acked: 4 * MIB })).toMatchObject({
      fraction: 1 / 2,
      text: "uploading 50 %, 4.0 of 8.0 MiB",
    });
    narrate({ ...START, sent: 8 * MIB, acked: 4 * MIB });

    clock.time = 2_000;
    const { text } = narrate({ ...START, sent: 8 * MIB, acked: 6 * MIB });

    expect(text).toBe("uploading 75 %, 6.0 of 8.0 MiB, 1.0 MiB/s, 2 s left");
  });

  test.each([[59.4, "59 s"], [59.6, "1 min 00 s"], [3_599, "59 min 59 s"], [7_261, "2 h 01 min"]])(
    "%d s are %s",
    (seconds, text) => {
      const clock = takeClock();
      const narrate = narrateProgress();
      const progress = { ...START, sent: 10, acked: 10, total: 10 + 10 * seconds };
      narrate(START);
      narrate({ ...progress, acked: 0 });
      clock.time = 1_000;
      expect(narrate(progress).text).toContain(`, ${text} left`);
    },
  );

  test("processing tells Shopee's status, once there is one", () => {
    const narrate = narrateProgress();

    expect(narrate({ ...START, phase: "processing" }).text).toBe("processing at Shopee");
    expect(narrate({ ...START, phase: "processing", status: "TRANSCODING" }).text).toContain(": TRANSCODING");
  });
});

describe("as lines", () => {
  test("there is one for each phase, one for a tenth, and none within a second of another", () => {
    const output = new PassThrough();
    const clock = takeClock();
    const upload = createProgressDisplay(output).begin("a.mp4");

    for (let acked = 0; acked <= 100; acked++) {
      clock.time += 30;
      upload.update({ ...START, sent: 100, acked, total: 100 });
    }
    upload.update({ ...START, phase: "processing" });
    upload.update({ ...START, phase: "processing", status: "TRANSCODING" });
    upload.update({ ...START, phase: "done" });

    const lines = String(output.read()).trimEnd().split("\n");
    expect(lines.map((line) => line.replace(/ %.*/, ""))).toEqual([
      "a.mp4: uploading 0",
      "a.mp4: uploading 34",
      "a.mp4: uploading 68",
      "a.mp4: processing at Shopee",
    ]);
  });

  test("there are none after close", () => {
    const output = new PassThrough();
    const display = createProgressDisplay(output);
    const upload = display.begin("a.mp4");

    display.close();
    upload.update(START);
    upload.end();

    expect(output.read()).toBeNull();
  });
});

describe("as bars on a terminal", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function terminal(): PassThrough & { isTTY: boolean; columns: number } {
    return Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  }

  test("each upload has one, which moves, and goes when the upload ends", () => {
    const output = terminal();
    const display = createProgressDisplay(output);
    const first = display.begin("videos/a.mp4");
    const second = display.begin("a name that is longer than there is room for.mp4");
    first.update({ ...START, sent: 8 * MIB, acked: 4 * MIB });
    second.update({ ...START, phase: "processing", status: "TRANSCODING" });
    vi.advanceTimersByTime(200);

    const drawn = String(output.read());
    expect(drawn).toContain("██████░░░░░░ a.mp4: uploading 50 %, 4.0 of 8.0 MiB");
    expect(drawn).toContain("████████████ a name that is long…: processing at Shopee: TRANSCODING");

    first.end();
    vi.advanceTimersByTime(200);
    const redrawn = String(output.read());
    expect(redrawn).not.toContain("a.mp4:");
    expect(redrawn).toContain("TRANSCODING");
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
    expect(after).toContain("a.mp4: uploading"); // and drawn again below.

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
