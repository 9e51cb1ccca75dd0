import { expect, test } from "vitest";
import { type Failure, judgeAnswer, type JudgedCall, judgeRefusal, judgeTimeout } from "../../src/api/judge_answer.ts";
import type { WireAnswer } from "../../src/api/send_attempt.ts";
import { type ShopeeApiError, TransportError } from "../../src/errors.ts";
import { ENDPOINTS } from "../../src/platform/endpoints.ts";
import type { Remedy } from "../../src/platform/error_codes.ts";

const NOW = Date.parse("2026-11-26T08:00:00Z");
const endpoint = ENDPOINTS.uploadVideoPart;
const CALL: JudgedCall = {
  ...{ task: "upload part 3", endpoint, secrets: [], now: NOW },
  ...{ canSignForShop: false, mayHaveSucceeded: false },
};

interface AnswerOptions {
  status?: number;
  headers?: Record<string, string>;
}

function text(body: string, { status = 200, headers }: AnswerOptions = {}): WireAnswer {
  return { status, headers: new Headers(headers), text: body };
}

function envelope(error: string, message: unknown = "", options?: AnswerOptions): WireAnswer {
  return text(JSON.stringify({ error, message, request_id: "request-1" }), options);
}

function failureOf(answer: WireAnswer, call: Partial<JudgedCall> = {}): Failure {
  const outcome = judgeAnswer(answer, { ...CALL, ...call });
  if (outcome.envelope !== undefined) throw new Error("The answer was taken for a success");
  return outcome;
}

const TRANSIENT: readonly Remedy[] = ["retry", "throttle"];

// Section 5 of the contract, by class.
test.each<[remedy: Remedy, code: string, message: string]>([
  ["retry", "error_server", "Something wrong. Please try later."],
  ["retry", "error_network", "Inner http call failed"],
  ["retry", "error_auth", "System error, please try again later."],
  ["throttle", "error_rate_limit", "Too many requests"],
  ["clock", "error_param", "Timestamp is expired."],
  ["clock", "error_param", "Invalid timestamp"],
  ["token", "invalid_acceess_token", "There is no access_token in query."],
  ["token", "invalid_access_token", ""],
  ["token", "error_auth", "Invalid access_token."],
  ["token", "error_auth", "Invalid acceess_token."],
  ["fail", "error_sign", "Wrong sign."],
  ["fail", "invalid_partner_id", "Invalid partner_id."],
  ["fail", "error_partner_key_expired", "Partner key has expired"],
  ["fail", "error_api_permission", "No permission to current api."],
  ["fail", "error_api_call_restricted", ""],
  ["fail", "api_suspended", ""],
  ["fail", "source_ip_undeclared", "Source IP is undeclared"],
  ["fail", "shop_banned", "Shop is banned"],
  ["fail", "error_kyc_auth", "KYC blocked"],
  ["fail", "partner_shop_no_link", "partner and shop has no linked."],
  ["fail", "error_file_size", "File is too large"],
  ["fail", "error_invalid_upload_id", "Invalid upload_id."],
  ["fail", "error_already_completed", ""],
  ["fail", "error_param", "request not from gateway"],
  ["fail", "error_param", ""],
  ["fail", "error_auth", "No permission."],
  ["fail", "error_limit", "The total API call number made by your APP has reached the daily API call limit"],
  ["fail", "error_of_a_kind_that_nobody_knows", "Timestamp is expired."],
  // Names that every object has.
  ["fail", "constructor", "of what?"],
  ["fail", "__proto__", "of what?"],
])("%s is the remedy for %s %j, whatever the HTTP status", (remedy, code, message) => {
  for (const status of [200, 400, 403, 429, 500]) {
    const failure = failureOf(envelope(code, message, { status }));
    expect(failure).toMatchObject({ remedy, code, requestId: "request-1" });
    expect(failure.error).toMatchObject({
      name: "ShopeeApiError",
      ...{ code, status, requestId: "request-1", endpoint: endpoint.path },
      retryable: TRANSIENT.includes(remedy),
    });
    expect(failure.error.message).toMatch(/^Cannot upload part 3: .*[^.] \([\w.]+\)$/);
  }
});

