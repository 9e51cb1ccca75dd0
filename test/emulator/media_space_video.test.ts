import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEmulator, type EmulatorApp } from "../../src/emulator/mod.ts";
import { call, type CallOptions, md5, noise } from "./raw_client.ts";
import { completeMediaSpace, sendMedia, sendMediaSpace, spacePart, waitForResult } from "./upload_raw.ts";

const PART = 4_194_304;
const INIT = "media_space/init_video_upload";
const UPLOAD_PART = "media_space/upload_video_part";
const COMPLETE = "media_space/complete_video_upload";
const CANCEL = "media_space/cancel_video_upload";
const RESULT = "media_space/get_video_upload_result";

let emulator: EmulatorApp;
beforeAll(async () => {
  emulator = await createEmulator({ transcodeMs: 0, inspect: false });
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
    ["one byte too many", { file_md5: "a".repeat(32), file_size: 31_457_281 }, "error_file_size"],
    ["no bytes", { file_md5: "a".repeat(32), file_size: 0 }, "error_param"],
    ["half a byte", { file_md5: "a".repeat(32), file_size: 1.5 }, "error_param"],
    ["a size as text", { file_md5: "a".repeat(32), file_size: "1" }, "error_param"],
    ["no size", { file_md5: "a".repeat(32) }, "error_param"],
    ["no MD5", { file_size: 1 }, "error_param"],
    ["an MD5 in base64", { file_md5: "1B2M2Y8AsgTpgAmY7PhCfg==", file_size: 1 }, "error_param"],
    ["a list", [], "error_param"],
    ["null", null, "error_param"],
  ])("is refused with %s", async (_, json, error) => {
    expect(await call(emulator, INIT, { json })).toMatchObject({ status: 200, error });
  });

  test.each<[string, CallOptions]>([
    ["no JSON", { body: "{", headers: { "Content-Type": "application/json" } }],
    ["another content type", { body: "{}", headers: { "Content-Type": "text/plain" } }],
    ["a form", { form: { file_md5: "a".repeat(32), file_size: "1" } }],
  ])("is refused with %s", async (_, options) => {
    expect(await call(emulator, INIT, options)).toMatchObject({ error: "error_param" });
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
    ["an unknown session", form({ video_upload_id: "sg_x" }), "error_invalid_upload_id"],
    ["no session", form({ video_upload_id: "" }), "error_param"],
    ["a part after the last", (id) => ({ form: spacePart(id, 2, parts[0]!) }), "error_invalid_part_seq"],
    ["a negative part", form({ part_seq: "-1" }), "error_param"],
    ["a part number that is none", form({ part_seq: "one" }), "error_param"],
    ["another MD5", form({ content_md5: "0".repeat(32) }), "error_data"],
    ["no MD5", form({ content_md5: "" }), "error_param"],
    ["the MD5 under its name in media", form({ content_md5: "", part_md5: md5(parts[0]!) }), "error_param"],
    ["no content", form({ part_content: [] }), "error_param"],
    ["content as text", form({ part_content: "text" }), "error_param"],
    ["content twice", form({ part_content: [new Blob([parts[0]!]), new Blob([parts[0]!])] }), "error_param"],
    ["one byte less", (id) => ({ form: spacePart(id, 0, parts[0]!.subarray(1)) }), "error_invalid_part_size"],
    ["one byte more", (id) => ({ form: spacePart(id, 0, whole.subarray(0, PART + 1)) }), "error_invalid_part_size"],
    ["a last part too long", (id) => ({ form: spacePart(id, 1, whole.subarray(0, 6)) }), "error_invalid_part_size"],
    ["JSON", (id) => ({ json: { video_upload_id: id, part_seq: 0 } }), "error_param"],
    [
      "a broken form",
      () => ({ body: "--x", headers: { "Content-Type": "multipart/form-data; boundary=x" } }),
      "error_param",
    ],
    ["another method", () => ({ method: "PUT" }), "error_param"],
  ])("is refused with %s", async (_, options, error) => {
    const id = await open();
    expect(await call(emulator, UPLOAD_PART, options(id))).toMatchObject({ error });
    expect(snapshot(id)?.parts).toEqual([]);
  });

  test("is refused with a session of media", async () => {
    const id = await sendMedia(emulator, noise(10));
    expect(await call(emulator, UPLOAD_PART, { form: spacePart(id, 0, noise(10)) })).toMatchObject({
      error: "error_invalid_upload_id",
    });
  });
});

