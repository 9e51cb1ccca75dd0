import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEmulator, type EmulatorApp } from "../../src/emulator/mod.ts";
import { call, type CallOptions, md5, noise } from "./raw_client.ts";
import { DIALECTS, refused } from "./refused.ts";
import { completeMediaSpace, sendMedia, sendMediaSpace, spacePart, waitForResult } from "./upload_raw.ts";

const PART = 4_194_304;
const INIT = "media_space/init_video_upload";
const UPLOAD_PART = "media_space/upload_video_part";
const COMPLETE = "media_space/complete_video_upload";
const CANCEL = "media_space/cancel_video_upload";
const RESULT = "media_space/get_video_upload_result";

let emulator: EmulatorApp;
describe.each(DIALECTS)("in the dialect %s", (dialect) => {
  beforeAll(async () => {
    emulator = await createEmulator({ dialect, transcodeMs: 0, inspect: false });
  });
  afterAll(() => emulator.close());

  const whole = noise(PART + 5);
  const parts = [whole.subarray(0, PART), whole.subarray(PART)];

  async function open(bytes: Uint8Array = whole): Promise<string> {
    const { response } = await call(emulator, INIT, { json: { file_md5: md5(bytes), file_size: bytes.length } });
    return response.video_upload_id;
  }

  function snapshot(id: string) {
    return emulator.sessions().find((session) => session.id === id);
  }

  async function status(id: string): Promise<string> {
    const { response } = await call(emulator, RESULT, { method: "GET", query: { video_upload_id: id } });
    return response.status;
  }

  describe("init", () => {
    test.each([1, PART, 31_457_280])("opens a session for %d bytes", async (file_size) => {
      const { error, response } = await call(emulator, INIT, { json: { file_md5: "a".repeat(32), file_size } });
      expect(error).toBe("");
      expect(response).toEqual({ video_upload_id: expect.stringMatching(/^sg_[0-9a-f-]{36}_\d{6}$/) });
      expect(snapshot(response.video_upload_id)).toMatchObject({
        module: "media_space",
        size: file_size,
        partSize: PART,
      });
      expect(await status(response.video_upload_id)).toBe("INITIATED");
    });

    test.each<[string, unknown, string]>([
      ["one byte too many", { file_md5: "a".repeat(32), file_size: 31_457_281 }, "videoTooLarge"],
      ["no bytes", { file_md5: "a".repeat(32), file_size: 0 }, "wrongField"],
      ["half a byte", { file_md5: "a".repeat(32), file_size: 1.5 }, "wrongField"],
      ["a size as text", { file_md5: "a".repeat(32), file_size: "1" }, "wrongField"],
      ["no size", { file_md5: "a".repeat(32) }, "wrongField"],
      ["no MD5", { file_size: 1 }, "wrongField"],
      ["an MD5 in base64", { file_md5: "1B2M2Y8AsgTpgAmY7PhCfg==", file_size: 1 }, "wrongField"],
      ["a list", [], "noJsonObject"],
      ["null", null, "noJsonObject"],
    ])("is refused with %s", async (_, json, reason) => {
      expect(await refused(emulator, call(emulator, INIT, { json }))).toBe(reason);
    });

    test.each<[string, CallOptions, string]>([
      ["no JSON", { body: "{", headers: { "Content-Type": "application/json" } }, "noJson"],
      ["another content type", { body: "{}", headers: { "Content-Type": "text/plain" } }, "wrongContentType"],
      ["a form", { form: { file_md5: "a".repeat(32), file_size: "1" } }, "wrongContentType"],
    ])("is refused with %s", async (_, options, reason) => {
      expect(await refused(emulator, call(emulator, INIT, options))).toBe(reason);
    });

    test("is refused with another method", async () => {
      const answer = await call(emulator, INIT, { method: "GET" });
      expect(answer).toMatchObject({ status: 405, error: "error_param" });
      expect(answer.headers.get("Allow")).toBe("POST");
    });
  });

  describe("upload_video_part", () => {
    test("takes parts in any order, and one again", async () => {
      const id = await open();
      for (const seq of [1, 0, 0]) {
        const answer = await call(emulator, UPLOAD_PART, { form: spacePart(id, seq, parts[seq]!) });
        expect(answer).toMatchObject({ status: 200, error: "", message: "" });
        expect("response" in answer).toBe(false);
      }
      expect(snapshot(id)?.parts).toEqual(parts.map((part, seq) => ({ seq, size: part.length, md5: md5(part) })));
      expect(md5(await emulator.content(id))).toBe(md5(whole));
      expect(await status(id)).toBe("INITIATED");
    });

    const form = (change: Record<string, string | Blob | Blob[]>) => (id: string) => ({
      form: { ...spacePart(id, 0, parts[0]!), ...change },
    });
    test.each<[string, (id: string) => CallOptions, string]>([
      ["an unknown session", form({ video_upload_id: "sg_x" }), "unknownUpload"],
      ["no session", form({ video_upload_id: "" }), "wrongField"],
      ["a part after the last", (id) => ({ form: spacePart(id, 2, parts[0]!) }), "wrongPartSeq"],
      ["a negative part", form({ part_seq: "-1" }), "wrongField"],
      ["a part number that is none", form({ part_seq: "one" }), "wrongField"],
      ["another MD5", form({ content_md5: "0".repeat(32) }), "wrongPartMd5"],
      ["no MD5", form({ content_md5: "" }), "wrongField"],
      ["the MD5 under its name in media", form({ content_md5: "", part_md5: md5(parts[0]!) }), "wrongField"],
      ["no content", form({ part_content: [] }), "noFile"],
      ["content as text", form({ part_content: "text" }), "noFile"],
      ["content twice", form({ part_content: [new Blob([parts[0]!]), new Blob([parts[0]!])] }), "noFile"],
      ["one byte less", (id) => ({ form: spacePart(id, 0, parts[0]!.subarray(1)) }), "wrongPartSize"],
      ["one byte more", (id) => ({ form: spacePart(id, 0, whole.subarray(0, PART + 1)) }), "wrongPartSize"],
      ["a last part too long", (id) => ({ form: spacePart(id, 1, whole.subarray(0, 6)) }), "wrongPartSize"],
      ["JSON", (id) => ({ json: { video_upload_id: id, part_seq: 0 } }), "wrongContentType"],
      [
        "a broken form",
        () => ({ body: "--x", headers: { "Content-Type": "multipart/form-data; boundary=x" } }),
        "noForm",
      ],
      ["another method", () => ({ method: "PUT" }), "wrongMethod"],
    ])("is refused with %s", async (_, options, reason) => {
      const id = await open();
      expect(await refused(emulator, call(emulator, UPLOAD_PART, options(id)))).toBe(reason);
      expect(snapshot(id)?.parts).toEqual([]);
    });

    test("is refused with a session of media", async () => {
      const id = await sendMedia(emulator, noise(10));
      const sent = call(emulator, UPLOAD_PART, { form: spacePart(id, 0, noise(10)) });
      expect(await refused(emulator, sent)).toBe("unknownUpload");
    });
  });

  describe("complete_video_upload", () => {
    test("ends in SUCCEEDED with the bytes that were sent", async () => {
      const id = await sendMediaSpace(emulator, whole);
      expect(await completeMediaSpace(emulator, id, 2)).toMatchObject({ status: 200, error: "" });
      const { response } = await waitForResult(emulator, "media_space", id);
      expect(response).toMatchObject({ status: "SUCCEEDED", message: dialect === "samples" ? "success" : "" });
      expect(snapshot(id)).toMatchObject({ history: ["INITIATED", "TRANSCODING", "SUCCEEDED"], uploadCost: 17 });
      const [{ video_url, video_url_region }] = response.video_info.video_url_list;
      expect(video_url_region).toBe("SG");
      expect(md5(await (await emulator.fetch(video_url)).bytes())).toBe(md5(whole));
    });

    const right = { part_seq_list: [0, 1], report_data: { upload_cost: 1 } };
    test.each<[string, object, string]>([
      ["a sequence missing", { ...right, part_seq_list: [0] }, "wrongPartList"],
      ["a sequence too many", { ...right, part_seq_list: [0, 1, 2] }, "wrongPartList"],
      ["a sequence twice", { ...right, part_seq_list: [0, 0] }, "wrongPartList"],
      ["a sequence that is not there", { ...right, part_seq_list: [0, 5] }, "wrongPartList"],
      ["sequences as text", { ...right, part_seq_list: ["0", "1"] }, "wrongField"],
      ["no sequences", { report_data: { upload_cost: 1 } }, "wrongField"],
      ["no report_data", { part_seq_list: [0, 1] }, "wrongField"],
      ["a broken upload_cost", { ...right, report_data: { upload_cost: 1.5 } }, "wrongField"],
      ["a negative upload_cost", { ...right, report_data: { upload_cost: -1 } }, "wrongField"],
      ["an unknown session", { ...right, video_upload_id: "sg_x" }, "unknownUpload"],
    ])("is refused with %s, and can be mended", async (_, json, reason) => {
      const id = await sendMediaSpace(emulator, whole);
      const sent = call(emulator, COMPLETE, { json: { video_upload_id: id, ...json } });
      expect(await refused(emulator, sent)).toBe(reason);
      expect(await status(id)).toBe("INITIATED");
      expect(await completeMediaSpace(emulator, id, 2)).toMatchObject({ error: "" });
    });

    test("is refused with a part missing", async () => {
      const id = await open();
      await call(emulator, UPLOAD_PART, { form: spacePart(id, 1, parts[1]!) });
      expect(await refused(emulator, completeMediaSpace(emulator, id, 2))).toBe("missingPart");
    });

    test("is refused when the whole has another MD5", async () => {
      const id = await open(whole);
      const other = noise(PART, 2);
      await call(emulator, UPLOAD_PART, { form: spacePart(id, 0, other) });
      await call(emulator, UPLOAD_PART, { form: spacePart(id, 1, parts[1]!) });
      expect(await refused(emulator, completeMediaSpace(emulator, id, 2))).toBe("wrongFileMd5");
    });

    test("is refused the second time, and so are parts and a cancel", async () => {
      const id = await sendMediaSpace(emulator, whole);
      await completeMediaSpace(emulator, id, 2);
      for (
        const sent of [
          () => completeMediaSpace(emulator, id, 2),
          () => call(emulator, UPLOAD_PART, { form: spacePart(id, 0, parts[0]!) }),
          () => call(emulator, CANCEL, { json: { video_upload_id: id } }),
        ]
      ) expect(await refused(emulator, sent())).toBe("completedUpload");
    });

    test("begins once only when it comes twice at a time", async () => {
      const id = await sendMediaSpace(emulator, whole);
      const twice = [1, 2].map(() => refused(emulator, completeMediaSpace(emulator, id, 2)));
      expect((await Promise.all(twice)).sort()).toEqual(["", "completedUpload"]);
    });
  });

  describe("cancel_video_upload", () => {
    test("ends the session, also when it comes again", async () => {
      const id = await open();
      for (let time = 0; time < 2; time++) {
        expect(await call(emulator, CANCEL, { json: { video_upload_id: id } })).toMatchObject({ error: "" });
      }
      expect(await status(id)).toBe("CANCELLED");
      const part = call(emulator, UPLOAD_PART, { form: spacePart(id, 0, parts[0]!) });
      expect(await refused(emulator, part)).toBe("cancelledUpload");
      expect(await refused(emulator, completeMediaSpace(emulator, id, 2))).toBe("cancelledUpload");
      expect(snapshot(id)?.history).toEqual(["INITIATED", "CANCELLED"]);
      await expect(emulator.content(id)).rejects.toThrow(RangeError);
    });

    test("is refused with an unknown session", async () => {
      const sent = call(emulator, CANCEL, { json: { video_upload_id: "sg_x" } });
      expect(await refused(emulator, sent)).toBe("unknownUpload");
    });
  });

  describe("get_video_upload_result", () => {
    test.each<[string, Record<string, string>, string]>([
      ["an unknown session", { video_upload_id: "sg_x" }, "unknownUpload"],
      ["no session", {}, "wrongField"],
    ])("is refused with %s", async (_, query, reason) => {
      expect(await refused(emulator, call(emulator, RESULT, { method: "GET", query }))).toBe(reason);
    });

    test("is refused with POST", async () => {
      expect(await call(emulator, RESULT, { json: {} })).toMatchObject({ status: 405, error: "error_param" });
    });
  });
});
