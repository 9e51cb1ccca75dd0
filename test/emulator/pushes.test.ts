import { createHmac } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import {
  createEmulator,
  type CreateEmulatorOptions,
  type EmulatorApp,
  type PushOptions,
} from "../../src/emulator/mod.ts";
import { InvalidInputError } from "../../src/errors.ts";
import { readAsset } from "../support/files.ts";
import { call } from "./raw_client.ts";
import { takeClock } from "./take_clock.ts";
import { completeMedia, completeMediaSpace, sendMedia, sendMediaSpace, waitForResult } from "./upload_raw.ts";

const CALLBACK_URL = "https://Shop.example:443/pushes?tenant=7";

interface Received {
  method: string;
  url: string;
  contentType: string | null;
  authorization: string | null;
  body: string;
}

let emulator: EmulatorApp;
afterEach(async () => {
  await emulator.close();
});

interface StartOptions extends Omit<CreateEmulatorOptions, "push"> {
  push?: Partial<PushOptions>;
}

/** Starts an emulator whose pushes are answered with `statuses`, one after the other, and the last of them for ever. */
async function start(statuses: number[] = [200], { push, ...options }: StartOptions = {}): Promise<Received[]> {
  const received: Received[] = [];
  async function fetch(request: Request): Promise<Response> {
    const { method, url, headers } = request;
    const [contentType, authorization] = [headers.get("content-type"), headers.get("authorization")];
    received.push({ method, url, contentType, authorization, body: await request.text() });
    const status = statuses[Math.min(received.length, statuses.length) - 1]!;
    if (status === 0) throw new TypeError("fetch failed");
    return new Response(null, { status });
  }
  emulator = await createEmulator({ transcodeMs: 0, push: { callbackUrl: CALLBACK_URL, fetch, ...push }, ...options });
  return received;
}

async function uploadMediaSpace(name = "ok.mp4"): Promise<string> {
  const id = await sendMediaSpace(emulator, await readAsset(`video/${name}`));
  await completeMediaSpace(emulator, id, 1);
  return id;
}

async function uploadMedia(name = "ok.mp4"): Promise<string> {
  const id = await sendMedia(emulator, await readAsset(`video/${name}`));
  await completeMedia(emulator, id);
  return id;
}

function states(): string[] {
  return emulator.pushes.list().map(({ state }) => state);
}

function attempts(): unknown {
  return emulator.pushes.list().map((push) => push.attempts);
}

describe("a push tells how a video has ended", () => {
  test("in media_space, good", async () => {
    const received = await start();
    const id = await uploadMediaSpace();
    await expect.poll(states).toEqual(["delivered"]);
    const { response } = await waitForResult(emulator, "media_space", id);
    const { data, ...rest } = JSON.parse(received[0]!.body);
    expect(rest).toEqual({ shop_id: emulator.credentials.shopId, code: 11, timestamp: expect.any(Number) });
    expect(data).toEqual({
      video_upload_id: id,
      status: "SUCCEEDED",
      message: "",
      video_info: {
        video_id: expect.stringMatching(/^sg_/),
        video_url: response.video_info.video_url_list,
        thumbnail_url: response.video_info.thumbnail_url_list,
        duration: 12,
      },
    });
    expect(Math.abs(rest.timestamp - Date.now() / 1000)).toBeLessThan(60);
    expect((await emulator.fetch(data.video_info.video_url[0].video_url)).status).toBe(200);
  });

  test("in media_space, bad", async () => {
    const received = await start();
    const id = await uploadMediaSpace("short_3s.mp4");
    await expect.poll(states).toEqual(["delivered"]);
    expect(JSON.parse(received[0]!.body)).toEqual({
      data: { video_upload_id: id, status: "FAILED", message: "Video is too short" },
      shop_id: emulator.credentials.shopId,
      code: 11,
      timestamp: expect.any(Number),
    });
  });

  test("in media, good", async () => {
    const received = await start();
    const id = await uploadMedia();
    await expect.poll(states).toEqual(["delivered"]);
    const { response } = await waitForResult(emulator, "media", id);
    expect(JSON.parse(received[0]!.body)).toEqual({
      data: {
        video_upload_id: id,
        status: "SUCCEEDED",
        reason: "",
        update_time: response.update_time,
        video_info: response.video_info,
      },
      code: 38,
      timestamp: expect.any(Number),
    });
  });

  test("in media, bad", async () => {
    const received = await start();
    const id = await uploadMedia("long_181s.mp4");
    await expect.poll(states).toEqual(["delivered"]);
    const data = {
      video_upload_id: id,
      status: "FAILED",
      reason: "Video is too long",
      update_time: expect.any(Number),
    };
    expect(JSON.parse(received[0]!.body)).toEqual({ data, code: 38, timestamp: expect.any(Number) });
  });

  test("in media, cancelled, once; in media_space there is no such push", async () => {
    const received = await start();
    const id = await sendMedia(emulator, await readAsset("video/ok.mp4"));
    const other = await sendMediaSpace(emulator, await readAsset("video/ok.mp4"));
    for (const json of [{ video_upload_id: id }, { video_upload_id: id }]) {
      await call(emulator, "media/cancel_video_upload", { json });
    }
    await call(emulator, "media_space/cancel_video_upload", { json: { video_upload_id: other } });
    await expect.poll(states).toEqual(["delivered"]);
    await emulator.pushes.advance(20_000);
    expect(received.map(({ body }) => JSON.parse(body).data)).toEqual([{
      video_upload_id: id,
      status: "CANCELLED",
      reason: "Cancelled by the seller",
      update_time: expect.any(Number),
    }]);
  });

  test("only when it was asked for", async () => {
    emulator = await createEmulator({ transcodeMs: 0 });
    const id = await uploadMediaSpace();
    await waitForResult(emulator, "media_space", id);
    expect(emulator.pushes.list()).toEqual([]);
    await expect(emulator.pushes.sendTest()).rejects.toThrow(TypeError);
  });
});

