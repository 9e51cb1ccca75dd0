import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  createMemoryStore,
  createRefreshingToken,
  exchangeCode,
  getAuthorizationUrl,
  MediaManager,
  type RefreshingTokenOptions,
} from "../../mod.ts";
import { answerFetch } from "../support/answer_fetch.ts";
import { CREDENTIALS } from "../support/manager_for.ts";
import { settle } from "../support/settle.ts";

const { partnerId, partnerKey, shopId } = CREDENTIALS;
const APP = { partnerId, partnerKey };
const BACK = "https://erp.example/back?a=1&b=2";

describe("getAuthorizationUrl", () => {
  test.each(
    [
      ["global", "https://open.shopee.com/auth"],
      ["china", "https://open.shopee.cn/auth"],
      ["brazil", "https://open.shopee.com.br/auth"],
      ["sandbox", "https://open.sandbox.test-stable.shopee.com/auth"],
      ["sandbox-china", "https://open.sandbox.test-stable.shopee.cn/auth"],
    ] as const,
  )("%s has its own page, without a signature", async (region, page) => {
    const url = new URL(await getAuthorizationUrl({ ...APP, region, redirectUrl: BACK, state: "s&1" }));
    expect(url.origin + url.pathname).toBe(page);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      partner_id: `${partnerId}`,
      auth_type: "seller",
      redirect_uri: BACK,
      response_type: "code",
      state: "s&1",
    });
  });

  test("the page needs no key, and a host of one's own has one, too", async () => {
    const url = await getAuthorizationUrl({ partnerId, baseUrl: "http://127.0.0.1:8080", redirectUrl: new URL(BACK) });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:8080\/auth\?partner_id=/);
    expect(url).not.toContain("state");
  });

  test("the older link is signed as a Public call", async () => {
    const url = new URL(await getAuthorizationUrl({ ...APP, redirectUrl: BACK, link: "signed" }));
    const { timestamp, sign, ...rest } = Object.fromEntries(url.searchParams);
    expect(url.origin + url.pathname).toBe("https://partner.shopeemobile.com/api/v2/shop/auth_partner");
    expect(rest).toEqual({ partner_id: `${partnerId}`, redirect: BACK });
    const base = `${partnerId}${url.pathname}${timestamp}`;
    expect(sign).toBe(createHmac("sha256", partnerKey).update(base).digest("hex"));
    expect(url.href).not.toContain(partnerKey);
  });

  test.each<[object, string]>([
    [{ redirectUrl: "/back" }, "redirectUrl"],
    [{ region: "mars" }, "region"],
    [{ link: "new" }, "link"],
    [{ state: 5 }, "state"],
    [{ link: "signed", state: "a" }, "state"],
    [{ link: "signed", partnerKey: undefined }, "partnerKey"],
    [{ partnerId: "x" }, "partnerId"],
    [{ redirectUri: BACK }, "redirectUri"],
  ])("%j is refused, naming %s", async (wrong, name) => {
    const { error } = await settle(getAuthorizationUrl({ ...APP, redirectUrl: BACK, ...wrong }));
    expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringContaining(name) });
  });
});

const TOKENS = {
  access_token: "a-1",
  refresh_token: "r-1",
  expire_in: 14_400,
  error: "",
  message: "",
  request_id: "q",
};

