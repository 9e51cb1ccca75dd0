import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseRange } from "../../src/emulator/files/serve_file.ts";
import { type Emulator, startEmulator } from "../../src/emulator/mod.ts";
import { readAsset } from "../support/files.ts";
import { completeMediaSpace, sendMediaSpace, waitForResult } from "./upload_raw.ts";

let emulator: Emulator;
let video: Uint8Array<ArrayBuffer>;
let videoUrl: string;
let thumbnailUrl: string;
beforeAll(async () => {
  emulator = await startEmulator({ transcodeMs: 0 });
  video = await readAsset("video/ok.mp4");
  const id = await sendMediaSpace(emulator, video);
  await completeMediaSpace(emulator, id, 1);
  const { response } = await waitForResult(emulator, "media_space", id);
  videoUrl = response.video_info.video_url_list[0].video_url;
  thumbnailUrl = response.video_info.thumbnail_url_list[0].image_url;
});
afterAll(() => emulator.close());

test("a video is served whole", async () => {
  const response = await fetch(videoUrl);
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")).toBe("video/mp4");
  expect(response.headers.get("Accept-Ranges")).toBe("bytes");
  expect(await response.bytes()).toEqual(video);
});

test.each([
  ["bytes=0-0", 0, 1],
  ["bytes=10-19", 10, 20],
  ["bytes=100-", 100, undefined],
  ["bytes=-7", -7, undefined],
  ["bytes=5-99999999", 5, undefined],
])("a range is served: %s", async (range, start, end) => {
  const response = await fetch(videoUrl, { headers: { Range: range } });
  expect(response.status).toBe(206);
  const wanted = video.slice(start, end);
  const first = start < 0 ? video.length + start : start;
  const contentRange = `bytes ${first}-${first + wanted.length - 1}/${video.length}`;
  expect(response.headers.get("Content-Range")).toBe(contentRange);
  expect(await response.bytes()).toEqual(wanted);
});

test("a range behind the end is answered with 416", async () => {
  const response = await fetch(videoUrl, { headers: { Range: `bytes=${video.length}-` } });
  expect(response.status).toBe(416);
  expect(response.headers.get("Content-Range")).toBe(`bytes */${video.length}`);
  await response.body?.cancel();
});

test("HEAD tells type and size without a body", async () => {
  const response = await fetch(videoUrl, { method: "HEAD" });
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Length")).toBe(String(video.length));
  expect(await response.bytes()).toHaveLength(0);
});

test("an ETag saves the second fetch, and guards a range", async () => {
  const etag = (await fetch(videoUrl, { method: "HEAD" })).headers.get("ETag") ?? "";
  expect((await fetch(videoUrl, { headers: { "If-None-Match": etag } })).status).toBe(304);
  const get = async (ifRange: string) => {
    const response = await fetch(videoUrl, { headers: { Range: "bytes=0-1", "If-Range": ifRange } });
    await response.bytes();
    return response.status;
  };
  expect(await get(etag)).toBe(206);
  expect(await get('"other"')).toBe(200);
});

test("a thumbnail is a JPEG", async () => {
  const response = await fetch(thumbnailUrl);
  expect(response.headers.get("Content-Type")).toBe("image/jpeg");
  expect((await response.bytes()).subarray(0, 3)).toEqual(new Uint8Array([0xff, 0xd8, 0xff]));
});

test("nothing is served of a video that is not finished, nor of one that is not there", async () => {
  const id = await sendMediaSpace(emulator, video);
  for (const path of [`videos/${id}.mp4`, `thumbnails/${id}.jpg`, "videos/x.mp4", "images/x", "videos/..%2fx.mp4"]) {
    const response = await fetch(`${emulator.url}/files/${path}`);
    expect(response.status).toBe(404);
    await response.body?.cancel();
  }
});

describe("parseRange", () => {
  test.each([undefined, "", "bytes", "bytes=-", "items=0-1", "bytes=0-1,3-4", "bytes=5-2"])(
    "takes no range from %j",
    (header) => {
      expect(parseRange(header, 10)).toBeUndefined();
    },
  );

  test.each(["bytes=10-", "bytes=11-12", "bytes=-0"])("finds %j out of range", (header) => {
    expect(parseRange(header, 10)).toBe("unsatisfiable");
  });
});
