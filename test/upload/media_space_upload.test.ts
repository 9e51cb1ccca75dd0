import { describe, expect, test } from "vitest";
import { createVideoUploadSink, type MediaManager, type VideoSinkOptions, type VideoUploadSink } from "../../mod.ts";
import { cut, md5, noise } from "../support/bytes.ts";
import { CHUNK_KINDS } from "../support/chunk_kinds.ts";
import { ASK_SOON, download, emulate } from "../support/emulate.ts";
import { isFull } from "../support/full.ts";
import { settle, until } from "../support/settle.ts";
import { sourceOf, streamFrom } from "../support/streams.ts";
import { forbidUnhandledRejections } from "../support/watches.ts";

forbidUnhandledRejections();

const PART = 4_194_304;
const LIMIT = 31_457_280;
const ID = expect.any(String);

function spaceSink(media: MediaManager, options?: VideoSinkOptions<"media_space">): VideoUploadSink<"media_space"> {
  return createVideoUploadSink(media, { poll: ASK_SOON, ...options });
}

describe.each(isFull ? [1, PART - 1, PART, PART + 1, 9_300_000, LIMIT] : [1, PART, PART + 1, 9_300_000])(
  "a file of %d bytes",
  (size) => {
    const bytes = noise(size);
    const parts = cut(bytes, PART);

    test.each([
      ["nothing told", {}],
      ["its size and MD5 told", { size, md5: md5(bytes) }],
    ])("piped in with %s arrives as it is", async (_, options) => {
      const { emulator, tap, media } = await emulate();
      const sink = spaceSink(media, options);
      await new Blob([bytes]).stream().pipeTo(sink);
      const result = await sink.result;

      const seqs = parts.map((_, seq) => seq);
      expect(result).toEqual({
        module: "media_space",
        videoUploadId: ID,
        size,
        md5: md5(bytes),
        parts: seqs,
        uploadCost: expect.any(Number),
        succeededAt: expect.any(Date),
        videoInfo: expect.objectContaining({ video_url_list: expect.any(Array) }),
      });
      expect(await sink.session).toEqual({
        module: "media_space",
        videoUploadId: result.videoUploadId,
        partSize: PART,
      });
      expect(md5(await download(result.videoInfo.video_url_list[0]!.video_url))).toBe(md5(bytes));

      const [session, ...others] = emulator.sessions();
      expect(others).toEqual([]);
      expect(session).toMatchObject({ id: result.videoUploadId, status: "SUCCEEDED", size, md5: md5(bytes) });
      expect(session!.parts).toEqual(parts.map((part, seq) => ({ seq, size: part.length, md5: md5(part) })));

      expect(tap.named("init_video_upload")).toHaveLength(1);
      expect(tap.named("upload_video_part")).toHaveLength(parts.length);
      expect(tap.named("complete_video_upload")).toHaveLength(1);
      expect(tap.named("cancel_video_upload")).toHaveLength(0);
      expect(await tap.named("init_video_upload")[0]!.json).toEqual({ file_md5: md5(bytes), file_size: size });
      const { uploadCost } = result;
      expect(await tap.named("complete_video_upload")[0]!.json).toEqual({
        video_upload_id: result.videoUploadId,
        part_seq_list: seqs,
        report_data: { upload_cost: uploadCost },
      });
      expect(Number.isSafeInteger(uploadCost) && uploadCost >= 0).toBe(true);
    });
  },
);

describe("more than 30 MB", () => {
  const message = expect.stringContaining(`${LIMIT}`);

  test("are refused at once when their size is told", async () => {
    const { tap, media } = await emulate();
    expect(() => spaceSink(media, { size: LIMIT + 1 }))
      .toThrow(expect.objectContaining({ name: "InvalidInputError", message }));
    expect(tap.calls).toEqual([]);
  });

  test("are refused with the byte that is too much, and nothing was sent", async () => {
    const { tap, media } = await emulate();
    const sink = spaceSink(media);
    const source = sourceOf([noise(LIMIT), noise(1), noise(1_000_000)]);
    const { error } = await settle(source.stream.pipeTo(sink));
    expect(error).toMatchObject({ name: "InvalidInputError", message });
    expect((await settle(sink.result)).error).toBe(error);
    expect((await settle(sink.session)).error).toBe(error);
    expect(source.pulls()).toBeLessThanOrEqual(3);
    expect(tap.calls).toEqual([]);
  });
});

describe("an empty file", () => {
  const message = expect.stringContaining("empty");

  test.each([[[]], [[new Uint8Array(0), new Uint8Array(0)]]])("is refused, and nothing is sent: %j", async (chunks) => {
    const { tap, media } = await emulate();
    const { error } = await settle(sourceOf(chunks).stream.pipeTo(spaceSink(media)));
    expect(error).toMatchObject({ name: "InvalidInputError", message });
    expect(tap.calls).toEqual([]);
  });

  test("is refused at once when its size is told", async () => {
    const { media } = await emulate();
    expect(() => spaceSink(media, { size: 0 }))
      .toThrow(expect.objectContaining({ name: "InvalidInputError", message }));
  });
});

