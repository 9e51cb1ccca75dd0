import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FileSource, MediaManager, uploadVideo, type VideoSource } from "../../mod.ts";
import { type Emulator, startEmulator } from "../../src/emulator/mod.ts";
import { growVideo } from "../../scripts/grow_video.ts";
import { fileSource } from "../../src/node/mod.ts";
import { ASK_SOON } from "../support/emulate.ts";

let emulator: Emulator;
let media: MediaManager;

beforeAll(async () => {
  emulator = await startEmulator({ transcodeMs: 1 });
  media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url });
});
afterAll(() => emulator.close());

const pathOf = (name: string) => `test/assets/video/${name}`;

const sources: [string, (name: string) => Promise<VideoSource>][] = [
  ["a Blob", async (name) => new Blob([await readFile(pathOf(name))])],
  ["a File", async (name) => new File([await readFile(pathOf(name))], name)],
  ["bytes", async (name) => new Uint8Array(await readFile(pathOf(name)))],
  ["a file on disk", (name) => fileSource(pathOf(name))],
];

describe.each(sources)("%s", (_, open) => {
  test("a good video is uploaded", async () => {
    const result = await uploadVideo(media, await open("ok.mp4"), { poll: ASK_SOON });
    expect(result.videoInfo.duration).toBe(12);
  });

  test("in `media` its duration is found", async () => {
    const source = await open("ok.mp4") as FileSource;
    const result = await uploadVideo(media, source, { module: "media", fileName: "ok.mp4", poll: ASK_SOON });
    expect(result.videoInfo.duration).toBe(12);
  });

  test("a video that Shopee would refuse is refused with all its faults, and nothing is sent", async () => {
    const before = emulator.requests.length;
    await expect(uploadVideo(media, await open("short_3s.mp4"))).rejects.toMatchObject({
      name: "RefusedFileError",
      message: "Cannot upload the video: it lasts 3 s, at least 10 s are needed",
    });
    expect(emulator.requests.length).toBe(before);
  });

  test("unless one says that it shall be sent all the same: then Shopee refuses it", async () => {
    await expect(uploadVideo(media, await open("short_3s.mp4"), { preflight: false })).rejects.toMatchObject({
      name: "VideoFailedError",
      status: "FAILED",
    });
  });
});

test("several faults are told at once", async () => {
  const file = growVideo(await readFile(pathOf("short_3s.mp4")), 31_457_281);
  await expect(uploadVideo(media, new Blob([file as Uint8Array<ArrayBuffer>]))).rejects.toMatchObject({
    name: "RefusedFileError",
    message: "Cannot upload the video: it has 31457281 bytes, at most 31457280 are allowed; " +
      "it lasts 3 s, at least 10 s are needed",
  });
});

test("a signal that has fired ends the check", async () => {
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  await expect(uploadVideo(media, await fileSource(pathOf("ok.mp4")), { signal })).rejects.toBe(reason);
});
