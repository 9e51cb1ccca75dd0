import { afterEach, describe, expect, test, vi } from "vitest";
import { createMemoryStore } from "../../mod.ts";
import { noise } from "../support/bytes.ts";
import { settle } from "../support/settle.ts";
import { countOf, PART, type Rig, setUp, statuses, uploadBytes } from "../support/rig.ts";

const bytes = noise(3 * PART);
const { setTimeout } = globalThis;
const realPause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(() => {
  vi.useRealTimers();
});

/** Uploads, and gives up when `isTime` says so. */
async function giveUp(rig: Rig, isTime: () => boolean) {
  const abort = new AbortController();
  const reason = new Error("The user has thought better of it");
  let settled = false;
  const media = rig.connect({ timeout: {}, retry: { limit: 5 } });
  const upload = settle(uploadBytes(media, bytes, { module: "media", signal: abort.signal }));
  upload.finally(() => settled = true);
  for (; !settled; await realPause(1)) {
    if (!abort.signal.aborted && isTime()) abort.abort(reason);
    if (abort.signal.aborted) await vi.advanceTimersByTimeAsync(100);
  }
  const { error } = await upload;
  return { error: error as Error, reason };
}

describe("after an abort the upload settles, whatever becomes of the clean-up", () => {
  test("init is never answered", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const rig = await setUp({ faults: ["init_video_upload:stall-before"] });
    const { error, reason } = await giveUp(rig, () => countOf(rig, "init_video_upload") > 0);
    expect(error).toBe(reason);
    expect(countOf(rig, "cancel_video_upload")).toBe(0);
  });

  test.each(["stall-before", "stall-after", "reset-before", "error=error_server"])("cancel: %s", async (fault) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const rig = await setUp({ faults: ["upload_video_part:stall-before", `cancel_video_upload:${fault}`] });
    const { error, reason } = await giveUp(rig, () => countOf(rig, "upload_video_part") > 0);
    expect(error).toBe(reason);
    // The caller's own reason stays as it was.
    expect(Object.keys(error)).toEqual([]);
    expect(countOf(rig, "cancel_video_upload")).toBeGreaterThan(0);
  });

  test("abort in the pause before a retry: no other attempt", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const rig = await setUp({ faults: ["upload_video_part:status=503,retryAfter=100"] });
    const { error, reason } = await giveUp(rig, () => rig.emulator.requests.length >= 4);
    expect(error).toBe(reason);
    expect(countOf(rig, "upload_video_part")).toBe(3);
    expect(statuses(rig)).toEqual(["CANCELLED"]);
  });
});

test("an upload that has failed says so when its session could not be cancelled", async () => {
  const rig = await setUp({ faults: ["upload_video_part:error=error_param", "cancel_video_upload:error=error_param"] });
  const { error } = await settle(uploadBytes(rig.connect(), bytes, { module: "media" }));
  expect(error).toMatchObject({
    name: "ShopeeApiError",
    stage: "parts",
    cleanupError: { message: expect.stringMatching(/^Cannot cancel the upload/) },
  });
  expect(statuses(rig)).toEqual(["INITIATED"]);
});

test("a session of a source that has changed may be impossible to cancel: the new one is opened all the same", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const rig = await setUp({ faults: ["cancel_video_upload:stall-before", "upload_video_part#2:error=error_server"] });
  const store = createMemoryStore();
  const upload = async (source: Uint8Array<ArrayBuffer>, limit: number) => {
    const media = rig.connect({ timeout: {}, retry: { limit } });
    let settled = false;
    const options = { module: "media", concurrency: 1, checkpoint: { store, key: "shoes.mp4" } } as const;
    const upload = settle(uploadBytes(media, source, options)).finally(() => settled = true);
    for (; !settled; await realPause(1)) await vi.advanceTimersByTimeAsync(100);
    return await upload;
  };
  expect((await upload(bytes, 0)).error).toBeDefined();
  const changed = noise(3 * PART, 2);
  const { value } = await upload(changed, 3);
  expect(await rig.emulator.content(value!.videoUploadId)).toEqual(changed);
});