describe("a push is signed", () => {
  test.each([undefined, "5a6b7c8d9e0f"])(
    "with the push key %j: the callback URL as it was given, and the body",
    async (key) => {
      const received = await start([200], { push: { pushPartnerKey: key } });
      await uploadMediaSpace();
      await expect.poll(states).toEqual(["delivered"]);
      const { pushPartnerKey, partnerKey } = emulator.credentials;
      expect(pushPartnerKey).toBe(key ?? pushPartnerKey);
      expect(pushPartnerKey).not.toBe(partnerKey);
      const [{ body, ...request }] = received as [Received];
      expect(request).toEqual({
        method: "POST",
        url: new URL(CALLBACK_URL).href,
        contentType: "application/json",
        authorization: createHmac("sha256", pushPartnerKey).update(`${CALLBACK_URL}|${body}`).digest("hex"),
      });
    },
  );

  test("and the log holds neither key nor signature nor URL", async () => {
    const received = await start();
    const id = await uploadMediaSpace();
    await expect.poll(states).toEqual(["delivered"]);
    const log = emulator.pushes.list();
    expect(log).toEqual([{
      code: 11,
      videoUploadId: id,
      status: "SUCCEEDED",
      state: "delivered",
      fault: undefined,
      attempts: [{ after: 0, status: 200 }],
    }]);
    for (const secret of [emulator.credentials.pushPartnerKey, received[0]!.authorization!, "example"]) {
      expect(JSON.stringify(log)).not.toContain(secret);
    }
  });
});

describe("a push that is not answered with 2xx comes again", () => {
  test("after 300, 1800 and 10 800 s, the same bytes, and then no more", async () => {
    const received = await start([500, 0, 302, 404]);
    await uploadMediaSpace();
    await expect.poll(() => emulator.pushes.list()[0]?.attempts.length).toBe(1);
    await emulator.pushes.advance(200);
    expect(received).toHaveLength(1);
    await emulator.pushes.advance(100);
    expect(received).toHaveLength(2);
    await emulator.pushes.advance(1700);
    expect(received).toHaveLength(2);
    await emulator.pushes.advance(100);
    expect(received).toHaveLength(3);
    await emulator.pushes.advance(10_700);
    expect(states()).toEqual(["waiting"]);
    await emulator.pushes.advance(100);
    await emulator.pushes.advance(1_000_000);
    expect(attempts()).toEqual([[
      { after: 0, status: 500 },
      { after: 300, status: 0 },
      { after: 2100, status: 302 },
      { after: 12_900, status: 404 },
    ]]);
    expect(states()).toEqual(["lost"]);
    expect(new Set(received.map((push) => JSON.stringify(push))).size).toBe(1);
  });

  test("until it is, whatever lies between", async () => {
    await start([503, 204]);
    await uploadMediaSpace();
    await expect.poll(() => emulator.pushes.list()[0]?.attempts.length).toBe(1);
    await emulator.pushes.advance(1_000_000);
    expect(attempts()).toEqual([[{ after: 0, status: 503 }, { after: 300, status: 204 }]]);
    expect(states()).toEqual(["delivered"]);
  });

  test("nor one that is not answered within 3 s", async () => {
    let calls = 0;
    const fetch = () => ++calls === 1 ? new Promise<Response>(() => {}) : Promise.resolve(new Response());
    await start([], { push: { fetch } });
    const id = await sendMediaSpace(emulator, await readAsset("video/ok.mp4"));
    const clock = takeClock();
    await completeMediaSpace(emulator, id, 1);
    while (calls === 0) await clock.advance(0);
    await clock.advance(2999);
    expect(attempts()).toEqual([[]]);
    await clock.advance(1);
    expect(attempts()).toEqual([[{ after: 0, status: 0 }]]);
    await clock.advance(300_000);
    await expect.poll(attempts).toEqual([[{ after: 0, status: 0 }, { after: 300, status: 200 }]]);
  });

  test("and close ends the waiting", async () => {
    const received = await start([500]);
    await uploadMediaSpace();
    await expect.poll(() => emulator.pushes.list()[0]?.attempts.length).toBe(1);
    await emulator.close();
    await emulator.pushes.advance(1_000_000);
    expect(received).toHaveLength(1);
  });

  test("but its clock can only go forward, and not to the end of time", async () => {
    await start();
    await expect(emulator.pushes.advance(-1)).rejects.toThrow(RangeError);
    await expect(emulator.pushes.advance(Number.NaN)).rejects.toThrow(RangeError);
    await expect(emulator.pushes.advance(Infinity)).rejects.toThrow(RangeError);
  });
});

