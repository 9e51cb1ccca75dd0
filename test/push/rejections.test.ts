import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  createPushHandler,
  type NodeRequest,
  type PushHandler,
  type PushHandlerOptions,
  type PushRejection,
  toWebRequest,
} from "../../src/push/mod.ts";
import { replaceRuntime, runtime } from "../../src/runtime.ts";
import { quiet } from "../support/settle.ts";
import { credentials, pushRequest, signPush, videoUploadPush } from "./sign_push.ts";

const API_KEY = "0123456789abcdef-the-key-of-api-calls";

function setUp(options: Partial<PushHandlerOptions> = {}) {
  const rejections: PushRejection[] = [];
  const onVideoUpload = vi.fn();
  const onRejected = (rejection: PushRejection) => void rejections.push(rejection);
  const handler = createPushHandler({ ...credentials, partnerKey: API_KEY, onVideoUpload, onRejected, ...options });
  return { handler, rejections, onVideoUpload };
}

const body = videoUploadPush();
const { callbackUrl } = credentials;

test.each<[string, string, string]>([
  [
    "with the other key",
    signPush(body, { callbackUrl, pushPartnerKey: API_KEY }),
    "it is signed with partnerKey instead of pushPartnerKey",
  ],
  [
    "for another path",
    signPush(body, { ...credentials, callbackUrl: callbackUrl.replace("?", "/?") }),
    "it is signed for callbackUrl with, or without, a slash at the end of its path",
  ],
  [
    "for http",
    signPush(body, { ...credentials, callbackUrl: callbackUrl.replace("https", "http") }),
    "it is signed for callbackUrl with the other of http: and https:",
  ],
  [
    "without the query",
    signPush(body, { ...credentials, callbackUrl: callbackUrl.replace(/\?.*/, "") }),
    "it is signed for callbackUrl without its query",
  ],
  [
    "for the request's own URL, with the other key",
    signPush(body, { callbackUrl: "http://127.0.0.1:8080/pushes", pushPartnerKey: API_KEY }),
    "it is signed with partnerKey instead of pushPartnerKey, and for the URL that the request came to",
  ],
  ["by nobody", "", "it is not signed: it has no Authorization header"],
  [
    "by somebody else",
    "0".repeat(64),
    "its signature is wrong: it is not Shopee's, or callbackUrl or pushPartnerKey is not what the console has",
  ],
])("a push that is signed %s is refused, and why is told without a secret", async (_, authorization, reason) => {
  const { handler, rejections, onVideoUpload } = setUp();
  const response = await handler(pushRequest(body, authorization));
  expect([response.status, await response.text()]).toEqual([401, ""]);
  expect(rejections).toEqual([{ status: 401, reason }]);
  expect(onVideoUpload).not.toHaveBeenCalled();
});

test("a body that trickles is given up in time, with an empty body", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { handler, rejections } = setUp();
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(1)),
    cancel: () => void (cancelled = true),
  });
  const init = { method: "POST", body: stream, duplex: "half" } as RequestInit;
  const answering = handler(new Request("http://127.0.0.1/", init));
  await vi.advanceTimersByTimeAsync(2_500);
  const response = await answering;
  expect([response.status, await response.text(), cancelled]).toEqual([408, "", true]);
  expect(rejections).toEqual([{ status: 408, reason: "its body did not come in time" }]);
  expect(vi.getTimerCount()).toBe(0);
});

test("other refusals are told, too", async () => {
  const { handler, rejections } = setUp({ maxBodySize: 10 });
  expect((await handler(new Request("http://127.0.0.1/"))).status).toBe(405);
  expect((await handler(pushRequest(body))).status).toBe(413);
  expect(rejections).toEqual([
    { status: 405, reason: "it was a GET; Shopee sends a POST" },
    { status: 413, reason: "its body is larger than maxBodySize" },
  ]);
});

/** A server of Node's own, on a real socket. */
async function serve(handler: PushHandler): Promise<string> {
  const server = createServer(async (request, response) => {
    response.writeHead((await handler(toWebRequest(request))).status).end();
  });
  server.listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a request of Node's is taken by way of toWebRequest", async () => {
  const { handler, onVideoUpload, rejections } = setUp();
  const url = `${await serve(handler)}/pushes?a=1`;
  const send = (authorization: string) => fetch(url, { method: "POST", headers: { authorization }, body });
  expect((await send(signPush(body))).status).toBe(200);
  expect((await send("0".repeat(64))).status).toBe(401);
  expect((await send(signPush(body, { ...credentials, callbackUrl: url }))).status).toBe(401);
  expect(rejections.at(-1)?.reason).toBe("it is signed for the URL that the request came to");
  expect((await send(signPush(body, { ...credentials, callbackUrl: url.replace("http", "https") }))).status).toBe(401);
  expect(rejections.at(-1)?.reason).toBe("it is signed for the URL that the request came to, with https:");
  expect(onVideoUpload).toHaveBeenCalledOnce();
});

