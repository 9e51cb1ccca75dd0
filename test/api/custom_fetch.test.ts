import { Agent, fetch as undiciFetch } from "undici";
import nodeFetch from "node-fetch";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Fetch, FetchAnswer, FetchInit } from "../../mod.ts";
import { md5, noise } from "../support/bytes.ts";
import { CALL_NAMES, EVERY_CALL } from "../support/every_call.ts";
import { CREDENTIALS, managerFor } from "../support/manager_for.ts";
import { parseMultipart } from "../support/parse_multipart.ts";
import { inTurn, startRecordingServer, success } from "../support/recording_server.ts";
import { runtime } from "../support/runtime.ts";
import { textOfError } from "../support/secret_watch.ts";
import { settle } from "../support/settle.ts";

const CONTENT = noise(300_000);
const PART = { video_upload_id: "sg_1", part_seq: 3, part_md5: md5(CONTENT), part_content: CONTENT };
const GONE = { video_upload_id: "sg_1" };
const RETRY = { limit: 3, baseDelay: 0 };

/** As strict as any `fetch` may be about what it is given: it knows nothing but values of the language itself. */
const strictFetch: Fetch = (url, init) => {
  expect(typeof url).toBe("string");
  expect(Object.getPrototypeOf(init)).toBe(Object.prototype);
  const { method, headers = {}, body, signal, redirect, ...others } = init;
  expect(others).toEqual({});
  expect(["GET", "POST"]).toContain(method);
  expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  for (const value of Object.values(headers)) expect(typeof value).toBe("string");
  expect(body === undefined || typeof body === "string" || body instanceof Uint8Array).toBe(true);
  expect(signal).toBeInstanceOf(AbortSignal);
  expect(["error", "manual"]).toContain(redirect);
  return fetch(url, init);
};

/** Those of npm, by name. What stands behind Deno's and Bun's names of Node's modules is not what they are made for. */
const FETCHES: [name: string, fetch: Fetch][] = [
  ["a strict fetch", strictFetch],
  ...(runtime === "node"
    ? [
      ["undici's fetch", undiciFetch],
      ["undici's fetch with a dispatcher", (url, init) => undiciFetch(url, { ...init, dispatcher: agent() })],
      // Its types know bodies of Node's own kinds alone.
      ["node-fetch", nodeFetch as unknown as Fetch],
    ] satisfies [string, Fetch][]
    : []),
];