describe("complete_video_upload", () => {
  test("ends in SUCCEEDED with the bytes that were sent", async () => {
    const id = await sendMediaSpace(emulator, whole);
    expect(await completeMediaSpace(emulator, id, 2)).toMatchObject({ status: 200, error: "" });
    const { response } = await waitForResult(emulator, "media_space", id);
    expect(response).toMatchObject({ status: "SUCCEEDED", message: "" });
    expect(snapshot(id)).toMatchObject({ history: ["INITIATED", "TRANSCODING", "SUCCEEDED"], uploadCost: 17 });
    const [{ video_url, video_url_region }] = response.video_info.video_url_list;
    expect(video_url_region).toBe("SG");
    expect(md5(await (await emulator.fetch(video_url)).bytes())).toBe(md5(whole));
  });

  const right = { part_seq_list: [0, 1], report_data: { upload_cost: 1 } };
  test.each<[string, object, string]>([
    ["a sequence missing", { ...right, part_seq_list: [0] }, "error_invalid_part_seq"],
    ["a sequence too many", { ...right, part_seq_list: [0, 1, 2] }, "error_invalid_part_seq"],
    ["a sequence twice", { ...right, part_seq_list: [0, 0] }, "error_invalid_part_seq"],
    ["a sequence that is not there", { ...right, part_seq_list: [0, 5] }, "error_invalid_part_seq"],
    ["sequences as text", { ...right, part_seq_list: ["0", "1"] }, "error_param"],
    ["no sequences", { report_data: { upload_cost: 1 } }, "error_param"],
    ["no report_data", { part_seq_list: [0, 1] }, "error_param"],
    ["a broken upload_cost", { ...right, report_data: { upload_cost: 1.5 } }, "error_param"],
    ["a negative upload_cost", { ...right, report_data: { upload_cost: -1 } }, "error_param"],
    ["an unknown session", { ...right, video_upload_id: "sg_x" }, "error_invalid_upload_id"],
  ])("is refused with %s, and can be mended", async (_, json, error) => {
    const id = await sendMediaSpace(emulator, whole);
    expect(await call(emulator, COMPLETE, { json: { video_upload_id: id, ...json } })).toMatchObject({ error });
    expect(await status(id)).toBe("INITIATED");
    expect(await completeMediaSpace(emulator, id, 2)).toMatchObject({ error: "" });
  });

  test("is refused with a part missing", async () => {
    const id = await open();
    await call(emulator, UPLOAD_PART, { form: spacePart(id, 1, parts[1]!) });
    expect(await completeMediaSpace(emulator, id, 2)).toMatchObject({ error: "error_invalid_part_seq" });
  });

  test("is refused when the whole has another MD5", async () => {
    const id = await open(whole);
    const other = noise(PART, 2);
    await call(emulator, UPLOAD_PART, { form: spacePart(id, 0, other) });
    await call(emulator, UPLOAD_PART, { form: spacePart(id, 1, parts[1]!) });
    expect(await completeMediaSpace(emulator, id, 2)).toMatchObject({ error: "error_data" });
  });

  test("is refused the second time, and so are parts and a cancel", async () => {
    const id = await sendMediaSpace(emulator, whole);
    await completeMediaSpace(emulator, id, 2);
    const error = "error_already_completed";
    expect(await completeMediaSpace(emulator, id, 2)).toMatchObject({ error });
    expect(await call(emulator, UPLOAD_PART, { form: spacePart(id, 0, parts[0]!) })).toMatchObject({ error });
    expect(await call(emulator, CANCEL, { json: { video_upload_id: id } })).toMatchObject({ error });
  });

  test("begins once only when it comes twice at a time", async () => {
    const id = await sendMediaSpace(emulator, whole);
    const answers = await Promise.all([completeMediaSpace(emulator, id, 2), completeMediaSpace(emulator, id, 2)]);
    expect(answers.map(({ error }) => error).sort()).toEqual(["", "error_already_completed"]);
  });
});

describe("cancel_video_upload", () => {
  test("ends the session, also when it comes again", async () => {
    const id = await open();
    for (let time = 0; time < 2; time++) {
      expect(await call(emulator, CANCEL, { json: { video_upload_id: id } })).toMatchObject({ error: "" });
    }
    expect(await status(id)).toBe("CANCELLED");
    const error = "error_invalid_upload_id";
    expect(await call(emulator, UPLOAD_PART, { form: spacePart(id, 0, parts[0]!) })).toMatchObject({ error });
    expect(await completeMediaSpace(emulator, id, 2)).toMatchObject({ error });
    expect(snapshot(id)?.history).toEqual(["INITIATED", "CANCELLED"]);
    await expect(emulator.content(id)).rejects.toThrow(RangeError);
  });

  test("is refused with an unknown session", async () => {
    expect(await call(emulator, CANCEL, { json: { video_upload_id: "sg_x" } })).toMatchObject({
      error: "error_invalid_upload_id",
    });
  });
});

describe("get_video_upload_result", () => {
  test.each<[string, Record<string, string>, string]>([
    ["an unknown session", { video_upload_id: "sg_x" }, "error_invalid_upload_id"],
    ["no session", {}, "error_param"],
  ])("is refused with %s", async (_, query, error) => {
    expect(await call(emulator, RESULT, { method: "GET", query })).toMatchObject({ error });
  });

  test("is refused with POST", async () => {
    expect(await call(emulator, RESULT, { json: {} })).toMatchObject({ status: 405, error: "error_param" });
  });
});
