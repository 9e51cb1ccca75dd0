import { afterEach, expect, test, vi } from "vitest";
import { createEmulator, type CreateEmulatorOptions, type EmulatorApp } from "../../src/emulator/mod.ts";
import { call, type CallOptions } from "./raw_client.ts";

const TOKEN = "auth/access_token/get";
const INIT = "media_space/init_video_upload";

let emulator: EmulatorApp;
afterEach(async () => {
  vi.useRealTimers();
  await emulator.close();
});

async function start(options?: CreateEmulatorOptions): Promise<void> {
  emulator = await createEmulator(options);
}

function refresh(change: object = {}, options: CallOptions = {}) {
  const { refreshToken, partnerId, shopId } = emulator.credentials;
  const json = { refresh_token: refreshToken, partner_id: partnerId, shop_id: shopId, ...change };
  return call(emulator, TOKEN, { json, ...options });
}

async function errorWith(accessToken: string): Promise<string> {
  const json = { file_md5: "a".repeat(32), file_size: 1 };
  return (await call(emulator, INIT, { json, accessToken })).error;
}

test("a refresh token gets a new pair, once, and the old access token is over", async () => {
  await start();
  const old = { ...emulator.credentials };
  const { headers: _, status: __, ...answer } = await refresh();
  const { accessToken, refreshToken, partnerId, shopId } = emulator.credentials;
  expect(answer).toEqual({
    error: "",
    message: "",
    request_id: expect.any(String),
    access_token: accessToken,
    refresh_token: refreshToken,
    expire_in: 14_400,
    shop_id: shopId,
    partner_id: partnerId,
  });
  expect(accessToken).not.toBe(old.accessToken);
  expect(refreshToken).not.toBe(old.refreshToken);
  expect(await errorWith(accessToken)).toBe("");
  expect(await errorWith(old.accessToken)).toBe("invalid_acceess_token");
  expect(await errorWith("never issued")).toBe("error_auth");
  expect(await refresh({ refresh_token: old.refreshToken })).toMatchObject({ status: 403, error: "error_auth" });
  expect(await refresh()).toMatchObject({ error: "" });
});

test.each<[string, object, string]>([
  ["an unknown refresh token", { refresh_token: "x" }, "error_auth"],
  ["no refresh token", { refresh_token: undefined }, "error_param"],
  ["another app", { partner_id: 1 }, "invalid_partner_id"],
  ["the app as text", { partner_id: "1" }, "error_param"],
  ["another shop", { shop_id: 1 }, "partner_shop_no_link"],
])("a refresh is refused with %s, and the pair stays", async (_, change, error) => {
  await start();
  expect(await refresh(change)).toMatchObject({ error });
  expect(await errorWith(emulator.credentials.accessToken)).toBe("");
});

test("a refresh is refused with a wrong sign, and as a form", async () => {
  await start();
  expect(await refresh({}, { tamper: { sign: "0".repeat(64) } })).toMatchObject({ error: "error_sign" });
  expect(await call(emulator, TOKEN, { form: {} })).toMatchObject({ error: "error_param" });
});

test("an access token lives as long as it was set up", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
  await start({ tokenLifetime: 60 });
  const { accessToken } = emulator.credentials;
  vi.setSystemTime(1_700_000_059_000);
  expect(await errorWith(accessToken)).toBe("");
  vi.setSystemTime(1_700_000_060_000);
  expect(await errorWith(accessToken)).toBe("invalid_acceess_token");
  expect(await refresh()).toMatchObject({ expire_in: 60 });
  expect(await errorWith(emulator.credentials.accessToken)).toBe("");
});

test("a refresh token lives 30 days", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
  await start();
  vi.setSystemTime(1_700_000_000_000 + 30 * 86_400_000 - 1000);
  expect(await refresh()).toMatchObject({ error: "" });
  vi.setSystemTime(1_700_000_000_000 + 60 * 86_400_000);
  expect(await refresh()).toMatchObject({ error: "error_auth" });
});

test("expireToken ends the present token, and a refresh mends it", async () => {
  await start();
  emulator.expireToken();
  expect(await errorWith(emulator.credentials.accessToken)).toBe("invalid_acceess_token");
  await refresh();
  expect(await errorWith(emulator.credentials.accessToken)).toBe("");
});

test("a tokenLifetime that is out of range is an error", async () => {
  await start();
  await expect(createEmulator({ tokenLifetime: 0 })).rejects.toThrow(RangeError);
});
