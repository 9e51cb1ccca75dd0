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
