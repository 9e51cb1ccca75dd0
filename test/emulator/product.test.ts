import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEmulator, type CreateEmulatorOptions, type EmulatorApp } from "../../src/emulator/mod.ts";
import { pngOf } from "./png_of.ts";
import { type Answer, call, noise } from "./raw_client.ts";
import { DIALECTS, refused } from "./refused.ts";
import { completeMedia, completeMediaSpace, sendMedia, sendMediaSpace, waitForResult } from "./upload_raw.ts";

const ADD = "product/add_item";
const SEARCH = "product/search_item";
const SHOPS = [{ shopId: 7, accessToken: "first" }, { shopId: 8, accessToken: "second" }];
const OTHER = { shopId: 8, accessToken: "second" };

describe.each(DIALECTS)("in the dialect %s", (dialect) => {
  let emulator: EmulatorApp;
  let imageId: string;
  let videoId: string;

  async function start(options: CreateEmulatorOptions = {}): Promise<void> {
    await emulator?.close();
    emulator = await createEmulator({ dialect, transcodeMs: 0, inspect: false, shops: SHOPS, ...options });
    const form = { image: pngOf(200, 200) };
    const { response } = await call(emulator, "media_space/upload_image", { form });
    imageId = response.image_info.image_id;
    videoId = await sendMediaSpace(emulator, noise(5));
    await completeMediaSpace(emulator, videoId, 1);
    await waitForResult(emulator, "media_space", videoId);
  }
  beforeEach(() => start());
  afterEach(() => emulator.close());

  const item = (changes: object = {}) => ({
    item_name: "Red shoes",
    description: "They are red.",
    original_price: 12.5,
    category_id: 100_001,
    item_sku: "RED-1",
    image: { image_id_list: [imageId] },
    video_upload_id: [videoId],
    ...changes,
  });
  const add = (changes?: object): Promise<Answer> => call(emulator, ADD, { json: item(changes) });
  const search = (query: Record<string, string>, options: object = {}): Promise<Answer> =>
    call(emulator, SEARCH, { method: "GET", query: { page_size: "10", ...query }, ...options });

  test("an item is made with its pictures and its video, and found by its SKU", async () => {
    const { error, response } = await add();
    expect(error).toBe("");
    expect(response).toMatchObject({ item_name: "Red shoes", item_sku: "RED-1", item_status: "NORMAL" });
    expect(response.images.image_id_list).toEqual([imageId]);
    expect(response.video_info[0].video_url_list[0].video_url).toContain(videoId);
    expect(emulator.items()).toMatchObject([{
      itemId: response.item_id,
      shopId: 7,
      sku: "RED-1",
      videoUploadId: videoId,
    }]);
    const found = { item_id_list: [response.item_id], total_count: 1, next_offset: "" };
    expect((await search({ item_sku: "RED-1" })).response).toEqual(found);
    expect((await search({ item_name: "red" })).response).toEqual(found);
  });

  test("an item can do without a video and a SKU", async () => {
    expect(await refused(emulator, add({ video_upload_id: [], item_sku: undefined }))).toBe("");
    expect(await refused(emulator, add({ video_upload_id: undefined }))).toBe("");
    expect(emulator.items().map(({ videoUploadId }) => videoUploadId)).toEqual([undefined, undefined]);
  });

  test("nothing keeps two items from having one SKU; they are found page by page", async () => {
    for (let count = 0; count < 3; count++) await add();
    const ids = emulator.items().map(({ itemId }) => itemId);
    const first = (await search({ item_sku: "RED-1", page_size: "2" })).response;
    expect(first).toEqual({ item_id_list: ids.slice(0, 2), total_count: 3, next_offset: "2" });
    const rest = await search({ item_sku: "RED-1", page_size: "2", offset: "2" });
    expect(rest.response).toEqual({ item_id_list: ids.slice(2), total_count: 3, next_offset: "" });
  });

  test("a shop finds its own items, by the whole SKU alone", async () => {
    await add();
    expect((await search({ item_sku: "RED-1" }, OTHER)).response.total_count).toBe(0);
    expect((await search({ item_sku: "RED" })).response.total_count).toBe(0);
  });

  test.each<[string, object, string]>([
    ["no name", { item_name: "" }, "wrongField"],
    ["no description", { description: undefined }, "wrongField"],
    ["a price in words", { original_price: "12" }, "wrongField"],
    ["no picture", { image: { image_id_list: [] } }, "wrongField"],
    ["a picture that was never uploaded", { image: { image_id_list: ["sg-1"] } }, "wrongField"],
    ["the id of a video itself", { video_upload_id: "sg_1" }, "wrongField"],
    ["two videos", { video_upload_id: ["sg_1", "sg_2"] }, "severalVideos"],
    ["a video that there is not", { video_upload_id: ["sg_1"] }, "unknownVideo"],
  ])("no item is made of %s", async (_, changes, reason) => {
    expect(await refused(emulator, add(changes))).toBe(reason);
    expect(emulator.items()).toEqual([]);
  });

  test("the words for what is wrong with a video are those of the contract", async () => {
    expect((await add({ video_upload_id: ["sg_1", "sg_2"] })).message).toContain("Only accept one video_upload_id");
    expect((await add({ video_upload_id: ["sg_1"] })).error).toMatch(/(^|\.)error_video_info_not_found$/);
  });

  test("a video of another shop, or of Shopee Video, is none of the shop's", async () => {
    expect(await refused(emulator, call(emulator, ADD, { json: item(), ...OTHER }))).toBe("unknownVideo");
    const other = await sendMedia(emulator, noise(5));
    await completeMedia(emulator, other);
    await waitForResult(emulator, "media", other);
    expect(await refused(emulator, add({ video_upload_id: [other] }))).toBe("unknownVideo");
  });

  test("a video that has not succeeded is refused, whatever has become of it", async () => {
    await start({ inspect: true }); // Noise is no video: it fails.
    expect(await refused(emulator, add())).toBe("unknownVideo");
    const open = await sendMediaSpace(emulator, noise(6));
    expect(await refused(emulator, add({ video_upload_id: [open] }))).toBe("unknownVideo");
    await call(emulator, "media_space/cancel_video_upload", { json: { video_upload_id: open } });
    expect(await refused(emulator, add({ video_upload_id: [open] }))).toBe("unknownVideo");
    expect(emulator.items()).toEqual([]);
  });

  test("a video that has just succeeded is refused for a while", async () => {
    await start({ attachDelayMs: 3_600_000 });
    const { message } = await add();
    expect(message).toContain("get video dispatcher info fail");
    expect(emulator.requests.at(-1)?.refusal?.reason).toBe("lateVideo");
    expect(emulator.items()).toEqual([]);
    expect(await refused(emulator, add({ video_upload_id: [] }))).toBe("");
  });

  test.each([["", 0], [",after", 1]])("not-attachable%s: the same answer, and %d items", async (after, count) => {
    emulator.faults.add(`${ADD}#1:not-attachable${after}`);
    expect((await add()).message).toContain("get video dispatcher info fail");
    expect(emulator.items()).toHaveLength(count);
    expect((await search({ item_sku: "RED-1" })).response.total_count).toBe(count);
    expect((await add()).error).toBe("");
  });

  test("both calls want a shop's signature", async () => {
    const tamper = { access_token: undefined, shop_id: undefined };
    expect(await refused(emulator, call(emulator, ADD, { json: item(), tamper }))).toBe("noParameter");
    expect(await refused(emulator, search({ item_sku: "RED-1" }, { tamper: { sign: "0".repeat(64) } }))).toBe(
      "wrongSign",
    );
  });

  test.each<[string, Record<string, string>]>([
    ["no page size", { page_size: "" }],
    ["a page too large", { page_size: "101" }],
    ["an offset that is no number", { offset: "next" }],
    ["nothing to look for", { item_sku: undefined as unknown as string }],
  ])("a search with %s is refused", async (_, query) => {
    const { item_sku, ...rest } = { item_sku: "RED-1", ...query };
    const asked = { ...rest, ...(item_sku !== undefined && { item_sku }) };
    expect(await refused(emulator, search(asked))).toBe("wrongField");
  });
});
