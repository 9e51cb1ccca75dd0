import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { PushSource } from "../../mod.ts";
import type { Protocol } from "../../src/upload/session/protocol.ts";
import { waitForResult } from "../../src/upload/session/wait_for_result.ts";
import { settle } from "../support/settle.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
});

const SESSION = { module: "media_space", videoUploadId: "sg_1", partSize: 4_194_304 } as const;
const VIDEO = { video_url_list: [], thumbnail_url_list: [], duration: 12 };

/** Waits for a push about a video that is ready, and can be asked for. */
function waitForPush(wait: PushSource["wait"], timeout: number) {
  let asked = 0;
  const status = () => {
    asked++;
    return Promise.resolve({ status: "SUCCEEDED", message: "", videoInfo: VIDEO });
  };
  const outcome = settle(waitForResult({ status } as unknown as Protocol<"media_space">, SESSION, {
    first: 500,
    interval: 2000,
    maxInterval: 5000,
    timeout,
    pushes: { wait },
    signal: new AbortController().signal,
    onStatus: () => {},
  }));
  return { outcome, asked: () => asked };
}

describe("a lost push", () => {
  test.each([1, 3000, 59_999])("is asked for before the time is up, even within %d ms", async (timeout) => {
    const { outcome, asked } = waitForPush(() => new Promise(() => {}), timeout);
    await vi.advanceTimersByTimeAsync(timeout + 1);
    expect((await outcome).value).toMatchObject({ videoInfo: VIDEO });
    expect(asked()).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each<[string, PushSource["wait"]]>([
    ["rejects", () => Promise.reject(new Error("The broker is gone"))],
    ["throws", () => {
      throw new Error("The broker is gone");
    }],
  ])("is what a wait is that %s: Shopee is asked at once, and no timer is left", async (_, wait) => {
    const { outcome, asked } = waitForPush(wait, 600_000);
    // Not a millisecond passes.
    await vi.advanceTimersByTimeAsync(0);
    expect(asked()).toBe(1);
    expect((await outcome).value).toMatchObject({ videoInfo: VIDEO });
    expect(vi.getTimerCount()).toBe(0);
  });
});