test("one of Node's whose body is too large, or never ends, is answered all the same", async () => {
  const patience = runtime.setTimer;
  onTestFinished(replaceRuntime({ setTimer: (run, ms) => patience(run, ms / 25) }));
  const { handler, rejections } = setUp({ maxBodySize: 100_000 });
  const url = await serve(handler);
  const answered = async (body: Iterable<Uint8Array>) => {
    const client = request(url, { method: "POST", headers: { "transfer-encoding": "chunked" } });
    client.on("error", () => {});
    onTestFinished(() => void client.destroy());
    for (const chunk of body) client.write(chunk);
    const [response] = await once(client, "response");
    return response.statusCode;
  };
  expect(await answered([new Uint8Array(10)])).toBe(408);
  expect(await answered(Array.from({ length: 10 }, () => new Uint8Array(65_536)))).toBe(413);
  expect(rejections.map(({ status }) => status)).toEqual([408, 413]);
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["a text", "POST /"],
  ["one without headers", Readable.from([])],
  ["the wrapper of a framework", { method: "POST", url: "/", headers: {} }],
])("toWebRequest refuses %s with a sentence", (_, given) => {
  expect(() => toWebRequest(given as NodeRequest)).toThrow(expect.objectContaining({
    name: "InvalidInputError",
    message: expect.stringMatching(/^Cannot verify pushes: toWebRequest takes a request of Node's http, such as /),
  }));
});

test("toWebRequest leaves a web Request as it is", async () => {
  const { handler } = setUp();
  const given = pushRequest(body);
  expect(toWebRequest(given as unknown as NodeRequest)).toBe(given);
  expect((await handler(given)).status).toBe(200);
});

test("the path of Express's request is the whole one, below a router, too", () => {
  const mounted = { url: "/pushes", originalUrl: "/shopee/pushes?a=1", headers: { host: "shop.example:8443" } };
  expect(toWebRequest(Object.assign(Readable.from([]), mounted)).url).toBe(
    "http://shop.example:8443/shopee/pushes?a=1",
  );
  for (const headers of [{}, { host: "not a host" }]) {
    const odd = Object.assign(Readable.from([]), { url: "/pushes", headers });
    expect(toWebRequest(odd).url).toBe("http://localhost/pushes");
  }
  const http2 = Object.assign(Readable.from([]), { url: "/pushes", headers: { ":authority": "shop.example" } });
  expect(toWebRequest(http2).url).toBe("http://shop.example/pushes");
});

test.each(["throws", "rejects"])("a listener that %s changes no answer, and nobody's process", async (how) => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  onTestFinished(() => void process.off("unhandledRejection", unhandled));
  const log = vi.spyOn(console, "error").mockReturnValue();
  onTestFinished(() => void log.mockRestore());
  const fail = () => {
    const error = new Error("The log is away");
    if (how === "throws") throw error;
    return Promise.reject(error);
  };
  const listeners = { onRejected: fail, onError: fail, onVideoUpload: fail } as unknown as Partial<PushHandlerOptions>;
  const { handler } = setUp(listeners);
  const answers = [];
  for (const given of [pushRequest(body, ""), pushRequest("{"), pushRequest(body)]) {
    const response = await handler(given);
    answers.push([response.status, await response.text()]);
  }
  await quiet();
  expect(answers).toEqual([[401, ""], [200, ""], [500, ""]]);
  expect(log.mock.calls.map(([error]) => String(error))).toEqual(Array(3).fill("Error: The log is away"));
  expect(unhandled).not.toHaveBeenCalled();
});

test("a partnerKey that is none is refused when the handler is made", () => {
  expect(() => setUp({ partnerKey: 5 as unknown as string })).toThrow("The partnerKey must be a text, not a number");
});

test("so is one whose raw bytes are there; one that was parsed is refused by a sentence, as is one that is no web Request", async () => {
  const { handler } = setUp();
  const request = (more: object) =>
    Object.assign(Readable.from([]), { method: "POST", url: "/", headers: { authorization: signPush(body) }, ...more });
  expect((await handler(toWebRequest(request({ body: Buffer.from(body) })))).status).toBe(200);
  expect((await handler(toWebRequest(request({ body: JSON.parse(body), rawBody: Buffer.from(body) })))).status).toBe(
    200,
  );
  expect(() => toWebRequest(request({ body: JSON.parse(body) }))).toThrow(
    /a body parser has read the request.*express\.raw/,
  );
  await expect(handler(request({}) as unknown as Request)).rejects.toThrow(/no web Request; toWebRequest/);
});
