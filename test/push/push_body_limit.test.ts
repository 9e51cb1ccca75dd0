import { expect, test, vi } from "vitest";
import { createPushHandler } from "../../src/push/mod.ts";
import { credentials, pushRequest, signPush, videoUploadPush } from "./sign_push.ts";

const GIGABYTE = 1_000_000_000;
const CHUNK = 65_536;
const LIMIT = 262_144;

/** A body of `size` bytes that makes each chunk only when it is asked for, and counts. */
function lazyBody(size: number) {
  const made = { bytes: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = new Uint8Array(Math.min(CHUNK, size - made.bytes)).fill(0x20);
      made.bytes += chunk.byteLength;
      controller.enqueue(chunk);
      if (made.bytes === size) controller.close();
    },
    cancel() {
      made.cancelled = true;
    },
  });
  return { made, stream };
}

function streamedRequest(stream: ReadableStream<Uint8Array>, headers: Record<string, string> = {}): Request {
  const init = {
    method: "POST",
    headers: { authorization: "0".repeat(64), ...headers },
    body: stream,
    duplex: "half" as const,
  };
  return new Request("http://127.0.0.1/", init);
}

function setUp(maxBodySize?: number) {
  const onVideoUpload = vi.fn();
  return { onVideoUpload, handler: createPushHandler({ ...credentials, maxBodySize, onVideoUpload }) };
}

test.each<[string, Record<string, string>]>([
  ["no Content-Length", {}],
  ["a Content-Length that lies", { "content-length": "100" }],
  ["a Content-Length that is no number", { "content-length": "many" }],
])("1 GB with %s: 413, and hardly more than the limit was read", async (_name, headers) => {
  const { made, stream } = lazyBody(GIGABYTE);
  const { handler, onVideoUpload } = setUp();
  expect((await handler(streamedRequest(stream, headers))).status).toBe(413);
  expect(made.bytes).toBeGreaterThan(LIMIT);
  // One chunk over the limit was needed to see it, and the streams between may have read ahead.
  expect(made.bytes).toBeLessThanOrEqual(LIMIT + 4 * CHUNK);
  expect(made.cancelled).toBe(true);
  expect(onVideoUpload).not.toHaveBeenCalled();
});

test("1 GB that Content-Length tells: 413, and nothing was read", async () => {
  const { made, stream } = lazyBody(GIGABYTE);
  const headers = { "content-length": String(GIGABYTE) };
  expect((await setUp().handler(streamedRequest(stream, headers))).status).toBe(413);
  // What a stream reads ahead before anyone asks.
  expect(made.bytes).toBeLessThanOrEqual(2 * CHUNK);
  expect(made.cancelled).toBe(true);
});

test("a body of exactly the limit is read, one byte more is not", async () => {
  const body = videoUploadPush();
  const { handler, onVideoUpload } = setUp(body.length);
  expect((await handler(pushRequest(`${body} `))).status).toBe(413);
  expect(onVideoUpload).not.toHaveBeenCalled();
  expect((await handler(pushRequest(body))).status).toBe(200);
  expect(onVideoUpload).toHaveBeenCalledOnce();
});

test("a body in chunks of one byte is put together", async () => {
  const body = videoUploadPush({ message: "影片" });
  const bytes = new TextEncoder().encode(body);
  let sent = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(bytes.slice(sent, ++sent));
      if (sent === bytes.byteLength) controller.close();
    },
  });
  const { handler, onVideoUpload } = setUp();
  expect((await handler(streamedRequest(stream, { authorization: signPush(body) }))).status).toBe(200);
  expect(onVideoUpload).toHaveBeenCalledWith(expect.objectContaining({ message: "影片" }));
});

test("a body that breaks off: 400", async () => {
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error("The connection was reset")),
  });
  expect((await setUp().handler(streamedRequest(stream))).status).toBe(400);
});