describe("exchangeCode", () => {
  test.each<[object, object]>([
    [{ shopId }, { shop_id: shopId }],
    [{ mainAccountId: 9 }, { main_account_id: 9 }],
  ])("%j: a Public call with the code alone", async (account, sent) => {
    const { fetch, requests } = answerFetch(() => ({ body: TOKENS }));
    await exchangeCode({ ...APP, ...account, code: "c-1", fetch });
    expect(requests[0]!.path).toBe("/api/v2/auth/token/get");
    expect([...requests[0]!.query.keys()].sort()).toEqual(["partner_id", "sign", "timestamp"]);
    expect(JSON.parse(await requests[0]!.text())).toEqual({ code: "c-1", partner_id: partnerId, ...sent });
  });

  test("the pair of a main account is kept for each that it has, to be exchanged before its use", async () => {
    const lists = { shop_id_list: [1, 2], merchant_id_list: [3], user_id_list: [4] };
    const { fetch } = answerFetch(() => ({ body: { ...TOKENS, ...lists } }));
    const store = createMemoryStore();
    expect(await exchangeCode({ ...APP, mainAccountId: 9, code: "c-1", store, fetch })).toEqual({
      ...{ accessToken: "a-1", refreshToken: "r-1", expiresAt: expect.any(Number) },
      ...{ shopIds: [1, 2], merchantIds: [3], userIds: [4] },
    });
    for (const key of ["1", "2", "merchant:3", "user:4"]) {
      expect(await store.get(`shopee-media:token:${partnerId}:${key}`)).toEqual({
        ...{ accessToken: "a-1", refreshToken: "r-1", expiresAt: 0 },
      });
    }
  });

  test.each<[object, string]>([
    [{ code: "" }, "code"],
    [{ shopId: undefined }, "shopId or mainAccountId"],
    [{ mainAccountId: 9 }, "shopId or mainAccountId"],
    [{ shopId: undefined, mainAccountId: "x" }, "mainAccountId"],
    [{ store: {} }, "store"],
    [{ kode: "c" }, "kode"],
  ])("%j is refused, naming %s", async (wrong, name) => {
    const { fetch, requests } = answerFetch(() => ({ body: TOKENS }));
    const { error } = await settle(exchangeCode({ ...APP, shopId, code: "c-1", fetch, ...wrong }));
    expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringContaining(name) });
    expect(requests).toEqual([]);
  });

  test.each([{ access_token: "" }, { refresh_token: null }])("an answer with %j has no tokens", async (odd) => {
    const { fetch } = answerFetch(() => ({ body: { ...TOKENS, ...odd } }));
    const { error } = await settle(exchangeCode({ ...APP, shopId, code: "c-1", fetch }));
    expect(error).toMatchObject({ name: "ShopeeMediaError", mayHaveSucceeded: true });
    expect(String(error)).toContain("Cannot exchange the code for tokens");
  });
});

describe("createRefreshingToken", () => {
  test.each([["shop", { shopId: 5 }], ["user", { userId: 5 }], ["merchant", { merchantId: 5 }]] as const)(
    "of a %s asks for its tokens, and keeps them apart",
    async (owner, account) => {
      const { fetch, requests } = answerFetch(() => ({ body: TOKENS }));
      const store = createMemoryStore();
      const source = createRefreshingToken({ ...APP, ...account, store, fetch, refreshToken: "first" });
      expect(await source.get()).toBe("a-1");
      expect(JSON.parse(await requests[0]!.text())).toEqual({
        ...{ refresh_token: "first", partner_id: partnerId, [`${owner}_id`]: 5 },
      });
      const key = owner === "shop" ? "5" : `${owner}:5`;
      expect(await store.get(`shopee-media:token:${partnerId}:${key}`)).toMatchObject({ refreshToken: "r-1" });
    },
  );

  const PAIR = { accessToken: "a-0", refreshToken: "r-0", expiresAt: Date.now() + 9e6 };
  test.each<[object, string]>([
    [{ userId: 5 }, "one of shopId, userId and merchantId"],
    [{ shopId: undefined }, "shopId"],
    [{ shopId: undefined, merchantId: 0 }, "merchantId"],
    [{ refreshToken: "first" }, "either refreshToken or pair"],
    [{ pair: { ...PAIR, accessToken: "" } }, "pair must have"],
    [{ pair: { ...PAIR, refreshToken: undefined } }, "pair must have"],
    [{ pair: { ...PAIR, expiresAt: "soon" } }, "pair must have"],
    [{ store: undefined }, "store"],
  ])("%j is refused where it is given, and shows no token", (wrong, text) => {
    const options = { ...APP, shopId, store: createMemoryStore(), pair: PAIR, ...wrong } as RefreshingTokenOptions;
    const make = () => createRefreshingToken(options);
    expect(make).toThrow(
      expect.objectContaining({ name: "InvalidInputError", message: expect.stringContaining(text) }),
    );
    expect(make).toThrow(expect.objectContaining({ message: expect.not.stringMatching(/a-0|r-0/) }));
  });

  test.each(["", { get: () => "" }])(
    "an access token that is %j is refused before a request goes out",
    async (token) => {
      const { fetch, requests } = answerFetch(() => ({ body: TOKENS }));
      const accessToken = typeof token === "string" ? token : { ...token, refresh: () => "" };
      const { error } = await settle((async () => {
        const media = new MediaManager({ ...APP, shopId, accessToken, fetch });
        return await media.initVideoUpload({ file_md5: "a".repeat(32), file_size: 3 });
      })());
      expect(error).toMatchObject({ name: expect.stringMatching(/InvalidInputError|ShopeeMediaError/) });
      expect(requests).toEqual([]);
    },
  );
});
