import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createVideoUploadSink, type MediaManager, type VideoSinkOptions, type VideoUploadSink } from "../../mod.ts";
import { cut, md5, noise } from "../support/bytes.ts";
import { countCopies } from "../support/count_copies.ts";
import { ASK_SOON, emulate } from "../support/emulate.ts";
import { quiet, settle, until } from "../support/settle.ts";
import { longSource, sourceOf, streamFrom } from "../support/streams.ts";
import { forbidUnhandledRejections } from "../support/watches.ts";
import { isFull } from "../support/full.ts";

forbidUnhandledRejections();

const KIB = 1024;
const MIB = 1024 * KIB;

function mediaSink(
  media: MediaManager,
  options: VideoSinkOptions<"media"> & { size: number },
): VideoUploadSink<"media"> {
  return createVideoUploadSink(media, {
    module: "media",
    fileName: "shoes.mp4",
    duration: 12,
    poll: ASK_SOON,
    ...options,
  });
}

/** MD5 of what a URL serves, without holding it. */
async function md5Of(url: string): Promise<string> {
  const hash = createHash("md5");
  const reader = (await fetch(url)).body!.getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) hash.update(step.value);
  return hash.digest("hex");
}

describe.each([
  { partSize: MIB, size: 1, chunk: 1 },
  { partSize: MIB, size: MIB - 1, chunk: 64 * KIB },
  { partSize: MIB, size: MIB, chunk: 64 * KIB },
  { partSize: MIB, size: MIB + 1, chunk: MIB },
  { partSize: MIB, size: 9_300_000, chunk: 1000 },
  { partSize: MIB, size: isFull ? 100 * MIB : 20 * MIB, chunk: (isFull ? 64 : 16) * MIB },
  { partSize: 10 * MIB, size: 1, chunk: 1 },
  { partSize: 10 * MIB, size: 10 * MIB, chunk: 10 * MIB },
  { partSize: 10 * MIB, size: 31 * MIB + 7, chunk: 3 * MIB + 1 },
  { partSize: 10 * MIB, size: isFull ? 100 * MIB : 30 * MIB, chunk: 64 * KIB },
])("parts of $partSize, a file of $size, chunks of $chunk bytes", ({ partSize, size, chunk }) => {
  test.each(partSize === MIB && size < 20 * MIB ? [1, 3, 16] : [3])(
    "concurrency %d: it arrives as it is, in little memory",
    async (concurrency) => {
      const { emulator, tap, media } = await emulate({ mediaPartSize: partSize });
      const count = countBuffers(partSize, () => look());
      const acked = () => tap.named("upload_video_part").filter(({ state }) => state === "answered").length;
      const live = { bytes: 0 };
      let pulledBeforeInit = 0;
      const look = () => {
        live.bytes = Math.max(live.bytes, source.pulled() - acked() * partSize);
        if (tap.calls.length === 0) pulledBeforeInit = source.pulled();
      };
      const source = longSource({ size, chunk, onPull: look });
      const sink = mediaSink(media, { size, concurrency, onProgress: look });
      await source.stream.pipeTo(sink);
      const result = await sink.result;

      const whole = source.md5();
      const seqs = Array.from({ length: Math.ceil(size / partSize) }, (_, seq) => seq);
      expect(result).toMatchObject({ module: "media", size, md5: whole, parts: seqs });
      expect(await md5Of(result.videoInfo.video_url)).toBe(whole);
      const [session, ...others] = emulator.sessions();
      expect(others).toEqual([]);
      expect(session!.history).toEqual(["INITIATED", "UPLOADING", "UPLOADED", "PROCESSING", "SUCCEEDED"]);
      expect(session!.parts.map((part) => part.size)).toEqual(
        seqs.map((seq) => Math.min(partSize, size - seq * partSize)),
      );
      expect(tap.named("init_video_upload")).toHaveLength(1);
      expect(tap.named("upload_video_part")).toHaveLength(seqs.length);
      expect(tap.named("complete_video_upload")).toHaveLength(1);
      expect(tap.most("upload_video_part")).toBeLessThanOrEqual(concurrency);

      // All the buffers that were ever made for parts: each is used again when its part was acknowledged. A part that
      // lies whole in a chunk needs none.
      expect(count()).toBeLessThanOrEqual(Math.min(seqs.length, concurrency + 1));
      if (chunk < partSize) expect(count()).toBeGreaterThan(0);
      // What was read and not acknowledged: parts, and the chunk in hand and one that the pipe has ready.
      expect(live.bytes).toBeLessThanOrEqual((concurrency + 1) * partSize + 2 * chunk);
      // One chunk in hand, one that the pipe has ready.
      expect(pulledBeforeInit).toBeLessThanOrEqual(2 * chunk);
    },
  );
});

/** Counts the buffers of exactly this many bytes, and tells of each as it is made. */
function countBuffers(size: number, onMade: () => void): () => number {
  let made = 0;
  countCopies({
    onAllocate(bytes) {
      // The emulator, which reads its files in this process, has buffers of its own.
      if (bytes !== size || new Error().stack!.includes("/src/emulator/")) return;
      made++;
      onMade();
    },
  });
  return () => made;
}

