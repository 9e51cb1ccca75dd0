import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import type { ShopeeApiError } from "../../mod.ts";
import { nextQuotaReset } from "../../src/platform/limits.ts";
import { replaceRuntime } from "../../src/runtime.ts";
import { answerFetch, type FetchedAnswer } from "../support/answer_fetch.ts";
import { CALL_NAMES, EVERY_CALL } from "../support/every_call.ts";
import { managerFor } from "../support/manager_for.ts";
import { settle } from "../support/settle.ts";

const MESSAGE =
  "The total API call number made by your APP has reached the daily API call limit, please try again after 00: 00 (UTC+08:00)";
const PARAMS = { video_upload_id: "sg_1" };
/** Ten in the morning where the day ends at 16:00 by UTC. */
const NOW = Date.parse("2026-11-26T10:00:00Z");
const MIDNIGHT = new Date("2026-11-26T16:00:00Z");

const WELL: FetchedAnswer = { body: { error: "", message: "", request_id: "r0" } };
function usedUp(code = "error_limit", headers?: Record<string, string>): FetchedAnswer {
  return { status: 429, headers, body: { error: code, message: MESSAGE, request_id: "r1" } };
}

afterEach(() => void vi.useRealTimers());

function setTime(now: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now });
}

test.each<[string, string]>([
  ["2026-11-26T10:00:00Z", "2026-11-26T16:00:00Z"],
  ["2026-11-26T15:59:59.999Z", "2026-11-26T16:00:00Z"],
  ["2026-11-26T16:00:00Z", "2026-11-27T16:00:00Z"],
  ["2026-12-31T23:00:00Z", "2027-01-01T16:00:00Z"],
  ["1969-12-31T23:00:00Z", "1970-01-01T16:00:00Z"],
])("after %s the calls are counted anew at %s", (now, reset) => {
  expect(nextQuotaReset(Date.parse(now))).toEqual(new Date(reset));
});

test.each(["error_limit", "common.error_limit"])(
  "once %s has come, every call fails at once, until midnight in UTC+8",
  async (code) => {
    setTime(NOW);
    const { fetch, requests } = answerFetch((_, index) => index === 0 ? usedUp(code) : WELL);
    const media = managerFor({ url: "https://shopee.test" }, { fetch, retry: { limit: 5, baseDelay: 0 } });
    const first = (await settle(media.completeMediaVideoUpload(PARAMS))).error as ShopeeApiError;
    const expected = { name: "ShopeeApiError", code, kind: "daily_limit", retryAt: MIDNIGHT, retryable: false };
    expect(first).toMatchObject({ ...expected, requestId: "r1", status: 429 });
    expect(first.message).toBe(
      `Cannot complete the upload sg_1: today's quota of the app is used up until 2026-11-26T16:00:00.000Z (${code})`,
    );

    const errors: unknown[] = [first];
    for (const name of CALL_NAMES) {
      const { error } = await settle(EVERY_CALL[name](media));
      expect(error, name).toMatchObject({ ...expected, cause: first, mayHaveSucceeded: false });
      expect((error as Error).message).toMatch(/^Cannot (?!complete the upload sg_1: today).*quota|^Cannot complete/);
      errors.push(error);
    }
    // Each is one of its own: uploads write down on it what became of them.
    expect(new Set(errors).size).toBe(CALL_NAMES.length + 1);
    setTime(MIDNIGHT.getTime() - 1);
    await expect(media.completeMediaVideoUpload(PARAMS)).rejects.toMatchObject(expected);
    expect(requests).toHaveLength(1);

    setTime(MIDNIGHT.getTime());
    await media.completeMediaVideoUpload(PARAMS);
    expect(requests).toHaveLength(2);
  },
);

test("a limit of a module's own is just final", async () => {
  const { fetch, requests } = answerFetch((_, index) =>
    index === 0 ? { body: { error: "logistics.error_limit", message: "Too many addresses", request_id: "r1" } } : WELL
  );
  const media = managerFor({ url: "https://shopee.test" }, { fetch });
  const { error } = await settle(media.completeMediaVideoUpload(PARAMS));
  expect(error).toMatchObject({ kind: "refused", message: expect.stringContaining("Too many addresses") });
  expect(error).not.toHaveProperty("retryAt");
  await media.completeMediaVideoUpload(PARAMS);
  expect(requests).toHaveLength(2);
});

test("it holds for all shops of the app", async () => {
  setTime(NOW);
  const { fetch, requests } = answerFetch(() => usedUp());
  const app = managerFor({ url: "https://shopee.test" }, { fetch });
  const other = app.forShop({ shopId: 2, accessToken: "token-2" });
  await settle(other.completeMediaVideoUpload(PARAMS));
  for (const media of [app, other, other.forShop({ shopId: 3, accessToken: "token-3" })]) {
    await expect(media.getVideoUploadResult(PARAMS)).rejects.toMatchObject({ kind: "daily_limit", retryAt: MIDNIGHT });
  }
  expect(requests).toHaveLength(1);
});

test("midnight comes by the platform's clock, for a machine whose own is wrong, too", async () => {
  // Two hours slow: here it is still before midnight, there it is after.
  setTime(Date.parse("2026-11-26T15:00:00Z"));
  const { fetch, requests } = answerFetch((_, index) =>
    index === 0 ? usedUp("error_limit", { Date: "Thu, 26 Nov 2026 17:00:00 GMT" }) : WELL
  );
  const media = managerFor({ url: "https://shopee.test" }, { fetch });
  const retryAt = new Date("2026-11-27T16:00:00Z");
  await expect(media.completeMediaVideoUpload(PARAMS)).rejects.toMatchObject({ kind: "daily_limit", retryAt });
  setTime(Date.parse("2026-11-27T13:59:59Z"));
  await expect(media.completeMediaVideoUpload(PARAMS)).rejects.toMatchObject({ kind: "daily_limit", retryAt });
  setTime(Date.parse("2026-11-27T14:00:00Z"));
  await media.completeMediaVideoUpload(PARAMS);
  expect(requests).toHaveLength(2);
});

test("a call that waits for another attempt when the limit comes makes none, and tells that the first may have succeeded", async () => {
  vi.useFakeTimers({ now: NOW });
  // A pause that is short by chance would be over before the limit comes.
  onTestFinished(replaceRuntime({ random: () => 0.9 }));
  const { fetch, requests } = answerFetch((_, index) => index === 0 ? { status: 502, body: "" } : usedUp());
  const media = managerFor({ url: "https://shopee.test" }, { fetch, retry: { limit: 5, baseDelay: 1000 } });
  const waiting = settle(media.completeMediaVideoUpload(PARAMS));
  await vi.waitFor(() => expect(requests).toHaveLength(1));
  await settle(media.cancelMediaVideoUpload(PARAMS));
  await vi.advanceTimersByTimeAsync(1000);
  expect((await waiting).error).toMatchObject({ kind: "daily_limit", mayHaveSucceeded: true });
  expect(requests).toHaveLength(2);
});
