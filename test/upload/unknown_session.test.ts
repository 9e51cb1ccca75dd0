import { expect, test } from "vitest";
import {
  createMemoryStore,
  createVideoUploadSink,
  isShopeeApiError,
  type KeyValueStore,
  uploadVideo,
  type UploadVideoOptions,
  type VideoModule,
} from "../../mod.ts";
import { md5, noise } from "../support/bytes.ts";
import { managerFor } from "../support/manager_for.ts";
import {
  failure,
  type RecordedRequest,
  type Reply,
  startRecordingServer,
  success,
} from "../support/recording_server.ts";
import { settle } from "../support/settle.ts";

/** Every shape in which the platform says that it does not know a session. */
const UNKNOWN: [code: string, message: string][] = [
  ["error_invalid_upload_id", "Invalid upload_id."],
  ["product.error_invalid_upload_id", "Invalid upload_id."],
  ["product.error_param", "invalid upload_id"],
  ["error_param", "Upload task not found."],
  ["media_space.error_unknown", "invalid or expired vid"],
  ["product.error_unknown", "invalid or expired vid"],
];
const MODULES: VideoModule[] = ["media_space", "media"];
const CASES = MODULES.flatMap((module) =>
  UNKNOWN.map(([code, message]) => ({ module, code, message, reply: failure(code, message) }))
);

const VIDEO = { video_url_list: [], thumbnail_url_list: [], video_url: "https://x/1.mp4", duration: 12 };
const FILE = noise(2500, 7);
const OPTIONS = { size: FILE.length, md5: md5(FILE), fileName: "a.mp4", duration: 12, preflight: false };
const POLL = { first: 0, interval: 20 };

/** A Shopee whose sessions are `s1`, `s2` …; `refuse` says when it does not know one. */
async function startShopee(refuse: (request: { name: string; id: string; index: number }) => Reply | undefined) {
  let sessions = 0;
  const calls: string[] = [];
  const server = await startRecordingServer((request) => {
    const name = request.path.split("/").at(-1)!;
    const id = idOf(request);
    const index = calls.filter((call) => call.startsWith(name)).length;
    calls.push(`${name} ${id}`.trim());
    const refusal = refuse({ name, id, index });
    if (refusal !== undefined) return refusal;
    if (name === "init_video_upload") return success({ video_upload_id: `s${++sessions}`, part_size: 1000 });
    if (name === "get_video_upload_result") return success({ status: statusOf(id), video_info: VIDEO });
    return success();
  });
  const statusOf = (id: string) => calls.includes(`complete_video_upload ${id}`) ? "SUCCEEDED" : "INITIATED";
  return { media: managerFor(server, { retry: { baseDelay: 1, maxDelay: 1 } }), calls };
}

function idOf({ query, body }: RecordedRequest): string {
  if (query.has("video_upload_id")) return query.get("video_upload_id")!;
  const text = new TextDecoder("latin1").decode(body);
  return /"video_upload_id":"(\w+)"|name="video_upload_id"\r\n\r\n(\w+)/.exec(text)?.slice(1).find(Boolean) ?? "";
}

/** A checkpoint of the file, as an interrupted run leaves it. */
async function checkpointOf(module: VideoModule, parts: Record<string, string> = {}): Promise<KeyValueStore> {
  const store = createMemoryStore();
  const partSize = module === "media" ? 1000 : 4_194_304;
  const file = { size: FILE.length, md5: OPTIONS.md5, uploadCost: 5 };
  await store.set("key", { module, videoUploadId: "s0", partSize, ...file, parts });
  return store;
}

const upload = (media: Parameters<typeof uploadVideo>[0], options: UploadVideoOptions) =>
  uploadVideo(media, FILE, { ...OPTIONS, poll: POLL, ...options });

test.each(CASES)("a resumption in $module opens a fresh session after $code $message", async ({ module, reply }) => {
  const { media, calls } = await startShopee(({ id }) => id === "s0" ? reply : undefined);
  const store = await checkpointOf(module);
  const { videoUploadId } = await upload(media, { module, checkpoint: { store, key: "key" } });
  expect(videoUploadId).toBe("s1");
  expect(calls.filter((call) => call.endsWith("s0"))).toEqual(["get_video_upload_result s0"]);
  expect(await store.get("key")).toBeUndefined();
});

test.each(CASES)(
  "a part that gets $code $message in $module: the upload begins anew, once",
  async ({ module, reply }) => {
    const { media, calls } = await startShopee(({ name, id }) =>
      name === "upload_video_part" && id === "s1" ? reply : undefined
    );
    const { videoUploadId, parts } = await upload(media, { module });
    expect(videoUploadId).toBe("s2");
    expect(parts).toEqual(module === "media" ? [0, 1, 2] : [0]);
    // There is nothing left to cancel.
    expect(calls.filter((call) => call.startsWith("cancel"))).toEqual([]);
  },
);

