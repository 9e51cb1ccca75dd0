import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEmulator, type EmulatorApp } from "../../src/emulator/mod.ts";
import { readAsset } from "../support/files.ts";
import { call, md5, noise } from "./raw_client.ts";
import { DIALECTS, refused } from "./refused.ts";
import { completeMedia, mediaPart, sendMedia, sendMediaSpace, waitForResult } from "./upload_raw.ts";

const INIT = "media/init_video_upload";
const UPLOAD_PART = "media/upload_video_part";
const CANCEL = "media/cancel_video_upload";
const RESULT = "media/get_video_upload_result";
const PART = 1000;

let emulator: EmulatorApp;
describe.each(DIALECTS)("in the dialect %s", (dialect) => {
  beforeAll(async () => {
    emulator = await createEmulator({ dialect, transcodeMs: 0, mediaPartSize: PART });
  });
  afterAll(() => emulator.close());

  const whole = noise(2 * PART + 5);
  const right = { business: 3, scene: 1, file_name: "a.mp4", file_size: whole.length, duration: 12 };

  async function open(): Promise<string> {
    const { response } = await call(emulator, INIT, { json: right });
    return response.video_upload_id;
  }

  function snapshot(id: string) {
    return emulator.sessions().find((session) => session.id === id);
  }

  describe("init", () => {
    test("opens a session and tells the part size", async () => {
      const { error, response } = await call(emulator, INIT, { json: right });
      expect(error).toBe("");
      expect(response).toEqual({ video_upload_id: expect.stringMatching(/^sg_/), part_size: PART });
      expect(snapshot(response.video_upload_id)).toMatchObject({ module: "media", fileName: "a.mp4", md5: undefined });
    });

    test("tells 10 MiB parts unless told otherwise", async () => {
      const other = await createEmulator();
      expect((await call(other, INIT, { json: right })).response.part_size).toBe(10_485_760);
      await other.close();
    });

    test.each([{ file_size: 1_073_741_824 }, { duration: 1 }, { duration: 180 }])("takes %o", async (change) => {
      expect(await call(emulator, INIT, { json: { ...right, ...change } })).toMatchObject({ error: "" });
    });

    test.each<[object, string]>([
      [{ file_size: 1_073_741_825 }, "videoTooLarge"],
      [{ file_size: 0 }, "wrongField"],
      [{ business: 2 }, "wrongScene"],
      [{ business: "3" }, "wrongField"],
      [{ scene: 2 }, "wrongScene"],
      [{ duration: 0 }, "wrongField"],
      [{ duration: 181 }, "wrongField"],
      [{ duration: 12.5 }, "wrongField"],
      [{ file_name: "" }, "wrongField"],
      [{ file_name: undefined }, "wrongField"],
    ])("refuses %o", async (change, reason) => {
      expect(await refused(emulator, call(emulator, INIT, { json: { ...right, ...change } }))).toBe(reason);
    });
  });

  describe("upload_video_part", () => {
    test("takes parts in any order, and the session is UPLOADING", async () => {
      const id = await open();
      for (const seq of [2, 0, 1, 1]) {
        const part = whole.subarray(seq * PART, (seq + 1) * PART);
        expect(await call(emulator, UPLOAD_PART, { form: mediaPart(id, seq, part) })).toMatchObject({ error: "" });
      }
      expect(snapshot(id)).toMatchObject({ status: "UPLOADING", history: ["INITIATED", "UPLOADING"] });
      expect(md5(await emulator.content(id))).toBe(md5(whole));
    });

    test.each<[string, (id: string) => Record<string, string | Blob>, string]>([
      ["a part after the last", (id) => mediaPart(id, 3, whole.subarray(0, PART)), "wrongPartSeq"],
      ["one byte less", (id) => mediaPart(id, 0, whole.subarray(0, PART - 1)), "wrongPartSize"],
      ["a last part too long", (id) => mediaPart(id, 2, whole.subarray(0, 6)), "wrongPartSize"],
      [
        "another MD5",
        (id) => ({ ...mediaPart(id, 0, whole.subarray(0, PART)), part_md5: "0".repeat(32) }),
        "wrongPartMd5",
      ],
      [
        "the MD5 under its name in media_space",
        (id) => ({ ...mediaPart(id, 0, whole.subarray(0, PART)), part_md5: "", content_md5: "0".repeat(32) }),
        "wrongField",
      ],
    ])("is refused with %s", async (_, form, reason) => {
      const id = await open();
      expect(await refused(emulator, call(emulator, UPLOAD_PART, { form: form(id) }))).toBe(reason);
      expect(snapshot(id)).toMatchObject({ status: "INITIATED", parts: [] });
    });

    test("is refused with a session of media_space", async () => {
      const id = await sendMediaSpace(emulator, noise(10));
      const sent = call(emulator, UPLOAD_PART, { form: mediaPart(id, 0, noise(10)) });
      expect(await refused(emulator, sent)).toBe("unknownUpload");
    });
  });

  test("a session walks through all statuses to a video that can be fetched", async () => {
    const video = await readAsset("video/ok.mp4");
    const id = await sendMedia(emulator, video);
    expect(await completeMedia(emulator, id)).toMatchObject({ error: "" });
    const { response } = await waitForResult(emulator, "media", id);
    expect(snapshot(id)?.history).toEqual(["INITIATED", "UPLOADING", "UPLOADED", "PROCESSING", "SUCCEEDED"]);
    expect(response).toEqual({
      status: "SUCCEEDED",
      reason: "",
      update_time: expect.any(Number),
      video_info: {
        video_url: expect.stringMatching(/^http:/),
        video_thumbnail_url: expect.stringMatching(/^http:/),
        thumbnail_width: 160,
        thumbnail_height: 90,
        duration: 12,
        resolution: "320x180",
      },
    });
    expect(md5(await (await emulator.fetch(response.video_info.video_url)).bytes())).toBe(md5(video));
  });

  test("complete is refused with a part missing, and the second time", async () => {
    const id = await open();
    expect(await refused(emulator, completeMedia(emulator, id))).toBe("missingPart");
    const done = await sendMedia(emulator, whole);
    await completeMedia(emulator, done);
    expect(await refused(emulator, completeMedia(emulator, done))).toBe("completedUpload");
  });

  test("cancel ends the session, once: the reference says that it fails when it comes again", async () => {
    const id = await open();
    const cancel = () => call(emulator, CANCEL, { json: { video_upload_id: id } });
    expect(await cancel()).toMatchObject({ error: "" });
    expect(await refused(emulator, cancel())).toBe("cancelledUpload");
    const { response } = await call(emulator, RESULT, { method: "GET", query: { video_upload_id: id } });
    expect(response).toMatchObject({ status: "CANCELLED", reason: expect.stringMatching(/./) });
    expect(response.video_info).toBeUndefined();
  });
});
