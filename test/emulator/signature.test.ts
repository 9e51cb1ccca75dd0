import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEmulator, type EmulatorApp } from "../../src/emulator/mod.ts";
import { call, type CallOptions, signedRequest } from "./raw_client.ts";
import { DIALECTS, refused } from "./refused.ts";

const SHOP = { name: "media_space/init_video_upload", json: { file_md5: "0".repeat(32), file_size: 1 } };
const PUBLIC = {
  name: "media/init_video_upload",
  json: { business: 3, scene: 1, file_name: "a.mp4", file_size: 1, duration: 1 },
};
const WORDS = {
  samples: {
    wrongSign: (name: string) =>
      name.startsWith("media/")
        ? { error: "common.error_auth", message: "Invalid sign" }
        : { error: "error_sign", message: "Wrong sign." },
    otherShop: { error: "error_auth", message: "Invalid partner_id or shopid." },
  },
  reference: {
    wrongSign: () => ({ error: "error_sign", message: "Wrong sign." }),
    otherShop: { error: "partner_shop_no_link", message: "Invalid partner_id or shop_id, please have a check." },
  },
};
const now = () => Math.floor(Date.now() / 1000);

let emulator: EmulatorApp;
describe.each(DIALECTS)("in the dialect %s", (dialect) => {
  beforeAll(async () => {
    emulator = await createEmulator({ dialect });
  });
  afterAll(() => emulator.close());

  describe.each([SHOP, PUBLIC])("$name", ({ name, json }) => {
    test("is accepted when signed as the contract says", async () => {
      const answer = await call(emulator, name, { json });
      expect(answer).toMatchObject({ status: 200, error: "", message: "" });
      expect(answer.request_id).toMatch(/^[0-9a-f]{32}$/);
    });

    test.each<[string, CallOptions]>([
      ["a wrong sign", { tamper: { sign: "0".repeat(64) } }],
      ["a sign that is not hex", { tamper: { sign: "nonsense" } }],
      ["a timestamp changed afterwards", { tamper: { timestamp: String(now() - 100) } }],
    ])("is refused with %s", async (_, options) => {
      const answer = await call(emulator, name, { json, ...options });
      expect(answer).toMatchObject({ status: 403, ...WORDS[dialect].wrongSign(name) });
      expect(emulator.requests.at(-1)?.refusal?.reason).toBe("wrongSign");
    });

    test.each([
      ["no sign", { sign: undefined }, "error_param", "There is no sign in query."],
      ["no timestamp", { timestamp: undefined }, "error_param", "no timestamp"],
      ["no partner_id", { partner_id: undefined }, "error_param", "There is no partner_id in query."],
      ["another partner_id", { partner_id: "1" }, "invalid_partner_id", "Invalid partner_id, please have a check."],
    ])("is refused with %s", async (_, tamper, error, message) => {
      expect(await call(emulator, name, { json, tamper })).toMatchObject({ status: 403, error, message });
    });

    test.each<[string, CallOptions, string]>([
      ["a timestamp too old", { timestamp: now() - 302 }, "Timestamp is expired."],
      ["a timestamp in the future", { timestamp: now() + 400 }, "Invalid timestamp"],
      ["a timestamp in milliseconds", { timestamp: Date.now() }, "Invalid timestamp"],
      ["a timestamp that is no number", { tamper: { timestamp: "now" } }, "Invalid timestamp"],
    ])("is refused with %s", async (_, options, text) => {
      const response = await emulator.fetch(signedRequest(emulator, name, { json, ...options }));
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual(
        dialect === "samples" && name.startsWith("media/")
          ? { code: 1, error: "error_param", msg: text, debug_message: "" }
          : { error: "error_param", message: text, request_id: expect.stringMatching(/^[0-9a-f]{32}$/) },
      );
    });

    test("is accepted at both ends of the timestamp window", async () => {
      for (const timestamp of [now() - 280, now() + 290]) {
        expect(await call(emulator, name, { json, timestamp })).toMatchObject({ error: "" });
      }
    });
  });

  test.each([
    ["an unknown access token", { accessToken: "unknown" }, "error_auth", "Invalid access_token."],
    ["no access token", { tamper: { access_token: undefined } }, "error_param", "There is no access_token in query."],
    ["no shop", { tamper: { shop_id: undefined } }, "error_param", "There is no shop_id in query."],
    ["a shop changed afterwards", { tamper: { shop_id: "1" } }, "error_sign", "Wrong sign."],
    [
      "a shop that is no number",
      { tamper: { shop_id: "one" } },
      "error_param",
      "shop_id is invalid, should be an integer between 0 and 4294967295.",
    ],
    ["a token changed afterwards", { tamper: { access_token: "x" } }, "error_sign", "Wrong sign."],
  ])("a Shop call is refused with %s", async (_, options, error, message) => {
    expect(await call(emulator, SHOP.name, { json: SHOP.json, ...options })).toMatchObject({
      status: 403,
      error,
      message,
    });
  });

  test("a Shop call is refused with another shop's number", async () => {
    const answer = await call(emulator, SHOP.name, { json: SHOP.json, shopId: 1 });
    expect(answer).toMatchObject({ status: 403, ...WORDS[dialect].otherShop });
  });

  describe("a Public call that is signed as a Shop call", () => {
    const asShop = { json: PUBLIC.json, asShop: true };

    test("is accepted", async () => {
      expect(await call(emulator, PUBLIC.name, asShop)).toMatchObject({ error: "" });
    });

    test.each<[string, CallOptions, string]>([
      ["a wrong sign", { tamper: { sign: "0".repeat(64) } }, "wrongSign"],
      ["no access token", { tamper: { access_token: undefined } }, "noParameter"],
      ["no shop", { tamper: { shop_id: undefined } }, "noParameter"],
      ["an unknown access token", { accessToken: "unknown" }, "unknownAccessToken"],
      ["another shop", { shopId: 1 }, "otherAccount"],
    ])("is refused with %s", async (_, options, reason) => {
      expect(await refused(emulator, call(emulator, PUBLIC.name, { ...asShop, ...options }))).toBe(reason);
    });

    test("is refused with the sign of a Public call", async () => {
      const { access_token, shop_id } = Object.fromEntries(
        new URL(signedRequest(emulator, PUBLIC.name, asShop).url).searchParams,
      );
      const sent = call(emulator, PUBLIC.name, { json: PUBLIC.json, tamper: { access_token, shop_id } });
      expect(await refused(emulator, sent)).toBe("wrongSign");
    });
  });

  test("a refresh of the token is not taken from a shop", async () => {
    const json = { refresh_token: "", partner_id: emulator.credentials.partnerId, shop_id: 1 };
    expect(await refused(emulator, call(emulator, "auth/access_token/get", { json, asShop: true }))).toBe("wrongSign");
  });

  test("a sign for one path does not fit another", async () => {
    const { searchParams } = new URL(signedRequest(emulator, PUBLIC.name, PUBLIC).url);
    const sign = searchParams.get("sign") ?? "";
    const sent = call(emulator, "media/cancel_video_upload", { json: {}, tamper: { sign } });
    expect(await refused(emulator, sent)).toBe("wrongSign");
  });

  describe("a wrong sign", () => {
    test.each([
      [SHOP.name, false, "<access_token>SHOP"],
      [PUBLIC.name, false, ""],
      [PUBLIC.name, true, "<access_token>SHOP"],
    ])("of %s (as a shop: %s): the log tells the base string, without the token", async (name, asShop, end) => {
      const lines: string[] = [];
      const told = await createEmulator({ dialect, log: (line) => lines.push(line) });
      const timestamp = now();
      const answer = await call(told, name, { json: {}, asShop, timestamp, tamper: { sign: "0".repeat(64) } });
      const { partnerId, shopId, accessToken, partnerKey } = told.credentials;
      const base = `${partnerId}/api/v2/${name}${timestamp}${end.replace("SHOP", String(shopId))}`;
      expect(told.requests).toMatchObject([
        { refusal: { reason: "wrongSign", hint: `sign must be the HMAC-SHA256 of ${base}` } },
      ]);
      expect(lines).toEqual([
        `POST /api/v2/${name} was refused (${answer.error}): sign must be the HMAC-SHA256 of ${base}`,
      ]);
      const seen = JSON.stringify([told.requests, lines]);
      for (const secret of [accessToken, partnerKey, "0".repeat(64)]) expect(seen).not.toContain(secret);
      // The client is not told.
      expect(JSON.stringify(answer)).not.toContain(String(partnerId));
      await told.close();
    });

    test("with a token where the shop should be does not show it", async () => {
      const { accessToken } = emulator.credentials;
      await call(emulator, SHOP.name, { json: {}, tamper: { shop_id: accessToken, access_token: "1" } });
      await call(emulator, SHOP.name, { json: {}, tamper: { partner_id: accessToken } });
      await call(emulator, SHOP.name, { json: {}, tamper: { timestamp: accessToken } });
      expect(JSON.stringify(emulator.requests)).not.toContain(accessToken);
    });
  });

  test.each([3600, -3600])("a clock %d s ahead refuses our time, and its Date header tells its own", async (offset) => {
    const skewed = await createEmulator({ dialect, clockOffset: offset });
    const early = await call(skewed, PUBLIC.name, { json: PUBLIC.json });
    expect(skewed.requests.at(-1)?.refusal?.reason).toBe(offset > 0 ? "oldTimestamp" : "wrongTimestamp");

    const theirTime = Date.parse(early.headers.get("Date") ?? "") / 1000;
    expect(Math.abs(theirTime - now() - offset)).toBeLessThan(10);
    const accepted = await call(skewed, PUBLIC.name, { json: PUBLIC.json, timestamp: theirTime });
    expect(accepted.error).toBe("");
    await skewed.close();
  });

  test("given credentials are used, others are made up anew by each emulator", async () => {
    const credentials = { partnerId: 7, partnerKey: "key", shopId: 8, accessToken: "token" };
    const given = await createEmulator({ dialect, ...credentials });
    expect(given.credentials).toMatchObject(credentials);
    expect(await call(given, SHOP.name, { json: SHOP.json })).toMatchObject({ error: "" });
    expect(await call({ ...given, credentials: emulator.credentials }, SHOP.name, SHOP)).not.toMatchObject({
      error: "",
    });
    await given.close();
  });

  test("the log holds no query and no secret", async () => {
    await call(emulator, SHOP.name, { json: SHOP.json });
    const text = JSON.stringify(emulator.requests);
    expect(emulator.requests.at(-1)).toMatchObject({ endpoint: `/api/v2/${SHOP.name}`, method: "POST", error: "" });
    for (const secret of [emulator.credentials.partnerKey, emulator.credentials.accessToken, "sign="]) {
      expect(text).not.toContain(secret);
    }
  });
});
