import { expect, test } from "vitest";
import {
  createMemoryStore,
  type FailedUpload,
  type UploadProgress,
  uploadVideo,
  type VideoModule,
  waitForVideo,
} from "../../mod.ts";
import { md5, noise } from "../support/bytes.ts";
import { managerFor } from "../support/manager_for.ts";
import { failure, type Reply, startRecordingServer, success } from "../support/recording_server.ts";
import { settle } from "../support/settle.ts";

const MODULES: VideoModule[] = ["media_space", "media"];
const VIDEO = { video_url_list: [], thumbnail_url_list: [], video_url: "https://x/1.mp4", duration: 12 };
const FILE = noise(2500, 3);
const OPTIONS = { size: FILE.length, md5: md5(FILE), fileName: "a.mp4", duration: 12, preflight: false };
const POLL = { first: 0, interval: 20, timeout: 300 };
const DAILY = failure("error_limit", "The total API call number made by your APP has reached the daily API call limit");

/** A Shopee that has one session, and answers as `reply` says. */
async function startShopee(reply: (name: string, index: number) => Reply | undefined) {
  const calls: string[] = [];
  const server = await startRecordingServer(({ path }) => {
    const name = path.split("/").at(-1)!;
    const index = calls.filter((call) => call === name).length;
    calls.push(name);
    const own = reply(name, index);
    if (own !== undefined) return own;
    if (name === "init_video_upload") return success({ video_upload_id: "s1", part_size: 1000 });
    if (name === "get_video_upload_result") return success({ status: "SUCCEEDED", video_info: VIDEO });
    return success();
  });
  const retry = { limit: 1, baseDelay: 1, maxDelay: 1 };
  const connect = () => managerFor(server, { retry });
  return { media: connect(), connect, calls };
}

const POLL_ERRORS: [string, Reply][] = [
  ["error_server", failure("product.error_server", "")],
  ["error_busy", failure("error_busy", "")],
  ["a bad gateway", { status: 502, text: "<html>" }],
  ["nothing at all", { text: "" }],
  ["an unknown session", failure("product.error_unknown", "invalid or expired vid")],
  ["a dead token", failure("invalid_acceess_token", "")],
  ["error_auth", failure("error_auth", "Invalid access_token.")],
  ["error_sign", failure("error_sign", "Wrong sign.")],
  ["error_param", failure("product.error_param", "invalid parameter")],
  ["no permission", failure("error_api_permission", "")],
  ["the daily limit", DAILY],
];
const cases = MODULES.flatMap((module) => POLL_ERRORS.map(([what, reply]) => ({ module, what, reply })));

test.each(cases)("a video of $module is not cancelled for $what while it is waited for", async ({ module, reply }) => {
  let isDown = true;
  const { media, connect, calls } = await startShopee((name) =>
    isDown && name === "get_video_upload_result" ? reply : undefined
  );
  const { error } = await settle(uploadVideo(media, FILE, { ...OPTIONS, module, poll: POLL }));
  expect(error).toMatchObject({ videoUploadId: "s1", module, stage: "result", session: "completed" });
  expect(calls).not.toContain("cancel_video_upload");
  // Asked again with the id that the error tells, by another process, on another day.
  isDown = false;
  const { videoUploadId } = error as FailedUpload;
  expect(await waitForVideo(connect(), { module, videoUploadId: videoUploadId! }, { poll: POLL })).toMatchObject({
    videoInfo: { duration: 12 },
  });
});

test.each(MODULES)(
  "a video of %s whose wait failed is found by the next run, which sends nothing again",
  async (module) => {
    let isDown = true;
    const { media, calls } = await startShopee((name) => {
      if (name === "get_video_upload_result" && isDown) return failure("error_sign", "Wrong sign.");
      if (name === "complete_video_upload" && !isDown) return failure("error_already_completed", "");
    });
    const checkpoint = { store: createMemoryStore(), key: "key" };
    const options = { ...OPTIONS, module, poll: POLL, checkpoint };
    expect((await settle(uploadVideo(media, FILE, options))).error).toMatchObject({ code: "error_sign" });
    isDown = false;
    const sent = calls.filter((name) => name === "upload_video_part").length;
    expect((await uploadVideo(media, FILE, options)).videoUploadId).toBe("s1");
    expect(calls.filter((name) => name === "upload_video_part")).toHaveLength(sent);
    expect(calls.filter((name) => name === "init_video_upload")).toHaveLength(1);
  },
);