describe("the MD5 given", () => {
  const bytes = noise(3 * PART + 5);

  test("lets the first part go out before the source has ended", async () => {
    const { tap, media } = await emulate();
    async function* source() {
      yield bytes.subarray(0, PART);
      // Never comes about if the sink waits for the end.
      await until(() => tap.named("upload_video_part").length > 0);
      yield bytes.subarray(PART);
    }
    const sink = spaceSink(media, { size: bytes.length, md5: md5(bytes) });
    await streamFrom(source()).pipeTo(sink);
    expect((await sink.result).md5).toBe(md5(bytes));
  });

  test("may be written in capitals", async () => {
    const { emulator, media } = await emulate();
    const sink = spaceSink(media, { size: bytes.length, md5: md5(bytes).toUpperCase() });
    await sourceOf([bytes]).stream.pipeTo(sink);
    expect((await sink.result).md5).toBe(md5(bytes));
    expect(emulator.sessions()[0]!.md5).toBe(md5(bytes));
  });

  test("is wrong: both are named, nothing is completed, and the session is cancelled", async () => {
    const { emulator, tap, media } = await emulate();
    const wrong = md5(noise(1));
    const sink = spaceSink(media, { size: bytes.length, md5: wrong });
    const { error } = await settle(sourceOf([bytes]).stream.pipeTo(sink));
    expect(error).toMatchObject({ name: "InvalidInputError" });
    expect((error as Error).message).toContain(wrong);
    expect((error as Error).message).toContain(md5(bytes));
    expect(tap.named("complete_video_upload")).toHaveLength(0);
    expect(tap.named("cancel_video_upload")).toHaveLength(1);
    expect(emulator.sessions()[0]!.status).toBe("CANCELLED");
  });
});

describe.each([
  ["held", false],
  ["streamed", true],
])("a size that is not the stream's (%s)", (_, streamed) => {
  const bytes = noise(2 * PART + 1000);

  test.each([
    ["shorter", bytes.length + 1],
    ["much shorter", bytes.length + 3 * PART],
    ["longer", bytes.length - 1],
    ["much longer", PART + 1],
  ])("is told, with both numbers, and nothing is completed: the stream is %s", async (_, size) => {
    const { emulator, tap, media } = await emulate();
    const sink = spaceSink(media, { size, md5: streamed ? md5(bytes) : undefined });
    const { error } = await settle(sourceOf(cut(bytes, 100_000)).stream.pipeTo(sink));
    expect(error).toMatchObject({ name: "InvalidInputError" });
    const numbers = (error as Error).message.match(/\d+/g)!.map(Number);
    expect(numbers).toContain(size);
    // Of a stream that goes on, only so much is known as was read.
    const seen = numbers.filter((number) => number !== size);
    if (size > bytes.length) expect(seen).toEqual([bytes.length]);
    else expect(seen[0]).toBeGreaterThan(size);
    expect(tap.named("complete_video_upload")).toHaveLength(0);
    // Held, nothing was ever sent; streamed, there is a session, and it is cancelled.
    expect(tap.named("cancel_video_upload")).toHaveLength(streamed ? 1 : 0);
    expect(emulator.sessions().map(({ status }) => status)).toEqual(streamed ? ["CANCELLED"] : []);
  });
});

describe("chunks", () => {
  const bytes = noise(PART + 200_000);

  test.each(Object.entries(CHUNK_KINDS))("may be a %s", async (_, kind) => {
    const { media } = await emulate();
    const sink = spaceSink(media);
    await sourceOf(cut(bytes, 1_000_000).map(kind)).stream.pipeTo(sink);
    const { videoInfo } = await sink.result;
    expect(md5(await download(videoInfo.video_url_list[0]!.video_url))).toBe(md5(bytes));
  });

  test("of no bytes and of one byte are taken, too", async () => {
    const { media } = await emulate();
    const sink = spaceSink(media);
    const chunks = [0, 1, 0, 1, 2, 0].map((length, index) => bytes.subarray(index * 2, index * 2 + length));
    await sourceOf(chunks).stream.pipeTo(sink);
    const { videoInfo, size } = await sink.result;
    expect(size).toBe(4);
    expect(md5(await download(videoInfo.video_url_list[0]!.video_url))).toBe(md5(Buffer.concat(chunks)));
  });

  test.each(["a text", 17, null, {}])("may not be %j: an InvalidInputError, and nothing is sent", async (chunk) => {
    const { tap, media } = await emulate();
    const sink = spaceSink(media);
    const source = sourceOf([bytes.subarray(0, 10), chunk as never]);
    const { error } = await settle(source.stream.pipeTo(sink));
    expect(error).toMatchObject({ name: "InvalidInputError" });
    expect((await settle(sink.result)).error).toBe(error);
    expect(source.cancelled()?.reason).toBe(error);
    expect(tap.calls).toEqual([]);
  });

  test("that are texts end a session that is open", async () => {
    const { tap, media } = await emulate();
    const sink = spaceSink(media, { size: bytes.length, md5: md5(bytes) });
    const { error } = await settle(sourceOf([bytes.subarray(0, PART), "a text" as never]).stream.pipeTo(sink));
    expect(error).toMatchObject({ name: "InvalidInputError" });
    expect(tap.named("cancel_video_upload")).toHaveLength(1);
  });
});

test("nothing is sent before the first byte has come, and pipeTo ends when the video is ready", async () => {
  const { emulator, tap, media } = await emulate({ transcodeMs: 150 });
  const sink = spaceSink(media, { size: 10, md5: md5(noise(10)) });
  const writer = sink.getWriter();
  await writer.ready;
  expect(tap.calls).toEqual([]);
  await writer.write(new Uint8Array(0));
  expect(tap.calls).toEqual([]);
  await writer.write(noise(10));
  await writer.close();
  expect(emulator.sessions()[0]!.status).toBe("SUCCEEDED");
});

test("the session is known as soon as it is open", async () => {
  const { emulator, media } = await emulate();
  const sink = spaceSink(media, { size: 10, md5: md5(noise(10)) });
  const writer = sink.getWriter();
  void writer.write(noise(5));
  expect(await sink.session).toEqual({
    module: "media_space",
    videoUploadId: emulator.sessions()[0]!.id,
    partSize: PART,
  });
  await writer.write(noise(10).subarray(5));
  await writer.close();
});