test.each<[string, number, string]>([
  ["HTML", 502, "<html><h1>502 Bad Gateway</h1></html>"],
  ["HTML", 200, "<!doctype html><p>Please log in to the Wi-Fi"],
  ["nothing", 200, ""],
  ["nothing", 408, ""],
  ["nothing", 503, ""],
  ["a body cut short", 200, '{"error":"","message":"","request_id":"b937c04e55'],
  ["JSON null", 200, "null"],
  ["a text", 200, '"error"'],
  ["a list", 200, '["error"]'],
  ["an object without error", 404, '{"message":"no Route matched with those values"}'],
  ["one that only has a name", 404, '{"message":"no Route matched","request_id":"1"}'],
  ["an error that is no text", 200, '{"error":{"code":1},"request_id":"1"}'],
  ["half an envelope", 403, '{"error":"error_auth","mess'],
])("%s with HTTP %d is no answer of Shopee's, and transient", (_, status, body) => {
  const failure = failureOf(text(body, { status }));
  expect(failure).toEqual({ error: failure.error, remedy: "retry" });
  expect(failure.error).toBeInstanceOf(TransportError);
  expect(failure.error).toMatchObject({ status, endpoint: endpoint.path, retryable: true });
  expect(failure.error.message).toMatch(/^Cannot upload part 3: .*HTTP \d+.*[^.]$/);
});

test("what is no answer of Shopee's with HTTP 429 slows everything down", () => {
  const { remedy, error } = failureOf(text("slow down", { status: 429 }));
  expect(remedy).toBe("throttle");
  expect(error).toMatchObject({ name: "TransportError", status: 429, retryable: true });
});

test("no answer at all is transient, and says why there is none", () => {
  const { remedy, error } = failureOf({ reason: "ECONNRESET", mayHaveBeenSent: true });
  expect(remedy).toBe("retry");
  expect(error).toMatchObject({ name: "TransportError", status: undefined, retryable: true });
  expect(error.message).toBe("Cannot upload part 3: the connection failed (ECONNRESET)");
});

test.each([200, 403, 500])("an empty error is success with HTTP %d, and the envelope stays as it was", (status) => {
  const body = { error: "", message: "", warning: "retired soon", request_id: "r", response: { a: [1] }, trace: 2 };
  const outcome = judgeAnswer(text(JSON.stringify(body), { status }), CALL);
  expect(outcome).toEqual({ envelope: body, code: "", requestId: "r" });
});

test.each(["error_already_completed", "media_space.error_already_completed"])(
  "%s is a success where it says that an earlier attempt got through, and only there",
  (code) => {
    const answer = envelope(code, "Said so.");
    const outcome = judgeAnswer(answer, { ...CALL, doneKind: "already_completed" });
    expect(outcome).toMatchObject({ code, requestId: "request-1", envelope: { error: "", request_id: "request-1" } });
    expect(outcome.envelope?.warning).toContain(code);

    expect(failureOf(answer)).toMatchObject({ code, error: { code, kind: "already_completed" }, remedy: "fail" });
    const other = envelope("error_invalid_upload_id");
    expect(failureOf(other, { doneKind: "already_completed" })).toMatchObject({ error: { kind: "unknown_id" } });
  },
);

test.each<[string, Record<string, string>, number | undefined]>([
  ["no header", {}, undefined],
  ["seconds", { "Retry-After": "7" }, 7_000],
  ["no seconds", { "Retry-After": "0" }, 0],
  ["seconds between blanks", { "Retry-After": " 2 " }, 2_000],
  ["a date, by this machine's clock", { "Retry-After": "Thu, 26 Nov 2026 08:00:09 GMT" }, 9_000],
  [
    "a date, by the clock of who answered",
    { "Retry-After": "Thu, 26 Nov 2026 11:00:09 GMT", "Date": "Thu, 26 Nov 2026 11:00:05 GMT" },
    4_000,
  ],
  ["a date that has gone by", { "Retry-After": "Thu, 26 Nov 2026 07:00:00 GMT" }, 0],
  ["what nobody can read", { "Retry-After": "soon" }, undefined],
  ["nothing", { "Retry-After": "" }, undefined],
  ["a value that was sent twice", { "Retry-After": "1, 3" }, 3_000],
])("Retry-After with %s", (_, headers, wait) => {
  expect(failureOf(envelope("error_rate_limit", "", { headers })).wait).toBe(wait);
  expect(failureOf(text("<html>", { status: 503, headers })).wait).toBe(wait);
});

