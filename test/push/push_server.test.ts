import { serve } from "@hono/node-server";
import { request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { createPushHandler, createPushInbox, type VideoUploadPush } from "../../src/push/mod.ts";
import { CONSOLE_TEST, credentials, signPush, videoUploadPush } from "./sign_push.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A real server on a real socket, whose URL is not the one that is registered and signed. */
async function startServer(onVideoUpload: (push: VideoUploadPush) => unknown): Promise<string> {
  const fetch = createPushHandler({ ...credentials, onVideoUpload, onError: () => {} });
  const listening = Promise.withResolvers<AddressInfo>();
  const server = serve({ fetch, port: 0, hostname: "127.0.0.1", overrideGlobalObjects: false }, listening.resolve);
  closers.push(() => new Promise((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(await listening.promise).port}/pushes`;
}

function post(url: string, body: string, authorization = signPush(body)): Promise<Response> {
  const headers = { authorization, "content-type": "application/json", connection: "close" };
  return fetch(url, { method: "POST", headers, body });
}

test("a push reaches the upload that waits for it", async () => {
  const pushes = createPushInbox();
  const url = await startServer(pushes.deliver);
  const waiting = pushes.wait("sg_90ce045e_000000", { signal: AbortSignal.timeout(10_000) });

  const response = await post(url, videoUploadPush({ status: "FAILED", message: "Video is too short" }));
  expect([response.status, await response.text()]).toEqual([200, ""]);
  expect(await waiting).toMatchObject({ status: "FAILED", message: "Video is too short" });
});

test("a forged push is refused, the console's test request is not", async () => {
  const onVideoUpload = vi.fn();
  const url = await startServer(onVideoUpload);
  expect((await post(url, videoUploadPush(), "0".repeat(64))).status).toBe(401);
  expect((await post(url, CONSOLE_TEST, "0".repeat(64))).status).toBe(200);
  expect(onVideoUpload).not.toHaveBeenCalled();
});

test("a push that failed is told again when Shopee sends it again", async () => {
  const onVideoUpload = vi.fn().mockRejectedValueOnce(new Error("The database is away"));
  const url = await startServer(onVideoUpload);
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await post(url, videoUploadPush())).status);
  expect(statuses).toEqual([500, 200, 200]);
  expect(onVideoUpload).toHaveBeenCalledTimes(2);
});

test("1 GB over the socket: 413 long before it is sent", async () => {
  const url = await startServer(vi.fn());
  const chunk = new Uint8Array(65_536);
  let sent = 0;
  const status = await new Promise<number | undefined>((resolve) => {
    const headers = { authorization: "0".repeat(64), "transfer-encoding": "chunked", connection: "close" };
    const client = httpRequest(url, { method: "POST", headers }, (response) => {
      resolve(response.statusCode);
      client.destroy();
    });
    const send = () => {
      if (client.destroyed || sent > 1_000_000_000) return;
      sent += chunk.byteLength;
      client.write(chunk, send);
    };
    // The server may well reset a connection on which nobody stops writing.
    client.on("error", () => {});
    send();
  });

  expect(status).toBe(413);
  // The limit is 256 KiB; the rest is what sockets on both sides hold.
  expect(sent).toBeLessThan(64_000_000);
});
