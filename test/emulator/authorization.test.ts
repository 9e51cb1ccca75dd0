import { afterEach, describe, expect, test, vi } from "vitest";
import { createEmulator, type CreateEmulatorOptions, type EmulatorApp } from "../../src/emulator/mod.ts";
import { call, type CallOptions, signedRequest } from "./raw_client.ts";
import { DIALECTS, refused } from "./refused.ts";

const BACK = "https://seller.example/back?from=shopee";
const INIT = "media_space/init_video_upload";
const MAIN = { mainAccountId: 5, shopIds: [1, 2], merchantIds: [3], userIds: [4] };

let emulator: EmulatorApp;
afterEach(async () => {
  vi.useRealTimers();
  await emulator.close();
});

describe.each(DIALECTS)("in the dialect %s", (dialect) => {
  async function start(options?: CreateEmulatorOptions): Promise<void> {
    emulator = await createEmulator({ dialect, ...options });
  }

  /** Opens the page, and tells the parameters that it leads back with. */
  async function openPage(change: Record<string, string | undefined> = {}): Promise<Record<string, string>> {
    const query = {
      ...{ partner_id: `${emulator.credentials.partnerId}`, auth_type: "seller", redirect_uri: BACK },
      ...{ response_type: "code", state: "a&b", ...change },
    };
    const url = new URL("/auth", emulator.url);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    return parametersOf(await emulator.fetch(url));
  }

  function exchange(json: object) {
    return call(emulator, "auth/token/get", { json: { partner_id: emulator.credentials.partnerId, ...json } });
  }

  function refresh(json: object) {
    return call(emulator, "auth/access_token/get", { json: { partner_id: emulator.credentials.partnerId, ...json } });
  }

  function init(options: CallOptions): Promise<string> {
    return refused(emulator, call(emulator, INIT, { json: { file_md5: "a".repeat(32), file_size: 1 }, ...options }));
  }

  test("the page leads back with a code, which gets a shop its first pair, once", async () => {
    await start();
    const { shopId, refreshToken: before } = emulator.credentials;
    const { code, ...others } = await openPage();
    expect(others).toEqual({ from: "shopee", shop_id: `${shopId}`, state: "a&b" });

    const { headers: _, status: __, ...answer } = await exchange({ code, shop_id: shopId });
    const { accessToken, refreshToken } = emulator.credentials;
    expect(answer).toEqual({
      ...{ error: "", message: "", request_id: expect.any(String), expire_in: 14_400 },
      ...{ access_token: accessToken, refresh_token: refreshToken },
    });
    expect(refreshToken).not.toBe(before);
    expect(await init({})).toBe("");
    expect(await refused(emulator, refresh({ shop_id: shopId, refresh_token: before }))).toBe("wrongRefreshToken");
    expect(await exchange({ code, shop_id: shopId })).toMatchObject({ error: "invalid_code" });
  });

  test("the older link is signed, good for five minutes, and leads back likewise", async () => {
    await start();
    const open = async (options: CallOptions) =>
      await emulator.fetch(signedRequest(emulator, "shop/auth_partner", { method: "GET", ...options }));
    const { code, shop_id } = parametersOf(await open({ query: { redirect: BACK } }));
    expect(await exchange({ code, shop_id: Number(shop_id) })).toMatchObject({ error: "" });

    const errorOf = async (options: CallOptions) => (await (await open(options)).json()).error;
    const query = { redirect: BACK };
    const late = Math.floor(Date.now() / 1000) - 400;
    expect(await errorOf({ query, timestamp: late })).toBe("error_param");
    expect(await errorOf({ query, tamper: { sign: "0".repeat(64) } })).toBe("error_sign");
    expect(await errorOf({})).toBe("error_param");
    expect(await errorOf({ query: { redirect: "nowhere" } })).toBe("error_param");
    expect(await errorOf({ query, tamper: { partner_id: "1" } })).toBe("invalid_partner_id");
  });

  test.each([
    { partner_id: "1" },
    { partner_id: undefined },
    { auth_type: "user" },
    { response_type: undefined },
    { redirect_uri: undefined },
    { redirect_uri: "nowhere" },
    { shop_id: "1" },
  ])("there is no page with %j", async (change) => {
    await start();
    await expect(openPage(change)).rejects.toThrow("HTTP 400");
  });

  test.each<[string, object, string]>([
    ["an unknown code", { code: "x" }, "wrongCode"],
    ["no code", { code: undefined }, "wrongField"],
    ["another app", { partner_id: 1 }, "unknownPartner"],
    ["another shop", { shop_id: 1 }, "wrongCode"],
    ["no shop", { shop_id: undefined }, "wrongField"],
    ["a shop as text", { shop_id: "1" }, "wrongField"],
    ["a main account, too", { main_account_id: 1 }, "wrongField"],
    ["a main account instead", { shop_id: undefined, main_account_id: 1 }, "wrongCode"],
  ])("an exchange is refused with %s, and the code stays good", async (_, change, reason) => {
    await start();
    const { code } = await openPage();
    const right = { code, shop_id: emulator.credentials.shopId };
    expect(await refused(emulator, exchange({ ...right, ...change }))).toBe(reason);
    expect(await exchange(right)).toMatchObject({ error: "" });
  });

  test("a code lives ten minutes", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
    await start();
    const { shopId } = emulator.credentials;
    const [early, late] = [await openPage(), await openPage()];
    vi.setSystemTime(1_700_000_599_000);
    expect(await exchange({ code: early.code, shop_id: shopId })).toMatchObject({ error: "" });
    vi.setSystemTime(1_700_000_600_000);
    expect(await exchange({ code: late.code, shop_id: shopId })).toMatchObject({ error: "invalid_code" });
  });

  test("the seller may choose another shop than the first one", async () => {
    await start({ shops: [{ shopId: 1 }, { shopId: 2 }] });
    const { code, shop_id } = await openPage({ shop_id: "2" });
    expect(shop_id).toBe("2");
    const { access_token } = { access_token: "", ...await exchange({ code, shop_id: 2 }) };
    expect(emulator.shops()[1]!.accessToken).toBe(access_token);
    expect(await init({ shopId: 2, accessToken: access_token })).toBe("");
  });

  test("a main account authorises for all that it has, and its first refresh token serves once for each", async () => {
    await start({ shops: [{ shopId: 1 }, { shopId: 2 }, { shopId: 9 }], mainAccount: MAIN });
    const foreign = emulator.shops()[2];
    const { code, main_account_id, shop_id } = await openPage();
    expect([main_account_id, shop_id]).toEqual(["5", undefined]);
    const answer = { access_token: "", refresh_token: "", ...await exchange({ code, main_account_id: 5 }) };
    expect(answer).toMatchObject({ shop_id_list: [1, 2], merchant_id_list: [3], user_id_list: [4], expire_in: 14_400 });
    const { access_token: accessToken, refresh_token } = answer;
    for (const shopId of [1, 2]) expect(await init({ shopId, accessToken })).toBe("");
    expect(await init({ shopId: 9, accessToken })).toBe("otherAccount");

    const tokens = new Set<string>([refresh_token]);
    for (const account of [{ shop_id: 1 }, { merchant_id: 3 }, { user_id: 4 }, { shop_id: 2 }]) {
      const fresh = { refresh_token: "", ...await refresh({ ...account, refresh_token }) };
      expect(fresh).toMatchObject({ error: "", ...account });
      tokens.add(fresh.refresh_token);
      expect(await refused(emulator, refresh({ ...account, refresh_token }))).toBe("wrongRefreshToken");
      expect(await refresh({ ...account, refresh_token: fresh.refresh_token })).toMatchObject({
        error: "",
        ...account,
      });
    }
    expect(tokens.size).toBe(5);
    expect(await refused(emulator, refresh({ shop_id: 9, refresh_token }))).toBe("wrongRefreshToken");
    expect(emulator.shops()[2]).toEqual(foreign);
    expect(emulator.accounts().map(({ owner, id }) => [owner, id])).toEqual([
      ...[["shop", 1], ["shop", 2], ["shop", 9], ["merchant", 3], ["user", 4]],
    ]);
  });

  test.each<[object, string]>([
    [{ shop_id: undefined }, "wrongField"],
    [{ merchant_id: 3 }, "wrongField"],
    [{ shop_id: undefined, merchant_id: 1 }, "notLinkedShop"],
    [{ shop_id: undefined, merchant_id: 4 }, "notLinkedShop"],
    [{ shop_id: undefined, supplier_id: 1 }, "notLinkedShop"],
    [{ shop_id: undefined, user_id: 4 }, "wrongRefreshToken"],
  ])("a refresh for %j is refused as %s", async (change, reason) => {
    await start({ shopId: 1, mainAccount: { merchantIds: [3], userIds: [4] } });
    const { refreshToken: refresh_token } = emulator.credentials;
    expect(await refused(emulator, refresh({ shop_id: 1, refresh_token, ...change }))).toBe(reason);
    expect(await refresh({ shop_id: 1, refresh_token })).toMatchObject({ error: "" });
  });

  test("faults play in these calls, too", async () => {
    await start({ faults: ["auth/token/get#1:error=error_server", "shop/auth_partner#1:status=503"] });
    const link = () =>
      emulator.fetch(signedRequest(emulator, "shop/auth_partner", { method: "GET", query: { redirect: BACK } }));
    expect((await link()).status).toBe(503);
    const { code, shop_id } = parametersOf(await link());
    expect(await exchange({ code, shop_id: Number(shop_id) })).toMatchObject({ error: "error_server" });
    expect(await exchange({ code, shop_id: Number(shop_id) })).toMatchObject({ error: "" });
  });
});

test.each([{ mainAccountId: 0 }, { shopIds: [7] }, { merchantIds: "3" as unknown as number[] }, { merchant: 3 }])(
  "a mainAccount of %j is an error",
  async (mainAccount) => {
    emulator = await createEmulator();
    await expect(createEmulator({ shopId: 1, mainAccount })).rejects.toThrow(/mainAccount/);
  },
);

function parametersOf({ status, headers }: Response): Record<string, string> {
  if (status !== 302) throw new Error(`HTTP ${status}`);
  const address = new URL(headers.get("Location") ?? "");
  expect(address.href.startsWith("https://seller.example/back?")).toBe(true);
  return Object.fromEntries(address.searchParams);
}
