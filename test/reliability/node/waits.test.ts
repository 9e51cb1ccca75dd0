import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MediaManager, waitForVideo } from "../../../mod.ts";
import { replaceRuntime } from "../../../src/runtime.ts";
import { CREDENTIALS } from "../../support/manager_for.ts";
import { settle, until } from "../../support/settle.ts";

// Alone: another test's timers would be counted, too.
describe("a thousand waits at once", () => {
  let restore: () => void;
  beforeEach(() => {
    restore = replaceRuntime({ hmacSha256: () => () => Promise.resolve("0".repeat(64)) });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
    restore();
  });

  test("hold no more than one timer each while they wait, and end when told, with none", async () => {
    const answer = { error: "", message: "", request_id: "1", response: { status: "TRANSCODING" } };
    const media = new MediaManager({ ...CREDENTIALS, fetch: () => Promise.resolve(Response.json(answer)) });
    const controller = new AbortController();
    const waits = Array.from(
      { length: 1000 },
      (_, index) =>
        settle(
          waitForVideo(media, { module: "media_space", videoUploadId: `v${index}` }, { signal: controller.signal }),
        ),
    );
    for (let second = 0; second < 20; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      // One that is asking at this moment has the timers of its call, too.
      await until(() => vi.getTimerCount() <= 1000);
    }
    controller.abort("enough");
    for (const { error } of await Promise.all(waits)) expect(error).toBe("enough");
    expect(vi.getTimerCount()).toBe(0);
  });
});