test("init goes out before the source is read to its end, and parts while it is read", async () => {
  const { tap, media } = await emulate({ mediaPartSize: 1000 });
  const bytes = noise(5000);
  async function* source() {
    yield bytes.subarray(0, 1);
    await until(() => tap.named("init_video_upload").length === 1);
    yield bytes.subarray(1, 1001);
    await until(() => tap.named("upload_video_part").length === 1);
    yield bytes.subarray(1001);
  }
  const sink = mediaSink(media, { size: bytes.length });
  await streamFrom(source()).pipeTo(sink);
  expect((await sink.result).md5).toBe(md5(bytes));
});

test("init is told what the caller said, and business and scene of Shopee Video", async () => {
  const { tap, media } = await emulate();
  await sourceOf([noise(10)]).stream.pipeTo(mediaSink(media, { size: 10, fileName: "鞋 & co.mp4", duration: 180 }));
  expect(await tap.named("init_video_upload")[0]!.json).toEqual({
    business: 3,
    scene: 1,
    file_name: "鞋 & co.mp4",
    file_size: 10,
    duration: 180,
  });
  expect(await tap.named("complete_video_upload")[0]!.json).toEqual({
    video_upload_id: expect.any(String),
  });
});

test("business and scene may be others", async () => {
  const { tap, media } = await emulate();
  const sink = mediaSink(media, { size: 10, business: 7, scene: 8 });
  // The emulator knows Shopee Video alone.
  await settle(sourceOf([noise(10)]).stream.pipeTo(sink));
  expect(await tap.named("init_video_upload")[0]!.json).toMatchObject({ business: 7, scene: 8 });
});

test("an MD5 that is given is checked", async () => {
  const { emulator, tap, media } = await emulate();
  const sink = mediaSink(media, { size: 10, md5: md5(noise(9)) });
  const { error } = await settle(sourceOf([noise(10)]).stream.pipeTo(sink));
  expect((error as Error).message).toContain(md5(noise(10)));
  expect(tap.named("complete_video_upload")).toHaveLength(0);
  expect(emulator.sessions()[0]!.status).toBe("CANCELLED");
});

describe("a size that is not the stream's", () => {
  const bytes = noise(2500);

  test.each([
    ["shorter", 2501],
    ["much shorter", 9000],
    ["longer", 2499],
    ["much longer", 1001],
  ])(
    "is told, with both numbers; nothing is completed, and the session is cancelled: the stream is %s",
    async (_, size) => {
      const { emulator, tap, media } = await emulate({ mediaPartSize: 1000 });
      const sink = mediaSink(media, { size });
      const { error } = await settle(sourceOf(cut(bytes, 100)).stream.pipeTo(sink));
      expect(error).toMatchObject({ name: "InvalidInputError" });
      const numbers = (error as Error).message.match(/\d+/g)!.map(Number);
      expect(numbers).toContain(size);
      const seen = numbers.filter((number) => number !== size);
      if (size > bytes.length) expect(seen).toEqual([bytes.length]);
      else expect(seen[0]).toBeGreaterThan(size);
      expect((await settle(sink.result)).error).toBe(error);
      expect(tap.named("complete_video_upload")).toHaveLength(0);
      expect(tap.named("cancel_video_upload")).toHaveLength(1);
      expect(emulator.sessions().map(({ status }) => status)).toEqual(["CANCELLED"]);
    },
  );

  test("an empty stream opens no session", async () => {
    const { tap, media } = await emulate();
    const { error } = await settle(sourceOf<Uint8Array<ArrayBuffer>>([]).stream.pipeTo(mediaSink(media, { size: 10 })));
    expect(error).toMatchObject({ name: "InvalidInputError" });
    expect(tap.calls).toEqual([]);
  });
});

describe("the window", () => {
  test.each([[undefined, 3], [1, 1], [2, 2], [16, 16]])(
    "of concurrency %s is full from beginning to end",
    async (concurrency, most) => {
      const { tap, media } = await emulate({ mediaPartSize: 100 });
      const hold = tap.hold("upload_video_part");
      const sink = mediaSink(media, { size: 4000, concurrency });
      const pipe = sourceOf([noise(4000)]).stream.pipeTo(sink);
      for (let done = 0; done < 40; done++) {
        // Each place that gets free is taken at once, though nobody else moves.
        await until(() => hold.waiting() === Math.min(most, 40 - done));
        hold.releaseOne();
      }
      await pipe;
      expect(tap.most("upload_video_part")).toBe(most);
    },
  );

  test("that is full stops the source", async () => {
    const { tap, media } = await emulate({ mediaPartSize: 1000 });
    const hold = tap.hold("upload_video_part");
    const source = longSource({ size: 100_000, chunk: 10 });
    const pipe = source.stream.pipeTo(mediaSink(media, { size: 100_000, concurrency: 2 }));
    await until(() => hold.waiting() === 2);
    await quiet();
    const pulled = source.pulled();
    expect(pulled).toBeLessThanOrEqual(3000 + 20);
    for (let turn = 0; turn < 5; turn++) await quiet();
    expect(source.pulled()).toBe(pulled);
    hold.release();
    await pipe;
  });
});
