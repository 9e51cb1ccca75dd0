import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { noise } from "../support/bytes.ts";
import { forbidUnhandledRejections } from "../support/watches.ts";
import { managerFor } from "../support/manager_for.ts";
import { failure, inTurn, type Reply, silence, startRecordingServer, success } from "../support/recording_server.ts";
import { runtime } from "../support/runtime.ts";

forbidUnhandledRejections();

const PARAMS = { video_upload_id: "sg_1" };
const LONG = { attempt: 20_000, idle: 20_000, total: 20_000 };

/** Begins an answer and never ends it. */
const halfAnAnswer: Reply = (response) => {
  response.writeHead(200, { "Content-Type": "application/json" });
  response.write('{"error":"",');
};

test("an attempt without an answer is given up, and another one made", async () => {
  const server = await startRecordingServer(inTurn(silence, silence, success()));
  const media = managerFor(server, { timeout: { ...LONG, attempt: 80 }, retry: { limit: 100, baseDelay: 0 } });
  await media.cancelMediaVideoUpload(PARAMS);
  // More of them on a machine that is too busy to answer in time.
  expect(server.requests.length).toBeGreaterThanOrEqual(3);
});

test("a call whose every attempt stays without an answer says so", async () => {
  const server = await startRecordingServer(() => silence);
  const media = managerFor(server, { timeout: { ...LONG, attempt: 60 }, retry: { limit: 1, baseDelay: 0 } });
  await expect(media.cancelMediaVideoUpload(PARAMS)).rejects.toMatchObject({
    name: "TransportError",
    endpoint: "/api/v2/media/cancel_video_upload",
    status: undefined,
    message: expect.stringMatching(/^Cannot cancel the upload sg_1: .*60 ms/),
  });
  expect(server.requests).toHaveLength(2);
});

test("an answer that stands still is given up by the attempt's deadline", async () => {
  const server = await startRecordingServer(() => halfAnAnswer);
  const media = managerFor(server, { timeout: { ...LONG, attempt: 80 } });
  await expect(media.cancelMediaVideoUpload(PARAMS)).rejects.toMatchObject({ name: "TransportError" });
});

test("an answer that stands still is given up by the idle deadline", async () => {
  const server = await startRecordingServer(inTurn(halfAnAnswer, success()));
  const media = managerFor(server, { timeout: { ...LONG, idle: 80 }, retry: { limit: 1, baseDelay: 0 } });
  await media.cancelMediaVideoUpload(PARAMS);
  expect(server.requests).toHaveLength(2);
});

test("an answer that is slow, but moves, is waited for", async () => {
  const server = await startRecordingServer(() => async (response) => {
    for (const letter of JSON.stringify({ error: "", message: "", request_id: "slowly" })) {
      response.write(letter);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    response.end();
  });
  const media = managerFor(server, { timeout: { ...LONG, idle: 400 } });
  expect((await media.cancelMediaVideoUpload(PARAMS)).request_id).toBe("slowly");
});

test("a body that stands still is given up: at once where it can be seen, else by the attempt's deadline", async () => {
  const url = await startDeafServer();
  // On Deno a body is handed over in one piece, so what becomes of it can't be seen.
  const seen = !("Deno" in globalThis);
  const timeout = seen ? { ...LONG, idle: 150 } : { ...LONG, idle: 150, attempt: 400 };
  const media = managerFor({ url }, { timeout });
  const part_content = noise(seen ? 32 << 20 : 1000);
  await expect(media.uploadMediaVideoPart({ ...PARAMS, part_seq: 0, part_md5: "0", part_content })).rejects
    .toMatchObject({ name: "TransportError", message: expect.stringContaining(seen ? "150 ms" : "400 ms") });
});

// Deno and Bun are given a JSON body whole, and do not show how it moves: there its deadline ends it.
test.runIf(runtime === "node")("a JSON body that stands still is given up, too", async () => {
  const url = await startDeafServer();
  const media = managerFor({ url }, { timeout: { ...LONG, idle: 150 } });
  const part_seq_list = Array<number>(4_000_000).fill(1_000_000);
  await expect(media.completeVideoUpload({ ...PARAMS, part_seq_list, report_data: { upload_cost: 1 } })).rejects
    .toMatchObject({ name: "TransportError", message: expect.stringContaining("150 ms") });
});

test("a body that is slow, but moves, is waited for beyond the attempt's deadline and the total", async () => {
  let bytes = 0;
  const server = createHttpServer(async (request, response) => {
    for await (const chunk of request) {
      bytes += chunk.length;
      await new Promise((resolve) => setTimeout(resolve, 8));
    }
    response.end('{"error":"","message":"","request_id":"slowly"}');
  });
  const url = await listen(server);
  const media = managerFor({ url }, { timeout: { attempt: 1_000, idle: 20_000, total: 1_000 } });
  const part = { ...PARAMS, part_seq: 0, part_md5: "0", part_content: noise(16 << 20) };
  expect((await media.uploadMediaVideoPart(part)).request_id).toBe("slowly");
  expect(bytes).toBeGreaterThan(16 << 20);
});

test("a server that thinks about a body for longer than the idle deadline is waited for", async () => {
  const server = await startRecordingServer(async () => {
    await new Promise((resolve) => setTimeout(resolve, 250));
    return success();
  });
  const media = managerFor(server, { timeout: { ...LONG, idle: 100 } });
  await media.uploadMediaVideoPart({ ...PARAMS, part_seq: 0, part_md5: "0", part_content: noise(100_000) });
  expect(server.requests).toHaveLength(1);
});

test("the total spans a call with all its retries", async () => {
  const server = await startRecordingServer(() => failure("error_server"));
  const media = managerFor(server, { timeout: { ...LONG, total: 150 }, retry: { limit: 1_000_000, baseDelay: 10 } });
  await expect(media.cancelMediaVideoUpload(PARAMS)).rejects.toMatchObject({
    name: expect.stringMatching(/^(TransportError|ShopeeApiError)$/),
    endpoint: "/api/v2/media/cancel_video_upload",
  });
  expect(server.requests.length).toBeGreaterThan(1);
});

test("the total ends an attempt, too, and says how long it was", async () => {
  const server = await startRecordingServer(() => silence);
  const media = managerFor(server, { timeout: { ...LONG, total: 100 }, retry: { limit: 5, baseDelay: 0 } });
  await expect(media.cancelMediaVideoUpload(PARAMS)).rejects.toMatchObject({
    name: "TransportError",
    endpoint: "/api/v2/media/cancel_video_upload",
    message: expect.stringMatching(/^Cannot cancel the upload sg_1: .*100 ms/),
  });
  expect(server.requests).toHaveLength(1);
});

test("the total ends the wait for a token, too", async () => {
  const server = await startRecordingServer();
  const accessToken = { get: () => new Promise<string>(() => {}), refresh: () => new Promise<string>(() => {}) };
  const media = managerFor(server, { accessToken, timeout: { ...LONG, total: 60 } });
  await expect(media.cancelVideoUpload(PARAMS)).rejects.toMatchObject({ name: "TransportError" });
  expect(server.requests).toHaveLength(0);
});

/** Takes connections and reads nothing from them. */
async function startDeafServer(): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on("error", () => {});
    sockets.push(socket);
  });
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  return await listen(server);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
