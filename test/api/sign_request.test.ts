import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { signRequest, type SignRequestOptions } from "../../src/api/sign_request.ts";
import { runtime } from "../../src/runtime.ts";
import { CREDENTIALS, sign } from "../support/manager_for.ts";

const { partnerId, partnerKey, shopId, accessToken } = CREDENTIALS;
const credentials = {
  baseUrl: "https://partner.shopeemobile.com",
  partnerId,
  partnerKey,
  hmac: runtime.hmacSha256(partnerKey),
};
const timestamp = 1_800_000_000;
const SHOP = { owner: "shop", id: shopId, accessToken } as const;
const PART = "/api/v2/media_space/upload_video_part";
const RESULT = "/api/v2/media_space/get_video_upload_result";

function queryOf(url: string): Record<string, string> {
  return Object.fromEntries(new URL(url).searchParams);
}

test.each<[string, string, Partial<SignRequestOptions>, Record<string, string>]>([
  ["a Public call", PART, {}, {}],
  ["a Public call with a query", RESULT, { query: { video_upload_id: "sg_1" } }, { video_upload_id: "sg_1" }],
  ["a Shop call", RESULT, { signedFor: SHOP }, { access_token: accessToken, shop_id: `${shopId}` }],
  [
    "a Shop call with a query",
    RESULT,
    { signedFor: SHOP, query: { video_upload_id: "a b&c=d" } },
    { access_token: accessToken, shop_id: `${shopId}`, video_upload_id: "a b&c=d" },
  ],
  // A Public call may be signed as a Shop call, too.
  ["a Public call, signed as a Shop call", PART, { signedFor: SHOP }, {
    access_token: accessToken,
    shop_id: `${shopId}`,
  }],
  ["a query that has a name of the signature", PART, { query: { sign: "mine", partner_id: "1" } }, {}],
])("%s carries its signature in the query, and nothing else", async (_, path, options, own) => {
  const { url } = await signRequest(path, { credentials, timestamp, ...options });
  expect(url.startsWith(`https://partner.shopeemobile.com${path}?`)).toBe(true);
  expect(queryOf(url)).toEqual({
    partner_id: `${partnerId}`,
    timestamp: `${timestamp}`,
    sign: sign({
      partnerId,
      partnerKey,
      path,
      timestamp: `${timestamp}`,
      ...(options.signedFor && { shopId, accessToken }),
    }),
    ...own,
  });
});

test.each<[string, Partial<SignRequestOptions>, string]>([
  ["Public", {}, `${partnerId}${PART}${timestamp}`],
  ["Shop", { signedFor: SHOP }, `${partnerId}${PART}${timestamp}${accessToken}${shopId}`],
  ["query", { query: { video_upload_id: "sg_1" } }, `${partnerId}${PART}${timestamp}`],
  ["User", { signedFor: { owner: "user", id: 5, accessToken } }, `${partnerId}${PART}${timestamp}${accessToken}5`],
  [
    "Merchant",
    { signedFor: { owner: "merchant", id: 6, accessToken } },
    `${partnerId}${PART}${timestamp}${accessToken}6`,
  ],
])("what is signed is the contract's base string: %s", async (_, options, base) => {
  const hmac = vi.fn(() => Promise.resolve("f".repeat(64)));
  const { url } = await signRequest(PART, { credentials: { ...credentials, hmac }, timestamp, ...options });
  expect(hmac.mock.calls).toEqual([[base]]);
  expect(queryOf(url).sign).toBe("f".repeat(64));
});

test("the key, the signature and the token must not be shown", async () => {
  const open = await signRequest(PART, { credentials, timestamp });
  expect(open.secrets.toSorted()).toEqual([partnerKey, queryOf(open.url).sign].toSorted());
  const shop = await signRequest(PART, { credentials, timestamp, signedFor: SHOP });
  expect(shop.secrets.toSorted()).toEqual([partnerKey, accessToken, queryOf(shop.url).sign].toSorted());
});

test("any token and any query arrive as they were given", async () => {
  await fc.assert(fc.asyncProperty(
    fc.string({ unit: "grapheme", minLength: 1 }),
    fc.dictionary(fc.constantFrom("video_upload_id", "page", "näme"), fc.string({ unit: "grapheme" })),
    async (accessToken, query) => {
      const { url } = await signRequest(RESULT, {
        credentials,
        timestamp,
        signedFor: { owner: "shop", id: shopId, accessToken },
        query,
      });
      expect(queryOf(url)).toMatchObject({ ...query, access_token: accessToken, shop_id: `${shopId}` });
      expect(url).not.toContain(encodeURIComponent(partnerKey));
    },
  ));
});
