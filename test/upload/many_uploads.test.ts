import { expect, test } from "vitest";
import { createVideoUploadSink, type VideoModule } from "../../mod.ts";
import { md5, noise } from "../support/bytes.ts";
import { emulate } from "../support/emulate.ts";
import { forbidUnhandledRejections } from "../support/watches.ts";

forbidUnhandledRejections();

test("100 uploads at once through one MediaManager all succeed, each with its own bytes", async () => {
  const { emulator, tap, media } = await emulate({ mediaPartSize: 40_000 });
  const uploads = Array.from({ length: 100 }, async (_, index) => {
    const module: VideoModule = index % 2 ? "media" : "media_space";
    const bytes = noise(100_000 + index, index + 1);
    const options = { size: bytes.length, fileName: `${index}.mp4`, duration: 12 };
    const sink = createVideoUploadSink<VideoModule>(media, { module, ...options });
    await new Blob([bytes]).stream().pipeTo(sink);
    return { index, bytes, result: await sink.result };
  });
  const results = await Promise.all(uploads);

  expect(new Set(results.map(({ result }) => result.videoUploadId)).size).toBe(100);
  for (const { index, bytes, result } of results) {
    expect(result).toMatchObject({ size: bytes.length, md5: md5(bytes) });
    const content = await emulator.content(result.videoUploadId);
    expect(md5(content), `upload ${index}`).toBe(md5(bytes));
  }
  expect(emulator.sessions().map(({ status }) => status)).toEqual(Array(100).fill("SUCCEEDED"));
  expect(tap.named("init_video_upload")).toHaveLength(100);
  expect(tap.named("complete_video_upload")).toHaveLength(100);
  expect(tap.named("upload_video_part")).toHaveLength(50 + 50 * 3);
  expect(tap.named("cancel_video_upload")).toHaveLength(0);
});

test("one that fails among many leaves the others alone", async () => {
  const { emulator, media } = await emulate();
  const reason = new Error("The user has left");
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, async (_, index) => {
    const bytes = noise(5000 + index, index + 1);
    const sink = createVideoUploadSink(media);
    const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        controller.enqueue(bytes);
        if (index === 7) controller.error(reason);
        else controller.close();
      },
    });
    await source.pipeTo(sink);
    return (await sink.result).md5 === md5(bytes);
  }));
  const expected = Array.from({ length: 20 }, (_, index) => {
    return index === 7 ? { status: "rejected", reason } : { status: "fulfilled", value: true };
  });
  expect(outcomes).toEqual(expected);
  expect(emulator.sessions()).toHaveLength(19);
});
