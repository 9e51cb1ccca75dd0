import { Buffer } from "node:buffer";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { ReadableStream as PonyfillStream } from "web-streams-polyfill";
import { uploadVideo, type UploadVideoOptions, type VideoModule, type VideoSource } from "../../mod.ts";
import { concat, cut, md5, noise } from "../support/bytes.ts";
import { ASK_SOON, download, emulate } from "../support/emulate.ts";
import { quiet, settle, until } from "../support/settle.ts";
import { streamFrom } from "../support/streams.ts";
import { forbidUnhandledRejections, watchSignal } from "../support/watches.ts";

forbidUnhandledRejections();

const BYTES = noise(25_000);
const CHUNKS = cut(BYTES, 700);

async function* generate() {
  for (const chunk of CHUNKS) yield await Promise.resolve(chunk);
}

/** A stream of another implementation: the runtime's own `pipeTo` will not have it. */
function ponyfill(chunks: Iterable<Uint8Array<ArrayBuffer>>, cancel?: (reason: unknown) => void): VideoSource {
  const iterator = chunks[Symbol.iterator]();
  const stream = new PonyfillStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const { done, value } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel,
  });
  return stream as unknown as ReadableStream<Uint8Array<ArrayBuffer>>;
}

const SOURCES: [string, () => VideoSource, known: boolean][] = [
  ["a Blob", () => new Blob(CHUNKS), true],
  ["a File", () => new File(CHUNKS, "shoes.mp4"), true],
  ["a Uint8Array", () => BYTES, true],
  ["a view of a larger buffer", () => concat([noise(2500, 2), BYTES, noise(2500, 3)]).subarray(2500, 27_500), true],
  ["a Buffer", () => Buffer.from(BYTES), true],
  ["a stream", () => new Blob(CHUNKS).stream(), false],
  ["a stream of web-streams-polyfill", () => ponyfill(CHUNKS), false],
  ["an async generator", generate, false],
  ["a stream of Node", () => Readable.from(CHUNKS, { objectMode: false }), false],
  ["any async iterable", () => ({ [Symbol.asyncIterator]: generate }), false],
];

/** What must be told besides the source. */
function settings(module: VideoModule, known: boolean): UploadVideoOptions {
  const told = module === "media" ? { fileName: "shoes.mp4", duration: 12 } : {};
  // None of these bytes are a video, so nobody may look at them.
  return {
    module,
    preflight: false,
    poll: ASK_SOON,
    ...told,
    ...(known || module === "media_space" ? {} : { size: BYTES.length }),
  };
}

describe.each<VideoModule>(["media_space", "media"])("%s", (module) => {
  test.each(SOURCES)("takes %s", async (_, source, known) => {
    const { emulator, media } = await emulate({ mediaPartSize: 1000 });
    const result = await uploadVideo(media, source(), settings(module, known));
    expect(result).toMatchObject({ module, size: BYTES.length, md5: md5(BYTES) });
    const { videoInfo } = result;
    const url = "video_url" in videoInfo ? videoInfo.video_url : videoInfo.video_url_list[0]!.video_url;
    expect(md5(await download(url))).toBe(md5(BYTES));
    expect(emulator.sessions()).toHaveLength(1);
  });

  test.each(SOURCES)("is aborted in the midst of %s", async (_, source, known) => {
    const { emulator, tap, media } = await emulate({ mediaPartSize: 1000 });
    const hold = tap.hold("upload_video_part");
    const { controller, signal, listeners } = watchSignal();
    const upload = settle(uploadVideo(media, source(), { ...settings(module, known), signal }));
    await until(() => hold.waiting() > 0);
    const reason = new Error("The user has left");
    controller.abort(reason);
    expect((await upload).error).toBe(reason);
    expect(tap.named("cancel_video_upload")).toHaveLength(1);
    expect(emulator.sessions()[0]!.status).toBe("CANCELLED");
    expect(listeners()).toBe(0);
  });

  test.each(SOURCES)("sends nothing of %s when the signal has fired already", async (_, source, known) => {
    const { tap, media } = await emulate();
    const signal = AbortSignal.abort(new Error("too late"));
    const { error } = await settle(uploadVideo(media, source(), { ...settings(module, known), signal }));
    expect(error).toBe(signal.reason);
    await quiet();
    expect(tap.calls).toEqual([]);
  });

  test("takes the name of a File, unless it is told another", async () => {
    const { emulator, media } = await emulate();
    const file = new File([BYTES], "from the file.mp4");
    await uploadVideo(media, file, { module: "media", duration: 12, poll: ASK_SOON, preflight: false });
    await uploadVideo(media, file, {
      module: "media",
      duration: 12,
      poll: ASK_SOON,
      preflight: false,
      fileName: "told.mp4",
    });
    expect(emulator.sessions().map(({ fileName }) => fileName)).toEqual(["from the file.mp4", "told.mp4"]);
  });
});

