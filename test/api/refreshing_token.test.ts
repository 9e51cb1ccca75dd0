import { afterEach, expect, test, vi } from "vitest";
import {
  createMemoryStore,
  createRefreshingToken,
  type KeyValueStore,
  type RefreshingTokenOptions,
} from "../../mod.ts";
import { answerFetch } from "../support/answer_fetch.ts";
import { CREDENTIALS } from "../support/manager_for.ts";
import { settle } from "../support/settle.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const { partnerId, partnerKey, shopId } = CREDENTIALS;
const KEY = `shopee-media:token:${partnerId}:${shopId}`;

afterEach(() => void vi.useRealTimers());

function connect(answer: Record<string, unknown>, options: Partial<RefreshingTokenOptions> = {}) {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
  const { fetch, requests } = answerFetch(() => ({ body: answer }));
  const store = createMemoryStore();
  const source = createRefreshingToken({
    ...{ partnerId, partnerKey, shopId, store, fetch, refreshToken: "first", retry: { limit: 0 } },
    ...options,
  });
  return { source, store, requests };
}

const PAIR = { access_token: "access-1", refresh_token: "refresh-1", error: "", message: "", request_id: "r1" };

test.each<[expireIn: unknown, seconds: number]>([
  [14_400, 14_400],
  ["3600", 3_600],
  // One sample of the platform's has a time there.
  [NOW / 1000 + 7_200, 7_200],
  // The pair is all there is, so what it leaves out must not lose it.
  [undefined, 14_400],
  [null, 14_400],
  ["soon", 14_400],
  [0, 14_400],
  [-5, 14_400],
])("an expire_in of %j ends in %d s", async (expire_in, seconds) => {
  const { source, store } = connect({ ...PAIR, expire_in });
  expect(await source.get()).toBe("access-1");
  expect(await store.get(KEY)).toEqual({
    ...{ accessToken: "access-1", refreshToken: "refresh-1", expiresAt: NOW + seconds * 1000 },
  });
});

test.each([{ error: "-", message: "-" }, { error: null }, { error: undefined }])(
  "a pair is one that comes with %j",
  async (odd) => {
    const { source } = connect({ ...PAIR, ...odd });
    expect(await source.get()).toBe("access-1");
  },
);

test.each([{ access_token: undefined }, { refresh_token: "" }, { access_token: 17 }])(
  "one without its tokens (%j) is no pair, and the refresh token may be spent",
  async (odd) => {
    const { source, store } = connect({ ...PAIR, ...odd });
    expect((await settle(source.get())).error).toMatchObject({
      name: "ShopeeMediaError",
      message: "Cannot refresh the access token: Shopee's answer has no access_token or no refresh_token",
      mayHaveSucceeded: true,
    });
    expect(await store.get(KEY)).toBeUndefined();
  },
);

test("it is never signed for the shop, whatever Shopee says", async () => {
  const answer = { error: "error_param", message: "There is no access_token in query.", request_id: "r1" };
  const { source, requests } = connect(answer, { signAs: "shop" } as object);
  expect((await settle(source.get())).error).toMatchObject({ name: "ShopeeApiError", kind: "signing_mode" });
  expect(requests).toHaveLength(1);
  expect([...requests[0]!.query.keys()].sort()).toEqual(["partner_id", "sign", "timestamp"]);
});

test.each(["", null, 17])("a refreshToken that is %j is refused where it is given", (refreshToken) => {
  expect(() => connect(PAIR, { refreshToken: refreshToken as string })).toThrow(
    expect.objectContaining({ name: "InvalidInputError", message: expect.stringContaining("refreshToken") }),
  );
});

test.each(["get", "set"] as const)(
  "a store whose %s fails is an error of ours, with the store's as its cause",
  async (failing) => {
    const broken = new Error("The disk is full");
    const store: KeyValueStore = { ...createMemoryStore(), [failing]: () => Promise.reject(broken) };
    const { source } = connect({ ...PAIR, expire_in: 14_400 }, { store });
    expect((await settle(source.get())).error).toMatchObject({ name: "ShopeeMediaError", cause: broken });
  },
);

test.each([
  [{ shopId: 7 }, { shop_id: 7 }, "7"],
  [{ shopId: undefined, userId: 8 }, { user_id: 8 }, "user:8"],
  [{ shopId: undefined, merchantId: 9 }, { merchant_id: 9 }, "merchant:9"],
])("of %j the refresh names %j, and a key of its own", async (account, named, key) => {
  const { source, store, requests } = connect({ ...PAIR, expire_in: 14_400 }, account);
  expect(await source.get()).toBe("access-1");
  expect(JSON.parse(await requests[0]!.text!())).toEqual({ refresh_token: "first", partner_id: partnerId, ...named });
  expect(await store.get(`shopee-media:token:${partnerId}:${key}`)).toMatchObject({ refreshToken: "refresh-1" });
});

test.each<[Partial<RefreshingTokenOptions>, RegExp]>([
  [{ shopId: undefined }, /shopId must be given, or a userId or a merchantId/],
  [{ userId: 1 }, /shopId must be alone.*with userId/],
  [{ shopId: undefined, userId: 1, merchantId: 2 }, /userId must be alone.*with merchantId/],
  [{ shopId: undefined, userId: 0 }, /userId must be a whole number/],
  [{ pair: { accessToken: "a", refreshToken: "b" } }, /pair must be given alone/],
  [{ refreshToken: undefined, pair: { accessToken: "", refreshToken: "b" } }, /accessToken of the pair/],
  [{ refreshToken: undefined, pair: { accessToken: "a", refreshToken: "" } }, /refreshToken of the pair/],
  [{ refreshToken: undefined, pair: { accessToken: "a" } as never }, /refreshToken of the pair/],
  [{ refreshToken: undefined, pair: { accessToken: "a", refreshToken: "b", expiresAt: NaN } }, /expiresAt of the pair/],
  [{ refreshToken: undefined, pair: { access_token: "a" } as never }, /pair has no option access_token/],
])("options with %j are refused", (wrong, message) => {
  expect(() => connect(PAIR, wrong)).toThrow(
    expect.objectContaining({ name: "InvalidInputError", message: expect.stringMatching(message) }),
  );
});

test("a pair that one has is used until its end, and then refreshed", async () => {
  const pair = { accessToken: "own", refreshToken: "own-refresh", expiresAt: NOW + 3_600_000 };
  const { source, store, requests } = connect({ ...PAIR, expire_in: 14_400 }, { refreshToken: undefined, pair });
  expect(await source.get()).toBe("own");
  expect(requests).toHaveLength(0);
  vi.setSystemTime(NOW + 3_700_000);
  expect(await source.get()).toBe("access-1");
  expect(JSON.parse(await requests[0]!.text!())).toMatchObject({ refresh_token: "own-refresh" });
  expect(await store.get(KEY)).toMatchObject({ refreshToken: "refresh-1" });
});

test("one that does not tell its end is used until Shopee refuses it", async () => {
  const pair = { accessToken: "own", refreshToken: "own-refresh" };
  const { source, store } = connect({ ...PAIR, expire_in: 14_400 }, { refreshToken: undefined });
  await store.set(KEY, pair);
  expect(await source.get()).toBe("own");
  expect(await source.refresh("own")).toBe("access-1");
  expect(await source.get()).toBe("access-1");
});
