import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createMemoryStore, uploadVideo, type UploadVideoOptions } from "../../mod.ts";
import { fileSource } from "../../src/node/mod.ts";
import { countOf, PART, setUp, uploadOptions } from "../support/rig.ts";
import { noise } from "../support/bytes.ts";
import { settle } from "../support/settle.ts";

const bytes = noise(10 * PART);

async function temporaryFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "shopee-media-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "shoes.mp4");
  await writeFile(path, bytes);
  return path;
}

// Parts 0 to 2 are the holes before part 3. The source has to have room for all of them, though one alone is sent.
test.each([1, 2, 16])("four lanes were interrupted with holes, and %d go on", async (concurrency) => {
  const rig = await setUp({ faults: ["upload_video_part#1+2+3:stall-before"] });
  const path = await temporaryFile();
  const checkpoint = { store: createMemoryStore(), key: "shoes.mp4" };
  const upload = async (options: UploadVideoOptions) =>
    uploadVideo(rig.connect(), await fileSource(path), uploadOptions({ module: "media", checkpoint, ...options }));

  const abort = new AbortController();
  await settle(upload({
    concurrency: 4,
    signal: abort.signal,
    onProgress: ({ partsAcked }) => partsAcked > 0 && abort.abort(new Error("enough")),
  }));
  const known = rig.emulator.sessions()[0]!.parts.map(({ seq }) => seq);
  expect(known).not.toHaveLength(0);
  expect(known).not.toContain(0);
  rig.emulator.faults.clear();

  const { videoUploadId, parts } = await upload({ concurrency });
  expect(parts).toHaveLength(10);
  expect(await rig.emulator.content(videoUploadId)).toEqual(bytes);
  expect(countOf(rig, "init_video_upload")).toBe(1);
});
