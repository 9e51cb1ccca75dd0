import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { MediaManager, MediaManagerOptions } from "../../mod.ts";
import { answerFetch, type FetchedAnswer } from "../support/answer_fetch.ts";
import { managerFor } from "../support/manager_for.ts";
import { replaceRuntime } from "../../src/runtime.ts";
import { quiet, settle } from "../support/settle.ts";

const PARAMS = { video_upload_id: "sg_1" };
const WELL: FetchedAnswer = { body: { error: "", message: "", request_id: "r0" } };
const BASE = 1000;

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "Date", "performance"],
    now: Date.parse("2026-11-26T08:00:00Z"),
  });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  // The real one takes real time.
  onTestFinished(replaceRuntime({ hmacSha256: () => () => Promise.resolve("f".repeat(64)) }));
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function refusal(retryAfter: string | undefined, answer: Partial<FetchedAnswer> = {}): FetchedAnswer {
  const headers = retryAfter === undefined ? undefined : { "Retry-After": retryAfter };
  return { body: { error: "error_server", message: "", request_id: "r1" }, headers, ...answer };
}

const RATE_LIMIT = { body: { error: "error_rate_limit", message: "", request_id: "r1" } };
const TOO_FAST = { status: 429, body: "" };

interface Rig {
  media: MediaManager;
  /** When each request began, in ms from the start. */
  times: number[];
}

/** Answers these one after the other, and then that all is well. */
function connect(answers: FetchedAnswer[], options: Partial<MediaManagerOptions> = {}): Rig {
  const start = performance.now();
  const times: number[] = [];
  const { fetch } = answerFetch((_, index) => {
    times.push(performance.now() - start);
    return answers[index] ?? WELL;
  });
  const retry = { limit: 5, baseDelay: BASE, maxDelay: 20_000 };
  return { media: managerFor({ url: "https://shopee.test" }, { fetch, retry, timeout: {}, ...options }), times };
}

/** Lets time go by, and everything happen that comes of it. */
async function pass(ms: number): Promise<void> {
  await quiet();
  await vi.advanceTimersByTimeAsync(ms);
  await quiet();
}

test.each<[header: string | undefined, wait: number]>([
  [undefined, 0],
  ["0", 0],
  ["-5", 0],
  ["soon", 0],
  ["Thu, 26 Nov 2026 07:00:00 GMT", 0],
  ["Thu, 26 Nov 2026 08:00:09 GMT", 9_000],
  ["7", 7_000],
  ["0.5", 500],
  ["1, 1", 1_000],
])("a Retry-After of %j is waited for on top of the own pause", async (header, wait) => {
  const { media, times } = connect([refusal(header)]);
  const call = media.completeMediaVideoUpload(PARAMS);
  await pass(wait + BASE / 2 - 1);
  expect(times).toEqual([0]);
  await pass(1);
  await call;
  expect(times).toEqual([0, wait + BASE / 2]);
});

test.each<[string, FetchedAnswer]>([
  ["error_server", refusal("3600")],
  ["error_rate_limit", refusal("3600", RATE_LIMIT)],
  ["HTTP 429", refusal("3600", TOO_FAST)],
  ["HTTP 503", refusal("3600", { status: 503, body: "<html>" })],
])("a Retry-After beyond the deadline ends its call, and holds all others: %s", async (_, answer) => {
  const { media, times } = connect([answer]);
  const first = await settle(media.completeMediaVideoUpload(PARAMS));
  expect(first.error).toMatchObject({ retryable: true });

  // What could not be sent before its deadline fails at once, instead of waiting for it.
  const second = await settle(media.completeMediaVideoUpload(PARAMS));
  expect(second.error).toMatchObject({
    name: "TransportError",
    message: "Cannot complete the upload sg_1: Shopee wants a longer pause than the call may take",
    ...{ retryable: true, mayHaveSucceeded: false },
  });
  // What can wait, waits: all shops of the app.
  await pass(3_000_000);
  const third = media.forShop({ shopId: 2, accessToken: "token-2" }).completeMediaVideoUpload(PARAMS);
  await pass(599_999);
  expect(times).toEqual([0]);
  await pass(1);
  await third;
  expect(times).toEqual([0, 3_600_000]);
});

test("a value that is absurd holds nobody up for longer than a day", async () => {
  const { media, times } = connect([refusal("99999999999999999999", TOO_FAST)]);
  await settle(media.completeMediaVideoUpload(PARAMS));
  await pass(86_400_000);
  await media.completeMediaVideoUpload(PARAMS);
  expect(times).toEqual([0, 86_400_000]);
});

test("a refusal for good holds nobody up, whatever it says of time", async () => {
  const { media, times } = connect([refusal("3600", { body: { error: "error_sign", message: "", request_id: "r1" } })]);
  await settle(media.completeMediaVideoUpload(PARAMS));
  await media.completeMediaVideoUpload(PARAMS);
  expect(times).toEqual([0, 0]);
});

test("a call that has no retry left still slows all others down", async () => {
  const { media, times } = connect([refusal(undefined, RATE_LIMIT)], { retry: { limit: 0 } });
  await settle(media.completeMediaVideoUpload(PARAMS));
  const calls = Promise.all([1, 2, 3].map(() => media.completeMediaVideoUpload(PARAMS)));
  for (let ms = 0; ms < 200; ms++) await pass(1);
  await calls;
  expect(times.slice(0, 3)).toEqual([0, 0, 50]);
  expect(times[3]).toBeGreaterThan(90);
});

test.each(["cancelVideoUpload", "cancelMediaVideoUpload"] as const)("%s is not held up", async (cancel) => {
  const { media, times } = connect([refusal("600", TOO_FAST)]);
  const abort = new AbortController();
  const part = settle(media.completeMediaVideoUpload(PARAMS, { signal: abort.signal }));
  await pass(0);
  const other = settle(media.completeMediaVideoUpload(PARAMS, { signal: abort.signal }));
  await pass(0);
  expect(times).toEqual([0]);
  await media[cancel](PARAMS);
  expect(times).toEqual([0, 0]);
  abort.abort(new Error("enough"));
  for (const call of [part, other]) expect((await call).error).toBe(abort.signal.reason);
});
