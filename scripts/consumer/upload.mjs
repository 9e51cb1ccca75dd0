// A consumer of the installed package with `import`; upload.cjs is its twin. See check_package.ts.
import "shopee-media/polyfill";
import { openAsBlob } from "node:fs";
import process from "node:process";
import { createVideoUploadSink, MediaManager } from "shopee-media";
import { startEmulator } from "shopee-media/emulator";

const emulator = await startEmulator({ port: 0, transcodeMs: 10 });
const media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url });
const sink = createVideoUploadSink(media, { poll: { interval: 10 } });
const file = await openAsBlob(process.argv[2]);
await file.stream().pipeTo(sink);
const { videoUploadId, md5 } = await sink.result;
await emulator.close();
console.log(JSON.stringify({ videoUploadId, md5 }));
