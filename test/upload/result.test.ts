import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import {
  createVideoUploadSink,
  isResultTimeoutError,
  isVideoFailedError,
  uploadVideo,
  type VideoModule,
  type VideoSinkOptions,
} from "../../mod.ts";
import { md5, noise } from "../support/bytes.ts";
import { download, emulate } from "../support/emulate.ts";
import { forbidUnhandledRejections } from "../support/watches.ts";
import { managerFor } from "../support/manager_for.ts";
import {
  failure,
  type RecordedRequest,
  type Reply,
  startRecordingServer,
  success,
} from "../support/recording_server.ts";
import { settle } from "../support/settle.ts";
import { sourceOf } from "../support/streams.ts";
import { startUpload } from "../support/start_upload.ts";

forbidUnhandledRejections();

const MODULES: VideoModule[] = ["media_space", "media"];

async function video(name: string): Promise<Blob> {
  return new Blob([await readFile(new URL(`../assets/video/${name}`, import.meta.url))]);
}

/** What an upload of `size` bytes must be told in any module. */
function facts(module: VideoModule, size: number): VideoSinkOptions {
  return { module, size, fileName: "a.mp4", duration: 12 };
}

describe.each(MODULES)("a real video, looked at by %s", (module) => {
  test("is ready, and tells what it is", async () => {
    const { media } = await emulate({ inspect: true });
    const file = await video("ok.mp4");
    const sink = createVideoUploadSink(media, facts(module, file.size));
    await file.stream().pipeTo(sink);
    const { videoInfo } = await sink.result;
    expect(videoInfo.duration).toBe(12);
    const url = "video_url" in videoInfo ? videoInfo.video_url : videoInfo.video_url_list[0]!.video_url;
    expect(md5(await download(url))).toBe(md5(new Uint8Array(await file.arrayBuffer())));
  });

  test("that is none fails with Shopee's verdict, and is not cancelled: it is over there", async () => {
    const { emulator, tap, media } = await emulate({ inspect: true });
    const sink = createVideoUploadSink(media, facts(module, 1000));
    const { error } = await settle(sourceOf([noise(1000)]).stream.pipeTo(sink));
    expect(isVideoFailedError(error)).toBe(true);
    expect(error).toMatchObject({
      name: "VideoFailedError",
      status: "FAILED",
      videoUploadId: emulator.sessions()[0]!.id,
      message: expect.stringMatching(/^Cannot use the video .+: Video format is not supported \(FAILED\)$/),
    });
    expect((await settle(sink.result)).error).toBe(error);
    expect(tap.named("cancel_video_upload")).toHaveLength(0);
  });
});

test("a video that is too short fails with Shopee's own words", async () => {
  const { media } = await emulate({ inspect: true });
  const { error } = await settle((await video("short_3s.mp4")).stream().pipeTo(createVideoUploadSink(media)));
  expect(error).toMatchObject({ name: "VideoFailedError", message: expect.stringContaining("Video is too short") });
});

describe.each(MODULES)("an upload to %s that is not ready in time", (module) => {
  test("fails with a ResultTimeoutError, and goes on at Shopee", async () => {
    const { pipe, sink, tap, emulator } = await startUpload({
      module,
      sink: { poll: { first: 0, timeout: 150 } },
      shopee: { transcodeMs: 60_000 },
    });
    const { error } = await pipe;
    const status = module === "media" ? "PROCESSING" : "TRANSCODING";
    expect(isResultTimeoutError(error)).toBe(true);
    expect(error).toMatchObject({
      name: "ResultTimeoutError",
      status,
      videoUploadId: emulator.sessions()[0]!.id,
      message: expect.stringMatching(/^Cannot tell .+ 150 ms$/),
    });
    expect((error as Error).message).toContain(status);
    expect((await settle(sink.result)).error).toBe(error);
    expect(tap.named("cancel_video_upload")).toHaveLength(0);
    expect(emulator.sessions()[0]!.status).toBe(status);
  });
});

