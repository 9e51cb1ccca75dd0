import { once } from "node:events";
import { openAsBlob } from "node:fs";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { StartEmulatorOptions } from "../../src/emulator/mod.ts";
import { emulate } from "../cli/support/emulate.ts";
import { environmentOf } from "../cli/support/run_command.ts";
import { sampleVideo } from "../cli/support/sample_video.ts";
import { temporaryFolder } from "../support/files.ts";
import { quiet, until } from "../support/settle.ts";
import { startExample } from "../support/start_example.ts";

async function start(options: StartEmulatorOptions = {}) {
  const emulator = await emulate({ mediaPartSize: 1_000_000, ...options });
  const cwd = await temporaryFolder();
  const server = startExample("upload_server.ts", { env: { ...environmentOf(emulator), PORT: "0" }, cwd });
  const [, url] = await server.printed(/Send videos to (\S+)\/NAME\?/);
  const send = (path: string, body: BodyInit) => fetch(`${url}/${path}`, { method: "PUT", body });
  return { emulator, server, cwd, url: new URL(url!), send };
}

test("a video is passed on while it comes in", async () => {
  const { emulator, send, cwd, url } = await start();
  const { path, bytes } = await sampleVideo(cwd, { size: 12_345_678 });

  const response = await send("shoes.mp4?duration=12", await openAsBlob(path));

  const [session] = emulator.sessions();
  expect(response.status).toBe(202);
  expect(await response.json()).toEqual({ videoUploadId: session!.id });
  expect(session).toMatchObject({ module: "media", fileName: "shoes.mp4", size: bytes.length });
  expect(session!.parts).toHaveLength(13);
  expect(Buffer.compare(await emulator.content(session!.id), bytes)).toBe(0);

  const ready = await fetch(new URL(`/videos/${session!.id}`, url));
  expect(ready.status).toBe(200);
  expect(await ready.json()).toEqual({ videoUploadId: session!.id, url: expect.stringContaining(session!.id) });
});

test("its first parts are at Shopee before its last bytes are sent, and hanging up cancels it there", async () => {
  const { emulator, server, url } = await start();
  const client = connect(Number(url.port), url.hostname);

  client.write("PUT /videos/shoes.mp4?duration=12 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\n");
  client.write(new Uint8Array(2_500_000));
  await until(() => emulator.sessions()[0]?.parts.length === 2);
  client.destroy();

  await until(() => emulator.sessions()[0]?.status === "CANCELLED");
  expect(server.stderr).toBe("");
});

test("the answer does not wait for Shopee to be done, and who asks for the video may hang up", async () => {
  const { emulator, url, send } = await start({ transcodeMs: 3_600_000 });

  const response = await send("shoes.mp4?duration=12", "abc");
  expect(response.status).toBe(202);
  const { videoUploadId } = await response.json() as { videoUploadId: string };

  const stop = new AbortController();
  const asking = fetch(new URL(`/videos/${videoUploadId}`, url), { signal: stop.signal });
  await until(() => emulator.requests.some(({ endpoint }) => endpoint.endsWith("get_video_upload_result")));
  stop.abort();
  await expect(asking).rejects.toThrow();

  // The video is Shopee's; the server is free for the next one.
  await quiet();
  expect((await send("hat.mp4?duration=0", "abc")).status).toBe(400);
  expect(emulator.requests.map(({ endpoint }) => endpoint)).not.toContainEqual(expect.stringMatching(/cancel/));
});

test.each([
  ["without a duration", "shoes.mp4", 400, "The duration must be a whole number from 1 to 180"],
  ["with a duration that is too long", "shoes.mp4?duration=181", 400, "not 181"],
])("a video %s is refused, and not a call made", async (_, path, status, message) => {
  const { emulator, send } = await start();

  const response = await send(path, new Uint8Array(3_000_000));

  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ error: expect.stringContaining(message) });
  expect(emulator.requests).toEqual([]);
});

test("a stream of unknown length is refused", async () => {
  const { url } = await start();
  const client = connect(Number(url.port), url.hostname).setEncoding("utf8");
  onTestFinished(() => void client.destroy());

  client.write("PUT /videos/shoes.mp4?duration=12 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  client.write("3\r\nabc\r\n0\r\n\r\n");

  const [answer] = await once(client, "data");
  expect(answer).toMatch(/^HTTP\/1\.1 411 /);
});

test("what is no video is refused with Shopee's words, when one asks for it", async () => {
  const { send, url } = await start();
  const { videoUploadId } = await (await send("shoes.mp4?duration=12", "not a video")).json() as {
    videoUploadId: string;
  };

  const response = await fetch(new URL(`/videos/${videoUploadId}`, url));

  expect(response.status).toBe(422);
  expect(await response.json()).toEqual({ error: expect.stringMatching(/^Cannot use the video .+ \(FAILED\)$/) });
});

test.each([
  ["today's quota is used up", "init_video_upload:error=error_limit", 429],
  ["Shopee refuses a part", "upload_video_part#2:error=error_data", 502],
])("when %s, the answer says so and the upload is cancelled", async (_, fault, status) => {
  const { emulator, send } = await start({ faults: [fault] });

  const response = await send("shoes.mp4?duration=12", new Uint8Array(8_000_000));

  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ error: expect.stringMatching(/^Cannot .+ \(error_\w+\)$/) });
  expect(emulator.sessions().every((session) => session.status === "CANCELLED")).toBe(true);
});