function agent(): Agent {
  const agent = new Agent({ connections: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}

describe.each(FETCHES)("%s", (_, fetch) => {
  test.each(CALL_NAMES)("makes the call %s as the runtime's own does", async (name) => {
    const own = await startRecordingServer();
    const given = await startRecordingServer();
    const expected = await EVERY_CALL[name](managerFor(own));
    expect(await EVERY_CALL[name](managerFor(given, { fetch }))).toEqual(expected);
    const [request] = given.requests;
    expect(given.requests).toHaveLength(1);
    expect(request).toMatchObject({ method: own.requests[0]!.method, path: own.requests[0]!.path });
    expect(request!.headers["content-type"]?.split(";")[0]).toBe(
      own.requests[0]!.headers["content-type"]?.split(";")[0],
    );
    if (request!.method === "POST") expect(request!.headers["content-length"]).toBe(`${request!.body.length}`);
    if (request!.headers["content-type"] === "application/json") expect(request!.body).toEqual(own.requests[0]!.body);
  });

  test("sends the bytes of a part, each time anew", async () => {
    const server = await startRecordingServer(inTurn({ status: 502, text: "<html>" }, success()));
    await managerFor(server, { fetch, retry: RETRY }).uploadMediaVideoPart(PART);
    expect(server.requests).toHaveLength(2);
    for (const request of server.requests) {
      const file = parseMultipart(request.headers["content-type"], request.body)
        .find(({ name }) => name === "part_content")!;
      expect(md5(file.content)).toBe(PART.part_md5);
    }
  });

  test("tells of a connection that is refused, and is asked again", async () => {
    const port = await closedPort();
    let calls = 0;
    const counting: Fetch = (url, init) => {
      calls++;
      return fetch(url, init);
    };
    const media = managerFor({ url: `http://127.0.0.1:${port}` }, { fetch: counting, retry: RETRY });
    const { error } = await settle(media.cancelVideoUpload(GONE));
    expect(error).toMatchObject({
      name: "TransportError",
      code: "ECONNREFUSED",
      retryable: true,
      mayHaveSucceeded: false,
    });
    expect(calls).toBe(4);
    expectNoSecret(error);
  });

  test("is cut by a signal", async () => {
    const server = await startRecordingServer(() => () => {});
    const abort = new AbortController();
    const call = settle(managerFor(server, { fetch }).cancelVideoUpload(GONE, { signal: abort.signal }));
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    abort.abort(new Error("enough"));
    expect((await call).error).toBe(abort.signal.reason);
  });

  test("does not follow a redirect", async () => {
    const elsewhere = await startRecordingServer();
    const answer = { status: 302, text: "", headers: { Location: `${elsewhere.url}/` } };
    const server = await startRecordingServer(() => answer);
    const { error } = await settle(managerFor(server, { fetch }).cancelVideoUpload(GONE));
    expect(error).toMatchObject({ name: "TransportError" });
    expect(elsewhere.requests).toEqual([]);
    expectNoSecret(error);
  });

  test("has its answer cut when that stands still", async () => {
    const server = await startRecordingServer(inTurn((response) => response.write("{"), success()));
    const media = managerFor(server, { fetch, retry: RETRY, timeout: { idle: 80 } });
    await media.cancelVideoUpload(GONE);
    expect(server.requests).toHaveLength(2);
  });
});

test.each<[string, FetchAnswer["body"]]>([
  ["nothing", null],
  ["an iterable of bytes", pieces(new TextEncoder().encode(`{"error":"","request_id":"1"}`))],
  ["an iterable of texts", pieces(`{"error":"",`, `"request_id":"1"}`)],
])("an answer's body may be %s", async (what, body) => {
  const fetch: Fetch = () => Promise.resolve({ status: 200, headers: new Headers(), body });
  const { value, error } = await settle(managerFor({ url: "http://127.0.0.1:9" }, { fetch }).cancelVideoUpload(GONE));
  if (what === "nothing") expect(error).toMatchObject({ name: "TransportError", status: 200 });
  else expect(value).toMatchObject({ error: "", request_id: "1" });
});

async function* pieces<Piece>(...all: Piece[]): AsyncGenerator<Piece> {
  yield* all;
}

describe("a mistake in a fetch of the caller's", () => {
  const undefinedValue = undefined as unknown as { agent: unknown };
  const mistakes: [name: string, make: (url: string, init: FetchInit) => unknown][] = [
    ["a TypeError", () => undefinedValue.agent],
    ["a RangeError", () => new Array(-1)],
    ["a URL that is none", (url) => new URL(url.replace("http:", ""))],
    ["a URL that no fetch takes", (url) => fetch(url.replace("http:", ""))],
    ["a TypeError with the URL in it", (url) => Promise.reject(new TypeError(`${url} is not a function`))],
  ];

  test.each(mistakes)("(%s) ends the call at once, and shows where it is, and no secret", async (_, make) => {
    let calls = 0;
    const fetch: Fetch = async (url, init) => {
      calls++;
      await make(url, init);
      throw new Error("It was to fail");
    };
    const media = managerFor({ url: "http://127.0.0.1:9" }, { fetch, retry: RETRY });
    const { error } = await settle(media.cancelVideoUpload(GONE));
    expect(error).toMatchObject({
      name: "InvalidInputError",
      retryable: false,
      message: expect.stringMatching(/^Cannot cancel the upload sg_1: (TypeError|RangeError): .*[^.]$/),
      // Node's own fetch does not tell from where it was called.
      cause: { stack: expect.stringMatching(/custom_fetch\.test\.ts|^TypeError: Failed to parse URL/) },
    });
    expect(calls).toBe(1);
    expectNoSecret(error);
  });

  test("a failure of the network is none, in whatever words", async () => {
    const failures: unknown[] = [
      new TypeError("Failed to fetch"),
      new TypeError("Load failed"),
      new TypeError("NetworkError when attempting to fetch resource."),
      new Error("socket hang up"),
      new DOMException("The operation timed out.", "TimeoutError"),
      Object.assign(new Error("connect"), { code: "EHOSTUNREACH" }),
      "no error at all",
    ];
    for (const failure of failures) {
      let calls = 0;
      const fetch: Fetch = (url, init) => ++calls === 1 ? Promise.reject(failure) : nodeLikeAnswer(url, init);
      await managerFor({ url: "http://127.0.0.1:9" }, { fetch, retry: RETRY }).cancelVideoUpload(GONE);
      expect(calls).toBe(2);
    }
  });
});

const nodeLikeAnswer: Fetch = () => Promise.resolve(Response.json({ error: "", message: "", request_id: "1" }));

function expectNoSecret(error: unknown): void {
  const text = textOfError(error);
  for (const secret of [CREDENTIALS.partnerKey, CREDENTIALS.accessToken, "sign=", "access_token="]) {
    expect(text).not.toContain(secret);
  }
}

/** A port that nobody listens at. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
