import { describe, expect, test } from "vitest";
import type { InvalidInputError, MediaManagerOptions } from "../../mod.ts";
import { ENDPOINTS } from "../../src/platform/endpoints.ts";
import { EVERY_CALL, PUBLIC_CALLS } from "../support/every_call.ts";
import { CREDENTIALS, managerFor, sign } from "../support/manager_for.ts";
import {
  type Answerer,
  failure,
  type RecordedRequest,
  startRecordingServer,
  wellDone,
} from "../support/recording_server.ts";
import { settle } from "../support/settle.ts";

const PARAMS = { video_upload_id: "sg_1" };
const REFUSALS: [code: string, message: string][] = [
  ["error_param", "There is no access_token in query."],
  ["product.error_param", "There is no access_token in query."],
  ["error_auth", "Invalid access_token."],
  ["common.error_auth", "Invalid access_token."],
];

/** Refuses every call that was signed without a token. */
function wantsToken(code: string, message: string): Answerer {
  return (request, index) =>
    request.query.has("access_token") ? wellDone(request, index) : failure(code, message, { status: 403 });
}

function expectSigned({ path, query }: RecordedRequest, as: "public" | "shop"): void {
  const { partnerId, partnerKey, accessToken, shopId } = CREDENTIALS;
  const timestamp = query.get("timestamp")!;
  const shop = as === "shop" ? { accessToken, shopId } : {};
  expect(query.get("access_token")).toBe(shop.accessToken ?? null);
  expect(query.get("shop_id")).toBe(shop.shopId === undefined ? null : `${shopId}`);
  expect(query.get("sign")).toBe(sign({ partnerId, partnerKey, path, timestamp, ...shop }));
}

describe.each(PUBLIC_CALLS)("%s", (name) => {
  test.each(REFUSALS)('is signed for the shop once Shopee answers %s "%s", and from then on', async (code, message) => {
    const server = await startRecordingServer(wantsToken(code, message));
    const media = managerFor(server);
    await EVERY_CALL[name](media);
    await EVERY_CALL[name](media);
    expect(server.requests.map(({ path }) => path)).toEqual(Array(3).fill(ENDPOINTS[name].path));
    const [first, ...others] = server.requests;
    expectSigned(first!, "public");
    for (const request of others) expectSigned(request, "shop");
  });

  test('is signed for the shop at once with signAs: "shop"', async () => {
    const server = await startRecordingServer();
    await EVERY_CALL[name](managerFor(server, { signAs: "shop" }));
    expect(server.requests).toHaveLength(1);
    expectSigned(server.requests[0]!, "shop");
  });
});

test("what Shopee wants of one call says nothing of another", async () => {
  const server = await startRecordingServer((request, index) =>
    request.path === ENDPOINTS.completeMediaVideoUpload.path
      ? wantsToken("error_auth", "Invalid access_token.")(request, index)
      : wellDone(request, index)
  );
  const media = managerFor(server);
  await media.completeMediaVideoUpload(PARAMS);
  await media.cancelMediaVideoUpload(PARAMS);
  expectSigned(server.requests.at(-1)!, "public");
});

test("a token that was taken for the fallback and is refused is refreshed, as any other", async () => {
  const server = await startRecordingServer(({ query }) => {
    const token = query.get("access_token");
    if (token === null) return failure("error_param", "There is no access_token in query.");
    return token === "token-1"
      ? wellDone({ path: "" } as RecordedRequest, 0)
      : failure("error_auth", "Invalid access_token.");
  });
  let token = "token-0";
  const accessToken = { get: () => token, refresh: () => token = "token-1" };
  await managerFor(server, { accessToken }).completeMediaVideoUpload(PARAMS);
  expect(server.requests.map(({ query }) => query.get("access_token"))).toEqual([null, "token-0", "token-1"]);
});

test.each<[Partial<MediaManagerOptions>, string]>([
  [{ shopId: undefined }, "no shopId"],
  [{ accessToken: undefined }, "no accessToken"],
  [{ shopId: undefined, accessToken: undefined }, "no shopId and no accessToken"],
])("a manager without %j says what is missing, and what Shopee answered", async (options, missing) => {
  const server = await startRecordingServer(wantsToken("error_param", "There is no access_token in query."));
  const media = managerFor(server, { shopId: CREDENTIALS.shopId, ...options });
  for (let call = 0; call < 2; call++) {
    const { error } = await settle(media.completeMediaVideoUpload(PARAMS));
    expect(error).toMatchObject({
      name: "InvalidInputError",
      message: `Cannot complete the upload sg_1: it has to be signed for a shop, and the MediaManager has ${missing}`,
      cause: { name: "ShopeeApiError", code: "error_param", kind: "signing_mode", requestId: "request-1" },
      mayHaveSucceeded: false,
    });
  }
  // What is known need not be asked again.
  expect(server.requests).toHaveLength(1);
});

test.each<[Partial<MediaManagerOptions>, string]>([
  [{ shopId: undefined }, "no shopId"],
  [{ accessToken: undefined }, "no accessToken"],
])(
  'with signAs: "shop", or for a Shop call, one without %j says what is missing before anything is sent',
  async (options, missing) => {
    const server = await startRecordingServer();
    const media = managerFor(server, { signAs: "shop", ...options });
    for (const call of [media.cancelMediaVideoUpload(PARAMS), media.cancelVideoUpload(PARAMS)]) {
      const error = (await settle(call)).error as InvalidInputError;
      expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringContaining(`has ${missing}`) });
      expect(error).not.toHaveProperty("cause");
    }
    expect(server.requests).toHaveLength(0);
  },
);

test("a call that was signed for the shop and still lacks its token for Shopee ends there", async () => {
  const server = await startRecordingServer(() => failure("error_param", "There is no access_token in query."));
  await expect(managerFor(server).completeMediaVideoUpload(PARAMS)).rejects.toMatchObject({ kind: "signing_mode" });
  expect(server.requests).toHaveLength(2);
});