test.each(MODULES)(
  "a Shopee that forgets every session of %s is not asked for ever, and no checkpoint is left",
  async (module) => {
    const reply = failure("product.error_param", "invalid upload_id");
    const { media, calls } = await startShopee(({ name }) => name === "upload_video_part" ? reply : undefined);
    const store = createMemoryStore();
    const { error } = await settle(upload(media, { module, checkpoint: { store, key: "key" } }));
    expect(error).toSatisfy(isShopeeApiError);
    expect(error).toMatchObject({
      ...{
        code: "product.error_param",
        kind: "unknown_id",
        videoUploadId: "s2",
        module,
        stage: "parts",
        session: "cancelled",
      },
    });
    expect(calls.filter((call) => call.startsWith("init"))).toHaveLength(2);
    expect(await store.get("key")).toBeUndefined();
  },
);

test.each(MODULES)(
  "a stream to %s, which cannot be read again, fails for good, without a checkpoint",
  async (module) => {
    const reply = failure("product.error_param", "invalid upload_id");
    const { media } = await startShopee(({ name }) => name === "upload_video_part" ? reply : undefined);
    const store = createMemoryStore();
    const { preflight: _, ...options } = OPTIONS;
    const sink = createVideoUploadSink(media, { module, ...options, checkpoint: { store, key: "key" } });
    const { error } = await settle(new Blob([FILE]).stream().pipeTo(sink));
    expect(error).toMatchObject({ kind: "unknown_id", videoUploadId: "s1", session: "cancelled" });
    expect(await store.get("key")).toBeUndefined();
  },
);

test.each(CASES)("right after complete, $code $message in $module means not yet", async ({ module, reply }) => {
  const { media, calls } = await startShopee(({ name, index }) =>
    name === "get_video_upload_result" && index < 3 ? reply : undefined
  );
  expect((await upload(media, { module })).videoUploadId).toBe("s1");
  expect(calls.filter((call) => call.startsWith("get_video_upload_result"))).toHaveLength(4);
  expect(calls.filter((call) => call.startsWith("cancel"))).toEqual([]);
});

test.each(MODULES)("a checkpoint of %s that names parts beyond the file's end is dropped", async (module) => {
  const { media, calls } = await startShopee(() => undefined);
  const store = await checkpointOf(module, { 0: md5(FILE.subarray(0, 1000)), 7: md5(noise(3)) });
  expect((await upload(media, { module, checkpoint: { store, key: "key" } })).videoUploadId).toBe("s1");
  expect(calls).toContain("cancel_video_upload s0");
});

test.each(MODULES)("a cancel that is refused keeps no checkpoint of %s", async (module) => {
  const { media } = await startShopee(({ name }) => {
    if (name === "upload_video_part") return failure("error_data", "The part is bad");
    if (name === "cancel_video_upload") return failure("product.error_busi", "Not now");
  });
  const store = createMemoryStore();
  const { error } = await settle(upload(media, { module, checkpoint: { store, key: "key" } }));
  expect(error).toMatchObject({ code: "error_data", session: "kept", cleanupError: { code: "product.error_busi" } });
  expect(await store.get("key")).toBeUndefined();
});

test.each(["error_sign", "invalid_access_token"])(
  "after %s the session is kept for a run with better credentials",
  async (code) => {
    let isBad = true;
    const { media, calls } = await startShopee(({ name }) =>
      isBad && name === "upload_video_part" ? failure(code, "no") : undefined
    );
    const store = createMemoryStore();
    const checkpoint = { store, key: "key" };
    expect((await settle(upload(media, { checkpoint }))).error).toMatchObject({
      code,
      stage: "parts",
      session: "kept",
    });
    isBad = false;
    expect((await upload(media, { checkpoint })).videoUploadId).toBe("s1");
    expect(calls.filter((call) => call.startsWith("cancel"))).toEqual([]);
  },
);

const FINISHED = ["TRANSCODING", "PROCESSING", "UPLOADED", "SUCCEEDED", "DREAMING"];

test.each(MODULES.flatMap((module) => FINISHED.map((status) => [module, status] as const)))(
  "a checkpoint of another file in %s whose session is %s is dropped, but the video there is not cancelled",
  async (module, status) => {
    const { media, calls } = await startShopee(({ name, id }) =>
      name === "get_video_upload_result" && id === "s0" ? success({ status, video_info: VIDEO }) : undefined
    );
    const store = await checkpointOf(module, { 0: md5(FILE.subarray(0, 1000)), 7: md5(noise(3)) });
    expect((await upload(media, { module, checkpoint: { store, key: "key" } })).videoUploadId).toBe("s1");
    expect(calls).not.toContain("cancel_video_upload s0");
  },
);

test.each(MODULES)("nor is it when the source turns out to have changed while it is resumed in %s", async (module) => {
  const { media, calls } = await startShopee(({ name, id }) =>
    name === "get_video_upload_result" && id === "s0" ? success({ status: "SUCCEEDED", video_info: VIDEO }) : undefined
  );
  const store = await checkpointOf(module, { 0: md5(noise(1000, 9)) });
  expect((await upload(media, { module, checkpoint: { store, key: "key" } })).videoUploadId).toBe("s1");
  expect(calls).not.toContain("cancel_video_upload s0");
  expect(await store.get("key")).toBeUndefined();
});
