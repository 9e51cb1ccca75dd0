import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { ShopeeSDK } from "@congminh1254/shopee-sdk";
import type { AccessToken } from "@congminh1254/shopee-sdk/schemas";
import { afterEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator, type StartEmulatorOptions } from "../../src/emulator/mod.ts";
import { pngOf } from "../emulator/png_of.ts";
import { readAsset } from "../support/files.ts";

/**
 * The most used client signs every call as a Shop call. What its own integration suite does with Shopee's sandbox, told in
 * the same order and with the same expectations, goes through here, as does the same for the module that the sandbox lacks.
 */

let emulator: Emulator;
afterEach(() => emulator.close());

async function start(options: StartEmulatorOptions = {}): Promise<ShopeeSDK> {
  emulator = await startEmulator({ transcodeMs: 0, ...options });
  const { partnerId, partnerKey, shopId, accessToken, refreshToken } = emulator.credentials;
  let token: AccessToken = {
    access_token: accessToken,
    refresh_token: refreshToken,
    shop_id: shopId,
    expire_in: 14_400,
    request_id: "",
    error: "",
    message: "",
  };
  return new ShopeeSDK(
    { partner_id: partnerId, partner_key: partnerKey, base_url: `${emulator.url}/api/v2` },
    {
      get: () => Promise.resolve(token),
      store(refreshed) {
        token = refreshed;
        return Promise.resolve();
      },
      clear: () => Promise.resolve(),
    },
  );
}

async function picture(): Promise<Buffer> {
  return Buffer.from(await pngOf(200, 200).arrayBuffer());
}

async function video(): Promise<{ bytes: Buffer; md5: string }> {
  const bytes = Buffer.from(await readAsset("video/ok.mp4"));
  return { bytes, md5: createHash("md5").update(bytes).digest("hex") };
}

const STATUSES = ["TRANSCODING", "SUCCEEDED", "INITIATED"];
const OPTIONS: [string, StartEmulatorOptions][] = [
  ["samples", {}],
  ["reference", { dialect: "reference" }],
  ["samples, where Public calls insist on a shop's signature", { faults: ["*:shop-signature"] }],
];

describe.each(OPTIONS)("@congminh1254/shopee-sdk, in the dialect %s", (_, options) => {
  test("uploads a picture of 200 x 200 to media_space", async () => {
    const sdk = await start(options);
    const answer = await sdk.mediaSpace.uploadImage({ scene: "normal", ratio: "1:1", image: await picture() });
    expect(answer.error).toBe("");
    const [first] = answer.response?.image_info_list ?? [];
    expect(first?.image_info?.image_id).toBeDefined();
    const url = first?.image_info?.image_url_list?.[0]?.image_url;
    expect(Buffer.from(await (await fetch(url!)).arrayBuffer()).equals(await picture())).toBe(true);
  });

  test("uploads it to media", async () => {
    const sdk = await start(options);
    const answer = await sdk.media.uploadImage({ business: 2, scene: 1, images: await picture() });
    expect(answer.error).toBe("");
    expect(answer.response?.image_list).toHaveLength(1);
  });

  test("opens a session and cancels it", async () => {
    const sdk = await start(options);
    const opened = await sdk.mediaSpace.initVideoUpload({
      file_size: 512_000,
      file_md5: "3abf0b6e5ff90ff24437a0808f171a93",
    });
    expect(opened.error).toBe("");
    const video_upload_id = String(opened.response?.video_upload_id);
    expect((await sdk.mediaSpace.cancelVideoUpload({ video_upload_id })).error).toBe("");
    expect(emulator.sessions()).toMatchObject([{ id: video_upload_id, status: "CANCELLED" }]);
  });

  test("takes a video of one part through init, part, complete and the first question", async () => {
    const sdk = await start(options);
    const { bytes, md5 } = await video();
    const opened = await sdk.mediaSpace.initVideoUpload({ file_size: bytes.length, file_md5: md5 });
    const video_upload_id = String(opened.response?.video_upload_id);
    const part = { video_upload_id, part_seq: 0, content_md5: md5, part_content: bytes };
    expect((await sdk.mediaSpace.uploadVideoPart(part)).error).toBe("");
    const whole = { video_upload_id, part_seq_list: [0], report_data: { upload_cost: 100 } };
    expect((await sdk.mediaSpace.completeVideoUpload(whole)).error).toBe("");
    const result = await sdk.mediaSpace.getVideoUploadResult({ video_upload_id });
    expect(result.error).toBe("");
    expect(STATUSES).toContain(result.response?.status);
    await expect.poll(() => emulator.sessions()[0]?.status).toBe("SUCCEEDED");
    expect(Buffer.from(await emulator.content(video_upload_id)).equals(bytes)).toBe(true);
  });

  test("takes a Shopee Video through the same, and cancels another", async () => {
    const sdk = await start(options);
    const { bytes, md5 } = await video();
    const init = { business: 3, scene: 1, file_name: "video.mp4", file_size: bytes.length, duration: 12 };
    const [one, two] = [await sdk.media.initVideoUpload(init), await sdk.media.initVideoUpload(init)]
      .map(({ response }) => String(response?.video_upload_id)) as [string, string];
    const part = { video_upload_id: one, part_seq: 0, part_md5: md5, part_content: bytes };
    expect((await sdk.media.uploadVideoPart(part)).error).toBe("");
    expect((await sdk.media.completeVideoUpload({ video_upload_id: one })).error).toBe("");
    expect((await sdk.media.getVideoUploadResult({ video_upload_id: one })).error).toBe("");
    expect((await sdk.media.cancelVideoUpload({ video_upload_id: two })).error).toBe("");
    await expect.poll(() => emulator.sessions().map(({ status }) => status)).toEqual(["SUCCEEDED", "CANCELLED"]);
  });

  test("refreshes a token that has expired, and goes on", async () => {
    const sdk = await start(options);
    emulator.expireToken();
    const opened = await sdk.mediaSpace.initVideoUpload({ file_size: 1, file_md5: "a".repeat(32) });
    expect(opened.error).toBe("");
    expect(await sdk.getAuthToken()).toMatchObject({ access_token: emulator.credentials.accessToken });
    expect(emulator.requests.map(({ error }) => error)).toEqual(["invalid_acceess_token", "", ""]);
  });

  test("a refusal is its own typed error, with what Shopee said", async () => {
    const sdk = await start(options);
    const asked = sdk.mediaSpace.getVideoUploadResult({ video_upload_id: "sg_x" });
    await expect(asked).rejects.toMatchObject({
      name: "ShopeeApiError",
      data: { message: expect.stringMatching(/invalid upload_id/i) },
    });
  });
});
