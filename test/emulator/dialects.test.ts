import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEmulator, type Dialect, type EmulatorApp } from "../../src/emulator/mod.ts";
import { REFUSALS } from "../../src/emulator/api/refusals.ts";
import { readAsset } from "../support/files.ts";
import { pngOf } from "./png_of.ts";
import { call, type CallOptions, noise, signedRequest, type Target } from "./raw_client.ts";
import { completeMedia, completeMediaSpace, mediaPart, sendMedia, sendMediaSpace, spacePart } from "./upload_raw.ts";

const MD5 = "a".repeat(32);
const BYTES = noise(10);
const png = pngOf(200, 200);
const spaceInit = { file_md5: MD5, file_size: 10 };
const mediaInit = { business: 3, scene: 1, file_name: "a.mp4", file_size: 10, duration: 1 };
const pickup = { business: "2", scene: "1" };

/** What a call is answered with, but for its name. */
type Said = Record<string, unknown>;

/** A wrong call, and how each dialect refuses it. */
interface Case {
  reason: string;
  /** The call; by default it is a POST of `media_space/init_video_upload`. */
  name?: string;
  options?: CallOptions | ((target: EmulatorApp) => CallOptions | Promise<CallOptions>);
  samples: Said;
  reference: Said;
}

const both = (error: string, message: string) => ({ samples: { error, message }, reference: { error, message } });
/** As a module's front says it that names the module. */
const product = (error: string, message: string) => ({ error: `product.${error}`, message, warning: "" });
/** The same text in both, with the module's name before the code in the samples. */
const prefixed = (error: string, message: string) => ({
  samples: product(error, message),
  reference: { error, message },
});
const front = (error: string, msg: string) => ({ code: 1, error, msg, debug_message: "" });
const INVALID_ID = { error: "error_invalid_upload_id", message: "Invalid upload_id." };
const NOT_FOUND = { error: "error_param", message: "Upload task not found." };
const BAD_IMAGE = "image is invalid or not supported";
const result = (id: string) => ({ method: "GET", query: { video_upload_id: id } });
const id = (video_upload_id: string) => ({ json: { video_upload_id } });

async function completedSpace(emulator: EmulatorApp): Promise<string> {
  const id = await sendMediaSpace(emulator, BYTES);
  await completeMediaSpace(emulator, id, 1);
  return id;
}

async function completedMedia(emulator: EmulatorApp): Promise<string> {
  const id = await sendMedia(emulator, BYTES);
  await completeMedia(emulator, id);
  return id;
}

const refresh = (change: object) => ({ credentials: { partnerId, shopId, refreshToken } }: EmulatorApp) => ({
  json: { partner_id: partnerId, shop_id: shopId, refresh_token: refreshToken, ...change },
});

