import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Protocol } from "../../src/upload/session/protocol.ts";
import { waitForResult, type WaitForResultOptions } from "../../src/upload/session/wait_for_result.ts";
import { settle } from "../support/settle.ts";
import { watchSignal } from "../support/watch_signal.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const SESSION = { module: "media_space", videoUploadId: "sg_1", partSize: 4_194_304 } as const;
const VIDEO = { video_url_list: [], thumbnail_url_list: [], duration: 12 };

/** Waits for a video that is ready after so many ms; tells when Shopee was asked. */
function waitFor(readyAfter: number, options: Partial<WaitForResultOptions> = {}) {
  const startedAt = Date.now();
  const askedAt: number[] = [];
  const status = () => {
    const now = Date.now() - startedAt;
    askedAt.push(now);
    const isReady = now >= readyAfter;
    return Promise.resolve({
      status: isReady ? "SUCCEEDED" : "TRANSCODING",
      message: "",
      videoInfo: isReady ? VIDEO : undefined,
    });
  };
  const protocol = { status } as unknown as Protocol<"media_space">;
  const result = waitForResult(protocol, SESSION, {
    interval: 1000,
    maxInterval: 5000,
    timeout: 600_000,
    signal: new AbortController().signal,
    onStatus: () => {},
    ...options,
  });
  const outcome = settle(result);
  const gaps = () => askedAt.slice(1).map((at, index) => at - askedAt[index]!);
  return { outcome, askedAt, gaps };
}

describe("the polls", () => {
  test.each([0, 0.999_999])(
    "grow with the time that was waited, up to the longest interval (Math.random: %d)",
    async (random) => {
      vi.spyOn(Math, "random").mockReturnValue(random);
      const { outcome, gaps } = waitFor(120_000);
      await vi.advanceTimersByTimeAsync(130_000);
      expect((await outcome).value).toEqual(VIDEO);
      const pauses = gaps();
      expect(pauses.length).toBeGreaterThan(20);
      // By a fake clock of whole milliseconds, a pause can be one off.
      pauses.forEach((pause, index) => {
        if (index > 0) expect(pause).toBeGreaterThanOrEqual(pauses[index - 1]! - 1);
        expect(pause).toBeLessThanOrEqual(5000);
      });
      expect(pauses[0]).toBeLessThanOrEqual(1000);
      expect(pauses.at(-1)).toBeGreaterThanOrEqual(4499);
    },
  );

  test("of uploads that were completed together do not come together", async () => {
    const waits = Array.from({ length: 50 }, () => waitFor(60_000));
    await vi.advanceTimersByTimeAsync(70_000);
    const last = waits.map(({ askedAt }) => askedAt.at(-1));
    expect(new Set(last).size).toBeGreaterThan(25);
  });

  test("are few: a result after a minute costs fewer than 50", async () => {
    const { outcome, askedAt } = waitFor(60_000);
    await vi.advanceTimersByTimeAsync(70_000);
    await outcome;
    expect(askedAt.length).toBeLessThan(50);
  });

  test("see a fast result fast: after a second, within 300 ms", async () => {
    const { outcome, askedAt } = waitFor(1000);
    await vi.advanceTimersByTimeAsync(2000);
    await outcome;
    expect(askedAt.at(-1)).toBeLessThanOrEqual(1300);
  });

  test("never come more often than they may, whatever the options", async () => {
    const { outcome, gaps } = waitFor(10_000, { interval: 200, maxInterval: 200 });
    await vi.advanceTimersByTimeAsync(11_000);
    await outcome;
    expect(Math.max(...gaps())).toBeLessThanOrEqual(200);
  });
});

describe("the end", () => {
  test("is at the deadline, to the ms, and leaves no timer", async () => {
    const { outcome } = waitFor(Infinity, { timeout: 12_345 });
    await vi.advanceTimersByTimeAsync(12_344);
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(1);
    expect((await outcome).error).toMatchObject({
      name: "ResultTimeoutError",
      status: "TRANSCODING",
      message: "Cannot tell the result of sg_1: its status is still TRANSCODING after 12345 ms",
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("leaves no timer and no listener when the video is ready", async () => {
    const { signal, listeners } = watchSignal();
    const { outcome } = waitFor(3000, { signal });
    await vi.advanceTimersByTimeAsync(4000);
    await outcome;
    expect(vi.getTimerCount()).toBe(0);
    expect(listeners()).toBe(0);
  });

  test("leaves neither when it is aborted in a pause", async () => {
    const { controller, signal, listeners } = watchSignal();
    const { outcome, askedAt } = waitFor(Infinity, { signal });
    await vi.advanceTimersByTimeAsync(2000);
    const asked = askedAt.length;
    controller.abort("enough");
    expect((await outcome).error).toBe("enough");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(askedAt.length).toBe(asked);
    expect(vi.getTimerCount()).toBe(0);
    expect(listeners()).toBe(0);
  });
});
