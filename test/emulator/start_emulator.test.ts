import { mkdtemp, readdir, rm } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { createEmulator, type Emulator, startEmulator, type StartEmulatorOptions } from "../../src/emulator/mod.ts";
import { InvalidInputError } from "../../src/errors.ts";
import { readAsset } from "../support/files.ts";
import { call, md5, noise, signedRequest } from "./raw_client.ts";
import { completeMedia, completeMediaSpace, sendMedia, sendMediaSpace, waitForResult } from "./upload_raw.ts";

const started: Emulator[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((emulator) => emulator.close()));
});

async function start(options?: StartEmulatorOptions) {
  const emulator = await startEmulator(options);
  started.push(emulator);
  // Over the socket: not the emulator's own fetch.
  return { emulator, target: { url: emulator.url, credentials: emulator.credentials } };
}

test("it listens on a free port of 127.0.0.1, two of them side by side", async () => {
  const [one, two] = [await start(), await start()];
  expect(one.emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(two.emulator.url).not.toBe(one.emulator.url);
});

test("a port that is taken is an error", async () => {
  const { emulator } = await start();
  await expect(startEmulator({ port: Number(new URL(emulator.url).port) })).rejects.toThrow();
});

test.each([
  { mediaPartSize: 0 },
  { mediaPartSize: "10" },
  { mediaPartSize: 1.5 },
  { transcodeMs: -1 },
  { transcodeMs: "300" },
  { port: 65_536 },
  { port: "8080" },
  { host: "" },
  { directory: 7 },
  { log: true },
  { inspect: "yes" },
  { faults: "*:cut" },
  { push: "https://shop.example/" },
  { network: null },
  { clockOffset: Number.NaN },
  { vidDelayMs: -1 },
  { sessionTtlMs: 0 },
  { dailyLimit: -1 },
  { rateLimit: 1.5 },
  { shops: [] },
  { shops: [{ rateLimit: -1 }] },
  { shops: [{ shopId: 7 }, { shopId: 7 }] },
  { shops: [7] },
  { shops: { shopId: 7 } },
  { dialect: "klingon" },
  // A shop beside several, and a token of no shop.
  { shopId: 1, shops: [{ shopId: 2 }] },
  { accessToken: "token", shops: [{ shopId: 2 }] },
  { accessToken: () => "token" },
])("%o is an error", async (options) => {
  await expect(startEmulator(options as StartEmulatorOptions)).rejects.toThrow(InvalidInputError);
});

test.each<[object, RegExp]>([
  [
    { transcodeMS: 5 },
    /^startEmulator has no option transcodeMS \(did you mean transcodeMs\?\): it has .*, port, host$/,
  ],
  [{ prot: 8080 }, /^startEmulator has no option prot \(did you mean port\?\): /],
  [{ partSize: 5 }, /^startEmulator has no option partSize: it has partnerId, partnerKey, /],
  [{ constructor: 5 }, /^startEmulator has no option constructor: /],
  [{ shops: [{ shopID: 5 }] }, /^a shop has no option shopID \(did you mean shopId\?\): it has shopId, accessToken, /],
  [{ network: { latencyMs: 5 } }, /^network has no option latencyMs \(did you mean latency\?\): it has latency, /],
  [{ push: { url: "http://localhost/" } }, /^push has no option url: it has callbackUrl, pushPartnerKey, fetch$/],
  [{ faults: [{ kind: "slow", bytesPerSec: 5 }] }, /^the fault slow has no option bytesPerSec: it has endpoint, /],
  [{ network: { latency: -5 } }, /^The latency of network must be 0 or more milliseconds, not -5$/],
])("%o is an error that names what is known", async (options, message) => {
  await expect(startEmulator(options)).rejects.toThrow(message);
});

test("an error about a secret does not hold it", async () => {
  for (const options of [{ partnerKey: 70_177_013 }, { push: { callbackUrl: "shop.example?key=70177013" } }]) {
    const error = await startEmulator(options as object).catch((error) => error);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error.message).not.toContain("70177013");
  }
});

