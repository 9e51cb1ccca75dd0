/**
 * Goes on with an upload after a crash. The first run kills itself as soon as Shopee has two parts of the video; the
 * second run sends only the rest. It takes a video of three parts to see that: one of more than 8 MiB.
 *
 *     node examples/resume.ts shoes.mp4
 *     node examples/resume.ts shoes.mp4
 */

import { MediaManager, uploadVideo } from "shopee-media";
import { createFolderStore, fileSource } from "shopee-media/node";
import { credentials } from "./credentials.ts";

const path = process.argv[2] ?? "shoes.mp4";

// A file in this folder for each upload under way: no secret in it, and gone when the video is ready.
const store = createFolderStore(".shopee-media/uploads");
const isFirstRun = !await store.get(path);

let sent = 0;
const media = new MediaManager({
  ...credentials,
  onRequest({ endpoint, error }) {
    if (endpoint.endsWith("/upload_video_part") && error === "") sent++;
  },
});

const { videoUploadId, parts } = await uploadVideo(media, await fileSource(path), {
  checkpoint: { store, key: path },
  onProgress({ partsAcked }) {
    if (isFirstRun && partsAcked === 2) process.kill(process.pid, "SIGKILL");
  },
});
console.log(`${videoUploadId} is ready: of its ${parts.length} parts, this run has sent ${sent}`);
