import { serve } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  createVideoUploadSink,
  isVideoFailedError,
  MediaManager,
  type VideoModule,
  type VideoSinkOptions,
  type VideoUploadResult,
} from "../../mod.ts";
import {
  createEmulator,
  type EmulatorControl,
  startEmulator,
  type StartEmulatorOptions,
} from "../../src/emulator/mod.ts";
import {
  createPushHandler,
  createPushInbox,
  type PushHandlerOptions,
  type VideoUploadPush,
} from "../../src/push/mod.ts";
import { readAsset } from "../support/files.ts";

/** So that a lost push costs a test half a second, and not a minute; a busy machine has the video ready by then. */
const IMPATIENT = { interval: 1, maxInterval: 40 };

interface SetUpOptions extends StartEmulatorOptions {
  /** Told of every push, before the uploads are. */
  onVideoUpload?: (push: VideoUploadPush) => void;
  /** Sends the client's requests. */
  fetch?: typeof fetch;
}

/** An emulator, a server that gets its pushes, and a client that waits for these: all on sockets. */
async function setUp({ onVideoUpload, fetch, ...options }: SetUpOptions = {}) {
  const pushes = createPushInbox();
  const push = await startPushServer({
    onVideoUpload(push) {
      onVideoUpload?.(push);
      pushes.deliver(push);
    },
    onError: () => {},
  });
  const emulator = await startEmulator({ transcodeMs: 0, push, ...options });
  onTestFinished(() => emulator.close());
  const media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url, fetch });
  const upload = <Module extends VideoModule>(name: string, sink: VideoSinkOptions<Module>) =>
    uploadAsset(media, name, { pushes, ...sink });
  return { emulator, media, upload };
}

function questions(emulator: EmulatorControl): number {
  return emulator.requests.filter(({ endpoint }) => endpoint.endsWith("/get_video_upload_result")).length;
}

async function infoAtShopee(media: MediaManager, module: VideoModule, id: string): Promise<object> {
  const params = { video_upload_id: id };
  const { response } = module === "media"
    ? await media.getMediaVideoUploadResult(params)
    : await media.getVideoUploadResult(params);
  return response!.video_info!;
}

const CASES = (["samples", "reference"] as const).flatMap((dialect) =>
  (["media_space", "media"] as const).map((module) => ({ dialect, module }))
);

describe.each(CASES)("$dialect, $module: an upload that waits for its push", ({ dialect, module }) => {
  const start = (options?: SetUpOptions) => setUp({ dialect, ...options });

  test("asks nothing, and knows as much as one that asks", async () => {
    const { emulator, media, upload } = await start();
    const { videoUploadId, videoInfo } = await upload("ok.mp4", { module });
    expect(questions(emulator)).toBe(0);
    expect(videoInfo).toMatchObject(await infoAtShopee(media, module, videoUploadId));
    await expect.poll(() => emulator.pushes.list()).toMatchObject([{ videoUploadId, state: "delivered" }]);
  });

  test("fails when the push says so", async () => {
    const { emulator, upload } = await start();
    const error = await upload("long_181s.mp4", { module }).catch((error) => error);
    expect(error).toSatisfy(isVideoFailedError);
    expect(error).toMatchObject({ status: "FAILED", message: expect.stringContaining("Video is too long") });
    expect(questions(emulator)).toBe(0);
  });

  test("asks when the push is lost, and succeeds", async () => {
    const { emulator, upload } = await start({ faults: ["push:drop"] });
    const { videoInfo } = await upload("ok.mp4", { module, poll: IMPATIENT });
    expect(videoInfo.duration).toBe(12);
    expect(questions(emulator)).toBe(1);
  });

  test("asks when the push is lost, and fails for the same reason", async () => {
    const { emulator, upload } = await start({ faults: ["push:drop"] });
    await expect(upload("long_181s.mp4", { module, poll: IMPATIENT })).rejects.toThrow("Video is too long");
    expect(questions(emulator)).toBe(1);
  });

  test("is told once when the push comes twice", async () => {
    const onVideoUpload = vi.fn();
    const { emulator, upload } = await start({ faults: ["push:duplicate"], onVideoUpload });
    await upload("ok.mp4", { module });
    await expect.poll(() => emulator.pushes.list()).toMatchObject([{ state: "delivered" }, { state: "delivered" }]);
    expect(onVideoUpload).toHaveBeenCalledTimes(1);
    expect(questions(emulator)).toBe(0);
  });

  test("is not confused by a push that overtakes the answer to complete", async () => {
    const pushed = Promise.withResolvers<void>();
    const { emulator, upload } = await start({
      onVideoUpload: () => pushed.resolve(),
      async fetch(input, init) {
        const response = await fetch(input, init);
        if (response.url.includes("/complete_video_upload?")) await pushed.promise;
        return response;
      },
    });
    expect((await upload("ok.mp4", { module })).videoInfo.duration).toBe(12);
    expect(questions(emulator)).toBe(0);
  });

  test("succeeds by the push that comes again, after its receiver had failed", async () => {
    const onVideoUpload = vi.fn().mockImplementationOnce(() => {
      throw new Error("The database is away");
    });
    const { emulator, upload } = await start({ onVideoUpload });
    const uploading = upload("ok.mp4", { module });
    await expect.poll(() => emulator.pushes.list()[0]?.attempts).toMatchObject([{ status: 500 }]);
    await emulator.pushes.advance(300);
    expect((await uploading).videoInfo.duration).toBe(12);
    expect(emulator.pushes.list()[0]?.attempts).toEqual([{ after: 0, status: 500 }, { after: 300, status: 200 }]);
    expect(questions(emulator)).toBe(0);
  });

  test("asks once when the push is late, which then tells nobody", async () => {
    const { emulator, upload } = await start({ faults: ["push:delay=3600000"] });
    await upload("ok.mp4", { module, poll: IMPATIENT });
    expect(questions(emulator)).toBe(1);
    await emulator.pushes.advance(3600);
    expect(emulator.pushes.list()).toMatchObject([{ state: "delivered" }]);
  });

  test("can be aborted while it waits", async () => {
    const { emulator, upload } = await start({ faults: ["push:drop"] });
    const stop = new AbortController();
    const uploading = upload("ok.mp4", { module, signal: stop.signal });
    await expect.poll(() => emulator.pushes.list()).toHaveLength(1);
    const reason = new Error("enough");
    stop.abort(reason);
    await expect(uploading).rejects.toBe(reason);
  });
});