test.each(MODULES)("a complete of %s at the daily limit cancels nothing", async (module) => {
  const { media, calls } = await startShopee((name) => name === "complete_video_upload" ? DAILY : undefined);
  const { error } = await settle(uploadVideo(media, FILE, { ...OPTIONS, module, poll: POLL }));
  expect(error).toMatchObject({ kind: "daily_limit", videoUploadId: "s1", stage: "complete", session: "kept" });
  expect(calls).not.toContain("cancel_video_upload");
});

test.each(MODULES)("a complete of %s that was refused, as Shopee's status shows, is cancelled", async (module) => {
  const { media, calls } = await startShopee((name) => {
    if (name === "complete_video_upload") return failure("error_data", "no");
    if (name === "get_video_upload_result") return success({ status: "INITIATED" });
  });
  const { error } = await settle(uploadVideo(media, FILE, { ...OPTIONS, module, poll: POLL }));
  expect(error).toMatchObject({ code: "error_data", stage: "complete", session: "cancelled" });
  expect(calls.at(-1)).toBe("cancel_video_upload");
});

test.each(MODULES)("a complete of %s that was refused, though the video is at work, is a success", async (module) => {
  const { media, calls } = await startShopee((name, index) => {
    if (name === "complete_video_upload") return failure("product.error_busi", "The task is finished");
    if (name === "get_video_upload_result" && index === 0) return success({ status: "TRANSCODING" });
  });
  expect((await uploadVideo(media, FILE, { ...OPTIONS, module, poll: POLL })).videoUploadId).toBe("s1");
  expect(calls).not.toContain("cancel_video_upload");
});

test.each(MODULES)("nothing is told to be processed before the complete of %s was acknowledged", async (module) => {
  let acknowledged = false;
  const seen: [UploadProgress["phase"], string | undefined, boolean][] = [];
  const { media } = await startShopee((name) => {
    acknowledged ||= name === "complete_video_upload";
    return undefined;
  });
  const onProgress = ({ phase, videoUploadId }: UploadProgress) => seen.push([phase, videoUploadId, acknowledged]);
  await uploadVideo(media, FILE, { ...OPTIONS, module, poll: POLL, onProgress });
  expect(seen.find(([phase]) => phase === "completing")).toEqual(["completing", "s1", false]);
  expect(seen.find(([phase]) => phase === "processing")).toEqual(["processing", "s1", true]);
});

test("parts that are wanted in their order are sent one after the other", async () => {
  let expected = 0;
  const orders: string[] = [];
  const server = await startRecordingServer(async ({ path, body }) => {
    const name = path.split("/").at(-1)!;
    if (name === "init_video_upload") return success({ video_upload_id: "s1", part_size: 1000 });
    if (name === "get_video_upload_result") return success({ status: "SUCCEEDED", video_info: VIDEO });
    if (name !== "upload_video_part") return success();
    const seq = Number(/name="part_seq"\r\n\r\n(\d+)/.exec(new TextDecoder("latin1").decode(body))![1]);
    // The first comes last.
    if (seq === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    if (seq !== expected) return failure("error_invalid_part_seq", "Invalid part_seq.");
    expected++;
    orders.push(`${seq}`);
    return success();
  });
  const file = noise(7500);
  const options = { module: "media", fileName: "a.mp4", duration: 12, preflight: false, poll: POLL } as const;
  const { parts } = await uploadVideo(managerFor(server), file, options);
  expect(parts).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(orders.join()).toBe("0,1,2,3,4,5,6,7");
});

test("a part that is out of order all by itself is an error", async () => {
  const { media } = await startShopee((name) =>
    name === "upload_video_part" ? failure("product.error_invalid_part_seq", "no") : undefined
  );
  const { error } = await settle(uploadVideo(media, FILE, { ...OPTIONS, concurrency: 1, poll: POLL }));
  expect(error).toMatchObject({ code: "product.error_invalid_part_seq", session: "cancelled" });
});