describe("pushes go wrong on demand", () => {
  test("drop: it is never sent", async () => {
    const received = await start([200], { faults: ["push#1:drop"] });
    const lost = await uploadMediaSpace();
    await expect.poll(states).toEqual(["lost"]);
    const id = await uploadMedia();
    await expect.poll(states).toEqual(["lost", "delivered"]);
    await emulator.pushes.advance(1_000_000);
    expect(received.map(({ body }) => JSON.parse(body).data.video_upload_id)).toEqual([id]);
    expect(emulator.pushes.list()[0]).toMatchObject({ videoUploadId: lost, fault: "drop", attempts: [] });
  });

  test("duplicate: it is sent twice, byte for byte", async () => {
    const received = await start([200], { faults: ["push:duplicate"] });
    await uploadMediaSpace();
    await expect.poll(states).toEqual(["delivered", "delivered"]);
    expect(received).toHaveLength(2);
    expect(received[0]).toEqual(received[1]);
  });

  test("delay: it is late by the clock of pushes, and another one overtakes it", async () => {
    const received = await start([200], { faults: [{ kind: "delay", endpoint: "push", ms: 60_000, calls: 1 }] });
    const first = await uploadMediaSpace();
    await expect.poll(states).toEqual(["waiting"]);
    const second = await uploadMediaSpace();
    await expect.poll(states).toEqual(["waiting", "delivered"]);
    await emulator.pushes.advance(60);
    expect(received.map(({ body }) => JSON.parse(body).data.video_upload_id)).toEqual([second, first]);
    expect(emulator.pushes.list()[0]).toMatchObject({ fault: "delay", attempts: [{ after: 60, status: 200 }] });
  });

  test("delay: a year is neither a millisecond nor the longest time that a timer can be set to", async () => {
    const day = 86_400_000;
    const received = await start([200], { faults: [`push:delay=${365 * day}`] });
    const clock = takeClock();
    await uploadMediaSpace();
    await expect.poll(states).toEqual(["waiting"]);
    await clock.advance(364 * day);
    expect(received).toEqual([]);
    await emulator.pushes.advance(86_400);
    expect(states()).toEqual(["delivered"]);
    expect(attempts()).toEqual([[{ after: 31_536_000, status: 200 }]]);
  });

  test("and faults of all endpoints leave them alone", async () => {
    await start([200], { faults: ["*#/2:clock=0"] });
    await uploadMediaSpace();
    await expect.poll(states).toEqual(["delivered"]);
    expect(emulator.faults.list()[0]?.seen).toBe(emulator.requests.length);
  });
});

test("the console's test request is sent as receivers recorded it, signed with a key that nobody has", async () => {
  const received = await start([200, 401, 0]);
  expect(await emulator.pushes.sendTest()).toBe(200);
  expect(await emulator.pushes.sendTest()).toBe(401);
  expect(await emulator.pushes.sendTest()).toBe(0);
  const { body, authorization } = received[0]!;
  expect(body).toBe(
    '{"code":0,"data":{"verify_info":"This is a Verification message.Please respond in the certain format."}}',
  );
  expect(authorization).toMatch(/^[0-9a-f]{64}$/);
  const { pushPartnerKey } = emulator.credentials;
  const fitting = createHmac("sha256", pushPartnerKey).update(`${CALLBACK_URL}|${body}`).digest("hex");
  expect(authorization).not.toBe(fitting);
  expect(emulator.pushes.list()).toEqual([]);
});

test.each(["", "shop.example/pushes", "ftp://shop.example/", "https://"])(
  "the callback URL %j is an error",
  async (url) => {
    await start();
    await expect(createEmulator({ push: { callbackUrl: url } })).rejects.toThrow(InvalidInputError);
  },
);
