import { afterEach, expect, test, vi } from "vitest";
import { md5, noise } from "../support/bytes.ts";
import { CREDENTIALS, managerFor, sign } from "../support/manager_for.ts";
import { parseMultipart } from "../support/parse_multipart.ts";
import {
  brokenAttempt,
  failure,
  inTurn,
  type Reply,
  reset,
  startRecordingServer,
  success,
} from "../support/recording_server.ts";
import { runtime } from "../support/runtime.ts";
import { settle } from "../support/settle.ts";
import { forbidUnhandledRejections } from "../support/watches.ts";

forbidUnhandledRejections();

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const ID = "sg_1";

/** Transient failures, each with what the server answers in the course of one attempt. */
const TRANSIENT: [failure: string, replies: Reply[]][] = [
  ["a connection that breaks", brokenAttempt],
  ["HTTP 408", [{ status: 408, text: "" }]],
  ["HTTP 429", [{ status: 429, text: "slow down" }]],
  ["HTTP 500", [{ status: 500, text: "" }]],
  ["HTTP 504", [{ status: 504, text: "<html>" }]],
  ["an answer that is no JSON", [{ text: "<html>" }]],
  ["error_server", [failure("error_server", "Something wrong. Please try later.")]],
  ["error_server at HTTP 500", [failure("error_server", "", { status: 500 })]],
  ["error_network", [failure("error_network", "Inner http call failed")]],
  ["error_rate_limit", [failure("error_rate_limit", "Too many requests", { status: 429 })]],
  ["error_busy", [failure("error_busy")]],
  ["error_unknown", [failure("product.error_unknown", "Unknown error.")]],
  ["too many connections", [failure("product.error_busi", "Too many connections")]],
  ["an error that is internal", [failure("error_tier_img_partial", "Internal error, please contact openapi team")]],
  ["error_auth about the system", [failure("error_auth", "System error, please try again later.", { status: 403 })]],
];

test.each(TRANSIENT)("%s is transient", async (_, replies) => {
  const server = await startRecordingServer(inTurn(...replies, ...replies, success({ video_upload_id: ID })));
  const media = managerFor(server, { retry: { limit: 2, baseDelay: 0 } });
  const { response } = await media.initVideoUpload({ file_md5: "0", file_size: 1 });
  expect(response.video_upload_id).toBe(ID);
  expect(server.requests).toHaveLength(2 * replies.length + 1);
});

test("an error that is internal is tried again twice, however many retries there are, and then given on", async () => {
  const message = "Internal error, please contact openapi team";
  const server = await startRecordingServer(() => failure("product.error_tier_img_old_app", message));
  const media = managerFor(server, { retry: { limit: 5, baseDelay: 0 } });
  await expect(media.cancelVideoUpload({ video_upload_id: ID })).rejects.toMatchObject({
    kind: "internal",
    retryable: true,
    message:
      "Cannot cancel the upload sg_1: Internal error, please contact openapi team (product.error_tier_img_old_app)",
  });
  expect(server.requests).toHaveLength(3);
});

const GIVEN_UP = TRANSIENT.filter(([failure]) => failure !== "an error that is internal");

test.each(GIVEN_UP.flatMap(([failure, replies]) => [0, 1, 3].map((limit) => [failure, limit, replies] as const)))(
  "%s is given up after %i retries",
  async (_, limit, replies) => {
    const server = await startRecordingServer((_, index) => replies[index % replies.length]!);
    const media = managerFor(server, { retry: { limit, baseDelay: 0 } });
    await expect(media.cancelVideoUpload({ video_upload_id: ID })).rejects
      .toMatchObject({ name: expect.stringMatching(/^(TransportError|ShopeeApiError)$/) });
    expect(server.requests).toHaveLength((limit + 1) * replies.length);
  },
);

test("there are five retries unless told otherwise", async () => {
  const server = await startRecordingServer(() => failure("error_server"));
  const media = managerFor(server, { retry: { baseDelay: 0 } });
  await expect(media.cancelVideoUpload({ video_upload_id: ID })).rejects.toMatchObject({ code: "error_server" });
  expect(server.requests).toHaveLength(6);
});

