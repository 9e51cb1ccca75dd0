import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fileSource } from "../../src/node/mod.ts";
import { checkVideoFile } from "../../src/preflight/mod.ts";
import { readAsset } from "../support/files.ts";
import { VIDEO_VERDICTS } from "./support/video_verdicts.ts";

describe("every real file gets the verdict of test/assets/README.md", () => {
  test.each(VIDEO_VERDICTS)("$file", async ({ file, ...verdict }) => {
    const blob = new Blob([await readAsset(`video/${file}`)]);
    for (const module of ["media_space", "media"] as const) {
      const { info, broken } = await checkVideoFile(blob, module);
      expect(broken.map((rule) => rule.rule)).toEqual(verdict[module]);
      expect(info === null).toBe(verdict[module].includes("readable"));
    }
  });

  test("and none is left out", async () => {
    const files = await readdir(new URL("../assets/video", import.meta.url));
    expect(VIDEO_VERDICTS.map((verdict) => verdict.file).sort()).toEqual(files.sort());
  });
});

test("an empty file breaks one rule", async () => {
  expect(await checkVideoFile(new Blob([]), "media")).toEqual({
    info: null,
    broken: [{
      rule: "not_empty",
      value: 0,
      limit: 1,
      reason: "the file is empty",
      message: "Cannot upload the video: the file is empty",
    }],
    warnings: [],
  });
});

test("a file that is unreadable and too large breaks two", async () => {
  const { info, broken } = await checkVideoFile(new Blob([new Uint8Array(31_457_281)]), "media_space");
  expect(info).toBeNull();
  expect(broken.map((rule) => rule.message)).toEqual([
    "Cannot upload the video: it is neither MP4 nor QuickTime, WebM or Matroska",
    "Cannot upload the video: it has 31457281 bytes, at most 31457280 are allowed",
  ]);
});

test("the signal's reason is thrown and is no broken rule", async () => {
  const reason = new Error("not now");
  const blob = new Blob([await readAsset("video/ok.mp4")]);
  await expect(checkVideoFile(blob, "media", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test("a file that changes while it is looked at fails with its source's own error, told once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "preflight-"));
  try {
    const path = join(folder, "shoes.mp4");
    await writeFile(path, await readAsset("video/ok.mp4"));
    const source = await fileSource(path);
    await truncate(path, 100);
    await expect(checkVideoFile(source, "media_space")).rejects.toMatchObject({
      name: "InvalidInputError",
      message: expect.stringMatching(
        /^Cannot upload \S+shoes.mp4: it has changed while it was read: it ended after \d+/,
      ),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
