import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEmulator, type EmulatorApp } from "../../src/emulator/mod.ts";
import { type Answer, call, type CallOptions, noise } from "./raw_client.ts";
import { DIALECTS, refused } from "./refused.ts";
import { completeMedia, completeMediaSpace, sendMedia, sendMediaSpace, waitForResult } from "./upload_raw.ts";

const COVERS = "video/get_cover_list";
const EDIT = "video/edit_video_info";
const POST = "video/post_video";

describe.each(DIALECTS)("in the dialect %s", (dialect) => {
  let emulator: EmulatorApp;
  let videoId: string;
  let user: CallOptions;

  beforeEach(async () => {
    emulator = await createEmulator({ dialect, transcodeMs: 0, inspect: false, mainAccount: { userIds: [5, 6] } });
    user = tokenOf(5);
    videoId = await sendMedia(emulator, noise(5));
    await completeMedia(emulator, videoId);
    await waitForResult(emulator, "media", videoId);
  });
  afterEach(() => emulator.close());

  function tokenOf(userId: number): CallOptions {
    const account = emulator.accounts().find(({ owner, id }) => owner === "user" && id === userId)!;
    return { userId, accessToken: account.accessToken };
  }
  const entry = (changes: object = {}) => ({
    video_upload_id: videoId,
    caption: "Red shoes",
    allow_info: { allow_duet: false, allow_stitch: true },
    scheduled_info: { scheduled_post: false },
    item_info: [{ item_id: 7 }],
    ...changes,
  });
  const edit = (changes: object = {}, more: object = { aigc_label: false }): Promise<Answer> =>
    call(emulator, EDIT, { ...user, json: { video_upload_list: [entry(changes)], ...more } });
  const post = (ids: unknown = [videoId], as: CallOptions = user): Promise<Answer> =>
    call(emulator, POST, { ...as, json: { video_upload_id_list: ids } });
  const covers = (id: string): Promise<Answer> =>
    call(emulator, COVERS, { ...user, method: "GET", query: { video_upload_id: id } });

  test("a video gets a cover, becomes a draft, and is posted once", async () => {
    const { response: { image_url_list: [cover] } } = await covers(videoId);
    expect((await emulator.fetch(cover)).headers.get("content-type")).toBe("image/jpeg");
    expect((await edit({ cover_image_url: cover })).response).toEqual({ success_list: [videoId], failure_list: [] });
    expect(emulator.posts()).toEqual([{
      videoUploadId: videoId,
      userId: 5,
      caption: "Red shoes",
      coverImageUrl: cover,
      aigcLabel: false,
      itemIds: [7],
    }]);
    const { response } = await post();
    expect(response.success_list).toEqual([{ success_video_upload_id: videoId, post_id: expect.any(String) }]);
    expect(emulator.posts()[0]!.postId).toBe(response.success_list[0].post_id);

    const again = (await post()).response;
    expect(again.success_list).toEqual([]);
    expect(again.failure_list).toMatchObject([{ fail_video_upload_id: videoId }]);
    expect((await edit()).response.success_list).toEqual([]);
    expect(emulator.posts()).toHaveLength(1);
  });

  test("a draft can be edited again, and has a cover in any case", async () => {
    await edit();
    await edit({ caption: undefined, item_info: undefined }, { aigc_label: true });
    expect(emulator.posts()).toMatchObject([{ caption: "", itemIds: [], aigcLabel: true }]);
    expect(emulator.posts()[0]!.coverImageUrl).toContain(videoId);
  });

  test("what is no draft, or another user's, is not posted", async () => {
    expect((await post()).response.failure_list).toMatchObject([{ fail_video_upload_id: videoId }]);
    await edit();
    expect((await post([videoId], tokenOf(6))).response.success_list).toEqual([]);
    expect((await post(["sg_1", videoId])).response).toMatchObject({
      success_list: [{ success_video_upload_id: videoId }],
      failure_list: [{ fail_video_upload_id: "sg_1" }],
    });
  });

  test("a product video is no source for Shopee Video", async () => {
    const other = await sendMediaSpace(emulator, noise(5));
    await completeMediaSpace(emulator, other, 1);
    await waitForResult(emulator, "media_space", other);
    const { response } = await edit({ video_upload_id: other });
    const failure = { fail_video_upload_id: other, failed_reason: "Invalid video source" };
    expect(response).toEqual({ success_list: [], failure_list: [failure] });
  });

  test("a video that is not ready has neither covers nor a draft", async () => {
    const open = await sendMedia(emulator, noise(6));
    expect(await refused(emulator, covers(open))).toBe("unfinishedVideo");
    expect((await edit({ video_upload_id: open })).response.success_list).toEqual([]);
    expect(await refused(emulator, covers("sg_1"))).toBe("unknownUpload");
  });

  test.each<[string, object, object?]>([
    ["no allow_info", { allow_info: undefined }],
    ["an allow_info that does not say all", { allow_info: { allow_duet: true } }],
    ["no scheduled_info", { scheduled_info: undefined }],
    ["a caption too long", { caption: "x".repeat(151) }],
    ["too many items", { item_info: Array(7).fill({ item_id: 1 }) }],
    ["no aigc_label", {}, {}],
    ["an aigc_label in words", {}, { aigc_label: "no" }],
  ])("no draft is made with %s", async (_, changes, more = { aigc_label: false }) => {
    expect(await refused(emulator, edit(changes, more))).toBe("wrongField");
    expect(emulator.posts()).toEqual([]);
  });

  test.each([["none", []], ["six", Array(6).fill("sg_1")], ["a number", [1]]])(
    "a post of %s is refused",
    async (_, ids) => {
      expect(await refused(emulator, post(ids))).toBe("wrongField");
    },
  );

  test.each<[string, string]>([[COVERS, "GET"], [EDIT, "POST"], [POST, "POST"]])(
    "%s wants the signature of a user",
    async (name, method) => {
      const asked = (options: CallOptions) => refused(emulator, call(emulator, name, { method, ...options }));
      expect(await asked({})).toBe("noParameter");
      expect(await asked({ asShop: true })).toBe("noParameter");
      expect(await asked({ ...user, tamper: { user_id: "x" } })).toBe("wrongAccountId");
      expect(await asked({ ...user, tamper: { user_id: "6" } })).toBe("wrongSign");
      expect(await asked({ ...user, userId: 6 })).toBe("otherAccount");
      expect(await asked({ userId: 5 })).toBe("otherAccount"); // The shop's token.
      expect(await asked({ userId: 5, accessToken: "x" })).toBe("unknownAccessToken");
      expect(await asked({ userId: emulator.credentials.shopId })).toBe("otherAccount");
    },
  );

  test("a user's token signs nothing for a shop", async () => {
    const { accessToken } = user;
    const json = { file_md5: "0".repeat(32), file_size: 1 };
    expect(await refused(emulator, call(emulator, "media_space/init_video_upload", { json, accessToken }))).toBe(
      "otherAccount",
    );
  });
});
