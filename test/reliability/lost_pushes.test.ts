import { serve } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { MediaManager, type VideoModule, waitForVideo } from "../../mod.ts";
import { startEmulator, type StartEmulatorOptions } from "../../src/emulator/mod.ts";
import { createPushHandler, createPushInbox, recoverLostPushes } from "../../src/push/mod.ts";
import { replaceRuntime, runtime } from "../../src/runtime.ts";
import { completeMedia, completeMediaSpace, sendMedia, sendMediaSpace } from "../emulator/upload_raw.ts";
import { signPush, videoUploadPush } from "../push/sign_push.ts";
import { noise } from "../support/bytes.ts";
import { CREDENTIALS } from "../support/manager_for.ts";
import { settle, until } from "../support/settle.ts";

const KEY = "5a6b7c8d9e0f5a6b7c8d9e0f5a6b7c8d";
/** Seconds after which a push that nobody takes is lost, and a minute. */
const RETRIES = 300 + 1800 + 10_800 + 60;
const GET = "push/get_lost_push_message";
const CONFIRM = "push/confirm_consumed_lost_push_message";

/** A receiver of pushes on a real socket, which can be down, and whom it has told of what. */
async function startReceiver() {
  const told: string[] = [];
  const pushes = createPushInbox();
  const receiver = { isUp: true };
  const listening = Promise.withResolvers<AddressInfo>();
  const server = serve({
    fetch: (request) => receiver.isUp ? handler(request) : new Response(null, { status: 503 }),
    port: 0,
    hostname: "127.0.0.1",
    overrideGlobalObjects: false,
  }, listening.resolve);
  onTestFinished(() => {
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
  const callbackUrl = `http://127.0.0.1:${(await listening.promise).port}/pushes`;
  const credentials = { callbackUrl, pushPartnerKey: KEY };
  const handler = createPushHandler({
    ...credentials,
    onVideoUpload(push) {
      told.push(push.videoUploadId);
      pushes.deliver(push);
    },
  });
  const post = async (body: string) => {
    const headers = { authorization: signPush(body, credentials) };
    return (await fetch(callbackUrl, { method: "POST", headers, body })).status;
  };
  return { receiver, handler, pushes, told, credentials, post };
}

/** A receiver, an emulator that pushes to it, and a client: all on sockets. */
async function setUp(options: StartEmulatorOptions = {}) {
  const shop = await startReceiver();
  const emulator = await startEmulator({ inspect: false, transcodeMs: 0, push: shop.credentials, ...options });
  onTestFinished(() => emulator.close());
  const { pushPartnerKey: _, ...credentials } = emulator.credentials;
  const manager = (limit: number) =>
    new MediaManager({ ...credentials, baseUrl: emulator.url, retry: { limit, baseDelay: 1 } });
  const media = manager(3);

  /** Uploads a video, and waits for its push. */
  async function upload(module: VideoModule) {
    const send = module === "media" ? sendMedia : sendMediaSpace;
    const id = await send(emulator, noise(10));
    await (module === "media" ? completeMedia(emulator, id) : completeMediaSpace(emulator, id, 1));
    const waiting = waitForVideo(media, { module, videoUploadId: id }, { pushes: shop.pushes });
    return { id, waiting };
  }

  /** What Shopee still has. */
  async function lost(): Promise<string[]> {
    const { response } = await media.call<{ push_message_list: { data: string }[] }>({
      method: "POST",
      path: `/api/v2/${GET}`,
      auth: "public",
    });
    return response.push_message_list.map(({ data }) => data);
  }

  const states = () => emulator.pushes.list().map(({ state }) => state);
  const called = (name: string) => emulator.requests.filter(({ endpoint }) => endpoint.endsWith(name)).length;
  return { ...shop, emulator, media, manager, upload, lost, states, called };
}

describe.each<VideoModule>(["media_space", "media"])("a push of %s", (module) => {
  test("that was never sent is recovered: who waits is told, once, and asks nothing", async () => {
    const { upload, media, handler, told, lost, states, called } = await setUp({ faults: ["push:drop"] });
    const { id, waiting } = await upload(module);
    await until(() => states().join() === "lost");
    expect(await recoverLostPushes(media, handler)).toEqual({ recovered: 1, rejected: 0 });
    expect(await waiting).toMatchObject({ videoUploadId: id, videoInfo: { duration: expect.any(Number) } });
    expect([told, await lost(), called("get_video_upload_result")]).toEqual([[id], [], 0]);
  });

  test("that came while the receiver was down, twice, is recovered twice, and told once", async () => {
    const { upload, media, handler, told, lost, states, receiver, emulator } = await setUp({
      faults: ["push:duplicate"],
    });
    receiver.isUp = false;
    const { id, waiting } = await upload(module);
    await until(() => emulator.pushes.list().filter(({ attempts }) => attempts.length === 1).length === 2);
    await emulator.pushes.advance(RETRIES);
    expect(states()).toEqual(["lost", "lost"]);
    receiver.isUp = true;
    expect(await recoverLostPushes(media, handler)).toEqual({ recovered: 2, rejected: 0 });
    await waiting;
    expect([told, await lost()]).toEqual([[id], []]);
  });

  test("that was recovered, and comes late and doubled, is told once; and the other way round", async () => {
    const { upload, media, handler, told, lost, states, post } = await setUp({ faults: ["push:drop"] });
    const first = await upload(module);
    await until(() => states().join() === "lost");
    const [body] = await lost();
    await recoverLostPushes(media, handler);
    expect(await Promise.all([post(body!), post(body!)])).toEqual([200, 200]);
    expect(told).toEqual([first.id]);

    const second = await upload(module);
    await until(() => states().join() === "lost,lost");
    const [late] = await lost();
    expect(await post(late!)).toBe(200);
    expect(await recoverLostPushes(media, handler)).toEqual({ recovered: 1, rejected: 0 });
    await Promise.all([first.waiting, second.waiting]);
    expect(told).toEqual([first.id, second.id]);
  });

  test("into an inbox alone ends all who wait, and those who come later", async () => {
    const { upload, media, pushes, states, lost, called } = await setUp({ faults: ["push:drop"] });
    const { id, waiting } = await upload(module);
    await until(() => states().join() === "lost");
    await recoverLostPushes(media, pushes);
    await recoverLostPushes(media, pushes);
    await waiting;
    const again = await waitForVideo(media, { module, videoUploadId: id }, { pushes });
    expect([again.videoUploadId, await lost(), called("get_video_upload_result")]).toEqual([id, [], 0]);
  });
});

describe("the answer of a confirmation is lost", () => {
  test.each(["reset-after", "cut", "truncated", "html=502,after", "error=error_server,after"])(
    "%s: it is made again, and the push is told once",
    async (fault) => {
      const { upload, media, handler, told, lost, states, called } = await setUp({
        faults: ["push:drop", `${CONFIRM}#1:${fault}`],
      });
      const { id, waiting } = await upload("media");
      await until(() => states().join() === "lost");
      expect(await recoverLostPushes(media, handler)).toEqual({ recovered: 1, rejected: 0 });
      await waiting;
      expect([told, await lost()]).toEqual([[id], []]);
      expect(called(CONFIRM)).toBeGreaterThan(1);
    },
  );

  test.each([["was made", "reset-after", 0], ["was not made", "reset-before", 1]])(
    "for good, though it %s: the error says so, and the next run does no harm",
    async (_, fault, left) => {
      const { emulator, upload, manager, handler, told, lost, states } = await setUp({ faults: ["push:drop"] });
      const { id } = await upload("media");
      await until(() => states().join() === "lost");
      const broken = emulator.faults.add(`${CONFIRM}:${fault}`);
      const media = manager(0);
      const { error } = await settle(recoverLostPushes(media, handler));
      expect(error).toMatchObject({ name: "TransportError", endpoint: `/api/v2/${CONFIRM}`, retryable: true });
      expect(await lost()).toHaveLength(left);
      emulator.faults.clear(broken);
      expect(await recoverLostPushes(media, handler)).toEqual({ recovered: left, rejected: 0 });
      expect([told, await lost()]).toEqual([[id], []]);
    },
  );
});

test("an answer with lost pushes that is lost itself is asked for again", async () => {
  const { upload, media, handler, told, states } = await setUp({ faults: ["push:drop", `${GET}#1:cut`] });
  const { id } = await upload("media");
  await until(() => states().join() === "lost");
  expect(await recoverLostPushes(media, handler)).toEqual({ recovered: 1, rejected: 0 });
  expect(told).toEqual([id]);
});

test("two recoveries at once tell each push once, and 250 of them take three pages", async () => {
  const { emulator, media, handler, told, lost, called } = await setUp({ faults: ["push:drop"] });
  const ids: string[] = [];
  for (let made = 0; made < 250; made++) {
    const file = { business: 3, scene: 1, file_name: "a.mp4", file_size: 1, duration: 12 };
    const { response: { video_upload_id } } = await media.initMediaVideoUpload(file);
    await media.cancelMediaVideoUpload({ video_upload_id });
    ids.push(video_upload_id);
  }
  expect(emulator.pushes.list()).toHaveLength(250);
  await Promise.all([recoverLostPushes(media, handler), recoverLostPushes(media, handler)]);
  expect(told).toEqual(ids);
  expect(called(GET)).toBeLessThanOrEqual(8);
  expect(await lost()).toEqual([]);
});

describe("a thousand waits at once hold one timer each", () => {
  /** Counts the timers of the package that are set. */
  function countTimers() {
    const { setTimer, clearTimer } = runtime;
    const set = new Set<unknown>();
    onTestFinished(replaceRuntime({
      setTimer(run, ms) {
        const timer = setTimer(() => {
          set.delete(timer);
          run();
        }, ms);
        set.add(timer);
        return timer;
      },
      clearTimer(timer) {
        set.delete(timer);
        clearTimer(timer);
      },
    }));
    return set;
  }

  function waitForAll(pushes: ReturnType<typeof createPushInbox>, signal?: AbortSignal) {
    const asked: string[] = [];
    const media = new MediaManager({
      ...CREDENTIALS,
      fetch(input) {
        asked.push(new Request(input).url);
        return Promise.reject(new TypeError("fetch failed"));
      },
    });
    const waits = Array.from({ length: 1000 }, (_, index) => {
      const video = { module: "media_space", videoUploadId: `sg_${index}` } as const;
      return settle(waitForVideo(media, video, { pushes, signal }));
    });
    return { waits, asked };
  }

  test("and end when pushes over a socket tell them, with none", async () => {
    const { pushes, post } = await startReceiver();
    const timers = countTimers();
    const { waits, asked } = waitForAll(pushes);
    await until(() => timers.size > 0);
    expect(timers.size).toBe(1000);

    const video_info = { video_id: "v", video_url: [], thumbnail_url: null, duration: 12 };
    for (let first = 0; first < 1000; first += 50) {
      const statuses = await Promise.all(Array.from({ length: 50 }, (_, index) => {
        return post(videoUploadPush({ video_upload_id: `sg_${first + index}`, video_info }));
      }));
      expect(new Set(statuses)).toEqual(new Set([200]));
    }
    const ready = (await Promise.all(waits)).map(({ value }) => value?.videoUploadId);
    expect(ready).toEqual(waits.map((_, index) => `sg_${index}`));
    expect([timers.size, asked]).toEqual([0, []]);
  });

  test("and end when they are aborted, with none", async () => {
    const timers = countTimers();
    const controller = new AbortController();
    const { waits, asked } = waitForAll(createPushInbox(), controller.signal);
    await until(() => timers.size > 0);
    expect(timers.size).toBe(1000);
    controller.abort("enough");
    expect(new Set((await Promise.all(waits)).map(({ error }) => error))).toEqual(new Set(["enough"]));
    expect([timers.size, asked]).toEqual([0, []]);
  });
});