const GATEWAY: Case[] = [
  {
    reason: "unknownPath",
    name: "media_space/nothing",
    ...both("error_param", "Permission denied. This API is currently offline or the request path is incorrect."),
  },
  { reason: "wrongMethod", options: { method: "PUT" }, ...both("error_param", "Wrong method PUT: use POST.") },
  {
    reason: "noParameter",
    options: { tamper: { access_token: undefined } },
    ...both("error_param", "There is no access_token in query."),
  },
  { reason: "noTimestamp", options: { tamper: { timestamp: undefined } }, ...both("error_param", "no timestamp") },
  {
    reason: "unknownPartner",
    options: { tamper: { partner_id: "1" } },
    ...both("invalid_partner_id", "Invalid partner_id, please have a check."),
  },
  { reason: "wrongTimestamp", options: { timestamp: 1e12 }, ...both("error_param", "Invalid timestamp") },
  {
    reason: "wrongTimestamp",
    name: "media/init_video_upload",
    options: { timestamp: 1e12 },
    samples: front("error_param", "Invalid timestamp"),
    reference: { error: "error_param", message: "Invalid timestamp" },
  },
  { reason: "oldTimestamp", options: { timestamp: 1 }, ...both("error_param", "Timestamp is expired.") },
  {
    reason: "oldTimestamp",
    name: "media/upload_image",
    options: { timestamp: 1 },
    samples: front("error_param", "Timestamp is expired."),
    reference: { error: "error_param", message: "Timestamp is expired." },
  },
  {
    reason: "wrongAccountId",
    options: { tamper: { shop_id: "x" } },
    ...both("error_param", "shop_id is invalid, should be an integer between 0 and 4294967295."),
  },
  { reason: "wrongSign", options: { tamper: { sign: "x" } }, ...both("error_sign", "Wrong sign.") },
  {
    reason: "wrongSign",
    name: "media/cancel_video_upload",
    options: { tamper: { sign: "x" } },
    samples: { error: "common.error_auth", message: "Invalid sign" },
    reference: { error: "error_sign", message: "Wrong sign." },
  },
  {
    reason: "unknownAccessToken",
    options: { accessToken: "x" },
    ...both("error_auth", "Invalid access_token."),
  },
  {
    reason: "otherAccount",
    options: { shopId: 1 },
    samples: { error: "error_auth", message: "Invalid partner_id or shopid." },
    reference: { error: "partner_shop_no_link", message: "Invalid partner_id or shop_id, please have a check." },
  },
  {
    reason: "wrongCode",
    name: "auth/token/get",
    options: ({ credentials: { partnerId, shopId } }) => ({
      json: { partner_id: partnerId, shop_id: shopId, code: "x" },
    }),
    ...both("invalid_code", "Invalid code, please have a check."),
  },
  {
    reason: "notLinkedShop",
    name: "auth/access_token/get",
    options: refresh({ shop_id: 1 }),
    ...both("shop_no_linked", "Partner and shop has no linked."),
  },
  {
    reason: "wrongRefreshToken",
    name: "auth/access_token/get",
    options: refresh({ refresh_token: "x" }),
    samples: { error: "error_auth", message: "Invalid refresh_token." },
    reference: {
      error: "error_shop_refresh_token",
      message: "Your refresh token is error ,please check refresh token or shopid.",
    },
  },
];

