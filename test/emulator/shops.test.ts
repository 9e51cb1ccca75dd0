import { afterEach, describe, expect, test } from "vitest";
import { createEmulator, type CreateEmulatorOptions, type EmulatorApp } from "../../src/emulator/mod.ts";
import { call, noise, type Target } from "./raw_client.ts";
import { DIALECTS, refused } from "./refused.ts";
import { takeClock } from "./take_clock.ts";
import { completeMediaSpace, sendMedia, sendMediaSpace, spacePart } from "./upload_raw.ts";

const INIT = "media_space/init_video_upload";
const init = { json: { file_md5: "a".repeat(32), file_size: 10 } };
const MEDIA_INIT = "media/init_video_upload";
const mediaInit = { json: { business: 3, scene: 1, file_name: "a.mp4", file_size: 10, duration: 1 } };

let emulator: EmulatorApp;
afterEach(() => emulator.close());

/** The emulator, as a client of one of its shops sees it. */
function as(index: number): Target {
  return { ...emulator, credentials: { ...emulator.credentials, ...emulator.shops()[index] } };
}

describe.each(DIALECTS)("in the dialect %s", (dialect) => {
  async function start(options: CreateEmulatorOptions): Promise<void> {
    emulator = await createEmulator({ dialect, transcodeMs: 0, inspect: false, ...options });
  }

  test("one shop is known unless there are more", async () => {
    await start({ shopId: 7, accessToken: "token" });
    const { refreshToken } = emulator.credentials;
    expect(emulator.shops()).toEqual([{ shopId: 7, accessToken: "token", refreshToken }]);
  });

  test("each shop has tokens of its own, given or made up, and the first one's are the emulator's credentials", async () => {
    await start({ shops: [{ shopId: 1, accessToken: "a" }, { shopId: 2, refreshToken: "r" }, {}] });
    const [one, two, three] = emulator.shops();
    expect(one).toMatchObject({ shopId: 1, accessToken: "a" });
    expect(two).toMatchObject({ shopId: 2, refreshToken: "r" });
    expect(emulator.credentials).toMatchObject(one!);
    expect(new Set([one, two, three].flatMap((shop) => Object.values(shop!))).size).toBe(9);
    for (const index of [0, 1, 2]) expect(await call(as(index), INIT, init)).toMatchObject({ error: "" });
  });

  test("the token of one shop opens no other", async () => {
    await start({ shops: [{}, {}] });
    const { accessToken } = emulator.shops()[1]!;
    expect(await refused(emulator, call(as(0), INIT, { ...init, accessToken }))).toBe("otherAccount");
  });

  test("a refresh, and an end before its time, is of one shop alone", async () => {
    await start({ shops: [{ shopId: 1 }, { shopId: 2 }, { shopId: 3 }] });
    const [one, two, three] = emulator.shops();
    const json = { refresh_token: two!.refreshToken, partner_id: emulator.credentials.partnerId, shop_id: 2 };
    const refresh = (shop_id: number) => call(emulator, "auth/access_token/get", { json: { ...json, shop_id } });
    expect(await refused(emulator, refresh(1))).toBe("wrongRefreshToken");
    expect(await refresh(2)).toMatchObject({ error: "", shop_id: 2 });
    expect(emulator.shops()).toEqual([one, { shopId: 2, ...anyTokens }, three]);
    expect(emulator.shops()[1]).not.toMatchObject({ accessToken: two!.accessToken });

    emulator.expireToken(3);
    const reasons = [0, 1, 2].map((index) => refused(emulator, call(as(index), INIT, init)));
    expect(await Promise.all(reasons)).toEqual(["", "", "oldAccessToken"]);
    emulator.expireToken();
    const later = [0, 1, 2].map((index) => refused(emulator, call(as(index), INIT, init)));
    expect(await Promise.all(later)).toEqual(Array(3).fill("oldAccessToken"));
    expect(() => emulator.expireToken(4)).toThrow(RangeError);
  });

  test("the fault expired-token ends the token of the shop that signs", async () => {
    await start({ shops: [{}, {}], faults: ["init_video_upload#1:expired-token"] });
    expect(await refused(emulator, call(as(1), INIT, init))).toBe("oldAccessToken");
    expect(await refused(emulator, call(as(0), INIT, init))).toBe("");
  });

  test("a session is known to the shop that opened it, and to the app", async () => {
    await start({ shops: [{ shopId: 1 }, { shopId: 2 }] });
    const id = await sendMediaSpace(as(0), noise(10));
    expect(emulator.sessions()).toMatchObject([{ id, shopId: 1 }]);
    const json = { video_upload_id: id };
    const query = { method: "GET", query: json };
    const result = "media_space/get_video_upload_result";
    expect(await refused(emulator, call(as(1), result, query))).toBe("unknownUpload");
    expect(await refused(emulator, call(as(1), "media_space/cancel_video_upload", { json }))).toBe("unknownUpload");
    const part = { form: spacePart(id, 0, noise(10)) };
    expect(await refused(emulator, call(as(1), "media_space/upload_video_part", { ...part, asShop: true })))
      .toBe("unknownUpload");
    expect(await refused(emulator, call(as(1), "media_space/upload_video_part", part))).toBe("");
    expect(await refused(emulator, completeMediaSpace(as(0), id, 1))).toBe("");
    expect(await refused(emulator, call(as(0), result, query))).toBe("");
  });

  test("a session that the app opened is known to all its shops", async () => {
    await start({ shops: [{}, {}] });
    const id = await sendMedia(emulator, noise(10));
    const query = { method: "GET", query: { video_upload_id: id }, asShop: true };
    for (const index of [0, 1]) {
      expect(await refused(emulator, call(as(index), "media/get_video_upload_result", query))).toBe("");
    }
  });

  test("a push tells the shop of the video", async () => {
    const bodies: { shop_id: number }[] = [];
    const push = {
      callbackUrl: "https://shop.example/pushes",
      fetch: async (request: Request) => {
        bodies.push(await request.json());
        return new Response();
      },
    };
    await start({ shops: [{ shopId: 1 }, { shopId: 2 }], push });
    const id = await sendMediaSpace(as(1), noise(10));
    await completeMediaSpace(as(1), id, 1);
    await expect.poll(() => bodies).toMatchObject([{ shop_id: 2 }]);
  });

  describe("limits", () => {
    const LIMIT = {
      error: "error_limit",
      message: "The total API call number made by your APP has reached the daily API call limit, " +
        "please try again after 00: 00 (UTC+08:00)",
    };
    const RATE = {
      status: 429,
      error: "error_rate_limit",
      message: "Too many requests. You have reached the rate limit. Please try again later.",
    };

    test("the app's calls of a second are counted over all its shops", async () => {
      const clock = takeClock();
      await start({ rateLimit: 2, shops: [{}, {}] });
      expect(await call(as(0), INIT, init)).toMatchObject({ error: "" });
      expect(await call(as(1), INIT, init)).toMatchObject({ error: "" });
      expect(await call(as(1), MEDIA_INIT, mediaInit)).toMatchObject(RATE);
      await clock.advance(999);
      expect(await call(as(0), INIT, init)).toMatchObject(RATE);
      await clock.advance(1);
      expect(await call(as(0), INIT, init)).toMatchObject({ error: "" });
    });

    test("a shop's calls of a second are counted where it signed, and hold up no other shop", async () => {
      const clock = takeClock();
      await start({ shops: [{ rateLimit: 1 }, {}] });
      expect(await call(as(0), INIT, init)).toMatchObject({ error: "" });
      expect(await call(as(0), INIT, init)).toMatchObject(RATE);
      expect(await call(as(0), MEDIA_INIT, { ...mediaInit, asShop: true })).toMatchObject(RATE);
      expect(await call(as(0), MEDIA_INIT, mediaInit)).toMatchObject({ error: "" });
      for (let time = 0; time < 3; time++) expect(await call(as(1), INIT, init)).toMatchObject({ error: "" });
      await clock.advance(1000);
      expect(await call(as(0), INIT, init)).toMatchObject({ error: "" });
      expect(emulator.requests[1]?.refusal?.hint).toMatch(/^The shop \d+ has made its 1 calls of the second$/);
    });

    test("the calls of a day are counted until midnight of UTC+8", async () => {
      const clock = takeClock();
      const midnight = (Math.floor((Date.now() + 8 * 3_600_000) / 86_400_000) + 1) * 86_400_000 - 8 * 3_600_000;
      await clock.advance(midnight - Date.now() - 5000);
      await start({ dailyLimit: 2, tokenLifetime: 1e9 });
      const timestamp = () => Math.floor((midnight + offset) / 1000);
      let offset = -5000;
      expect(await call(emulator, INIT, { ...init, timestamp: timestamp() })).toMatchObject({ error: "" });
      // What is refused at the door is none of the app's calls.
      expect(await refused(emulator, call(emulator, INIT, { ...init, tamper: { sign: "x" }, timestamp: timestamp() })))
        .toBe("wrongSign");
      expect(await call(emulator, MEDIA_INIT, { ...mediaInit, timestamp: timestamp() })).toMatchObject({ error: "" });
      expect(await call(emulator, INIT, { ...init, timestamp: timestamp() })).toMatchObject(LIMIT);
      // Well past it: what the machine was late with above counts, too.
      await clock.advance(65_000);
      offset = 60_000;
      expect(await call(emulator, INIT, { ...init, timestamp: timestamp() })).toMatchObject({ error: "" });
    });

    test("a fault brings the app to its daily limit, and back", async () => {
      await start({});
      const id = emulator.faults.add("*:daily-limit");
      expect(await call(emulator, INIT, init)).toMatchObject(LIMIT);
      expect(await call(emulator, MEDIA_INIT, mediaInit)).toMatchObject(LIMIT);
      emulator.faults.clear(id);
      expect(await call(emulator, INIT, init)).toMatchObject({ error: "" });
    });
  });
});

const anyTokens = { accessToken: expect.stringMatching(/^[0-9a-f]{32}$/), refreshToken: expect.any(String) };