describe("a source that fails", () => {
  const reason = new Error("The disk is gone");

  test.each<[string, () => VideoSource]>([
    ["an async generator", async function* () {
      yield BYTES.subarray(0, 1500);
      throw reason;
    }],
    ["a stream", () =>
      streamFrom((async function* () {
        yield BYTES.subarray(0, 1500);
        throw reason;
      })())],
    ["a stream of web-streams-polyfill", () =>
      ponyfill((function* () {
        yield BYTES.subarray(0, 1500);
        throw reason;
      })())],
    ["a Blob", () =>
      Object.assign(new Blob([BYTES]), {
        slice: (start: number) => ({
          arrayBuffer: () => start < 1000 ? Promise.resolve(BYTES.slice(0, 1000).buffer) : Promise.reject(reason),
        }),
      })],
  ])("fails the upload with its own error, and the session is cancelled: %s", async (_, source) => {
    const { emulator, tap, media } = await emulate({ mediaPartSize: 1000 });
    const options = {
      module: "media",
      size: BYTES.length,
      fileName: "a.mp4",
      duration: 12,
      poll: ASK_SOON,
      preflight: false,
    } as const;
    expect((await settle(uploadVideo(media, source(), options))).error).toBe(reason);
    expect(tap.named("cancel_video_upload")).toHaveLength(1);
    expect(emulator.sessions()[0]!.status).toBe("CANCELLED");
  });
});

describe("a source that is not needed any more", () => {
  const options = {
    module: "media",
    size: BYTES.length,
    fileName: "a.mp4",
    duration: 12,
    poll: ASK_SOON,
    preflight: false,
  } as const;

  /** An upload whose first part is refused. */
  async function failedUpload(source: VideoSource): Promise<unknown> {
    const faults = [{ kind: "error", endpoint: "upload_video_part", error: "error_data" } as const];
    const { media } = await emulate({ mediaPartSize: 1000, faults });
    return (await settle(uploadVideo(media, source, options))).error;
  }

  test("is told so: a generator", async () => {
    let returned = false;
    async function* source() {
      try {
        yield* generate();
      } finally {
        returned = true;
      }
    }
    expect(await failedUpload(source())).toMatchObject({ code: "error_data" });
    await until(() => returned);
  });

  test("is told why: a stream of web-streams-polyfill", async () => {
    let cancelled: unknown;
    const error = await failedUpload(ponyfill(CHUNKS, (reason) => cancelled = reason));
    expect(error).toMatchObject({ code: "error_data" });
    await until(() => cancelled !== undefined);
    expect(cancelled).toBe(error);
  });

  test("is told why: a stream", async () => {
    let cancelled: unknown;
    let pulls = 0;
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => controller.enqueue(CHUNKS[pulls++]!),
      cancel: (reason) => void (cancelled = reason),
    });
    const error = await failedUpload(stream);
    await until(() => cancelled !== undefined);
    expect(cancelled).toBe(error);
  });

  test("need not answer: a generator that hangs does not hold the upload's failure up", async () => {
    async function* source() {
      yield BYTES.subarray(0, 1500);
      await new Promise(() => {});
    }
    expect(await failedUpload(source())).toMatchObject({ code: "error_data" });
  });
});

describe("what is no source", () => {
  test.each([undefined, null, "shoes.mp4", 17, true, {}, [], ["shoes.mp4"], new URL("file:///shoes.mp4")])(
    "is refused clearly: %j",
    async (source) => {
      const { tap, media } = await emulate();
      const { error } = await settle(uploadVideo(media, source as unknown as VideoSource, { preflight: false }));
      expect(error).toMatchObject({
        name: "InvalidInputError",
        message: expect.stringMatching(/^Cannot upload the video: /),
      });
      expect(tap.calls).toEqual([]);
    },
  );

  test("a stream that somebody else reads is refused, and leaves no listener behind", async () => {
    const { tap, media } = await emulate();
    const { signal, listeners } = watchSignal();
    const stream = new Blob([BYTES]).stream();
    const reader = stream.getReader();
    const { error } = await settle(uploadVideo(media, stream, { signal }));
    expect(error).toBeInstanceOf(Error);
    expect(tap.calls).toEqual([]);
    expect(listeners()).toBe(0);
    reader.releaseLock();
  });

  test("a size that is not the source's is refused at once, with both numbers", async () => {
    const { tap, media } = await emulate();
    for (const source of [BYTES, new Blob([BYTES])]) {
      const { error } = await settle(uploadVideo(media, source, { size: 24_999 }));
      expect(error).toMatchObject({ name: "InvalidInputError" });
      expect((error as Error).message).toMatch(/25000.*24999/);
    }
    expect(tap.calls).toEqual([]);
  });

  test.each([new Uint8Array(0), new Blob([])])("nothing at all is refused at once: %#", async (source) => {
    const { tap, media } = await emulate();
    const { error } = await settle(uploadVideo(media, source, { preflight: false }));
    expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringContaining("empty") });
    expect(tap.calls).toEqual([]);
  });

  test("more than 30 MB are refused at once", async () => {
    const { tap, media } = await emulate();
    const { error } = await settle(uploadVideo(media, new Uint8Array(31_457_281), { preflight: false }));
    expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringContaining("31457280") });
    expect(tap.calls).toEqual([]);
  });
});