const MEDIA_SPACE: Case[] = [
  {
    reason: "bodyTooLarge",
    options: { json: { file_md5: "a".repeat(1_048_576) } },
    ...both("error_param", "Wrong parameters, detail: the request body is too large."),
  },
  {
    reason: "wrongContentType",
    options: { body: "{}" },
    ...prefixed("error_param", "Wrong parameters, detail: the Content-Type must be application/json."),
  },
  {
    reason: "wrongContentType",
    name: "media_space/upload_video_part",
    options: { json: {} },
    samples: product("error_param", "invalid parameter form is missing"),
    reference: {
      error: "error_param",
      message: "Wrong parameters, detail: the Content-Type must be multipart/form-data.",
    },
  },
  {
    reason: "noJson",
    options: { body: "", headers: { "Content-Type": "application/json" } },
    samples: product("error_param", "EOF"),
    reference: { error: "error_data", message: "parse data failed" },
  },
  { reason: "noJsonObject", options: { json: [] }, ...prefixed("error_data", "parse data failed") },
  {
    reason: "noForm",
    name: "media_space/upload_video_part",
    options: { body: "--x", headers: { "Content-Type": "multipart/form-data; boundary=x" } },
    samples: product("error_param", "invalid parameter form is missing"),
    reference: { error: "error_data", message: "parse data failed" },
  },
  {
    reason: "noFile",
    name: "media_space/upload_video_part",
    options: { form: { ...spacePart("sg_x", 0, BYTES), part_content: "text" } },
    samples: product("error_param", "invalid parameter form is missing"),
    reference: { error: "error_param", message: "Wrong parameters, detail: part_content must be one file." },
  },
  {
    reason: "wrongField",
    options: { json: { ...spaceInit, file_md5: `${MD5}we` } },
    samples: product("error_param", `invalid parameter invalid file_md5: ${MD5}we`),
    reference: { error: "error_param", message: "Wrong parameters, detail: file_md5 must be an MD5 in hex." },
  },
  {
    reason: "wrongField",
    options: { json: { ...spaceInit, file_size: "x".repeat(1000) } },
    samples: product("error_param", `invalid parameter invalid file_size: ${"x".repeat(64)}`),
    reference: { error: "error_param", message: "Wrong parameters, detail: file_size must be a whole number." },
  },
  {
    reason: "videoTooLarge",
    options: { json: { ...spaceInit, file_size: 31_457_281 } },
    ...prefixed("error_file_size", "File size is too large. Video size should be less than 30M."),
  },
  ...["upload_video_part", "complete_video_upload", "get_video_upload_result"].map((name): Case => ({
    reason: "unknownUpload",
    name: `media_space/${name}`,
    options: {
      upload_video_part: { form: spacePart("sg_x", 0, BYTES) },
      complete_video_upload: {
        json: { video_upload_id: "sg_x", part_seq_list: [0], report_data: { upload_cost: 1 } },
      },
      get_video_upload_result: result("sg_x"),
    }[name],
    samples: product("error_param", "invalid upload_id"),
    reference: INVALID_ID,
  })),
  {
    reason: "unknownUpload",
    name: "media_space/cancel_video_upload",
    options: id("sg_x"),
    samples: product("error_unknown", "invalid or expired vid"),
    reference: INVALID_ID,
  },
  {
    reason: "lateUpload",
    name: "media_space/get_video_upload_result",
    options: async (emulator) => result(await completedSpace(emulator)),
    samples: product("error_unknown", "invalid or expired vid"),
    reference: INVALID_ID,
  },
  {
    reason: "cancelledUpload",
    name: "media_space/upload_video_part",
    options: async (emulator) => {
      const cancelled = await sendMediaSpace(emulator, BYTES);
      await call(emulator, "media_space/cancel_video_upload", id(cancelled));
      return { form: spacePart(cancelled, 0, BYTES) };
    },
    samples: product("error_param", "invalid upload_id"),
    reference: INVALID_ID,
  },
  {
    reason: "completedUpload",
    name: "media_space/upload_video_part",
    options: async (emulator) => ({ form: spacePart(await completedSpace(emulator), 0, BYTES) }),
    ...prefixed("error_already_completed", "Upload already completed."),
  },
  {
    reason: "wrongPartSeq",
    name: "media_space/upload_video_part",
    options: async (emulator) => ({ form: spacePart(await sendMediaSpace(emulator, BYTES), 1, BYTES) }),
    ...prefixed("error_invalid_part_seq", "Invalid part_seq."),
  },
  {
    reason: "wrongPartSize",
    name: "media_space/upload_video_part",
    options: async (emulator) => ({ form: spacePart(await sendMediaSpace(emulator, BYTES), 0, noise(11)) }),
    ...prefixed("error_invalid_part_size", "Invalid part_size."),
  },
  {
    reason: "wrongPartMd5",
    name: "media_space/upload_video_part",
    options: async (emulator) => ({
      form: { ...spacePart(await sendMediaSpace(emulator, BYTES), 0, BYTES), content_md5: MD5 },
    }),
    samples: product("error_param", `invalid parameter invalid content_md5: ${MD5}`),
    reference: {
      error: "error_data",
      message: expect.stringMatching(/^The MD5 of part 0 is [0-9a-f]{32}, not a{32}\.$/),
    },
  },
  {
    reason: "wrongPartList",
    name: "media_space/complete_video_upload",
    options: async (emulator) => ({
      json: {
        video_upload_id: await sendMediaSpace(emulator, BYTES),
        part_seq_list: [1],
        report_data: { upload_cost: 1 },
      },
    }),
    ...prefixed("error_invalid_part_seq", "Invalid part_seq."),
  },
  {
    reason: "missingPart",
    name: "media_space/complete_video_upload",
    options: async (emulator) => {
      const { response } = await call(emulator, "media_space/init_video_upload", { json: spaceInit });
      const { video_upload_id } = response;
      return { json: { video_upload_id, part_seq_list: [0], report_data: { upload_cost: 1 } } };
    },
    ...prefixed("error_invalid_part_seq", "Invalid part_seq."),
  },
  {
    reason: "wrongFileMd5",
    name: "media_space/complete_video_upload",
    options: async (emulator) => {
      const { response } = await call(emulator, "media_space/init_video_upload", { json: spaceInit });
      const { video_upload_id } = response;
      await call(emulator, "media_space/upload_video_part", { form: spacePart(video_upload_id, 0, BYTES) });
      return { json: { video_upload_id, part_seq_list: [0], report_data: { upload_cost: 1 } } };
    },
    samples: product("error_param", `invalid parameter invalid file_md5: ${MD5}`),
    reference: {
      error: "error_data",
      message: expect.stringMatching(/^The MD5 of the file is [0-9a-f]{32}, not a{32}\.$/),
    },
  },
  {
    reason: "noImage",
    name: "media_space/upload_image",
    options: { form: { scene: "normal" } },
    samples: product("error_param", "can't find image file"),
    reference: { error: "error_param", message: "Wrong parameters, detail: image must be 1 to 9 files." },
  },
  {
    reason: "tooManyImages",
    name: "media_space/upload_image",
    options: { form: { image: Array(10).fill(png) } },
    samples: product("error_param", "image number should be less than 9"),
    reference: { error: "error_param", message: "Wrong parameters, detail: image must be 1 to 9 files." },
  },
];