test.each<[string | undefined, number | undefined]>([
  ["Thu, 26 Nov 2026 11:00:05 GMT", Date.parse("2026-11-26T11:00:05Z")],
  ["noon", undefined],
  [undefined, undefined],
])("the Date %j tells the server's time", (date, serverTime) => {
  const headers = date === undefined ? undefined : { Date: date };
  expect(failureOf(envelope("error_param", "Timestamp is expired.", { headers })).serverTime).toBe(serverTime);
});

test.each<[string, WireAnswer]>([
  ["a message", envelope("error_sign", "Wrong sign 5160abcd for the token t0p/secret.")],
  ["a code", envelope("error_5160abcd", "t0p/secret")],
  ["a request id", text(JSON.stringify({ error: "error_sign", message: "", request_id: "5160abcd-t0p/secret" }))],
  ["a failure", { reason: "getaddrinfo t0p/secret?5160abcd", mayHaveBeenSent: false }],
])("%s shows no secret", (_, answer) => {
  const failure = failureOf(answer, { secrets: ["5160abcd", "t0p/secret"] });
  const shown = JSON.stringify([failure.code, failure.requestId, failure.error, failure.error.message]);
  expect(shown).toContain("[secret]");
  expect(shown).not.toContain("5160abcd");
  expect(shown).not.toContain("t0p/secret");
});

test("a code that is shown redacted is still known for what it is", () => {
  expect(failureOf(envelope("invalid_access_token"), { secrets: ["token"] }).remedy).toBe("token");
});

test.each([null, undefined, 17, { text: "no" }])("a message that is %j does no harm", (message) => {
  const { error } = failureOf(text(JSON.stringify({ error: "error_new_kind", message })));
  expect(error).toMatchObject({ code: "error_new_kind", requestId: "" });
  expect(error.message).toMatch(/^Cannot upload part 3: .+ \(error_new_kind\)$/);
  expect(error.message).not.toMatch(/null|undefined/);
});

test("one entry of an answer is judged as a whole one", () => {
  const refusal = { message: "", requestId: "r", status: 200, endpoint: "/api/v2/media_space/upload_image" };
  const judge = (code: string) => judgeRefusal({ ...refusal, code }, { task: "upload the image" });
  expect(judge("error_server")).toMatchObject({ remedy: "retry", error: { code: "error_server", retryable: true } });
  expect(judge("error_param")).toMatchObject({ remedy: "fail", error: { code: "error_param", retryable: false } });
});

test("a call that took too long may do better later, and says what went wrong last", () => {
  const cause = failureOf(envelope("error_server")).error as ShopeeApiError;
  const error = judgeTimeout(CALL, { reason: "it took more than 900 ms", cause });
  expect(error).toMatchObject({ name: "TransportError", endpoint: endpoint.path, retryable: true, cause });
  expect(error.message).toBe("Cannot upload part 3: it took more than 900 ms");
  expect(judgeTimeout(CALL, { reason: "it took more than 900 ms" })).not.toHaveProperty("cause");
});

test("what Shopee says is cut at a sane length, after the secrets were taken out", () => {
  const secret = "s3cret-of-sixteen";
  const long = `${"x".repeat(490)}${secret}${"y".repeat(10_000)}`;
  const { error } = failureOf(envelope("error_new_kind", long), { secrets: [secret] });
  expect(error.message).toBe(`Cannot upload part 3: ${"x".repeat(490)}[secret]yy… (error_new_kind)`);
  // Nor is a character cut in two.
  const { message } = failureOf(envelope("error_new_kind", `${"x".repeat(499)}👍👍`)).error;
  expect(message).toBe(`Cannot upload part 3: ${"x".repeat(499)}… (error_new_kind)`);
  const code = "e".repeat(100_000);
  const other = failureOf(envelope(code, "no")).error;
  expect(other).toMatchObject({ code });
  expect(other.message.length).toBeLessThan(200);
});

test.each([["token", "invalid_access_token"], ["error_auth", "error_auth"]])(
  "a token %j does not make another code of %s",
  (secret, code) => {
    const { error } = failureOf(envelope(code, "Invalid access_token."), { secrets: [secret] });
    expect(error).toMatchObject({ code, kind: "token" });
    expect(error.message).toBe(`Cannot upload part 3: Invalid access_token (${code})`);
  },
);
