import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import {
  createEmulator,
  type CreateEmulatorOptions,
  type EmulatorApp,
  startEmulator,
  type Verdict,
} from "../../src/emulator/mod.ts";
import { InvalidInputError } from "../../src/errors.ts";
import { readAsset } from "../support/files.ts";
import { md5, noise, type Target } from "./raw_client.ts";
import { DIALECTS } from "./refused.ts";
import { takeClock } from "./take_clock.ts";
import { completeMedia, completeMediaSpace, sendMedia, sendMediaSpace, waitForResult } from "./upload_raw.ts";

const video = await readAsset("video/ok.mp4");

let emulator: EmulatorApp;
afterEach(() => emulator.close());

async function start(options: CreateEmulatorOptions = {}): Promise<void> {
  emulator = await createEmulator({ transcodeMs: 0, ...options });
}

async function complete(bytes = video, target: Target = emulator): Promise<string> {
  const id = await sendMediaSpace(target, bytes);
  await completeMediaSpace(target, id, 1);
  return id;
}

/** How a product video ends: its status, and what is said of it. */
async function end(bytes = video, target: Target = emulator): Promise<string> {
  const { response } = await waitForResult(target, "media_space", await complete(bytes, target));
  return `${response.status} ${response.message}`;
}

/** The same for a Shopee Video. */
async function endMedia(fileName?: string): Promise<string> {
  const id = await sendMedia(emulator, video, fileName);
  await completeMedia(emulator, id);
  const { response } = await waitForResult(emulator, "media", id);
  return `${response.status} ${response.reason}`;
}

describe.each(DIALECTS)("in the dialect %s", (dialect) => {
  const good = dialect === "samples" ? "SUCCEEDED success" : "SUCCEEDED ";

  test("the next video can be failed, in either module, and only that one", async () => {
    await start({ dialect });
    emulator.verdicts.next({ status: "FAILED", message: "Video is too short" });
    expect([await end(), await end()]).toEqual(["FAILED Video is too short", good]);
    emulator.verdicts.next({ status: "FAILED", message: "Video is too short" });
    expect([await endMedia(), await endMedia()]).toEqual(["FAILED Video is too short", "SUCCEEDED "]);
  });

  test("a video can be cancelled by the platform, and a bad one can be taken", async () => {
    await start({ dialect });
    emulator.verdicts.add({ status: "CANCELLED" });
    expect([await end(), await endMedia()]).toEqual(["CANCELLED ", "CANCELLED "]);
    emulator.verdicts.clear();
    emulator.verdicts.add({ status: "SUCCEEDED" });
    expect(await end(noise(10))).toBe(good);
  });
});

test("the status can be one that nobody knows", async () => {
  await start();
  emulator.verdicts.add({ status: "IN_REVIEW", message: "A person looks at it" });
  const id = await complete();
  await expect.poll(() => emulator.sessions()[0]).toMatchObject({
    id,
    status: "IN_REVIEW",
    message: "A person looks at it",
    history: ["INITIATED", "TRANSCODING", "IN_REVIEW"],
  });
});

test("the time that a video takes can be its own, and the verdict still the emulator's", async () => {
  const clock = takeClock();
  await start({ transcodeMs: 1000 });
  emulator.verdicts.next({ transcodeMs: 5000 });
  emulator.verdicts.next({ transcodeMs: 5000 });
  const ids = [await complete(), await complete(await readAsset("video/short_3s.mp4")), await complete()];
  const statuses = () => ids.map((id) => emulator.sessions().find((session) => session.id === id)?.status);
  // Each has been looked at, and waits.
  await expect.poll(() => clock.timers()).toBe(3);
  await clock.advance(1000);
  await expect.poll(statuses).toEqual(["TRANSCODING", "TRANSCODING", "SUCCEEDED"]);
  await clock.advance(4000);
  await expect.poll(statuses).toEqual(["SUCCEEDED", "FAILED", "SUCCEEDED"]);
});

test("a time without an end keeps a video from ever ending", async () => {
  const clock = takeClock();
  await start();
  emulator.verdicts.add({ transcodeMs: Infinity });
  await completeMedia(emulator, await sendMedia(emulator, video));
  await expect.poll(() => emulator.sessions()[0]?.status).toBe("PROCESSING");
  await clock.advance(1e12);
  expect(emulator.sessions()[0]?.status).toBe("PROCESSING");
});

