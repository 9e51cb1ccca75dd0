const { readFileSync } = require("node:fs");
const { createVideoUploadSink, MediaManager, uploadVideo } = require("shopee-media");
const { startEmulator } = require("shopee-media/emulator");
const { fileSource } = require("shopee-media/node");

const { VIDEO, MD5 } = process.env;

test("videos are uploaded", async () => {
  const emulator = await startEmulator({ transcodeMs: 0 });
  const media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url });
  for (const source of [await fileSource(VIDEO), new File([readFileSync(VIDEO)], "a.mp4")]) {
    expect((await uploadVideo(media, source, { poll: { first: 100, interval: 100 } })).md5).toBe(MD5);
  }
  const sink = createVideoUploadSink(media, { poll: { first: 100, interval: 100 } });
  await new Blob([readFileSync(VIDEO)]).stream().pipeTo(sink);
  expect((await sink.result).md5).toBe(MD5);
  await emulator.close();
}, 60_000);
