import { createHmac } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  createMemoryStore,
  createRefreshingToken,
  exchangeCode,
  type ExchangeCodeOptions,
  getAuthorizationUrl,
  type Region,
} from "../../mod.ts";
import { answerFetch } from "../support/answer_fetch.ts";
import { textOfError } from "../support/secret_watch.ts";
import { settle } from "../support/settle.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const APP = { partnerId: 1, partnerKey: "the-key" };
const BACK = "https://seller.example/back?from=shopee";
const PAIR = { access_token: "access-1", refresh_token: "refresh-1", expire_in: 14_400, error: "", message: "" };

afterEach(() => void vi.useRealTimers());

describe("the link", () => {
  test.each<[Region, string]>([
    ["global", "https://open.shopee.com/auth"],
    ["china", "https://open.shopee.cn/auth"],
    ["brazil", "https://open.shopee.com.br/auth"],
    ["sandbox", "https://open.sandbox.test-stable.shopee.com/auth"],
    ["sandbox-china", "https://open.sandbox.test-stable.shopee.cn/auth"],
  ])("of %s leads to %s, without a signature", async (region, page) => {
    const url = new URL(await getAuthorizationUrl({ ...APP, region, redirectUrl: BACK, state: "a&b" }));
    expect(url.origin + url.pathname).toBe(page);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...{ partner_id: "1", auth_type: "seller", redirect_uri: BACK, response_type: "code", state: "a&b" },
    });
  });

  test("leads to the page of an emulator, or of the region whose host is given", async () => {
    const pageOf = async (baseUrl: string) =>
      (await getAuthorizationUrl({ partnerId: 1, baseUrl, redirectUrl: BACK })).split("?")[0];
    expect(await pageOf("http://127.0.0.1:8080")).toBe("http://127.0.0.1:8080/auth");
    expect(await pageOf("https://openplatform.shopee.cn/")).toBe("https://open.shopee.cn/auth");
  });

  test("of affiliates says so, and has no state where none is given", async () => {
    const url = new URL(await getAuthorizationUrl({ partnerId: 1, redirectUrl: new URL(BACK), authType: "user" }));
    expect(url.searchParams.get("auth_type")).toBe("user");
    expect(url.searchParams.has("state")).toBe(false);
  });

  test("of old is signed", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: NOW });
    const url = new URL(await getAuthorizationUrl({ ...APP, redirectUrl: BACK, state: "s", link: "signed" }));
    expect(url.origin + url.pathname).toBe("https://partner.shopeemobile.com/api/v2/shop/auth_partner");
    const base = `1/api/v2/shop/auth_partner${NOW / 1000}`;
    expect(Object.fromEntries(url.searchParams)).toEqual({
      partner_id: "1",
      timestamp: `${NOW / 1000}`,
      sign: createHmac("sha256", APP.partnerKey).update(base).digest("hex"),
      redirect: `${BACK}&state=s`,
    });
  });

  test.each<[object, RegExp]>([
    [{ redirectUrl: undefined }, /redirectUrl must be a whole URL/],
    [{ redirectUrl: "/back" }, /redirectUrl/],
    [{ partnerId: "1" }, /partnerId/],
    [{ region: "atlantis" }, /region/],
    [{ authType: "shop" }, /authType must be "seller" or "user"/],
    [{ link: "old" }, /link must be "page" or "signed"/],
    [{ link: "signed", partnerKey: undefined }, /partnerKey/],
    [{ state: "" }, /state/],
    [{ redirectUri: BACK }, /no option redirectUri \(did you mean redirectUrl\?\)/],
  ])("with %j is refused", async (wrong, message) => {
    const { error } = await settle(getAuthorizationUrl({ ...APP, redirectUrl: BACK, ...wrong }));
    expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringMatching(message) });
  });
});