test("many uploads of both modules share an inbox, and pushes out of order find the right one", async () => {
  const { emulator, upload } = await setUp({ faults: ["push#1+3+4:delay=60000"] });
  const names = ["ok.mp4", "edge_10s.mp4", "edge_60s.mp4"];
  const uploading = (["media_space", "media"] as const).flatMap((module) =>
    names.map(async (name) => (await upload(name, { module })).videoInfo.duration)
  );
  await expect.poll(() => emulator.pushes.list().map(({ state }) => state).sort()).toEqual([
    "delivered",
    "delivered",
    "delivered",
    "waiting",
    "waiting",
    "waiting",
  ]);
  await emulator.pushes.advance(60);
  expect(await Promise.all(uploading)).toEqual([12, 10, 60, 12, 10, 60]);
  expect(questions(emulator)).toBe(0);
});

test("a push that was forged settles nothing", async () => {
  const onVideoUpload = vi.fn();
  const real = await startPushServer({ onVideoUpload });
  const { emulator, upload } = await setUp({ push: { ...real, pushPartnerKey: "another key" } });
  await expect(upload("ok.mp4", { module: "media_space", poll: IMPATIENT })).resolves.toBeDefined();
  expect(emulator.pushes.list()).toMatchObject([{ state: "waiting", attempts: [{ status: 401 }] }]);
  expect(onVideoUpload).not.toHaveBeenCalled();
});

test("the receiver passes the console's test", async () => {
  const onVideoUpload = vi.fn();
  const { emulator } = await setUp({ onVideoUpload });
  expect(await emulator.pushes.sendTest()).toBe(200);
  expect(onVideoUpload).not.toHaveBeenCalled();
});

test("a push to a server that is not there comes again", async () => {
  const { emulator, upload } = await setUp({ push: { callbackUrl: "http://127.0.0.1:1/" } });
  await upload("ok.mp4", { module: "media", poll: IMPATIENT });
  await expect.poll(() => emulator.pushes.list()).toMatchObject([{ state: "waiting", attempts: [{ status: 0 }] }]);
});

test("none of it needs a socket", async () => {
  const pushes = createPushInbox();
  const credentials = { callbackUrl: "https://shop.example/pushes", pushPartnerKey: "key" };
  const handler = createPushHandler({ ...credentials, onVideoUpload: pushes.deliver });
  const emulator = await createEmulator({ transcodeMs: 0, push: { ...credentials, fetch: handler } });
  const media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url, fetch: emulator.fetch });
  await uploadAsset(media, "ok.mp4", { module: "media", pushes });
  expect(questions(emulator)).toBe(0);
  await emulator.close();
});

/** A server for pushes, and what the console would be told of it. */
interface PushServer {
  /** Where it listens. */
  callbackUrl: string;
  /** Key that it verifies with. */
  pushPartnerKey: string;
}

/** Starts a real server for pushes, which lasts as long as the test. */
async function startPushServer(options: Omit<PushHandlerOptions, keyof PushServer>): Promise<PushServer> {
  const pushPartnerKey = "5a6b7c8d9e0f5a6b7c8d9e0f5a6b7c8d";
  const listening = Promise.withResolvers<AddressInfo>();
  const server = serve({
    fetch: (request) => handler(request),
    port: 0,
    hostname: "127.0.0.1",
    overrideGlobalObjects: false,
  }, listening.resolve);
  onTestFinished(() => {
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
  const callbackUrl = `http://127.0.0.1:${(await listening.promise).port}/shopee/pushes?tenant=7`;
  const handler = createPushHandler({ ...options, pushPartnerKey, callbackUrl });
  return { callbackUrl, pushPartnerKey };
}

/** Pipes a file of `test/assets/video` into a sink, without a look at it. */
async function uploadAsset(
  media: MediaManager,
  name: string,
  options: VideoSinkOptions,
): Promise<VideoUploadResult> {
  const file = new Blob([await readAsset(`video/${name}`)]);
  const sink = createVideoUploadSink(media, { size: file.size, fileName: name, duration: 12, ...options });
  await file.stream().pipeTo(sink);
  return await sink.result;
}
