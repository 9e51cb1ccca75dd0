import { expect, test } from "vitest";
import { describeFailure } from "../../src/api/fetch_failure.ts";

const URL_TEXT = "https://partner.shopeemobile.com/api/v2/x?access_token=t0p&sign=5160";

/** An error as a runtime makes it. */
function thrown(name: string, message: string, more: { code?: string; cause?: unknown } = {}): Error {
  const { cause, ...fields } = more;
  return Object.assign(new Error(message, { cause }), { name, ...fields });
}

test.each<[who: string, error: unknown, code: string | undefined, mayHaveBeenSent: boolean]>([
  [
    "Node",
    thrown("TypeError", "fetch failed", { cause: thrown("Error", "connect", { code: "ECONNREFUSED" }) }),
    "ECONNREFUSED",
    false,
  ],
  [
    "Node",
    thrown("TypeError", "fetch failed", { cause: thrown("Error", "other side closed", { code: "UND_ERR_SOCKET" }) }),
    "UND_ERR_SOCKET",
    true,
  ],
  [
    "Node",
    thrown("TypeError", "terminated", { cause: thrown("Error", "read", { code: "ECONNRESET" }) }),
    "ECONNRESET",
    true,
  ],
  [
    "Node",
    thrown("TypeError", "fetch failed", { cause: thrown("Error", "x", { code: "CERT_HAS_EXPIRED" }) }),
    "CERT_HAS_EXPIRED",
    false,
  ],
  [
    "Deno",
    thrown(
      "TypeError",
      `error sending request for url (${URL_TEXT}): client error (Connect): tcp connect error: Connection refused (os error 111)`,
    ),
    "ECONNREFUSED",
    false,
  ],
  [
    "Deno",
    thrown(
      "TypeError",
      `error sending request for url (${URL_TEXT}): client error (Connect): dns error: failed to lookup address`,
    ),
    "ENOTFOUND",
    false,
  ],
  [
    "Deno",
    thrown(
      "TypeError",
      `error sending request for url (${URL_TEXT}): client error (SendRequest): connection error: Connection reset by peer (os error 104)`,
    ),
    "ECONNRESET",
    true,
  ],
  [
    "Deno",
    thrown(
      "TypeError",
      `error sending request for url (${URL_TEXT}): client error (SendRequest): connection closed before message completed`,
    ),
    "ECONNRESET",
    true,
  ],
  [
    "Bun",
    thrown("Error", "Unable to connect. Is the computer able to access the url?", { code: "ConnectionRefused" }),
    "ECONNREFUSED",
    false,
  ],
  [
    "Bun",
    thrown("Error", "The socket connection was closed unexpectedly.", { code: "ECONNRESET" }),
    "ECONNRESET",
    true,
  ],
  ["Chrome", thrown("TypeError", "Failed to fetch"), undefined, true],
  ["Firefox", thrown("TypeError", "NetworkError when attempting to fetch resource."), undefined, true],
  ["Safari", thrown("TypeError", "Load failed"), undefined, true],
  ["Safari", thrown("TypeError", "The network connection was lost."), undefined, true],
  ["Safari", thrown("TypeError", "A server with the specified hostname could not be found."), undefined, true],
  ["Workers", thrown("Error", "Network connection lost."), undefined, true],
  [
    "node-fetch",
    thrown("FetchError", `request to ${URL_TEXT} failed, reason: connect ECONNREFUSED`, { code: "ECONNREFUSED" }),
    "ECONNREFUSED",
    false,
  ],
  ["a text", "boom", undefined, true],
])("a failure of the network, as %s tells it, is none in a program: %s", (_, error, code, mayHaveBeenSent) => {
  const failure = describeFailure(error);
  expect(failure).toMatchObject({ code, mayHaveBeenSent });
  expect(failure.mistake).toBeUndefined();
  expect(failure.reason).not.toMatch(/t0p|5160|shopeemobile/);
  expect(failure.reason).not.toBe("");
});

test.each<[string, unknown]>([
  ["a TypeError", thrown("TypeError", "Cannot read properties of undefined (reading 'connect')")],
  ["a TypeError in Firefox's words", thrown("TypeError", "agent is undefined")],
  ["a TypeError in Safari's words", thrown("TypeError", "undefined is not an object (evaluating 'agent.socket')")],
  ["a call of nothing", thrown("TypeError", "dispatcher.dispatch is not a function")],
  ["Chrome's word for a wrong header", thrown("TypeError", "Failed to execute 'fetch' on 'Window': Invalid value")],
  [
    "a wrong URL, by code",
    thrown("TypeError", "fetch failed", { cause: thrown("TypeError", "Invalid URL", { code: "ERR_INVALID_URL" }) }),
  ],
  ["a wrong URL, by words", thrown("TypeError", `Failed to parse URL from ${URL_TEXT}`)],
  ["node-fetch's word for a URL", thrown("TypeError", "Only absolute URLs are supported")],
  ["a wrong argument", thrown("TypeError", "x", { code: "ERR_INVALID_ARG_TYPE" })],
  [
    "a body of another length",
    thrown("TypeError", "fetch failed", {
      cause: thrown("Error", "x", { code: "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH" }),
    }),
  ],
  ["a RangeError", thrown("RangeError", "Invalid array length")],
  ["a RangeError below", thrown("Error", "the proxy failed", { cause: thrown("RangeError", "Invalid array length") })],
  ["a ReferenceError", thrown("ReferenceError", "proxy is not defined")],
  ["a SyntaxError", thrown("SyntaxError", "Unexpected token <")],
])("%s is a mistake in a program, and is shown without an address", (_, error) => {
  const { mistake, reason } = describeFailure(error);
  expect(mistake).toBeInstanceOf(Error);
  expect(reason).toMatch(/^\w+Error: |^Error: /);
  expect(`${reason} ${mistake!.message} ${mistake!.stack}`).not.toMatch(/t0p|5160|shopeemobile/);
});
