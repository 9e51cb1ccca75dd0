// A consumer of the installed package with `require`; upload.mjs is its twin. See check_package.ts.
require("shopee-media/polyfill");
const { openAsBlob } = require("node:fs");
const process = require("node:process");
const { createVideoUploadSink, MediaManager } = require("shopee-media");
const { startEmulator } = require("shopee-media/emulator");

async function main() {
  const emulator = await startEmulator({ port: 0, transcodeMs: 10 });
  const media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url });
  const sink = createVideoUploadSink(media, { poll: { interval: 10 } });
  const file = await openAsBlob(process.argv[2]);
  await file.stream().pipeTo(sink);
  const { videoUploadId, md5 } = await sink.result;
  await emulator.close();
  console.log(JSON.stringify({ videoUploadId, md5 }));
}

main();
