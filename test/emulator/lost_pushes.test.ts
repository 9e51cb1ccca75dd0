import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEmulator, type EmulatorApp, type Fault } from "../../src/emulator/mod.ts";
import { type Answer, call, type CallOptions, noise } from "./raw_client.ts";
import { DIALECTS, refused } from "./refused.ts";
import { completeMediaSpace, sendMediaSpace } from "./upload_raw.ts";

const DAY = 86_400;
/** Seconds after which a push that nobody takes is lost, and a minute. */
const RETRIES = 300 + 1800 + 10_800 + 60;
const GET = "push/get_lost_push_message";
const CONFIRM = "push/confirm_consumed_lost_push_message";

let emulator: EmulatorApp;
/** What the receiver answers. */
let status: number;
let received: string[];

/** Starts an emulator whose pushes are all lost at once, unless it is told otherwise. */
async function start(faults: (Fault | string)[] = ["push:drop"], dialect = DIALECTS[0]): Promise<void> {
  emulator = await createEmulator({
    dialect,
    faults,
    push: {
      callbackUrl: "https://shop.example/pushes",
      async fetch(request) {
        received.push(await request.text());
        return new Response(null, { status });
      },
    },
  });
}
beforeEach(() => {
  status = 500;
  received = [];
});
afterEach(() => emulator.close());

/** Makes a push: a cancelled upload is told of in `media`. */
async function makePush(): Promise<string> {
  const json = { business: 3, scene: 1, file_name: "a.mp4", file_size: 1, duration: 12 };
  const { response } = await call(emulator, "media/init_video_upload", { json });
  await call(emulator, "media/cancel_video_upload", { json: { video_upload_id: response.video_upload_id } });
  return response.video_upload_id;
}

async function makePushes(count: number): Promise<string[]> {
  const ids = [];
  while (ids.length < count) ids.push(await makePush());
  return ids;
}

const get = (options: CallOptions = { json: {} }) => call(emulator, GET, options);
const confirm = (last_message_id: unknown) => call(emulator, CONFIRM, { json: { last_message_id } });

function idsIn({ response }: Answer): string[] {
  return response.push_message_list.map(({ data }: { data: string }) => JSON.parse(data).data.video_upload_id);
}

