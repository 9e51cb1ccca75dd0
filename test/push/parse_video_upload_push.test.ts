import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { MediaVideoInfo } from "../../src/platform/types/media.ts";
import type { VideoInfo } from "../../src/platform/types/media_space.ts";
import { isInvalidInputError } from "../../src/error_guards.ts";
import { parseVideoUploadPush } from "../../src/push/mod.ts";
import { runs } from "../support/full.ts";

const mediaSpace = {
  data: {
    video_upload_id: "sg_90ce045e_000000",
    status: "SUCCEEDED",
    message: "",
    video_info: {
      video_id: "sg_video",
      video_url: [{ video_url_region: "SG", video_url: "https://cv.example/sg.mp4" }],
      thumbnail_url: [{ image_url_region: "SG", image_url: "https://cf.example/sg.jpg" }],
      duration: 41,
    },
  },
  shop_id: 220_034_312,
  code: 11,
  timestamp: 1_660_034_312,
};

const media = {
  data: {
    video_upload_id: "sg-11110124-6ke18",
    status: "SUCCEEDED",
    reason: "",
    update_time: 1_730_000_001,
    video_info: {
      video_url: "https://cv.example/video.mp4",
      video_thumbnail_url: "https://cf.example/video.jpg",
      thumbnail_width: 960,
      thumbnail_height: 540,
      duration: 12,
      resolution: "960x540",
    },
  },
  code: 38,
  timestamp: 1_730_000_002,
};

const text = (push: object) => JSON.stringify(push);

test("code 11: the lists get the names that get_video_upload_result gives them", () => {
  expect(parseVideoUploadPush(text(mediaSpace))).toEqual({
    kind: "video_upload",
    module: "media_space",
    code: 11,
    videoUploadId: "sg_90ce045e_000000",
    status: "SUCCEEDED",
    videoInfo: {
      video_id: "sg_video",
      video_url_list: [{ video_url_region: "SG", video_url: "https://cv.example/sg.mp4" }],
      thumbnail_url_list: [{ image_url_region: "SG", image_url: "https://cf.example/sg.jpg" }],
      duration: 41,
    },
    shopId: 220_034_312,
    timestamp: 1_660_034_312,
    raw: mediaSpace,
  });
});

test("code 38: the reason becomes the message, the video stays as it is", () => {
  expect(parseVideoUploadPush(text(media))).toEqual({
    kind: "video_upload",
    module: "media",
    code: 38,
    videoUploadId: "sg-11110124-6ke18",
    status: "SUCCEEDED",
    videoInfo: media.data.video_info,
    updateTime: 1_730_000_001,
    timestamp: 1_730_000_002,
    raw: media,
  });
});

test.each([
  ["FAILED", { code: 11, data: { video_upload_id: "a", status: "FAILED", message: "Video is too short" } }],
  ["CANCELLED", { code: 38, data: { video_upload_id: "a", status: "CANCELLED", reason: "Video is too short" } }],
])("%s has a message, and no video", (status, push) => {
  expect(parseVideoUploadPush(text(push))).toMatchObject({
    status,
    message: "Video is too short",
    videoInfo: undefined,
  });
});

test.each([[11], [38]])("code %i: a failed upload may have its video empty or null", (code) => {
  for (const video_info of [null, {}, { video_url: null, thumbnail_url: [], duration: 0 }]) {
    const push = parseVideoUploadPush(text({ code, data: { video_upload_id: "a", status: "FAILED", video_info } }));
    expect(push).toMatchObject({ status: "FAILED", videoInfo: undefined });
  }
});

test("success without a video is still success", () => {
  const push = parseVideoUploadPush(text({ code: 11, data: { video_upload_id: "a", status: "SUCCEEDED" } }));
  expect(push).toMatchObject({ status: "SUCCEEDED", videoInfo: undefined });
});

test("unknown statuses and unknown fields are kept", () => {
  const data = { video_upload_id: "a", status: "UNDER_REVIEW", reviewer: "x" };
  expect(parseVideoUploadPush(text({ code: 11, data, extra: 1 }))).toMatchObject({
    status: "UNDER_REVIEW",
    raw: { code: 11, data, extra: 1 },
  });
});

test("another code is passed on as it is, the published sample of 38 with its code 37 too", () => {
  const order = { code: 3, shop_id: 7, timestamp: 8, data: { ordersn: "220810QR3G8CTH", status: "UNPAID" } };
  expect(parseVideoUploadPush(text(order))).toEqual({ kind: "other", code: 3, shopId: 7, timestamp: 8, raw: order });

  const { video_upload_id: _, ...data } = media.data;
  const sample = { ...media, code: 37, data };
  expect(parseVideoUploadPush(text(sample))).toMatchObject({ kind: "other", code: 37, raw: sample });
});

test("bytes are read like text", () => {
  const utf8 = text({ code: 11, data: { video_upload_id: "a", status: "FAILED", message: "影片太短 🎬" } });
  expect(parseVideoUploadPush(new TextEncoder().encode(utf8))).toEqual(parseVideoUploadPush(utf8));
});

