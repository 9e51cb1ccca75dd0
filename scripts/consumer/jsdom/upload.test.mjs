// @vitest-environment jsdom
import { readFileSync } from "node:fs";
import { createVideoUploadSink, MediaManager, uploadVideo } from "shopee-media";
import { startEmulator } from "shopee-media/emulator";
import { expect, test } from "vitest";

const { VIDEO, MD5 } = process.env;

test("videos are uploaded where a page is imitated, with a Blob and a Uint8Array of its own", async () => {
  expect(navigator.userAgent).toContain("jsdom");
  const emulator = await startEmulator({ transcodeMs: 0 });
  const media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url });
  const bytes = readFileSync(VIDEO);
  for (const source of [bytes, new File([bytes], "a.mp4"), new Blob([bytes])]) {
    expect((await uploadVideo(media, source, { poll: { first: 100, interval: 100 } })).md5).toBe(MD5);
  }
  const sink = createVideoUploadSink(media, { poll: { first: 100, interval: 100 } });
  await new Response(bytes).body.pipeTo(sink);
  expect((await sink.result).md5).toBe(MD5);
  await emulator.close();
}, 60_000);
