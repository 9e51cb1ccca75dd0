import { expect, test, vi } from "vitest";
import { MediaManager, type ShopOptions } from "../../mod.ts";
import { CREDENTIALS, managerFor, sign } from "../support/manager_for.ts";
import { failure, startRecordingServer, wellDone } from "../support/recording_server.ts";
import { settle } from "../support/settle.ts";

const PARAMS = { video_upload_id: "sg_1" };
const OTHER = { shopId: 7, accessToken: "token of shop seven" };

test("its calls are the other shop's, and the first manager's stay its own", async () => {
  const server = await startRecordingServer();
  const media = managerFor(server);
  const other = media.forShop(OTHER);
  expect(other).toBeInstanceOf(MediaManager);
  await other.getVideoUploadResult(PARAMS);
  await media.getVideoUploadResult(PARAMS);
  const { partnerId, partnerKey } = CREDENTIALS;
  [OTHER, CREDENTIALS].forEach(({ shopId, accessToken }, index) => {
    const { path, query } = server.requests[index]!;
    expect(query.get("shop_id")).toBe(`${shopId}`);
    expect(query.get("access_token")).toBe(accessToken);
    const timestamp = query.get("timestamp")!;
    expect(query.get("sign")).toBe(sign({ partnerId, partnerKey, path, timestamp, accessToken, shopId }));
  });
});

test("it has the options of the one it comes from, and of an app without a shop", async () => {
  const server = await startRecordingServer(() => failure("error_server"));
  const onRequest = vi.fn();
  const options = { onRequest, retry: { limit: 2, baseDelay: 0 }, signAs: "shop" } as const;
  const app = managerFor(server, { ...options, shopId: undefined, accessToken: undefined });
  await settle(app.forShop(OTHER).completeMediaVideoUpload(PARAMS));
  expect(server.requests.map(({ query }) => query.get("shop_id"))).toEqual(["7", "7", "7"]);
  expect(onRequest).toHaveBeenCalledTimes(3);
  await expect(app.completeMediaVideoUpload(PARAMS)).rejects.toMatchObject({ name: "InvalidInputError" });
});

test("what one has learnt of the platform's clock, all know", async () => {
  const server = await startRecordingServer((request, index) => {
    const now = Date.now() / 1000 + 3600;
    if (Math.abs(now - Number(request.query.get("timestamp"))) < 300) return wellDone(request, index);
    const headers = { Date: new Date(now * 1000).toUTCString() };
    return { headers, json: { code: 1, error: "error_param", msg: "Timestamp is expired.", debug_message: "" } };
  });
  const media = managerFor(server);
  await media.forShop(OTHER).getVideoUploadResult(PARAMS);
  await media.getVideoUploadResult(PARAMS);
  await media.forShop({ ...OTHER, shopId: 8 }).getVideoUploadResult(PARAMS);
  // The first learnt it, from the text under `msg`.
  expect(server.requests.map(({ query }) => query.get("shop_id"))).toEqual(["7", "7", `${CREDENTIALS.shopId}`, "8"]);
});

test("how Shopee wants a call to be signed, all know", async () => {
  const server = await startRecordingServer((request, index) =>
    request.query.has("access_token") ? wellDone(request, index) : failure("error_auth", "Invalid access_token.")
  );
  const media = managerFor(server);
  await media.completeMediaVideoUpload(PARAMS);
  await media.forShop(OTHER).completeMediaVideoUpload(PARAMS);
  expect(server.requests.map(({ query }) => query.get("shop_id"))).toEqual([null, `${CREDENTIALS.shopId}`, "7"]);
});

test("each shop's token is refreshed by itself", async () => {
  const server = await startRecordingServer((request, index) =>
    request.query.get("access_token")!.endsWith("stale") ? failure("invalid_access_token") : wellDone(request, index)
  );
  const source = (name: string) => {
    let token = `${name} stale`;
    return { get: () => token, refresh: vi.fn((stale: string) => token = stale.replace("stale", "fresh")) };
  };
  const sources = [source("one"), source("two")];
  const media = managerFor(server, { accessToken: sources[0]! });
  const other = media.forShop({ shopId: 7, accessToken: sources[1]! });
  await Promise.all([media, media, other, other].map((manager) => manager.getVideoUploadResult(PARAMS)));
  expect(sources.map(({ refresh }) => refresh.mock.calls)).toEqual([[["one stale"]], [["two stale"]]]);
});

test.each<[string, Partial<Record<keyof ShopOptions, unknown>>]>([
  ["shopId", { accessToken: "t" }],
  ["shopId", { shopId: "7", accessToken: "t" }],
  ["shopId", { shopId: 0, accessToken: "t" }],
  ["accessToken", { shopId: 7 }],
  ["accessToken", { shopId: 7, accessToken: "" }],
  ["accessToken", { shopId: 7, accessToken: null }],
])("a shop with a wrong %s is refused: %j", (name, shop) => {
  const make = () => new MediaManager(CREDENTIALS).forShop(shop as unknown as ShopOptions);
  expect(make).toThrow(expect.objectContaining({ name: "InvalidInputError", message: expect.stringContaining(name) }));
});
