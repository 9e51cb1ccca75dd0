import { describe, expect, test } from "vitest";
import { type PartSource, uploadVideo, type VideoSource } from "../../mod.ts";
import { noise } from "../support/bytes.ts";
import { countOf, PART, setUp, statuses, uploadOptions } from "../support/rig.ts";
import { settle, until } from "../support/settle.ts";

const never = () => new Promise<never>(() => {});
const SPACE_PART = 4_194_304;

/** Gives one part, and then nothing, not even an end. */
function stuckStream(cancel: () => Promise<void>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let pulls = 0;
  return new ReadableStream({
    pull: (controller) => pulls++ === 0 ? controller.enqueue(noise(PART)) : never(),
    cancel,
  });
}

function partSource(size: number, parts: PartSource["parts"]): PartSource {
  return { size, slice: () => new Blob(), parts, release() {} };
}

describe("an abort ends the upload with its own reason, though the source", () => {
  test.each<[string, () => VideoSource]>([
    ["never ends its cancel", () => stuckStream(never)],
    ["fails its cancel", () => stuckStream(() => Promise.reject(new Error("The cancel failed")))],
    ["throws in its cancel", () =>
      stuckStream(() => {
        throw new Error("The cancel failed");
      })],
    ["is an iterator whose next never comes", async function* () {
      yield noise(PART);
      await never();
    }],
    ["is a PartSource whose read never ends", () =>
      partSource(3 * PART, async function* () {
        yield noise(PART);
        await never();
      })],
  ])("%s", async (_, source) => {
    const rig = await setUp();
    const abort = new AbortController();
    const { signal } = abort;
    const upload = uploadVideo(rig.connect(), source(), uploadOptions({ module: "media", size: 3 * PART, signal }));
    const outcome = settle(upload);
    await until(() => countOf(rig, "upload_video_part") === 1);
    const reason = new Error("The user has thought better of it");
    abort.abort(reason);
    expect((await outcome).error).toBe(reason);
    expect(statuses(rig)).toEqual(["CANCELLED"]);
  });
});

test("an abort while a product video is read stops the reading, and the progress", async () => {
  const rig = await setUp();
  const abort = new AbortController();
  const reason = new Error("enough");
  let given = 0;
  let isClosed = false;
  let eventsAfter = 0;
  const source = partSource(7 * SPACE_PART, async function* () {
    try {
      while (given < 7) {
        if (given === 2) abort.abort(reason);
        given++;
        yield new Uint8Array(SPACE_PART);
      }
    } finally {
      isClosed = true;
    }
  });
  const onProgress = () => {
    if (abort.signal.aborted) eventsAfter++;
  };
  const { error } = await settle(
    uploadVideo(rig.connect(), source, uploadOptions({ signal: abort.signal, onProgress })),
  );
  expect(error).toBe(reason);
  await until(() => isClosed);
  // The third is the one that was being read.
  expect(given).toBe(3);
  expect(eventsAfter).toBe(0);
  expect(rig.sent).toEqual([]);
});
