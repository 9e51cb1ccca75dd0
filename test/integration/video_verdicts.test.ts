import { readdirSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isInvalidInputError, isVideoFailedError, MediaManager, uploadVideo, type VideoModule } from "../../mod.ts";
import { createEmulator, type EmulatorApp } from "../../src/emulator/mod.ts";
import { type BrokenRuleName, checkVideoFile } from "../../src/preflight/mod.ts";
import { readAsset } from "../support/files.ts";

const FILES = readdirSync(new URL("../assets/video", import.meta.url));

/** What the emulator says of a video that breaks a rule; what is nothing like an MP4 is to it an unknown format. */
const REASONS: Partial<Record<BrokenRuleName, RegExp>> = {
  format: /format is not supported/,
  video_track: /format is not supported/,
  readable: /format is not supported|file is broken/,
  duration: /too short|too long/,
  width: /resolution is too large/,
  height: /resolution is too large/,
};

let emulator: EmulatorApp;
let media: MediaManager;
beforeEach(() => {
  emulator.requests.length = 0;
});

function upload(file: Blob, options: { module: VideoModule; preflight?: boolean }): Promise<unknown> {
  // Whatever it is called, and however long it is said to be, the file itself is looked at.
  return uploadVideo(media, file, { fileName: "a.mp4", duration: 12, poll: { first: 0, interval: 1 }, ...options })
    .catch((error) => error);
}

/** Uploads a file unseen, and expects the emulator to find what preflight finds. Answers whether it is good. */
async function expectSameVerdict(file: Blob, module: VideoModule): Promise<boolean> {
  const { broken: [rule] } = await checkVideoFile(file, module);
  const outcome = await upload(file, { module, preflight: false });
  if (rule === undefined) {
    expect(outcome).toMatchObject({ size: file.size });
    return true;
  }
  expect(outcome).toSatisfy(isVideoFailedError);
  expect(outcome).toMatchObject({ status: "FAILED", message: expect.stringMatching(REASONS[rule.rule]!) });
  return false;
}

const CASES = (["samples", "reference"] as const).flatMap((dialect) =>
  (["media_space", "media"] as const).map((module) => ({ dialect, module }))
);

describe.each(CASES)("$dialect, $module: preflight and emulator agree", ({ dialect, module }) => {
  beforeAll(async () => {
    emulator = await createEmulator({ dialect, transcodeMs: 0 });
    media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url, fetch: emulator.fetch });
  });
  afterAll(() => emulator.close());

  test.each(FILES)("on %s", async (name) => {
    const file = new Blob([await readAsset(`video/${name}`)]);
    const isGood = await expectSameVerdict(file, module);

    emulator.requests.length = 0;
    const outcome = await upload(file, { module });
    if (isGood) return expect(outcome).toMatchObject({ size: file.size });
    expect(outcome).toSatisfy(isInvalidInputError);
    expect(emulator.requests).toEqual([]);
  });

  test("on a file that is cut off anywhere", async () => {
    const files = await Promise.all(
      ["ok.mp4", "moov_front.mp4", "fragmented.mp4", "ok.webm"].map((name) => readAsset(`video/${name}`)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), fc.double({ min: 0, max: 1, noNaN: true }), async (bytes, where) => {
        const size = Math.max(1, Math.floor(bytes.length * where));
        await expectSameVerdict(new Blob([bytes.subarray(0, size)]), module);
      }),
      { numRuns: 30 },
    );
  });

  test("on bytes that are no video", async () => {
    for (const text of ["x", "just text", "#EXTM3U\n#EXTINF:12,\na.mp4\n"]) {
      expect(await expectSameVerdict(new Blob([text]), module)).toBe(false);
    }
  });
});
