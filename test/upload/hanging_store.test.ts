import { afterEach, describe, expect, test, vi } from "vitest";
import { createMemoryStore, type KeyValueStore, uploadVideo } from "../../mod.ts";
import { noise } from "../support/bytes.ts";
import { PART, setUp, statuses, uploadBytes, uploadOptions } from "../support/rig.ts";
import { settle, until } from "../support/settle.ts";
import { sourceOf } from "../support/streams.ts";

const CLEAN_UP_TIME = 10_000;
const bytes = noise(3 * PART);

afterEach(() => {
  vi.useRealTimers();
});

/** A store whose `method` never settles from its call number `from` on. */
function hangingStore(method: "get" | "set" | "remove", from = 1) {
  const store: KeyValueStore = createMemoryStore();
  let calls = 0;
  const hanging: KeyValueStore = {
    ...store,
    [method]: (...args: unknown[]) => {
      if (++calls >= from) return new Promise(() => {});
      return (store[method] as (...args: unknown[]) => unknown)(...args);
    },
  };
  return { checkpoint: { store: hanging, key: "shoes.mp4" }, isHanging: () => calls >= from };
}

describe("a checkpoint store that never settles", () => {
  test.each(
    [["get", 1], ["set", 1], ["set", 2]] as const,
  )("an abort ends the upload all the same: %s, call %d", async (method, from) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const rig = await setUp();
    const { checkpoint, isHanging } = hangingStore(method, from);
    const abort = new AbortController();
    const upload = settle(uploadBytes(rig.connect(), bytes, { module: "media", checkpoint, signal: abort.signal }));
    await until(isHanging);
    const reason = new Error("enough");
    abort.abort(reason);
    await vi.advanceTimersByTimeAsync(CLEAN_UP_TIME);
    expect((await upload).error).toBe(reason);
  });

  test("remove: the upload that failed for good tells why, and its session was cancelled", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const rig = await setUp();
    const { checkpoint, isHanging } = hangingStore("remove");
    const { stream } = sourceOf([bytes.subarray(1)]);
    const options = uploadOptions({ module: "media", size: bytes.length, checkpoint });
    const upload = settle(uploadVideo(rig.connect(), stream, options));
    await until(isHanging);
    await vi.advanceTimersByTimeAsync(CLEAN_UP_TIME);
    expect((await upload).error).toMatchObject({
      name: "InvalidInputError",
      message: expect.stringContaining(`it ended after ${bytes.length - 1} bytes`),
      cleanupError: expect.any(Error),
    });
    expect(statuses(rig)).toEqual(["CANCELLED"]);
  });

  test("remove: the result is there without it", async () => {
    const rig = await setUp();
    const { checkpoint, isHanging } = hangingStore("remove");
    const { videoUploadId } = await uploadBytes(rig.connect(), bytes, { module: "media", checkpoint });
    expect(isHanging()).toBe(true);
    expect(await rig.emulator.content(videoUploadId)).toEqual(bytes);
  });
});
