import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { isShopeeApiError, isTransportError, MediaManager, type PlatformCall } from "../../mod.ts";
import { resendsRequests } from "../../src/runtime.ts";
import { answerFetch } from "../support/answer_fetch.ts";
import { CREDENTIALS, managerFor, sign } from "../support/manager_for.ts";
import { startRecordingServer } from "../support/recording_server.ts";
import { settle } from "../support/settle.ts";

const ADD_ITEM: PlatformCall = {
  method: "POST",
  path: "/api/v2/product/add_item",
  body: { item_name: "Shoes", video_upload_id: ["sg_1"] },
};
const DONE = { error: "", message: "", request_id: "r1", response: { item_id: 7 } };
const NO_PAUSE = { limit: 3, baseDelay: 0 };

test("a call is sent and signed as the reference has it, and its whole answer comes back", async () => {
  const server = await startRecordingServer(() => ({ json: { ...DONE, more: 1 } }));
  const media = managerFor(server);
  expect(await media.call(ADD_ITEM)).toEqual({ ...DONE, more: 1, warning: undefined });
  const [request] = server.requests;
  expect([request!.method, request!.path]).toEqual(["POST", ADD_ITEM.path]);
  expect(JSON.parse(new TextDecoder().decode(request!.body))).toEqual(ADD_ITEM.body);
  const { partnerId, partnerKey, shopId, accessToken } = CREDENTIALS;
  const timestamp = request!.query.get("timestamp")!;
  expect(Object.fromEntries(request!.query)).toEqual({
    partner_id: `${partnerId}`,
    timestamp,
    access_token: accessToken,
    shop_id: `${shopId}`,
    sign: sign({ partnerId, partnerKey, path: ADD_ITEM.path, timestamp, shopId, accessToken }),
  });
});

test.each(
  [
    ["public", {}],
    ["user", { user_id: "5", access_token: "a token" }],
    ["merchant", { merchant_id: "6", access_token: "a token" }],
  ] as const,
)("a call of the type %s is signed so", async (auth, owner) => {
  const { fetch, requests } = answerFetch(() => ({ body: DONE }));
  const { partnerId, partnerKey } = CREDENTIALS;
  const media = new MediaManager({ partnerId, partnerKey, userId: 5, merchantId: 6, accessToken: "a token", fetch });
  const query = { page: 1, item_id_list: [3, 4], deep: true, left: undefined };
  await media.call({ method: "GET", path: "/api/v2/video/get_cover_list", auth, query });
  const { timestamp: _timestamp, sign: _sign, ...rest } = Object.fromEntries(requests[0]!.query);
  expect(rest).toEqual({ partner_id: `${partnerId}`, page: "1", item_id_list: "3,4", deep: "true", ...owner });
});

test("a manager that has no user says so", async () => {
  const media = managerFor({ url: "https://shopee.test" });
  await expect(media.call({ method: "GET", path: "/api/v2/video/get_cover_list", auth: "user" })).rejects.toThrow(
    "Cannot call /api/v2/video/get_cover_list: it has to be signed for a user, and the MediaManager has no userId",
  );
});

const ANSWERS: [string, { status?: number; body: unknown }, attempts: number, whenIdempotent: number][] = [
  ["error_server", { body: { error: "error_server", message: "", request_id: "r" } }, 1, 4],
  ["HTML 502", { status: 502, body: "<html>" }, 1, 4],
  ["an empty answer", { body: "" }, 1, 4],
  ["too many calls", { body: { error: "error_rate_limit", message: "", request_id: "r" } }, 4, 4],
  ["a wrong clock", { body: { error: "error_param", message: "Invalid timestamp", request_id: "r" } }, 2, 2],
  ["a refusal", { body: { error: "error_param", message: "No name", request_id: "r" } }, 1, 1],
];

test.each(ANSWERS)("after %s a call is made again only where that does no harm", async (_, answer, once, often) => {
  for (const [idempotent, attempts] of [[undefined, once], [false, once], [true, often]] as const) {
    const { fetch, requests } = answerFetch(() => answer);
    const media = managerFor({ url: "https://shopee.test" }, { fetch, retry: NO_PAUSE });
    expect((await settle(media.call({ ...ADD_ITEM, idempotent }))).error).toBeDefined();
    expect(requests.length, `idempotent: ${idempotent}`).toBe(attempts);
  }
});

test("what only asks is asked again", async () => {
  const { fetch, requests } = answerFetch((_, index) => index === 0 ? { status: 502, body: "<html>" } : { body: DONE });
  const media = managerFor({ url: "https://shopee.test" }, { fetch, retry: NO_PAUSE });
  expect((await media.call({ method: "GET", path: "/api/v2/product/get_item_list" })).response).toEqual(DONE.response);
  expect(requests).toHaveLength(2);
});

test.skipIf(resendsRequests())(
  "an item whose answer is lost is not made twice, and the error says that it may be there",
  async () => {
    let requests = 0;
    const server = createServer((socket) => socket.once("data", () => (requests++, socket.destroy())));
    server.listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const media = managerFor({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, {
      retry: NO_PAUSE,
    });
    const { error } = await settle(media.call(ADD_ITEM));
    expect(error).toSatisfy(isTransportError);
    expect(error).toMatchObject({ mayHaveSucceeded: true });
    expect(requests).toBe(1);
  },
);

test("a connection that never stood is tried again", async () => {
  const attempts: number[] = [];
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  const media = managerFor({ url: `http://127.0.0.1:${port}` }, {
    retry: NO_PAUSE,
    onRequest: ({ attempt }) => attempts.push(attempt),
  });
  const { error } = await settle(media.call(ADD_ITEM));
  expect(error).toMatchObject({ mayHaveSucceeded: false });
  expect(attempts).toEqual([1, 2, 3, 4]);
});

test("a video that is too new for an item is told so, and that an item may be there", async () => {
  const body = { error: "product.error_param", message: "get video dispatcher info fail, 242400101", request_id: "r" };
  const { fetch, requests } = answerFetch(() => ({ body }));
  const { error } = await settle(managerFor({ url: "https://shopee.test" }, { fetch }).call(ADD_ITEM));
  expect(error).toSatisfy(isShopeeApiError);
  expect(error).toMatchObject({ kind: "not_attachable", mayHaveSucceeded: true, retryable: false });
  expect((error as Error).message).toContain("look it up by its SKU before another try");
  expect(requests).toHaveLength(1);
});

test.each<[string, object, string]>([
  ["a method", { method: "DELETE" }, "method"],
  ["a path with a query", { path: "/api/v2/a/b?x=1" }, "path"],
  ["a whole URL", { path: "https://shopee.test/api/v2/a/b" }, "path"],
  ["a path that leads up", { path: "/api/v2/../a" }, "path"],
  ["a type", { auth: "main" }, "auth"],
  ["a body of a GET", { method: "GET" }, "body"],
  ["a text for a body", { body: "{}" }, "body"],
  ["a parameter of the signature", { query: { sign: "mine" } }, "sign"],
  ["a name that is unknown", { params: {} }, "params"],
])("%s is refused before anything is sent", async (_, wrong, name) => {
  const { fetch, requests } = answerFetch(() => ({ body: DONE }));
  const media = managerFor({ url: "https://shopee.test" }, { fetch });
  const { error } = await settle(media.call({ ...ADD_ITEM, ...wrong } as PlatformCall));
  expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringContaining(name) });
  expect(requests).toEqual([]);
});
