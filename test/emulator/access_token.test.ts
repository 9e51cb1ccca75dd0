import { afterEach, describe, expect, test, vi } from "vitest";
import { createEmulator, type CreateEmulatorOptions, type EmulatorApp } from "../../src/emulator/mod.ts";
import { InvalidInputError } from "../../src/errors.ts";
import { call, type CallOptions } from "./raw_client.ts";
import { DIALECTS, refused } from "./refused.ts";

const TOKEN = "auth/access_token/get";
const INIT = "media_space/init_video_upload";

let emulator: EmulatorApp;
afterEach(async () => {
  vi.useRealTimers();
  await emulator.close();
});

describe.each(DIALECTS)("in the dialect %s", (dialect) => {
  async function start(options?: CreateEmulatorOptions): Promise<void> {
    emulator = await createEmulator({ dialect, ...options });
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

  test("a refresh token gets a new pair, once", async () => {
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
    expect(await errorWith("never issued")).toBe("error_auth");
    const [error, message] = dialect === "samples"
      ? ["error_auth", "Invalid refresh_token."]
      : ["error_shop_refresh_token", "Your refresh token is error ,please check refresh token or shopid."];
    expect(await refresh({ refresh_token: old.refreshToken })).toMatchObject({ status: 403, error, message });
    expect(await refresh()).toMatchObject({ error: "" });
  });

  test.each<[string, object, string]>([
    ["an unknown refresh token", { refresh_token: "x" }, "wrongRefreshToken"],
    ["no refresh token", { refresh_token: undefined }, "wrongField"],
    ["another app", { partner_id: 1 }, "unknownPartner"],
    ["the app as text", { partner_id: "1" }, "wrongField"],
    ["another shop", { shop_id: 1 }, "notLinkedShop"],
  ])("a refresh is refused with %s, and the pair stays", async (_, change, reason) => {
    await start();
    expect(await refused(emulator, refresh(change))).toBe(reason);
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

  test("after a refresh the old access token is good for five minutes more", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
    await start();
    const { accessToken } = emulator.credentials;
    await refresh();
    vi.setSystemTime(1_700_000_299_000);
    expect(await errorWith(accessToken)).toBe("");
    vi.setSystemTime(1_700_000_300_000);
    expect(await errorWith(accessToken)).toBe("invalid_acceess_token");
    expect(await errorWith(emulator.credentials.accessToken)).toBe("");
  });

  test.each([[60, 59], [600, 300]])(
    "of %d s that it lives, it is good for %d s then",
    async (tokenLifetime, seconds) => {
      vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
      await start({ tokenLifetime });
      const { accessToken } = emulator.credentials;
      await refresh();
      vi.setSystemTime(1_700_000_000_000 + (seconds - 1) * 1000);
      expect(await errorWith(accessToken)).toBe("");
      vi.setSystemTime(1_700_000_000_000 + (seconds + 1) * 1000);
      expect(await errorWith(accessToken)).toBe("invalid_acceess_token");
    },
  );

  test("an access token that had expired stays so after a refresh", async () => {
    await start();
    const { accessToken } = emulator.credentials;
    emulator.expireToken();
    await refresh();
    expect(await errorWith(accessToken)).toBe("invalid_acceess_token");
  });

  test("a refresh token lives 30 days", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
    await start();
    vi.setSystemTime(1_700_000_000_000 + 30 * 86_400_000 - 1000);
    expect(await refresh()).toMatchObject({ error: "" });
    vi.setSystemTime(1_700_000_000_000 + 60 * 86_400_000);
    expect(await refresh()).toMatchObject({ error: "refresh_token_expired", message: "Your refresh_token expired." });
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
    await expect(createEmulator({ tokenLifetime: 0 })).rejects.toThrow(InvalidInputError);
  });
});