const MEDIA: Case[] = [
  {
    reason: "wrongField",
    name: "media/init_video_upload",
    options: { json: { ...mediaInit, duration: 0 } },
    ...both("error_param", "Wrong parameters, detail: duration must be 1 to 180."),
  },
  {
    reason: "wrongScene",
    name: "media/init_video_upload",
    options: { json: { ...mediaInit, scene: 2 } },
    samples: { error: "error_param", message: "The scene value does not match with business." },
    reference: { error: "error_param", message: "Wrong parameters, detail: business must be 3 and scene 1." },
  },
  ...["upload_video_part", "complete_video_upload", "get_video_upload_result", "cancel_video_upload"].map((
    name,
  ): Case => ({
    reason: "unknownUpload",
    name: `media/${name}`,
    options: {
      upload_video_part: { form: mediaPart("sg_x", 0, BYTES) },
      get_video_upload_result: result("sg_x"),
    }[name] ?? id("sg_x"),
    samples: NOT_FOUND,
    reference: INVALID_ID,
  })),
  {
    reason: "lateUpload",
    name: "media/get_video_upload_result",
    options: async (emulator) => result(await completedMedia(emulator)),
    samples: NOT_FOUND,
    reference: INVALID_ID,
  },
  {
    reason: "completedUpload",
    name: "media/complete_video_upload",
    options: async (emulator) => id(await completedMedia(emulator)),
    ...both("error_already_completed", "Upload already completed."),
  },
  {
    reason: "wrongPartMd5",
    name: "media/upload_video_part",
    options: async (emulator) => ({
      form: { ...mediaPart(await sendMedia(emulator, BYTES), 0, BYTES), part_md5: MD5 },
    }),
    samples: { error: "error_param", message: "The part_md5 does not match with actual file." },
    reference: {
      error: "error_data",
      message: expect.stringMatching(/^The MD5 of part 0 is [0-9a-f]{32}, not a{32}\.$/),
    },
  },
  {
    reason: "unknownImageFormat",
    name: "media/upload_image",
    options: async () => ({ form: { ...pickup, images: new Blob([await readAsset("image/lossy.webp")]) } }),
    samples: { error: "error_param", message: BAD_IMAGE },
    reference: { error: "error_param", message: "The image is neither JPG, JPEG nor PNG." },
  },
  {
    reason: "damagedImage",
    name: "media/upload_image",
    options: { form: { ...pickup, images: png.slice(0, -20) } },
    samples: { error: "error_param", message: BAD_IMAGE },
    reference: { error: "error_param", message: "The image is damaged." },
  },
  {
    reason: "imageTooLarge",
    name: "media/upload_image",
    options: { form: { ...pickup, images: new Blob([new Uint8Array(10_485_761)]) } },
    ...both("error_file_size", "The image has 10485761 bytes, at most 10485760 are taken."),
  },
];