describe("what Shopee answers when it is asked for the result", () => {
  const videoInfo = { video_url_list: [], thumbnail_url_list: [], duration: 12 };
  const ready = { status: "SUCCEEDED", message: "", video_info: videoInfo };

  /** Uploads a byte to a Shopee that answers these results in turn, and the last of them for ever. */
  async function upload(results: Reply[], options: VideoSinkOptions<"media_space"> = {}) {
    let asked = 0;
    const answer = ({ path }: RecordedRequest): Reply => {
      if (path.endsWith("/init_video_upload")) return success({ video_upload_id: "sg_1" });
      if (!path.endsWith("/get_video_upload_result")) return success();
      return results[Math.min(asked++, results.length - 1)]!;
    };
    const server = await startRecordingServer(answer);
    const statuses: (string | undefined)[] = [];
    const sink = createVideoUploadSink(managerFor(server), {
      poll: { first: 0, interval: 20, maxInterval: 20 },
      onProgress: ({ status }) => statuses.push(status),
      ...options,
    });
    const { error } = await settle(sourceOf([noise(1)]).stream.pipeTo(sink));
    return { error, sink, statuses, asked, names: server.requests.map(({ path }) => path.split("/").at(-1)) };
  }

  test("is handed on when it is ready", async () => {
    const { sink, asked } = await upload([
      success({ status: "INITIATED" }),
      success({ status: "TRANSCODING" }),
      success(ready),
    ]);
    expect(await sink.result).toMatchObject({ videoUploadId: "sg_1", videoInfo });
    expect(asked).toBe(3);
  });

  test("may be a status that nobody knows: it is told, and waited for", async () => {
    const { sink, statuses } = await upload([success({ status: "DREAMING" }), success({}), success(), success(ready)]);
    expect((await sink.result).videoInfo).toEqual(videoInfo);
    expect(statuses).toContain("DREAMING");
  });

  test("may hold more than is known: it is kept", async () => {
    const more = { ...videoInfo, hdr: true };
    const { sink } = await upload([success({ ...ready, video_info: more })]);
    expect((await sink.result).videoInfo).toEqual(more);
  });

  test.each([
    ["FAILED", "Video is too short"],
    ["CANCELLED", "Cancelled in the console"],
  ])("may be %s", async (status, message) => {
    const { error, names } = await upload([success({ status: "TRANSCODING" }), success({ status, message })]);
    expect(error).toMatchObject({ name: "VideoFailedError", status, videoUploadId: "sg_1" });
    expect((error as Error).message).toContain(message);
    expect(names).not.toContain("cancel_video_upload");
  });

  test("may be FAILED without a reason", async () => {
    const { error } = await upload([success({ status: "FAILED" })]);
    expect(error).toMatchObject({ message: expect.stringMatching(/^Cannot use the video sg_1: .+ \(FAILED\)$/) });
  });

  test("may be lost for a while: the video is safe, so it is asked again", async () => {
    const { sink } = await upload([{ status: 502, text: "<html>" }, { text: "" }, success(ready)]);
    expect((await sink.result).videoInfo).toEqual(videoInfo);
  });

  test("may be a final error: that is the upload's", async () => {
    const { error } = await upload([failure("error_api_permission", "No permission")]);
    expect(error).toMatchObject({ name: "ShopeeApiError", code: "error_api_permission" });
  });

  test("may never be of any use: then time runs out, and why is told", async () => {
    const { error } = await upload([{ status: 502, text: "<html>" }], {
      poll: { first: 0, interval: 20, timeout: 120 },
    });
    expect(error).toMatchObject({ name: "ResultTimeoutError", cause: { name: "TransportError", status: 502 } });
  });

  test("may come from a complete whose answer was lost", async () => {
    const { media, tap } = await emulate({
      faults: [{ kind: "reset-after", endpoint: "complete_video_upload", calls: 1 }],
    });
    const result = await uploadVideo(media, noise(100), { preflight: false });
    expect(result.size).toBe(100);
    expect(tap.named("cancel_video_upload")).toHaveLength(0);
  });
});

describe("an init whose answer cannot be used", () => {
  test.each<[string, VideoModule, unknown]>([
    ["no response", "media_space", undefined],
    ["no id", "media_space", {}],
    ["an id that is none", "media_space", { video_upload_id: { id: 17 } }],
    ["no part size", "media", { video_upload_id: "sg_1" }],
    ["a part size of 0", "media", { video_upload_id: "sg_1", part_size: 0 }],
    ["a part size that is no number", "media", { video_upload_id: "sg_1", part_size: "10485760" }],
    ["half a byte", "media", { video_upload_id: "sg_1", part_size: 1.5 }],
  ])("fails the upload clearly: %s", async (_, module, response) => {
    const server = await startRecordingServer(() => success(response));
    const sink = createVideoUploadSink(managerFor(server), facts(module, 1));
    const { error } = await settle(sourceOf([noise(1)]).stream.pipeTo(sink));
    expect(error).toMatchObject({
      name: "ShopeeMediaError",
      message: expect.stringMatching(/^Cannot open an upload session: .*(video_upload_id|part_size)/),
    });
    // A session that is known by its id is not left open.
    expect(server.requests).toHaveLength(module === "media" ? 2 : 1);
    if (module === "media") expect(server.requests[1]!.path).toMatch(/\/cancel_video_upload$/);
  });
});

test("uploadCost is the wall time from the first part's request to the last part's answer", async () => {
  const { emulator, media } = await emulate({ mediaPartSize: 100, network: { partDelay: 60 } });
  const file = noise(600);
  const options = { module: "media", fileName: "a.mp4", duration: 9, preflight: false } as const;
  const { uploadCost } = await uploadVideo(media, file, { ...options, concurrency: 3 });
  // Two rounds of three parts; were times added up, there would be six.
  expect(uploadCost).toBeGreaterThanOrEqual(119);
  const parts = emulator.requests.filter(({ endpoint }) => endpoint.endsWith("/upload_video_part"));
  expect(uploadCost).toBeLessThan(parts.reduce((sum, { duration }) => sum + duration, 0));
});
