import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { noise } from "../support/bytes.ts";
import { managerFor } from "../support/manager_for.ts";
import { type Answerer, failure, silence, startRecordingServer, success } from "../support/recording_server.ts";
import { quiet, settle, until } from "../support/settle.ts";
import { watchTimers } from "../support/watches.ts";

// A timer that is left behind keeps a process from ending.
const PART = { video_upload_id: "sg_1", part_seq: 0, part_md5: "0", part_content: noise(2 << 20) };

test.each<[string, Answerer]>([
  ["succeeds", () => success()],
  ["is refused", () => failure("error_param")],
  ["fails", () => (response) => response.destroy()],
  ["gets an answer that is none", () => ({ status: 502, text: "<html>" })],
])("a call that %s leaves no timer", async (_, answer) => {
  const timers = watchTimers();
  const server = await startRecordingServer(answer);
  await settle(managerFor(server).uploadMediaVideoPart(PART));
  await quiet();
  expect(timers()).toEqual([]);
});

test("a call that is aborted leaves no timer", async () => {
  const timers = watchTimers();
  const server = await startRecordingServer(() => silence);
  const controller = new AbortController();
  const call = settle(managerFor(server).uploadMediaVideoPart(PART, { signal: controller.signal }));
  await until(() => server.requests.length === 1);
  controller.abort();
  await call;
  await quiet();
  expect(timers()).toEqual([]);
});

test("a call that is answered before its body was read leaves no timer", async () => {
  const timers = watchTimers();
  const server = createServer((request, response) => {
    request.on("error", () => {});
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ error: "error_invalid_upload_id", message: "", request_id: "early" }), () => {
      // The rest is read only now.
      request.resume();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const media = managerFor({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  await settle(media.uploadMediaVideoPart({ ...PART, part_content: noise(16 << 20) }));
  for (let turn = 0; turn < 20; turn++) await quiet();
  expect(timers()).toEqual([]);
});
