import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ShopeeApiError } from "../../mod.ts";
import type { Protocol } from "../../src/upload/session/protocol.ts";
import { waitForResult, type WaitForResultOptions } from "../../src/upload/session/wait_for_result.ts";
import { settle } from "../support/settle.ts";
import { watchSignal } from "../support/watches.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const SESSION = { module: "media_space", videoUploadId: "sg_1", partSize: 4_194_304 } as const;
const VIDEO = { video_url_list: [], thumbnail_url_list: [], duration: 12 };

const POLL = { first: 500, interval: 2000, maxInterval: 5000, timeout: 600_000 };

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
    ...POLL,
    signal: new AbortController().signal,
    onStatus: () => {},
    ...options,
  });
  const outcome = settle(result);
  const gaps = () => askedAt.slice(1).map((at, index) => at - askedAt[index]!);
  return { outcome, askedAt, gaps };
}

describe("the polls", () => {
  test("begin after the first pause, and then come at the interval, until a quarter of the time is longer", async () => {
    const { outcome, askedAt } = waitFor(9_000, { first: 700, interval: 1500 });
    await vi.advanceTimersByTimeAsync(12_000);
    await outcome;
    expect(askedAt.slice(0, 5)).toEqual([700, 2200, 3700, 5200, 6700]);
  });

  test.each([0, 0.999_999])(
    "grow with the time that was waited, up to the longest pause (Math.random: %d)",
    async (random) => {
      vi.spyOn(Math, "random").mockReturnValue(random);
      const { outcome, gaps } = waitFor(120_000);
      await vi.advanceTimersByTimeAsync(130_000);
      expect((await outcome).value).toMatchObject({ videoInfo: VIDEO });
      const pauses = gaps();
      expect(pauses.length).toBeGreaterThan(20);
      // By a fake clock of whole milliseconds, a pause can be one off.
      pauses.forEach((pause, index) => {
        if (index > 0) expect(pause).toBeGreaterThanOrEqual(pauses[index - 1]! - 1);
        expect(pause).toBeLessThanOrEqual(5000);
        expect(pause).toBeGreaterThanOrEqual(2000);
      });
      expect(pauses[0]).toBe(2000);
      expect(pauses.at(-1)).toBeGreaterThanOrEqual(4499);
    },
  );

  test("of uploads that were completed together do not come together", async () => {
    const waits = Array.from({ length: 50 }, () => waitFor(60_000));
    await vi.advanceTimersByTimeAsync(70_000);
    const last = waits.map(({ askedAt }) => askedAt.at(-1));
    expect(new Set(last).size).toBeGreaterThan(25);
  });

  test("for any time that a video takes are at most one and one in two seconds, and hardly late", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 300_000 }), async (readyAfter) => {
        const { outcome, askedAt } = waitFor(readyAfter);
        await vi.advanceTimersByTimeAsync(readyAfter + 6_000);
        expect((await outcome).value).toMatchObject({ videoInfo: VIDEO });
        const seenAt = askedAt.at(-1)!;
        expect(seenAt - readyAfter).toBeLessThanOrEqual(Math.max(2000, seenAt / 4) + 1);
        askedAt.forEach((at, index) => expect(index + 1).toBeLessThanOrEqual(1 + at / 2000));
      }),
      { numRuns: 100 },
    );
  });

  test("never come more often than they may, whatever the longest pause is", async () => {
    const { outcome, gaps } = waitFor(10_000, { interval: 400, maxInterval: 200 });
    await vi.advanceTimersByTimeAsync(11_000);
    await outcome;
    expect(Math.min(...gaps())).toBeGreaterThanOrEqual(400);
  });
});

describe("a session that Shopee does not know", () => {
  const unknown = () =>
    Promise.reject(
      new ShopeeApiError("Cannot get the result of sg_1: invalid or expired vid (product.error_unknown)", {
        ...{ code: "product.error_unknown", kind: "unknown_id", requestId: "1", status: 200, endpoint: "/" },
      }),
    );
  const known = () => Promise.resolve({ status: "SUCCEEDED", message: "", videoInfo: VIDEO });

  function ask(status: (now: number) => Promise<unknown>) {
    const startedAt = Date.now();
    const protocol = { status: () => status(Date.now() - startedAt) } as unknown as Protocol<"media_space">;
    const signal = new AbortController().signal;
    return settle(waitForResult(protocol, SESSION, { ...POLL, signal, onStatus: () => {} }));
  }

  test("right after it was completed is not known yet", async () => {
    const outcome = ask((now) => now < 55_000 ? unknown() : known());
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await outcome).value).toMatchObject({ videoInfo: VIDEO });
  });

  test("after a minute is given up, with its id and Shopee's own error", async () => {
    const outcome = ask(unknown);
    await vi.advanceTimersByTimeAsync(66_000);
    expect((await outcome).error).toMatchObject({
      ...{ name: "ResultTimeoutError", videoUploadId: "sg_1", cause: { code: "product.error_unknown" } },
    });
    expect(vi.getTimerCount()).toBe(0);
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
    await vi.advanceTimersByTimeAsync(5000);
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