test("an option that is undefined has its default", async () => {
  const { emulator } = await start({ port: undefined, host: undefined, transcodeMs: undefined, shops: undefined });
  expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

const hasIpv6 = Object.values(networkInterfaces()).flat().some((address) => address?.family === "IPv6");

test.each([
  ["0.0.0.0", "127.0.0.1", "localhost"],
  ["localhost", "localhost", "localhost"],
  ...(hasIpv6 ? [["::", "[::1]", "[::1]"], ["::1", "[::1]", "[::1]"]] : []),
])("bound to %s it is to be called %s, and the URLs that it answers begin with what was called", async (...names) => {
  const [host = "", name = "", otherName = ""] = names;
  const { emulator, target } = await start({ host, transcodeMs: 0 });
  const { port } = new URL(emulator.url);
  expect(emulator.url).toBe(`http://${name}:${port}`);
  const video = await readAsset("video/ok.mp4");
  const id = await sendMedia(target, video);
  await completeMedia(target, id);
  for (const url of [emulator.url, `http://${otherName}:${port}`]) {
    const { response } = await waitForResult({ ...target, url }, "media", id);
    expect(response.video_info.video_url).toBe(`${url}/files/videos/${id}.mp4`);
    expect(md5(await (await fetch(response.video_info.video_url)).bytes())).toBe(md5(video));
  }
});

test("it can be disposed of", async () => {
  const { emulator } = await start();
  await emulator[Symbol.asyncDispose]();
  await expect(fetch(emulator.url)).rejects.toThrow();

  const app = await createEmulator();
  await app[Symbol.asyncDispose]();
  await expect(sendMedia(app, noise(1))).rejects.toThrow();
});

test("a video of several parts goes through both modules", async () => {
  const { emulator, target } = await start({ transcodeMs: 0, mediaPartSize: 10_000 });
  const video = await readAsset("video/ok.mp4");

  const product = await sendMediaSpace(target, video);
  await completeMediaSpace(target, product, 1);
  expect((await waitForResult(target, "media_space", product)).response.status).toBe("SUCCEEDED");

  const shopeeVideo = await sendMedia(target, video);
  await completeMedia(target, shopeeVideo);
  const { response } = await waitForResult(target, "media", shopeeVideo);
  expect(md5(await (await fetch(response.video_info.video_url)).bytes())).toBe(md5(video));
  expect(emulator.sessions().map(({ parts }) => parts.length)).toEqual([1, Math.ceil(video.length / 10_000)]);
});

test("large parts arrive over the socket", async () => {
  const { emulator, target } = await start({ inspect: false, transcodeMs: 0 });
  const bytes = noise(21 * 1_048_576 + 1);
  const id = await sendMedia(target, bytes);
  expect(await completeMedia(target, id)).toMatchObject({ error: "" });
  expect(md5(await emulator.content(id))).toBe(md5(bytes));
});

test("100 uploads at once", async () => {
  const { target } = await start({ transcodeMs: 0, mediaPartSize: 30_000 });
  const video = await readAsset("video/ok.mp4");
  const statuses = await Promise.all(Array.from({ length: 100 }, async () => {
    const id = await sendMedia(target, video);
    await completeMedia(target, id);
    return (await waitForResult(target, "media", id)).response.status;
  }));
  expect(new Set(statuses)).toEqual(new Set(["SUCCEEDED"]));
});

test("the transcode time is kept", async () => {
  const { emulator, target } = await start({ transcodeMs: 100_000 });
  const id = await sendMediaSpace(target, await readAsset("video/ok.mp4"));
  await completeMediaSpace(target, id, 1);
  expect(emulator.sessions()[0]).toMatchObject({ status: "TRANSCODING" });
});

test.each(["media_space/nothing", "media_space", "constructor", "__proto__", "media_space/upload_image/"])(
  "an unknown path is answered in the envelope: %s",
  async (name) => {
    const { target } = await start();
    expect(await call(target, name, { json: {} })).toMatchObject({
      status: 403,
      error: "error_param",
      message: "Permission denied. This API is currently offline or the request path is incorrect.",
      request_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  },
);

test("a client that goes away in the middle of a part is logged as not answered", async () => {
  const { emulator, target } = await start({ faults: ["*:clock=0"] });
  const stop = new AbortController();
  const head = '--x\r\nContent-Disposition: form-data; name="video_upload_id"\r\n\r\nunfinished';
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(head));
    },
  });
  const sent = fetch(signedRequest(target, "media/upload_video_part").url, {
    method: "POST",
    headers: { "Content-Type": "multipart/form-data; boundary=x" },
    body,
    duplex: "half",
    signal: stop.signal,
  } as RequestInit);
  await expect.poll(() => emulator.faults.list()[0]?.seen).toBe(1);
  stop.abort(new Error("enough"));
  await expect(sent).rejects.toThrow("enough");
  await expect.poll(() => emulator.requests).toMatchObject([{ status: 0, error: "", faults: ["clock"] }]);
});

test("close settles while connections are kept alive and videos transcode, and frees the port", async () => {
  const { emulator, target } = await start({ transcodeMs: 100_000 });
  const id = await sendMediaSpace(target, await readAsset("video/ok.mp4"));
  await completeMediaSpace(target, id, 1);
  await emulator.close();
  await emulator.close();
  await expect(fetch(emulator.url)).rejects.toThrow();
});

test("uploads are kept in a temporary folder that goes with the emulator", async () => {
  const parent = await mkdtemp(join(tmpdir(), "parent-"));
  vi.stubEnv("TMPDIR", parent);
  const emulator = await createEmulator();
  vi.unstubAllEnvs();
  const id = await sendMediaSpace(emulator, noise(10));
  const [folder = ""] = await readdir(parent);
  expect(await readdir(join(parent, folder))).toEqual([`${id}.mp4`]);
  await emulator.close();
  expect(await readdir(parent)).toEqual([]);
  await rm(parent, { recursive: true });
});

test("a folder of one's own is made and kept", async () => {
  const parent = await mkdtemp(join(tmpdir(), "own-"));
  const directory = join(parent, "uploads");
  const emulator = await createEmulator({ directory });
  const id = await sendMediaSpace(emulator, noise(10));
  await emulator.close();
  expect(await readdir(directory)).toEqual([`${id}.mp4`]);
  await rm(parent, { recursive: true });
});

test("fetch without a socket ends when it is aborted", async () => {
  const emulator = await createEmulator();
  const reason = new Error("enough");
  await expect(emulator.fetch(emulator.url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  await emulator.close();
});
