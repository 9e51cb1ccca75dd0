import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEmulator, type EmulatorApp } from "../../src/emulator/mod.ts";
import { call, signedRequest } from "./raw_client.ts";

const SHOP = { name: "media_space/init_video_upload", json: { file_md5: "0".repeat(32), file_size: 1 } };
const PUBLIC = {
  name: "media/init_video_upload",
  json: { business: 3, scene: 1, file_name: "a.mp4", file_size: 1, duration: 1 },
};
const now = () => Math.floor(Date.now() / 1000);

let emulator: EmulatorApp;
beforeAll(async () => {
  emulator = await createEmulator();
});
afterAll(() => emulator.close());

describe.each([SHOP, PUBLIC])("$name", ({ name, json }) => {
  test("is accepted when signed as the contract says", async () => {
    const answer = await call(emulator, name, { json });
    expect(answer).toMatchObject({ status: 200, error: "", message: "" });
    expect(answer.request_id).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each([
    ["a wrong sign", { tamper: { sign: "0".repeat(64) } }, "error_sign", "Wrong sign."],
    ["a sign that is not hex", { tamper: { sign: "nonsense" } }, "error_sign", "Wrong sign."],
    ["no sign", { tamper: { sign: undefined } }, "error_param", "There is no sign in query."],
    ["no timestamp", { tamper: { timestamp: undefined } }, "error_param", "There is no timestamp in query."],
    ["no partner_id", { tamper: { partner_id: undefined } }, "error_param", "There is no partner_id in query."],
    ["another partner_id", { tamper: { partner_id: "1" } }, "invalid_partner_id", "Invalid partner_id."],
    ["a timestamp changed afterwards", { tamper: { timestamp: String(now() - 100) } }, "error_sign", "Wrong sign."],
    ["a timestamp too old", { timestamp: now() - 302 }, "error_param", "Timestamp is expired."],
    ["a timestamp in the future", { timestamp: now() + 400 }, "error_param", "Invalid timestamp"],
    ["a timestamp in milliseconds", { timestamp: Date.now() }, "error_param", "Invalid timestamp"],
    ["a timestamp that is no number", { tamper: { timestamp: "now" } }, "error_param", "Invalid timestamp"],
  ])("is refused with %s", async (_, options, error, message) => {
    expect(await call(emulator, name, { json, ...options })).toMatchObject({ status: 403, error, message });
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
  ["another shop", { shopId: 1 }, "partner_shop_no_link", "partner and shop has no linked."],
  ["no shop", { tamper: { shop_id: undefined } }, "error_param", "There is no shop_id in query."],
  ["a shop changed afterwards", { tamper: { shop_id: "1" } }, "error_sign", "Wrong sign."],
  ["a token changed afterwards", { tamper: { access_token: "x" } }, "error_sign", "Wrong sign."],
])("a Shop call is refused with %s", async (_, options, error, message) => {
  expect(await call(emulator, SHOP.name, { json: SHOP.json, ...options })).toMatchObject({
    status: 403,
    error,
    message,
  });
});

test("a Public call that is signed like a Shop call is refused", async () => {
  const shopSigned = new URL(signedRequest(emulator, SHOP.name, SHOP).url).searchParams;
  const answer = await call(emulator, PUBLIC.name, { json: PUBLIC.json, tamper: Object.fromEntries(shopSigned) });
  expect(answer.error).toBe("error_sign");
});

test("a sign for one path does not fit another", async () => {
  const { searchParams } = new URL(signedRequest(emulator, PUBLIC.name, PUBLIC).url);
  const sign = searchParams.get("sign") ?? "";
  const answer = await call(emulator, "media/cancel_video_upload", { json: {}, tamper: { sign } });
  expect(answer.error).toBe("error_sign");
});

test.each([3600, -3600])("a clock %d s ahead refuses our time, and its Date header tells its own", async (offset) => {
  const skewed = await createEmulator({ clockOffset: offset });
  const refused = await call(skewed, PUBLIC.name, { json: PUBLIC.json });
  expect(refused.message).toBe(offset > 0 ? "Timestamp is expired." : "Invalid timestamp");

  const theirTime = Date.parse(refused.headers.get("Date") ?? "") / 1000;
  expect(Math.abs(theirTime - now() - offset)).toBeLessThan(10);
  const accepted = await call(skewed, PUBLIC.name, { json: PUBLIC.json, timestamp: theirTime });
  expect(accepted.error).toBe("");
  await skewed.close();
});

test("given credentials are used, others are made up anew by each emulator", async () => {
  const credentials = { partnerId: 7, partnerKey: "key", shopId: 8, accessToken: "token" };
  const given = await createEmulator(credentials);
  expect(given.credentials).toMatchObject(credentials);
  expect(await call(given, SHOP.name, { json: SHOP.json })).toMatchObject({ error: "" });
  expect(await call({ ...given, credentials: emulator.credentials }, SHOP.name, SHOP)).not.toMatchObject({ error: "" });
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