describe("what tells its id and its status is read, whatever else is odd", () => {
  const URLS = [{ video_url_region: "SG", video_url: "https://cf.example/sg.mp4" }];

  test.each<[string, number, object]>([
    ["message", 11, { status: "FAILED", message: {} }],
    ["reason", 38, { status: "FAILED", reason: [] }],
    ["update_time", 38, { status: "FAILED", update_time: "now" }],
    ["video_info", 11, { status: "SUCCEEDED", video_info: [] }],
    ["video_url", 11, { status: "SUCCEEDED", video_info: { video_url: "https://x", duration: 1 } }],
    ["duration", 11, { status: "SUCCEEDED", video_info: { video_url: URLS, thumbnail_url: [] } }],
    ["video_url", 38, { status: "SUCCEEDED", video_info: { video_url: [], duration: 1 } }],
    ["duration", 38, { status: "SUCCEEDED", video_info: { video_url: "https://x", duration: "12" } }],
  ])("%s of code %i", (_, code, data) => {
    const push = parseVideoUploadPush(
      text({ code, shop_id: "7", timestamp: true, data: { video_upload_id: "a", ...data } }),
    );
    expect(push).toMatchObject({ videoUploadId: "a", status: (data as { status: string }).status });
    // What is of another kind than it should be counts as absent; `raw` has it.
    expect(push).toMatchObject({ videoInfo: undefined, message: undefined, shopId: undefined, timestamp: undefined });
  });

  test.each([[null], [undefined], ["https://x"]])("a video whose thumbnail_url is %s has none", (thumbnail_url) => {
    const video_info = { video_url: URLS, thumbnail_url, duration: 12 };
    const push = parseVideoUploadPush(
      text({ code: 11, data: { video_upload_id: "a", status: "SUCCEEDED", video_info } }),
    );
    expect(push).toMatchObject({ videoInfo: { video_url_list: URLS, thumbnail_url_list: [], duration: 12 } });
  });

  test("an id that is a number is one", () => {
    const body = text({ code: 38, data: { video_upload_id: 5, status: "CANCELLED" } });
    expect(parseVideoUploadPush(body)).toMatchObject({ videoUploadId: "5" });
  });
});

describe("what is no push is refused, with the field at fault", () => {
  const withData = (code: number, data: unknown) => text({ code, data });
  test.each<[string, string | Uint8Array]>([
    ["body is not JSON", ""],
    ["body is not JSON", "{"],
    ["body is not JSON", Uint8Array.of(0x22, 0xff, 0x22)],
    ["body is not a JSON object", "null"],
    ["body is not a JSON object", "[]"],
    ["body is not a JSON object", '"{}"'],
    ["code is missing, must be a number", "{}"],
    ["code is missing, must be a number", '{"code":"11"}'],
    ["data.video_upload_id is missing", '{"code":11}'],
    ["data.video_upload_id is missing", withData(38, [])],
    ["data.video_upload_id is missing", withData(38, { video_upload_id: {} })],
    ["data.status is missing, must be a string", withData(11, { video_upload_id: "a" })],
    ["data.status is missing, must be a string", withData(38, { video_upload_id: "a", status: 4 })],
  ])("%s", (message, body) => {
    expect(() => parseVideoUploadPush(body)).toThrow(message);
    expect(() => parseVideoUploadPush(body)).toThrow(expect.objectContaining({ name: "InvalidInputError" }));
  });

  test.each([[11, undefined], [38, undefined], [38, null], [38, ""]])("code %i without an id (%s)", (code, id) => {
    const body = withData(code, { video_upload_id: id, status: "SUCCEEDED" });
    expect(() => parseVideoUploadPush(body)).toThrow(
      `data.video_upload_id is missing, nothing else tells which upload it is about (code ${code})`,
    );
  });
});

test("any JSON is read or refused with an InvalidInputError, never anything else", () => {
  const json = fc.oneof(
    fc.json(),
    fc.record({ code: fc.constantFrom(11, 38), data: fc.jsonValue(), shop_id: fc.jsonValue() }).map(text),
    fc.record({
      code: fc.constantFrom(11, 38),
      data: fc.record({
        video_upload_id: fc.string(),
        status: fc.constantFrom("SUCCEEDED", "FAILED"),
        video_info: fc.jsonValue(),
      }),
    }).map(text),
    fc.string(),
  );
  fc.assert(
    fc.property(json, (body) => {
      try {
        const push = parseVideoUploadPush(body);
        expect(push.raw).toEqual(JSON.parse(body));
      } catch (error) {
        expect(isInvalidInputError(error), String(error)).toBe(true);
      }
    }),
    { numRuns: runs(2_000) },
  );
});

test("the kind and the module tell the types apart", () => {
  const push = parseVideoUploadPush(text(media));
  if (push.kind === "other") throw new Error("It is about a video");
  if (push.module === "media") expectTypeOf(push.videoInfo).toEqualTypeOf<MediaVideoInfo | undefined>();
  else expectTypeOf(push.videoInfo).toEqualTypeOf<VideoInfo | undefined>();
});