test.each([
  ["error_sign", "Wrong sign."],
  ["invalid_partner_id", "Invalid partner_id."],
  ["error_partner_key_expired", "Partner key has expired"],
  ["error_api_permission", "No permission to current api."],
  ["source_ip_undeclared", "Source IP is undeclared"],
  ["shop_banned", "Shop is banned"],
  ["error_kyc_auth", "KYC blocked"],
  ["partner_shop_no_link", "partner and shop has no linked."],
  ["error_file_size", "File is too large"],
  ["error_invalid_upload_id", "upload_id is invalid"],
  ["error_invalid_part_seq", ""],
  ["error_invalid_part_size", ""],
  ["error_already_completed", ""],
  ["error_param", "There is no partner_id in query."],
  ["error_data", "Data not exist."],
  ["error_auth", "No permission."],
  ["logistics.error_limit", "Shipping limit exceeded"],
  ["error_of_a_kind_that_nobody_knows", ""],
])("%s is final", async (code, message) => {
  const statuses = [200, 403, 500];
  const server = await startRecordingServer((_, index) => failure(code, message, { status: statuses[index]! }));
  const media = managerFor(server, { retry: { limit: 5, baseDelay: 0 } });
  const cancel = () => media.cancelVideoUpload({ video_upload_id: ID });
  for (const status of statuses) await expect(cancel()).rejects.toMatchObject({ code, status });
  expect(server.requests).toHaveLength(statuses.length);
});

test("each attempt is signed anew, with the time it is made at", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_800_000_000_000 });
  const server = await startRecordingServer((_, index) => {
    vi.setSystemTime(1_800_000_000_000 + (index + 1) * 61_000);
    return index < 3 ? failure("error_server") : success();
  });
  const media = managerFor(server, { retry: { limit: 3, baseDelay: 0 } });
  await media.cancelVideoUpload({ video_upload_id: ID });

  const timestamps = server.requests.map(({ query }) => query.get("timestamp")!);
  expect(timestamps).toEqual(["1800000000", "1800000061", "1800000122", "1800000183"]);
  const signs = server.requests.map(({ query }) => query.get("sign"));
  const path = "/api/v2/media_space/cancel_video_upload";
  expect(signs).toEqual(timestamps.map((timestamp) => sign({ ...CREDENTIALS, path, timestamp })));
  expect(new Set(signs).size).toBe(4);
});

test("a part is sent again whole, from the bytes in hand", async () => {
  const part = noise(300_000);
  const server = await startRecordingServer(inTurn(...brokenAttempt, { status: 502, text: "" }, success()));
  const media = managerFor(server, { retry: { limit: 2, baseDelay: 0 } });
  const params = { video_upload_id: ID, part_seq: 0, part_md5: md5(part) };
  await media.uploadMediaVideoPart({ ...params, part_content: new Blob([part]) });
  expect(server.requests).toHaveLength(brokenAttempt.length + 2);
  for (const { headers, body } of server.requests) {
    const file = parseMultipart(headers["content-type"], body).find(({ name }) => name === "part_content");
    expect(md5(file!.content)).toBe(md5(part));
  }
});

test("the longest pause before a retry doubles with each", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.999_999);
  const server = await startRecordingServer((_, index) => index < 4 ? failure("error_server") : success());
  const media = managerFor(server, { retry: { limit: 4, baseDelay: 40, maxDelay: 100 } });
  await media.cancelVideoUpload({ video_upload_id: ID });
  const pauses = server.requests.slice(1).map(({ arrivedAt }, index) => arrivedAt - server.requests[index]!.arrivedAt);
  // A timer may fire a millisecond early by another clock.
  [40, 80, 100, 100].forEach((least, index) => expect(pauses[index]).toBeGreaterThanOrEqual(least - 2));
});

