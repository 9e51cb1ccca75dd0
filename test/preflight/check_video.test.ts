import { describe, expect, test } from "vitest";
import { checkVideo, type VideoFileInfo, type VideoModule } from "../../src/preflight/mod.ts";

const GOOD: VideoFileInfo = {
  container: "mp4",
  mimeType: "video/mp4",
  duration: 12,
  width: 640,
  height: 360,
  videoCodec: "avc",
  audioCodec: "aac",
  size: 1_000_000,
};

function messages(changes: Partial<VideoFileInfo>, module: VideoModule): string[] {
  return checkVideo({ ...GOOD, ...changes }, module).map((rule) => rule.message);
}

describe("the limits themselves are allowed", () => {
  test.each<[VideoModule, Partial<VideoFileInfo>]>([
    ["media_space", { duration: 10 }],
    ["media_space", { duration: 60 }],
    ["media_space", { width: 1280, height: 1280 }],
    ["media_space", { size: 31_457_280 }],
    ["media_space", { size: 1 }],
    ["media", { duration: 1 }],
    ["media", { duration: 180 }],
    ["media", { width: 3840, height: 2160 }],
    ["media", { size: 1_073_741_824 }],
    ["media", { audioCodec: null }],
  ])("%s %o", (module, changes) => {
    expect(messages(changes, module)).toEqual([]);
  });
});

describe("one more is not", () => {
  test.each<[VideoModule, Partial<VideoFileInfo>, string]>([
    ["media_space", { duration: 9.999 }, "it lasts 9.999 s, at least 10 s are needed"],
    ["media_space", { duration: 60.001 }, "it lasts 60.001 s, at most 60 s are allowed"],
    ["media_space", { width: 1281 }, "it is 1281 pixels wide, at most 1280 are allowed"],
    ["media_space", { height: 1281 }, "it is 1281 pixels high, at most 1280 are allowed"],
    ["media_space", { size: 31_457_281 }, "it has 31457281 bytes, at most 31457280 are allowed"],
    ["media_space", { size: 0 }, "the file is empty"],
    ["media_space", { container: "mov" }, "it is a mov file, only mp4 is taken"],
    ["media_space", { videoCodec: null, duration: null, width: null, height: null }, "it has no video track"],
    ["media", { duration: 0.999 }, "it lasts 0.999 s, at least 1 s are needed"],
    ["media", { duration: 180.001 }, "it lasts 180.001 s, at most 180 s are allowed"],
    ["media", { size: 1_073_741_825 }, "it has 1073741825 bytes, at most 1073741824 are allowed"],
    ["media", { container: "webm", duration: null }, "it is a webm file, only mp4 is taken"],
  ])("%s %o", (module, changes, reason) => {
    expect(messages(changes, module)).toEqual([`Cannot upload the video: ${reason}`]);
  });
});

test("all broken rules come at once, each with its value and limit", () => {
  const info = { ...GOOD, container: "mov" as const, duration: 61.5, width: 1920, height: 1440, size: 40_000_000 };
  expect(checkVideo(info, "media_space")).toMatchObject([
    { rule: "size", value: 40_000_000, limit: 31_457_280 },
    { rule: "format", value: "mov", limit: "mp4" },
    { rule: "duration", value: 61.5, limit: 60, reason: "it lasts 61.5 s, at most 60 s are allowed" },
    { rule: "width", value: 1920, limit: 1280 },
    { rule: "height", value: 1440, limit: 1280 },
  ]);
});

test.each<[VideoModule, number, true | undefined]>([
  ["media_space", 60.018, true],
  ["media_space", 60.05, true],
  ["media_space", 60.051, undefined],
  ["media_space", 9.993, true],
  ["media_space", 9.95, true],
  ["media_space", 9.949, undefined],
  ["media", 180.04, true],
  ["media", 0.96, true],
  ["media", 0.9, undefined],
])("%s: whether Shopee takes %f s is uncertain: %j", (module, duration, uncertain) => {
  const [rule] = checkVideo({ ...GOOD, duration }, module);
  expect(rule?.rule).toBe("duration");
  expect(rule?.uncertain).toBe(uncertain);
});
