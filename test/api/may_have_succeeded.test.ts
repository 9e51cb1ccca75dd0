import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { type MediaManagerOptions, ShopeeMediaError } from "../../mod.ts";
import { managerFor } from "../support/manager_for.ts";
import {
  type Answerer,
  brokenAttempt,
  failure,
  inTurn,
  type Reply,
  reset,
  silence,
  startRecordingServer,
  success,
} from "../support/recording_server.ts";
import { settle } from "../support/settle.ts";

const PARAMS = { video_upload_id: "sg_1" };
const HTML: Reply = { status: 502, text: "<html>" };

async function errorOf(answer: Answerer, options: Partial<MediaManagerOptions> = {}): Promise<ShopeeMediaError> {
  const server = await startRecordingServer(answer);
  const media = managerFor(server, { retry: { limit: 1, baseDelay: 0 }, ...options });
  const { error } = await settle(media.completeMediaVideoUpload(PARAMS));
  if (error instanceof ShopeeMediaError) return error;
  throw new Error("The call did not end in an error of ours", { cause: error });
}

test("an error says no by itself", () => {
  expect(new ShopeeMediaError("Cannot").mayHaveSucceeded).toBe(false);
  expect(new ShopeeMediaError("Cannot", { mayHaveSucceeded: true }).mayHaveSucceeded).toBe(true);
});

test.each<[string, Answerer, Partial<MediaManagerOptions>?]>([
  ["a connection that breaks", () => reset],
  ["no answer in time", () => silence, { timeout: { attempt: 50 } }],
  ["no answer in all the time there is", () => silence, { timeout: { total: 50 } }],
  ["HTML of a gateway", () => HTML],
  ["nothing", () => ({ text: "" })],
  ["half an envelope", () => ({ text: '{"error":"","mess' })],
  ["an answer that says neither yes nor no", () => ({ json: { message: "done?" } })],
  ["a failure within Shopee", () => failure("error_server")],
  ["too many connections", () => failure("product.error_busi", "Too many connections")],
  ["a lost answer, and then a clear refusal", inTurn(...brokenAttempt, failure("error_sign"))],
  ["HTML, and then too many calls", inTurn(HTML, { status: 429, text: "" })],
  ["HTML, and then the end of the day's calls", inTurn(HTML, failure("error_limit"))],
])("a call may have succeeded that ends after %s", async (_, answer, options) => {
  expect((await errorOf(answer, options)).mayHaveSucceeded).toBe(true);
});

test.each<[string, Answerer, Partial<MediaManagerOptions>?]>([
  ["a refusal", () => failure("error_sign")],
  ["a session that is unknown", () => failure("product.error_unknown", "invalid or expired vid")],
  ["too many calls", () => failure("error_rate_limit")],
  ["HTTP 429", () => ({ status: 429, text: "" })],
  ["the end of the day's calls", () => failure("error_limit")],
  ["a refusal at the edge", () => ({ status: 403, text: "<html>" })],
  ["a clock that cannot be set right", () => failure("error_param", "Timestamp is expired.")],
  ["two refusals, one of them for speed", inTurn(failure("error_rate_limit"), failure("error_sign"))],
  ["a call that wants a token where there is none", () => failure("error_auth", "Invalid access_token."), {
    accessToken: undefined,
  }],
])("a call has not succeeded that ends after %s", async (_, answer, options) => {
  expect((await errorOf(answer, options)).mayHaveSucceeded).toBe(false);
});

test("a call that found nobody there has not succeeded", async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const media = managerFor({ url: `http://127.0.0.1:${port}` }, { retry: { limit: 2, baseDelay: 0 } });
  const { error } = await settle(media.completeMediaVideoUpload(PARAMS));
  expect(error).toMatchObject({ name: "TransportError", retryable: true, mayHaveSucceeded: false });
});

test("time that runs out while a token is waited for is no attempt, but one before it was", async () => {
  const accessToken = { get: () => new Promise<string>(() => {}), refresh: () => "" };
  const options = { accessToken, signAs: "shop", timeout: { total: 50 } } as const;
  expect((await errorOf(() => HTML, options)).mayHaveSucceeded).toBe(false);

  let asked = 0;
  const slow = { get: () => asked++ === 0 ? "token" : new Promise<string>(() => {}), refresh: () => "" };
  expect((await errorOf(() => HTML, { ...options, accessToken: slow, timeout: { total: 500 } })).mayHaveSucceeded).toBe(
    true,
  );
});

test("an error of a token source tells of the call, not of the refresh", async () => {
  const broken = new ShopeeMediaError("Cannot refresh the access token", { mayHaveSucceeded: true });
  const source = {
    get: () => "token",
    refresh: () => {
      throw broken;
    },
  };
  const refused = await errorOf(() => failure("invalid_access_token"), { accessToken: source, signAs: "shop" });
  expect(refused).toMatchObject({ message: broken.message, mayHaveSucceeded: false });
  const lost = inTurn(HTML, failure("invalid_access_token"));
  expect(await errorOf(lost, { accessToken: source, signAs: "shop" })).toMatchObject({ mayHaveSucceeded: true });
});

test.each([{}, { video_upload_id: null }, { video_upload_id: 2 ** 53 }])(
  "a session may be open whose id nobody can read: %j",
  async (response) => {
    const server = await startRecordingServer(() => success(response));
    const media = managerFor(server, { retry: { limit: 3, baseDelay: 0 } });
    const { error } = await settle(media.initVideoUpload({ file_md5: "0", file_size: 1 }));
    expect(error).toMatchObject({
      name: "ShopeeMediaError",
      message: "Cannot open an upload session: Shopee's answer has no video_upload_id that can be used",
      ...{ retryable: false, mayHaveSucceeded: true },
    });
    // Each other try might open another.
    expect(server.requests).toHaveLength(1);
  },
);

test("an answer without a status is asked for again", async () => {
  const server = await startRecordingServer(inTurn(success({}), success(null), success({ status: "TRANSCODING" })));
  const media = managerFor(server, { retry: { limit: 2, baseDelay: 0 } });
  expect((await media.getVideoUploadResult(PARAMS)).response).toEqual({ status: "TRANSCODING" });
  const { error } = await settle(
    managerFor(await startRecordingServer(() => success({}))).getVideoUploadResult(PARAMS),
  );
  expect(error).toMatchObject({
    message: "Cannot get the result of sg_1: Shopee's answer has no status",
    retryable: true,
  });
});