test.each<[string, Verdict["when"], boolean]>([
  ["its module", { module: "media" }, true],
  ["another module", { module: "media_space" }, false],
  ["its file name", { fileName: "shoes.mp4" }, true],
  ["another file name", { fileName: "hat.mp4" }, false],
  ["its size", { size: video.length }, true],
  ["another size", { size: video.length + 1 }, false],
  ["another id", { videoUploadId: "sg_1" }, false],
  ["a MD5, which media is not told", { md5: md5(video) }, false],
  ["all that there is", { module: "media", fileName: "shoes.mp4", size: video.length }, true],
  ["one thing out of two", { fileName: "shoes.mp4", size: 1 }, false],
  ["nothing", {}, true],
])("a verdict on uploads by %s", async (_, when, fits) => {
  await start();
  emulator.verdicts.add({ when, status: "FAILED", message: "no" });
  expect(await endMedia("shoes.mp4")).toBe(fits ? "FAILED no" : "SUCCEEDED ");
});

test("a verdict on uploads by the id, and by the MD5 in any case", async () => {
  await start();
  const id = await sendMedia(emulator, video);
  emulator.verdicts.add({ when: { videoUploadId: id }, status: "FAILED", message: "no" });
  await completeMedia(emulator, id);
  expect((await waitForResult(emulator, "media", id)).response.reason).toBe("no");

  emulator.verdicts.add({ when: { md5: md5(video).toUpperCase() }, status: "FAILED", message: "not that one" });
  expect([await end(), await end(noise(10))]).toEqual(["FAILED not that one", "FAILED Video format is not supported"]);
});

test("verdicts on the next videos wait in line for one that they fit, and go before those on all", async () => {
  await start();
  emulator.verdicts.add({ status: "FAILED", message: "always" });
  emulator.verdicts.add({ status: "FAILED", message: "never" });
  emulator.verdicts.next({ when: { fileName: "hat.mp4" }, status: "FAILED", message: "first hat" });
  emulator.verdicts.next({ status: "FAILED", message: "first" });
  emulator.verdicts.next({ status: "FAILED", message: "second" });
  const ends = [];
  for (const name of ["shoes.mp4", "hat.mp4", "hat.mp4", "hat.mp4"]) ends.push(await endMedia(name));
  expect(ends).toEqual(["FAILED first", "FAILED first hat", "FAILED second", "FAILED always"]);
});

test("verdicts can be listed, and removed", async () => {
  await start();
  const ids = [emulator.verdicts.add({ status: "FAILED" }), emulator.verdicts.next({ status: "CANCELLED" })];
  await end();
  expect(emulator.verdicts.list()).toEqual([{ id: ids[0], once: false, fired: 0, status: "FAILED", message: "" }]);
  await end();
  expect(emulator.verdicts.list()).toMatchObject([{ fired: 1 }]);
  expect([emulator.verdicts.clear(ids[1]), emulator.verdicts.clear(ids[0]), emulator.verdicts.clear()]).toEqual([
    0,
    1,
    0,
  ]);
  expect(await end()).toBe("SUCCEEDED success");
});

test.each<[unknown, string]>([
  [null, "The options of a verdict must be an object with when, status, message, transcodeMs, not null"],
  ["FAILED", 'transcodeMs, not "FAILED"'],
  [{}, "A verdict must have a status or a transcodeMs"],
  [{ message: "no" }, "A verdict with a message needs a status"],
  [{ transcodeMs: 5, message: "no" }, "A verdict with a message needs a status"],
  [{ status: "" }, 'The status of a verdict must be a status that a completed upload can have, not ""'],
  [{ status: "UPLOADING" }, "The status of a verdict must be a status that a completed upload can have"],
  [{ status: "FAILED", message: 7 }, "The message of a verdict must be a text, not 7"],
  [{ status: "FAILED", reason: "no" }, "a verdict has no option reason: it has when, status, message, transcodeMs"],
  [{ transcodeMS: 5 }, "a verdict has no option transcodeMS (did you mean transcodeMs?)"],
  [{ transcodeMs: -1 }, "The transcodeMs of a verdict must be 0 or more milliseconds, not -1"],
  [{ status: "FAILED", when: "now" }, 'The when of a verdict must be an object, not "now"'],
  [{ status: "FAILED", when: { filename: "a" } }, "when has no option filename (did you mean fileName?)"],
  [{ status: "FAILED", when: { md5: "x" } }, 'The md5 of when must be an MD5 in hex, not "x"'],
])("%j is no verdict", async (verdict, message) => {
  await start();
  for (const add of [emulator.verdicts.add, emulator.verdicts.next]) {
    expect(() => add(verdict as Verdict)).toThrow(InvalidInputError);
    expect(() => add(verdict as Verdict)).toThrow(message);
  }
  expect(emulator.verdicts.list()).toEqual([]);
});

