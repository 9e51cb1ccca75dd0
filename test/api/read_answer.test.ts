import { expect, test } from "vitest";
import { type Answer, readAnswer, readEnvelope } from "../../src/api/read_answer.ts";

function read(body: unknown, status = 200): Answer | undefined {
  return readAnswer(typeof body === "string" ? body : JSON.stringify(body), status);
}

const ID = { request_id: "r1" };
const RESPONSE = { response: { video_upload_id: "sg_1" } };

test.each<[body: unknown, code: string, message: string, requestId: string]>([
  // As the reference has it.
  [{ error: "", message: "", ...ID }, "", "", "r1"],
  [{ error: "error_param", message: "Wrong sign.", ...ID }, "error_param", "Wrong sign.", "r1"],
  // As its samples have it.
  [{ error: "-", message: "-", ...ID }, "", "", "r1"],
  [{ error: "", message: "success", ...ID }, "", "success", "r1"],
  [
    { error: "product.error_param", message: "invalid upload_id", ...ID },
    "product.error_param",
    "invalid upload_id",
    "r1",
  ],
  [
    { code: 1, error: "error_param", msg: "Timestamp is expired.", debug_message: "" },
    "error_param",
    "Timestamp is expired.",
    "",
  ],
  // The text.
  [{ error: "e", message: "", msg: "the other one" }, "e", "the other one", ""],
  [{ error: "e", message: "one", msg: "the other one" }, "e", "one", ""],
  [{ error: "e", message: null, msg: 17 }, "e", "17", ""],
  [{ error: "e", message: ["a"], msg: { a: 1 } }, "e", "", ""],
  [{ error: "e", message: "  blanks\n" }, "e", "blanks", ""],
  // The error.
  [{ error: 17, ...ID }, "17", "", "r1"],
  [{ error: -1, message: "no" }, "-1", "no", ""],
  [{ error: "constructor" }, "constructor", "", ""],
  ['{"error":"__proto__","__proto__":{"message":"no"}}', "__proto__", "", ""],
  [{ error: "0" }, "0", "", ""],
  // An error that is left out says nothing; what else there is decides.
  [{ ...RESPONSE }, "", "", ""],
  [{ error: null, ...RESPONSE, ...ID }, "", "", "r1"],
  [{ error: 0, message: "success", ...ID }, "", "success", "r1"],
  [{ error: null, message: "OK", response: null, ...ID }, "", "OK", "r1"],
  [{ code: 0, msg: "success", ...RESPONSE }, "", "success", ""],
  // The name of the request.
  [{ error: "", request_id: 42 }, "", "", "42"],
  [{ error: "", request_id: 2 ** 53 }, "", "", ""],
  [{ error: "", request_id: null }, "", "", ""],
  [{ error: "", request_id: ["r1"] }, "", "", ""],
])("%j", (body, code, message, requestId) => {
  expect(read(body)).toMatchObject({ code, message, requestId });
});

test.each<[what: string, body: unknown, status?: number]>([
  ["nothing", ""],
  ["HTML", "<html>"],
  ["half an envelope", '{"error":"","message":"'],
  ["null", "null"],
  ["a number", "0"],
  ["a text", '"error"'],
  ["a list", "[{}]"],
  ["a list that is an answer", [{ error: "" }]],
  ["very deep", "[".repeat(1_000_000)],
  ["nothing of an envelope", { message: "no Route matched with those values" }],
  ["nothing but a text", { msg: "success" }],
  ["an object as the error", { error: {}, ...ID }],
  ["a list as the error", { error: ["error_param"], ...ID }],
  ["true as the error", { error: true, ...ID }],
  ["no error, but a text that says one", { message: "no Route matched", ...ID }],
  ["no error, but the other front's code", { code: 1, msg: "", ...RESPONSE }],
  ["no error, but one of that front's codes in words", { code: "E1", ...RESPONSE }],
  ["no error, and a response that is none", { error: null, response: null }],
  ["no error, and a response that is a list", { error: null, response: [] }],
  ["no error with HTTP 500", { ...RESPONSE, ...ID }, 500],
  ["no error with HTTP 403", { error: null, ...ID }, 403],
  ["no error with a redirect", { error: null, ...ID }, 302],
])("%s is no answer, or one that says neither yes nor no", (_, body, status) => {
  expect(read(body, status)).toBeUndefined();
});

test.each([200, 403, 500])("an error code decides with HTTP %d", (status) => {
  expect(read({ error: "" }, status)).toMatchObject({ code: "" });
  expect(read({ error: "e" }, status)).toMatchObject({ code: "e" });
});

test("a success has one shape, and everything in it that is unknown stays", () => {
  const whole = { error: "", message: "m", warning: "w", request_id: "r", response: { a: [null] }, trace: { b: 1 } };
  expect(readEnvelope(read(whole)!, undefined)).toStrictEqual(whole);
  expect(readEnvelope(read({ error: "-", message: "-", warning: null, request_id: 7, response: null })!, undefined))
    .toStrictEqual({ error: "", message: "", request_id: "7", response: null });
  // Some calls answer at the top level.
  expect(readEnvelope(read({ error: "", access_token: "t", expire_in: 14_400 })!, undefined))
    .toStrictEqual({ error: "", message: "", request_id: "", access_token: "t", expire_in: 14_400 });
});

test.each([undefined, null, 17, "no", [], [{ id: "1" }]])(
  "a response that is %j has nothing that an endpoint needs",
  (response) => {
    const shape = { needs: "id", read: ({ id }: Record<string, unknown>) => id === undefined ? undefined : { id } };
    expect(readEnvelope(read({ error: "", response })!, shape)).toBeUndefined();
    expect(readEnvelope(read({ error: "", response: { id: "1" } })!, shape)).toMatchObject({ response: { id: "1" } });
  },
);