test("the jitter is full: the pause may be nothing at all", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const server = await startRecordingServer((_, index) => index < 3 ? failure("error_server") : success());
  // Any pause that followed from these would outlast the test.
  const media = managerFor(server, { retry: { limit: 3, baseDelay: 100_000, maxDelay: 100_000 } });
  await media.cancelVideoUpload({ video_upload_id: ID });
  expect(server.requests).toHaveLength(4);
});

test("no pause is longer than maxDelay", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.999_999);
  const server = await startRecordingServer((_, index) => index < 2 ? failure("error_server") : success());
  const media = managerFor(server, { retry: { limit: 2, baseDelay: 1_000_000, maxDelay: 1 } });
  await media.cancelVideoUpload({ video_upload_id: ID });
  expect(server.requests).toHaveLength(3);
});

test.concurrent.each([
  ["in seconds", 429, () => "1", 1000],
  ["as a date", 503, () => new Date(Date.now() + 2000).toUTCString(), 1000],
])("Retry-After %s is honoured, as the least", async (_, status, header, least) => {
  const server = await startRecordingServer((_, index) =>
    index === 0 ? { status, text: "", headers: { "Retry-After": header() } } : success()
  );
  const media = managerFor(server, { retry: { limit: 1, baseDelay: 1, maxDelay: 1 } });
  await media.cancelVideoUpload({ video_upload_id: ID });
  const [first, second] = server.requests;
  expect(second!.arrivedAt - first!.arrivedAt).toBeGreaterThanOrEqual(least - 2);
});

test("a Retry-After that nobody can read counts for nothing", async () => {
  const server = await startRecordingServer(inTurn(
    { status: 503, text: "", headers: { "Retry-After": "soon" } },
    { status: 503, text: "", headers: { "Retry-After": "-5" } },
    { status: 503, text: "", headers: { "Retry-After": "" } },
    success(),
  ));
  const media = managerFor(server, { retry: { limit: 3, baseDelay: 0 } });
  await media.cancelVideoUpload({ video_upload_id: ID });
  expect(server.requests).toHaveLength(4);
});

test("a Retry-After beyond the deadline is not waited for", async () => {
  const server = await startRecordingServer(() => ({ status: 503, text: "", headers: { "Retry-After": "3600" } }));
  const media = managerFor(server, { retry: { limit: 5, baseDelay: 0 } });
  await expect(media.cancelVideoUpload({ video_upload_id: ID })).rejects
    .toMatchObject({ name: "TransportError", status: 503 });
  expect(server.requests).toHaveLength(1);
});

test.each([
  ["media_space", "/api/v2/media_space/complete_video_upload"],
  ["media", "/api/v2/media/complete_video_upload"],
])("a complete of %s whose answer was lost has succeeded if the retry finds it done", async (module, path) => {
  const server = await startRecordingServer(inTurn(reset, failure("error_already_completed", "Already completed.")));
  const media = managerFor(server, { retry: { limit: 2, baseDelay: 0 } });
  const answer = module === "media"
    ? await media.completeMediaVideoUpload({ video_upload_id: ID })
    : await media.completeVideoUpload({
      video_upload_id: ID,
      part_seq_list: [0],
      report_data: { upload_cost: 1 },
    });
  expect(answer).toMatchObject({ error: "", request_id: "request-1" });
  expect(server.requests.map((request) => request.path)).toEqual([path, path]);
});

test("a complete that is refused at once as done before has not succeeded, where that can be told", async () => {
  const server = await startRecordingServer(() => failure("error_already_completed"));
  const media = managerFor(server, { retry: { limit: 2, baseDelay: 0 } });
  const { value, error } = await settle(media.completeMediaVideoUpload({ video_upload_id: ID }));
  expect(server.requests).toHaveLength(1);
  // Deno's `fetch` may have sent the request before, by itself, and its answer may have been lost.
  if (runtime === "deno") expect(value).toMatchObject({ error: "", warning: expect.stringContaining("completed") });
  else expect(error).toMatchObject({ code: "error_already_completed" });
});