const CASES = [...GATEWAY, ...MEDIA_SPACE, ...MEDIA];

describe.each<Dialect>(["samples", "reference"])("in the dialect %s", (dialect) => {
  let emulator: EmulatorApp;
  beforeAll(async () => {
    emulator = await createEmulator({ dialect, transcodeMs: 0, inspect: false, vidDelayMs: 600_000 });
  });
  afterAll(() => emulator.close());

  /** What comes, as it comes. */
  async function ask(name: string, options: CallOptions, target: Target = emulator): Promise<Said> {
    const { request_id, ...said } = await (await target.fetch!(signedRequest(target, name, options))).json();
    expect(request_id).toEqual(said.code === 1 ? undefined : expect.stringMatching(/^[0-9a-f]{32}$/));
    return said;
  }

  test.each(CASES.map((given) => ({ name: "media_space/init_video_upload", ...given })))(
    "$name refuses as $reason in its own words",
    async ({ reason, name, options = { json: spaceInit }, ...words }) => {
      const said = await ask(name, typeof options === "function" ? await options(emulator) : options);
      expect(said).toEqual(words[dialect]);
      expect(emulator.requests.at(-1)?.refusal?.reason).toBe(reason);
    },
  );

  test("an expired access token is told in the platform's own spelling", async () => {
    const other = await createEmulator({ dialect });
    other.expireToken();
    expect(await ask("media_space/init_video_upload", { json: spaceInit }, other)).toEqual({
      error: "invalid_acceess_token",
      message: "Invalid access_token, please have a check.",
    });
    await other.close();
  });

  test("a success has an empty warning where the samples have one", async () => {
    const withWarning = async (name: string, options: CallOptions) => "warning" in await ask(name, options);
    const space = await sendMediaSpace(emulator, BYTES);
    const media = await sendMedia(emulator, BYTES);
    expect({
      init: await withWarning("media_space/init_video_upload", { json: spaceInit }),
      part: await withWarning("media_space/upload_video_part", { form: spacePart(space, 0, BYTES) }),
      image: await withWarning("media_space/upload_image", { form: { image: png } }),
      result: await withWarning("media_space/get_video_upload_result", result(space)),
      cancel: await withWarning("media_space/cancel_video_upload", id(space)),
      mediaInit: await withWarning("media/init_video_upload", { json: mediaInit }),
      mediaResult: await withWarning("media/get_video_upload_result", result(media)),
    }).toEqual(
      dialect === "reference"
        ? { init: false, part: false, image: false, result: false, cancel: false, mediaInit: false, mediaResult: false }
        : { init: false, part: true, image: true, result: false, cancel: true, mediaInit: true, mediaResult: true },
    );
  });
});

test("samples is what is spoken unless told otherwise", async () => {
  const emulator = await createEmulator();
  const { error } = await call(emulator, "media_space/get_video_upload_result", result("sg_x"));
  expect(error).toBe("product.error_param");
  await emulator.close();
});

test("every reason there is was met here, or in the tests of what it is about", () => {
  const limits = ["oldAccessToken", "dailyLimit", "rateLimit", "oldRefreshToken", "tinyImage", "bug"];
  const elsewhere = [...limits, "severalVideos", "unknownVideo", "lateVideo", "unfinishedVideo"];
  expect([...new Set(CASES.map(({ reason }) => reason)), ...elsewhere].sort()).toEqual(Object.keys(REFUSALS).sort());
});
