import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createVideoUploadSink, MediaManager, type PartSource, uploadVideo } from "../../mod.ts";
import { replaceRuntime } from "../../src/runtime.ts";
import { defaultBackend } from "../../src/stream/md5/default_backend.ts";
import { md5, noise } from "../support/bytes.ts";
import { CREDENTIALS } from "../support/manager_for.ts";
import { settle } from "../support/settle.ts";

let restore: () => void;
beforeEach(async () => {
  // What is done outside the event loop's own queue would not be done when the clock jumps.
  await defaultBackend();
  restore = replaceRuntime({ hmacSha256: () => () => Promise.resolve("0".repeat(64)) });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
  restore();
});

const FILE = noise(3000);
const OPTIONS = { module: "media", size: FILE.length, md5: md5(FILE), fileName: "a.mp4", duration: 12 } as const;

/** A Shopee without a network, so that only the clock decides. Parts wait as long as `part` says. */
function shopee(part: () => Promise<void> = () => Promise.resolve()) {
  const calls: string[] = [];
  const fetch = async (input: Request | URL | string) => {
    const name = new URL(input instanceof Request ? input.url : input).pathname.split("/").at(-1)!;
    calls.push(name);
    if (name === "upload_video_part") await part();
    const response = name === "init_video_upload"
      ? { video_upload_id: "s1", part_size: 1000 }
      : { status: "SUCCEEDED", video_info: { video_url: "https://x/1.mp4" } };
    return Response.json({ error: "", message: "", request_id: "1", response });
  };
  return { media: new MediaManager({ ...CREDENTIALS, fetch: fetch as typeof globalThis.fetch }), calls };
}

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Gives so many pieces of the file, each after a pause, and then nothing, for ever. */
async function* halting(pieces: number, pause: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let index = 0; index < pieces; index++) {
    await after(pause);
    yield FILE.subarray(index * 500, (index + 1) * 500);
  }
  if (pieces < 6) await new Promise(() => {});
}

/** A stream that takes its being cancelled as said, though its iterable hangs. */
function toStream(iterable: AsyncGenerator<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterable.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

/** A source that reads by itself, and hangs after one part. */
const HANGING_PARTS: PartSource = {
  size: FILE.length,
  slice: (start, end) => ({ arrayBuffer: () => Promise.resolve(FILE.slice(start, end).buffer) }),
  async *parts(partSize) {
    yield FILE.slice(0, partSize);
    await new Promise(() => {});
  },
  release() {},
};

const STALLED = { name: "ShopeeMediaError", message: "Cannot upload the video: its source gave no byte for 60000 ms" };

describe("a source that gives nothing any more", () => {
  test("after its first bytes fails the upload, which is cancelled", async () => {
    const { media, calls } = shopee();
    const sink = createVideoUploadSink(media, OPTIONS);
    const pipe = settle(toStream(halting(3, 10)).pipeTo(sink));
    await vi.advanceTimersByTimeAsync(59_000);
    expect(calls).not.toContain("cancel_video_upload");
    await vi.advanceTimersByTimeAsync(2_000);
    expect((await pipe).error).toMatchObject({ ...STALLED, videoUploadId: "s1", session: "cancelled" });
    expect(calls.at(-1)).toBe("cancel_video_upload");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("before its first byte is waited for by a sink: who writes nothing has begun nothing", async () => {
    const { media } = shopee();
    const controller = new AbortController();
    const sink = createVideoUploadSink(media, { ...OPTIONS, signal: controller.signal });
    const pipe = settle(toStream(halting(0, 0)).pipeTo(sink));
    await vi.advanceTimersByTimeAsync(3_600_000);
    controller.abort("enough");
    expect((await pipe).error).toBe("enough");
  });

  test.each([
    ["a stream", () => toStream(halting(0, 0))],
    ["an iterable", () => halting(2, 10)],
    ["a source of parts", () => HANGING_PARTS],
  ])("as %s is noticed by uploadVideo, from the call on", async (_, source) => {
    const { media } = shopee();
    const upload = settle(uploadVideo(media, source(), { ...OPTIONS, preflight: false }));
    await vi.advanceTimersByTimeAsync(61_000);
    expect((await upload).error).toMatchObject(STALLED);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("while it is looked at is noticed, too", async () => {
    const { media, calls } = shopee();
    const file = { ...HANGING_PARTS, slice: () => ({ arrayBuffer: () => new Promise<ArrayBuffer>(() => {}) }) };
    const upload = settle(uploadVideo(media, file, OPTIONS));
    await vi.advanceTimersByTimeAsync(61_000);
    expect((await upload).error).toMatchObject(STALLED);
    expect(calls).toEqual([]);
  });

  test("may be waited for longer, or for ever", async () => {
    const { media } = shopee();
    const slow = settle(uploadVideo(media, halting(6, 100_000), { ...OPTIONS, sourceTimeout: Infinity }));
    const fast = settle(uploadVideo(media, halting(6, 100_000), { ...OPTIONS, sourceTimeout: 5_000 }));
    await vi.advanceTimersByTimeAsync(6_000);
    expect((await fast).error).toMatchObject({ message: expect.stringContaining("no byte for 5000 ms") });
    await vi.advanceTimersByTimeAsync(700_000);
    expect((await slow).value).toMatchObject({ size: FILE.length });
  });
});

describe("a source that is slow, but gives", () => {
  test("is waited for however long it takes in all", async () => {
    const { media } = shopee();
    const upload = settle(uploadVideo(media, halting(6, 59_000), OPTIONS));
    await vi.advanceTimersByTimeAsync(400_000);
    expect((await upload).value).toMatchObject({ size: FILE.length, parts: [0, 1, 2] });
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([["a pipe", false], ["a source of parts", true]])(
    "or that has to wait itself, since the line is slow: %s",
    async (_, asParts) => {
      const { media } = shopee(() => after(100_000));
      const options = { ...OPTIONS, concurrency: 1 };
      const sink = createVideoUploadSink(media, options);
      const upload = settle(
        asParts
          ? uploadVideo(media, FILE, { ...options, preflight: false })
          : toStream(halting(6, 1)).pipeTo(sink).then(() => sink.result),
      );
      await vi.advanceTimersByTimeAsync(400_000);
      expect((await upload).value).toMatchObject({ size: FILE.length });
      expect(vi.getTimerCount()).toBe(0);
    },
  );
});

test("an upload that was aborted leaves no timer behind: it would keep a process from ending", async () => {
  const { media } = shopee(() => new Promise(() => {}));
  const abort = new AbortController();
  const upload = settle(uploadVideo(media, halting(6, 0), { ...OPTIONS, concurrency: 1, signal: abort.signal }));
  await vi.advanceTimersByTimeAsync(1_000);

  abort.abort(new Error("enough"));

  expect((await upload).error).toBe(abort.signal.reason);
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
});