describe("a code", () => {
  function exchange(answer: object, options: Partial<ExchangeCodeOptions>) {
    vi.useFakeTimers({ toFake: ["Date"], now: NOW });
    const { fetch, requests } = answerFetch(() => ({ body: answer }));
    const exchanging = settle(exchangeCode({ ...APP, fetch, retry: { limit: 0 }, ...options }));
    return { exchanging, requests };
  }

  const pair = { accessToken: "access-1", refreshToken: "refresh-1", expiresAt: NOW + 14_400_000 };

  test.each([
    { address: `${BACK}&code=c&shop_id=7&state=s`, state: "s" },
    { address: new URL(`${BACK}&code=c&shop_id=7`) },
    { address: `${BACK}&code=c&shop_id=7`, shopId: 8 },
    { code: "c", shopId: 7 },
  ])("of a shop (%j) gets its pair, which is kept", async (given) => {
    const store = createMemoryStore();
    const { exchanging, requests } = exchange(PAIR, { ...given, store });
    expect((await exchanging).value).toEqual({ pair, accounts: [{ shopId: 7 }] });
    expect(await store.get("shopee-media:token:1:7")).toEqual(pair);
    expect(requests).toHaveLength(1);
    expect(JSON.parse(await requests[0]!.text!())).toEqual({ code: "c", partner_id: 1, shop_id: 7 });
    expect([...requests[0]!.query.keys()].sort()).toEqual(["partner_id", "sign", "timestamp"]);
  });

  test("of a main account keeps a pair for each that it lists", async () => {
    const store = createMemoryStore();
    const lists = { shop_id_list: [1, "2", 0, null], merchant_id_list: [3], user_id_list: [4] };
    const { exchanging, requests } = exchange({ ...PAIR, ...lists }, {
      address: `${BACK}&code=c&main_account_id=5`,
      store,
    });
    expect((await exchanging).value).toEqual({
      ...{ pair, mainAccountId: 5 },
      accounts: [{ shopId: 1 }, { shopId: 2 }, { merchantId: 3 }, { userId: 4 }],
    });
    for (const id of ["1", "2", "merchant:3", "user:4"]) {
      expect(await store.get(`shopee-media:token:1:${id}`)).toEqual(pair);
    }
    expect(JSON.parse(await requests[0]!.text!())).toEqual({ code: "c", partner_id: 1, main_account_id: 5 });
    const source = createRefreshingToken({ ...APP, merchantId: 3, store });
    expect(await source.get()).toBe("access-1");
  });

  test("may be kept under another key", async () => {
    const store = createMemoryStore();
    await exchange(PAIR, { code: "c", shopId: 7, store, keyOf: ({ shopId }) => `shop ${shopId}` }).exchanging;
    expect(await store.get("shop 7")).toEqual(pair);
  });

  test("is not made with a store that fails: the code is not spent for nothing", async () => {
    const broken = new Error("no disk");
    const store = { ...createMemoryStore(), get: () => Promise.reject(broken) };
    const { exchanging, requests } = exchange(PAIR, { code: "c", shopId: 7, store });
    expect((await exchanging).error).toMatchObject({ name: "ShopeeMediaError", cause: broken });
    expect(requests).toEqual([]);
  });

  test("of a main account that has nothing is told", async () => {
    const { exchanging } = exchange(PAIR, { code: "c", mainAccountId: 5 });
    expect((await exchanging).error).toMatchObject({
      message: expect.stringContaining("names no shop, merchant or user"),
    });
  });

  test("that is refused is a matter of authorisation, and never shown", async () => {
    const answer = { error: "invalid_code", message: "Invalid code canary.", request_id: "r" };
    const { error } = await exchange(answer, { code: "canary", shopId: 7 }).exchanging;
    expect(error).toMatchObject({ name: "ShopeeApiError", kind: "authorization", retryable: false });
    expect((error as Error).message).toContain("the seller has to authorise the app again (invalid_code)");
    expect(textOfError(error)).not.toContain("canary");
  });

  test.each<[Partial<ExchangeCodeOptions>, RegExp]>([
    [{}, /code must be a string/],
    [{ code: "", shopId: 7 }, /code must be a string/],
    [{ code: "canary" }, /one of shopId and mainAccountId/],
    [{ code: "canary", shopId: 7, mainAccountId: 5 }, /one of shopId and mainAccountId/],
    [{ code: "canary", shopId: 0 }, /shopId must be a whole number/],
    [{ code: "canary", shopId: 7, state: "s" }, /state is given with an address/],
    [{ address: `${BACK}&code=canary&shop_id=7`, code: "canary" }, /address is given alone/],
    [{ address: "code=canary&shop_id=7" }, /address must be a whole URL/],
    [{ address: `${BACK}&shop_id=7` }, /it has no code/],
    [{ address: `${BACK}&code=canary` }, /neither shop_id nor main_account_id/],
    [{ address: `${BACK}&code=canary&shop_id=x` }, /neither shop_id nor main_account_id/],
    [{ address: `${BACK}&code=canary&shop_id=7`, state: "s" }, /state is another one/],
    [{ address: `${BACK}&code=canary&shop_id=7&state=t`, state: "s" }, /state is another one/],
    [{ code: "canary", shopId: 7, store: {} as never }, /store/],
  ])("with %j is refused where it is given, and nothing is sent", async (wrong, message) => {
    const { exchanging, requests } = exchange(PAIR, wrong);
    const { error } = await exchanging;
    expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringMatching(message) });
    expect(textOfError(error)).not.toContain("canary");
    expect(requests).toHaveLength(0);
  });
});