test("a push tells of a verdict where Shopee's would", async () => {
  const pushed: unknown[] = [];
  const fetch = async (request: Request) => {
    const { code, data: { status, message, reason } } = await request.json();
    pushed.push([code, status, message ?? reason]);
    return new Response();
  };
  await start({ push: { callbackUrl: "https://shop.example/", fetch } });
  emulator.verdicts.add({ when: { module: "media" }, status: "CANCELLED", message: "no" });
  emulator.verdicts.next({ when: { module: "media_space" }, status: "CANCELLED" });
  await end();
  emulator.verdicts.next({ status: "IN_REVIEW" });
  const id = await complete();
  await expect.poll(() => emulator.sessions().find((session) => session.id === id)?.status).toBe("IN_REVIEW");
  emulator.verdicts.next({ status: "FAILED", message: "Video is too short" });
  await end();
  await endMedia();
  await expect.poll(() => pushed).toEqual([[11, "FAILED", "Video is too short"], [38, "CANCELLED", "no"]]);
});

describe("over HTTP", () => {
  const control = async (method: string, path = "", body?: unknown) => {
    const url = `${emulator.url}/emulator/verdicts${path}`;
    const response = await emulator.fetch(url, { method, body: JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  };

  test("verdicts are added, listed and removed", async () => {
    await start();
    const all = { status: "FAILED", message: "Video is too short" };
    expect(await control("POST", "", all)).toEqual({ status: 201, body: { ids: ["1"] } });
    const next = [{ status: "CANCELLED" }, { when: { module: "media" }, status: "CANCELLED" }];
    expect(await control("POST", "/next", next)).toEqual({ status: 201, body: { ids: ["2", "3"] } });
    expect([await end(), await end()]).toEqual(["CANCELLED ", "FAILED Video is too short"]);
    expect(await control("GET")).toEqual({
      status: 200,
      body: [
        { id: "1", once: false, fired: 1, ...all },
        { id: "3", once: true, fired: 0, message: "", ...next[1] },
      ],
    });
    expect(await control("DELETE", "/3")).toEqual({ status: 200, body: { removed: 1 } });
    expect(await control("DELETE", "/3")).toEqual({ status: 404, body: { removed: 0 } });
    expect(await control("DELETE")).toEqual({ status: 200, body: { removed: 1 } });
    expect(await end()).toBe("SUCCEEDED success");
  });

  test.each<[unknown]>([["FAILED"], [{}], [7], [null], [undefined], [[{ status: "FAILED" }, { status: 7 }]]])(
    "%j is refused, and nothing is added",
    async (body) => {
      await start();
      for (const path of ["", "/next"]) {
        expect(await control("POST", path, body)).toEqual({ status: 400, body: { error: expect.any(String) } });
      }
      expect((await control("GET")).body).toEqual([]);
    },
  );
});

describe("the example in docs/emulator.md", async () => {
  const docs = await readFile(new URL("../../docs/emulator.md", import.meta.url), "utf8");
  const example = /```python\n([^]*?)```/.exec(docs)?.[1] ?? "";
  const python = ["python3", "python"].find((name) => spawnSync(name, ["--version"]).status === 0);

  test("does what the text around it says", async () => {
    const verdict = JSON.parse(/^verdict = (\{.*\})$/m.exec(example)?.[1] ?? "");
    const path = /SHOPEE_BASE_URL"\] \+ "([^"]+)"/.exec(example)?.[1] ?? "";
    await start();
    const response = await emulator.fetch(emulator.url + path, { method: "POST", body: JSON.stringify(verdict) });
    expect(response.status).toBe(201);
    expect([await end(), await end()]).toEqual(["FAILED Video is too short", "SUCCEEDED success"]);
  });

  test.runIf(python !== undefined)("runs", async () => {
    await start();
    const server = await startEmulator({ transcodeMs: 0 });
    onTestFinished(() => server.close());
    // Not `spawnSync`: it would keep the emulator from answering.
    const child = spawn(python!, ["-c", example], { env: { ...process.env, SHOPEE_BASE_URL: server.url } });
    expect(await once(child, "close")).toEqual([0, null]);
    const target = { url: server.url, credentials: server.credentials };
    expect([await end(video, target), await end(video, target)]).toEqual([
      "FAILED Video is too short",
      "SUCCEEDED success",
    ]);
  });
});
