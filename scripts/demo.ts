/**
 * `npm run demo [-- path/to/video.mp4]`: uploads a real video to a local Shopee, fetches it back from the URL that came
 * out, and compares the two.
 */

import { createHash } from "node:crypto";
import { openAsBlob } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { MediaManager, uploadVideo } from "../mod.ts";
import { createProgressDisplay } from "../src/cli/progress/progress_display.ts";
import { startEmulator } from "../src/emulator/mod.ts";
import { fileSource } from "../src/node/mod.ts";
import { growVideo } from "./grow_video.ts";

const SAMPLE = new URL("./sample/sample.mp4", import.meta.url);
const GROWN_SIZE = 9_300_000; // Three parts of 4 MiB, the last one shorter.

const directory = await mkdtemp(join(tmpdir(), "shopee-media-demo-"));
const emulator = await startEmulator();
try {
  const path = process.argv[2] ?? await growSample(directory);
  process.exitCode = await demonstrate(path) ? 0 : 1;
} catch (error) {
  console.error(`The demo failed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  await emulator.close();
  await rm(directory, { recursive: true });
}

async function growSample(directory: string): Promise<string> {
  const path = join(directory, "sample.mp4");
  await writeFile(path, growVideo(await readFile(SAMPLE), GROWN_SIZE));
  return path;
}

async function demonstrate(path: string): Promise<boolean> {
  console.log(`Uploading ${path} to a local Shopee at ${emulator.url}`);
  const media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url });
  const shown = createProgressDisplay(process.stderr).begin(basename(path));
  const result = await uploadVideo(media, await fileSource(path), { onProgress: (progress) => shown.update(progress) })
    .finally(() => shown.end());
  console.dir(result, { depth: null });

  const sent = await md5(await openAsBlob(path));
  const received = await md5(await download(result.videoInfo.video_url_list[0]?.video_url));
  const { response } = await media.getVideoUploadResult({ video_upload_id: result.videoUploadId });
  const same = sent === received && sent === result.md5;
  console.log(`Status of ${result.videoUploadId}: ${response.status}`);
  console.log(`MD5 of the file:             ${sent}`);
  console.log(`MD5 of the video at its URL: ${received}`);
  console.log(same ? "They are the same" : "THEY DIFFER");
  return same && response.status === "SUCCEEDED";
}

async function download(url = ""): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return await response.blob();
}

async function md5(blob: Blob): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of blob.stream()) hash.update(chunk);
  return hash.digest("hex");
}
