import { expect, onTestFinished, test } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import {
  type Cassette,
  type CassetteEntry,
  createEmulator,
  type CreateEmulatorOptions,
  type EmulatorApp,
} from "../../src/emulator/mod.ts";
import { pngOf } from "./png_of.ts";
import { call, noise } from "./raw_client.ts";
import { completeMediaSpace, sendMediaSpace, spacePart, waitForResult } from "./upload_raw.ts";

const INIT = "media_space/init_video_upload";
const PART = "media_space/upload_video_part";
const RESULT = "media_space/get_video_upload_result";
const MD5 = "a".repeat(32);
const png = pngOf(200, 200);

function entry(given: Partial<CassetteEntry>): CassetteEntry {
  return { call: INIT, signer: "shop", refusal: null, details: {}, state: null, status: 200, form: "JSON", ...given };
}

async function play(entries: CassetteEntry[], options: CreateEmulatorOptions = {}): Promise<EmulatorApp> {
  const cassette: Cassette = { version: 1, recordedAt: "2026-11-20T00:00:00.000Z", entries };
  const emulator = await createEmulator({ transcodeMs: 0, cassette, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}

test("a recorded answer is played to a request that is wrong in the same way, and to no other", async () => {
  const emulator = await play([
    entry({ refusal: "wrongSign", status: 200, body: { error: "auth.sign", message: "No.", request_id: "{id}" } }),
  ]);
  const json = { file_md5: MD5, file_size: 10 };

  const wrong = await call(emulator, INIT, { json, tamper: { sign: "x" } });
  const old = await call(emulator, INIT, { json, timestamp: 1 });
  const elsewhere = await call(emulator, "media_space/cancel_video_upload", { json, tamper: { sign: "x" } });
  const well = await call(emulator, INIT, { json });

  expect(wrong).toMatchObject({
    status: 200,
    error: "auth.sign",
    message: "No.",
    request_id: emulator.requests[0]!.requestId,
  });
  expect(emulator.requests[0]).toMatchObject({ error: "auth.sign", status: 200, refusal: { reason: "wrongSign" } });
  expect([old.error, elsewhere.error, well.error]).toEqual(["error_param", "error_sign", ""]);
});

test("of several answers that of the most similar request is played", async () => {
  const said = (error: string, details: CassetteEntry["details"]) =>
    entry({ refusal: "wrongField", details, body: { error } });
  const emulator = await play([
    said("md5", { name: "file_md5", want: "must be an MD5 in hex" }),
    said("size", { name: "file_size", want: "must be a whole number" }),
  ]);

  const answers = [{ file_md5: "x", file_size: 1 }, { file_md5: MD5 }, { file_md5: MD5, file_size: 0 }];
  const codes = await Promise.all(answers.map(async (json) => (await call(emulator, INIT, { json })).error));

  expect(codes).toEqual(["md5", "size", "size"]);
});

test("who has signed a request counts, too, where both were recorded", async () => {
  const emulator = await play([
    entry({ call: PART, signer: "app", status: 403, body: { error: "error_param", message: "No access_token" } }),
    entry({ call: PART, signer: "shop", body: { error: "", message: "welcome" } }),
  ]);
  const { response } = await call(emulator, INIT, { json: { file_md5: MD5, file_size: 10 } });
  const form = spacePart(response.video_upload_id, 0, noise(10));

  expect((await call(emulator, PART, { form })).message).toBe("No access_token");
  expect((await call(emulator, PART, { form, asShop: true })).message).toBe("welcome");
});

test("ids, links, times and MD5s are put in: the emulator's own where it has them, else made up", async () => {
  const emulator = await play([
    entry({
      body: {
        error: "",
        request_id: "{id}",
        response: { video_upload_id: "{id}", trace_id: "{id}", region: "{text}", at: "{time}", at_ms: "{time_ms}" },
      },
    }),
    entry({
      call: PART,
      refusal: "wrongPartMd5",
      body: {
        error: "e",
        message: "{md5} is wrong, for all of {nothing}",
        link: "{url}",
        from: "{ip}",
        left: "{number}",
      },
    }),
  ], { clockOffset: 200 });

  const before = Math.floor(Date.now() / 1000) + 200;
  const { request_id, response } = await call(emulator, INIT, { json: { file_md5: MD5, file_size: 10 } });
  const [session] = emulator.sessions();
  const part = await call(emulator, PART, { form: { ...spacePart(session!.id, 0, noise(10)), content_md5: MD5 } });

  expect(request_id).toBe(emulator.requests[0]!.requestId);
  expect(response.video_upload_id).toBe(session!.id);
  expect(response.trace_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(response.region).toBe("recorded");
  expect(response.at).toBeGreaterThanOrEqual(before);
  expect(response.at).toBeLessThanOrEqual(Math.floor(Date.now() / 1000) + 200);
  expect(response.at_ms).toBe(response.at * 1000);
  expect(part).toMatchObject({
    error: "e",
    message: `${MD5} is wrong, for all of {nothing}`,
    link: "http://localhost/files/recorded",
    from: "127.0.0.1",
    left: 0,
  });
});

test("a state that was not recorded is told as the emulator has it", async () => {
  const emulator = await play([
    entry({
      call: RESULT,
      state: "INITIATED",
      body: { error: "", message: "fine", response: { status: "OPEN", message: "" } },
    }),
  ]);

  const id = await sendMediaSpace(emulator, noise(10));
  const open = await call(emulator, RESULT, { method: "GET", query: { video_upload_id: id } });
  await completeMediaSpace(emulator, id, 1);
  const ended = await waitForResult(emulator, "media_space", id);

  expect(open).toMatchObject({ message: "fine", response: { status: "OPEN" } });
  expect(ended).toMatchObject({
    message: "fine",
    response: { status: "FAILED", message: expect.stringMatching(/\w/) },
  });
});

test("lists have as many entries as the request asks for", async () => {
  const image_info = { image_id: "{id}", image_url_list: [{ image_url_region: "{text}", image_url: "{url}", new: 1 }] };
  const emulator = await play([
    entry({
      call: "media_space/upload_image",
      signer: "app",
      body: { error: "", response: { image_info, image_info_list: [{ id: 0, error: "", image_info }] } },
    }),
  ]);

  const answer = await call(emulator, "media_space/upload_image", { form: { image: [png, png, png] } });

  const entries: {
    id: number;
    image_info: { image_id: string; image_url_list: { image_url: string; new: number }[] };
  }[] = answer.response.image_info_list;
  expect(entries.map(({ id }) => id)).toEqual([0, 1, 2]);
  for (const { image_info: { image_id, image_url_list: [url] } } of entries) {
    expect(url).toEqual({ image_url_region: "SG", image_url: `http://localhost/files/images/${image_id}`, new: 1 });
  }
  const file = await emulator.fetch(entries[2]!.image_info.image_url_list[0]!.image_url);
  expect(file.status).toBe(200);
});

test.each([["HTML", "text/html"], ["text", "text/plain"], ["nothing", "text/plain"]] as const)(
  "an answer that was %s is one again",
  async (form, type) => {
    const emulator = await play([entry({ call: "", refusal: "unknownPath", status: 403, form })]);

    const answer = await emulator.fetch(`${emulator.url}/api/v2/media_space/nothing`, { method: "POST" });

    expect([answer.status, answer.headers.get("Content-Type")]).toEqual([403, type]);
    const body = await answer.text();
    expect(/^</.test(body) ? "HTML" : body === "" ? "nothing" : "text").toBe(form);
  },
);

test("faults come on top of it", async () => {
  const emulator = await play([entry({ body: { error: "", message: "", response: { video_upload_id: "{id}" } } })], {
    faults: ["init_video_upload:dashes"],
  });

  const answer = await call(emulator, INIT, { json: { file_md5: MD5, file_size: 10 } });

  expect(answer).toMatchObject({ error: "-", message: "-" });
});

test("what is no cassette is refused", async () => {
  const create = (cassette: unknown) => createEmulator({ cassette: cassette as Cassette });

  await expect(create({ version: 2, entries: [] })).rejects.toThrow(
    new InvalidInputError("The cassette must be of version 1"),
  );
  await expect(create([])).rejects.toThrow("The cassette of createEmulator must be an object, not []");
  for (
    const wrong of [null, {}, { ...entry({}), status: 99 }, { ...entry({}), form: "XML" }, { ...entry({}), call: 1 }]
  ) {
    await expect(create({ version: 1, entries: [entry({}), wrong] })).rejects.toThrow(
      new InvalidInputError("Entry 1 of the cassette is none"),
    );
  }
});

test("it is played over the samples only", async () => {
  await expect(play([], { dialect: "reference" })).rejects.toThrow(
    new InvalidInputError("A cassette is played over the dialect samples, not over reference"),
  );
});