describe("what was lost can be asked for", () => {
  test("a push that nobody took, after its last retry and not before: the very body", async () => {
    await start([]);
    const id = await makePush();
    await expect.poll(() => emulator.pushes.list()[0]?.attempts.length).toBe(1);
    await emulator.pushes.advance(RETRIES - 120);
    expect((await get()).response).toEqual({ push_message_list: [], has_next_page: false, last_message_id: 0 });
    await emulator.pushes.advance(120);
    expect(emulator.pushes.list()).toMatchObject([{ state: "lost", videoUploadId: id }]);
    const { timestamp } = JSON.parse(received[0]!);
    expect(await get()).toMatchObject({
      error: "",
      response: {
        push_message_list: [{ shop_id: 0, code: 38, timestamp, data: received[0]! }],
        has_next_page: false,
        last_message_id: expect.any(Number),
      },
    });
  });

  test("one of media_space, with its shop", async () => {
    await start();
    const { shopId } = emulator.credentials;
    emulator.verdicts.add({ status: "FAILED", message: "Video is too short", transcodeMs: 0 });
    const id = await sendMediaSpace(emulator, noise(10));
    await completeMediaSpace(emulator, id, 1);
    await expect.poll(async () => (await get()).response.push_message_list).toMatchObject([
      { shop_id: shopId, code: 11, data: expect.stringContaining(id) },
    ]);
  });

  test("not one that was taken", async () => {
    status = 200;
    await start([]);
    await makePush();
    await expect.poll(() => emulator.pushes.list()).toMatchObject([{ state: "delivered" }]);
    expect(idsIn(await get())).toEqual([]);
  });

  test("the earliest 100, and again the same until they are confirmed: then the rest", async () => {
    await start();
    const ids = await makePushes(102);
    const first = await get();
    expect(idsIn(first)).toEqual(ids.slice(0, 100));
    expect(first.response.has_next_page).toBe(true);
    expect((await get()).response).toEqual(first.response);

    expect(await confirm(first.response.last_message_id)).toMatchObject({ status: 200, error: "" });
    const second = await get();
    expect(idsIn(second)).toEqual(ids.slice(100));
    expect(second.response.has_next_page).toBe(false);
    expect(second.response.last_message_id).toBeGreaterThan(first.response.last_message_id);

    await confirm(second.response.last_message_id);
    expect((await get()).response).toMatchObject({ push_message_list: [], has_next_page: false });
  });

  test("confirmed up to the id, once or twice, and what was lost since then stays", async () => {
    await start();
    await makePushes(2);
    const { last_message_id } = (await get()).response;
    const later = await makePush();
    for (let time = 0; time < 2; time++) {
      expect((await confirm(last_message_id)).error).toBe("");
      expect(idsIn(await get())).toEqual([later]);
    }
  });

  test("for three days, by the clock of pushes", async () => {
    await start();
    const first = await makePush();
    await emulator.pushes.advance(2 * DAY);
    const second = await makePush();
    await emulator.pushes.advance(DAY - 60);
    expect(idsIn(await get())).toEqual([first, second]);
    await emulator.pushes.advance(60);
    expect(idsIn(await get())).toEqual([second]);
    await emulator.pushes.advance(3 * DAY);
    expect(idsIn(await get())).toEqual([]);
  });

  test("twice, where it was sent twice and lost twice", async () => {
    await start(["push:duplicate"]);
    const id = await makePush();
    await expect.poll(() => emulator.pushes.list().map(({ attempts }) => attempts.length)).toEqual([1, 1]);
    await emulator.pushes.advance(RETRIES);
    expect(idsIn(await get())).toEqual([id, id]);
  });

  test("and nothing, where no pushes were asked for", async () => {
    emulator = await createEmulator();
    await makePush();
    expect((await get()).response).toEqual({ push_message_list: [], has_next_page: false, last_message_id: 0 });
  });
});

describe.each(DIALECTS)("in the dialect %s", (dialect) => {
  beforeEach(() => start(["push:drop"], dialect));

  test.each([GET, CONFIRM])("%s is Public: signed by the app, or as a Shop call", async (name) => {
    const json = { last_message_id: 0 };
    expect(await call(emulator, name, { json })).toMatchObject({ status: 200, error: "" });
    expect(await call(emulator, name, { json, asShop: true })).toMatchObject({ status: 200, error: "" });
    expect(await call(emulator, name, { json, tamper: { sign: "0".repeat(64) } })).toMatchObject(
      dialect === "samples"
        ? { status: 403, error: "common.error_auth", message: "Invalid sign" }
        : { status: 403, error: "error_sign", message: "Wrong sign." },
    );
    expect(await refused(emulator, call(emulator, name, { json, timestamp: 1 }))).toBe("oldTimestamp");
    expect(await refused(emulator, call(emulator, name, { method: "GET" }))).toBe("wrongMethod");
  });

  test.each([[undefined], [null], ["1"], [1.5], [-1], [2 ** 53]])("%j confirms nothing", async (id) => {
    const lost = await makePush();
    expect(await refused(emulator, confirm(id))).toBe("wrongField");
    expect(idsIn(await get())).toEqual([lost]);
  });
});

test("faults go wrong with these calls as with any other", async () => {
  await start(["push:drop", `${CONFIRM}#1:error=error_server,after`, "get_lost_push_message#1:empty"]);
  await makePush();
  await expect(get()).rejects.toThrow(SyntaxError);
  const { last_message_id } = (await get()).response;
  expect((await confirm(last_message_id)).error).toBe("error_server");
  expect(idsIn(await get())).toEqual([]);
});
