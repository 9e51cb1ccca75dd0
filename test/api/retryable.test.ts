import { expect, test } from "vitest";
import {
  createMemoryStore,
  createRefreshingToken,
  InvalidInputError,
  isShopeeMediaError,
  type MediaManagerOptions,
  ResultTimeoutError,
  ShopeeApiError,
  ShopeeMediaError,
  SourceChangedError,
  TransportError,
  VideoFailedError,
} from "../../mod.ts";
import { CREDENTIALS, managerFor } from "../support/manager_for.ts";
import { type Answerer, failure, reset, silence, startRecordingServer } from "../support/recording_server.ts";
import { settle } from "../support/settle.ts";

const video = { videoUploadId: "sg_1", status: "FAILED" };
const answer = { code: "error_server", requestId: "r", status: 200, endpoint: "/api/v2/media/upload_image" };

test.each<ShopeeMediaError>([
  new ShopeeMediaError("Cannot"),
  new ShopeeApiError("Cannot", answer),
  new TransportError("Cannot", { endpoint: answer.endpoint }),
  new VideoFailedError("Cannot", video),
  new ResultTimeoutError("Cannot", video),
  new InvalidInputError("Cannot"),
  new SourceChangedError("Cannot"),
])("no error is retryable by itself: %s", (error) => {
  expect(error.retryable).toBe(false);
});

async function errorOf(answer: Answerer, options: Partial<MediaManagerOptions> = {}): Promise<ShopeeMediaError> {
  const server = await startRecordingServer(answer);
  const { error } = await settle(managerFor(server, options).cancelVideoUpload({ video_upload_id: "sg_1" }));
  if (!isShopeeMediaError(error)) throw error;
  return error;
}

test.each<[string, Answerer, Partial<MediaManagerOptions>]>([
  ["a connection that breaks", () => reset, {}],
  ["no answer", () => silence, { timeout: { attempt: 60 } }],
  ["no answer in all the time there is", () => silence, { timeout: { total: 60 } }],
  ["HTML of a gateway", () => ({ status: 502, text: "<html>" }), {}],
  ["HTTP 429", () => ({ status: 429, text: "" }), {}],
  ["error_server", () => failure("error_server"), {}],
  ["error_rate_limit, after all retries", () => failure("error_rate_limit"), { retry: { limit: 1, baseDelay: 0 } }],
  ["a Retry-After beyond the deadline", () => failure("error_network", "", { headers: { "Retry-After": "99" } }), {
    retry: { limit: 5 },
  }],
])("the same call may succeed later after %s", async (_, answer, options) => {
  expect(await errorOf(answer, options)).toMatchObject({ retryable: true });
});

test.each<[string, Answerer, Partial<MediaManagerOptions>]>([
  ["error_sign", () => failure("error_sign", "Wrong sign.", { status: 403 }), {}],
  ["error_sign with HTTP 500", () => failure("error_sign", "", { status: 500 }), {}],
  ["error_invalid_upload_id", () => failure("error_invalid_upload_id"), {}],
  ["a token that nobody takes", () => failure("invalid_acceess_token"), {}],
  ["a clock that cannot be set right", () => failure("error_param", "Timestamp is expired."), {}],
  ["a manager that has no shop", () => failure("error_server"), { shopId: undefined }],
])("something has to change after %s", async (_, answer, options) => {
  expect(await errorOf(answer, options)).toMatchObject({ retryable: false });
});

test.each([["error_server", true], ["error_auth", false]])(
  "a refresh that fails with %s is retryable: %j",
  async (code, retryable) => {
    const server = await startRecordingServer(() => failure(code));
    const { partnerId, partnerKey, shopId } = CREDENTIALS;
    const store = createMemoryStore();
    const accessToken = createRefreshingToken({
      ...{ partnerId, partnerKey, shopId, store, refreshToken: "first" },
      ...{ baseUrl: server.url, retry: { limit: 0 } },
    });
    const call = managerFor(server, { accessToken }).cancelVideoUpload({ video_upload_id: "sg_1" });
    expect((await settle(call)).error).toMatchObject({ name: "ShopeeApiError", code, retryable });
  },
);
