import { createStorage, prefixStorage } from "unstorage";
import { Agent, fetch as undiciFetch } from "undici";
import { expectTypeOf, test } from "vitest";
import {
  type BinaryInput,
  createVideoUploadSink,
  type Fetch,
  type KeyValueStore,
  type MediaApi,
  type MediaManager,
  type MediaVideoInfo,
  type SentVideo,
  uploadImages,
  uploadVideo,
  type VideoInfo,
  type VideoModule,
  type VideoUploadResult,
  waitForVideo,
} from "../mod.ts";

// Nothing in here runs: tsc judges it.
declare const media: MediaManager;
declare const file: File;

test("a result has the type of the module that the options name", () => {
  const unsaid = () => uploadVideo(media, file);
  const named = () => uploadVideo(media, file, { module: "media" });
  expectTypeOf(unsaid).returns.resolves.toEqualTypeOf<VideoUploadResult<"media_space">>();
  expectTypeOf(named).returns.resolves.toEqualTypeOf<VideoUploadResult<"media">>();
});

test("nobody can wish for a module that the options do not name", () => {
  async function wished() {
    // @ts-expect-error: it goes to media_space.
    const result: VideoUploadResult<"media"> = await uploadVideo(media, file);
    // @ts-expect-error: the same.
    const sink = createVideoUploadSink<"media">(media, {});
    return { result, sink };
  }
  expectTypeOf(wished).toBeFunction();
});

test("of a module that is chosen when the program runs, the result tells", () => {
  async function dynamic(module: VideoModule) {
    const result = await uploadVideo(media, file, { module });
    if (result.module === "media") expectTypeOf(result.videoInfo).toEqualTypeOf<MediaVideoInfo>();
    else expectTypeOf(result.videoInfo).toEqualTypeOf<VideoInfo>();
  }
  expectTypeOf(dynamic).parameter(0).toEqualTypeOf<VideoModule>();
});

test("lists of images may be readonly", () => {
  expectTypeOf<readonly BinaryInput[]>().toExtend<Parameters<typeof uploadImages>[1]>();
  expectTypeOf<readonly BinaryInput[]>().toExtend<Parameters<MediaManager["uploadImage"]>[0]["image"]>();
  expectTypeOf<readonly BinaryInput[]>().toExtend<Parameters<MediaManager["uploadMediaImage"]>[0]["images"]>();
});

test("a storage of unstorage is a KeyValueStore", () => {
  expectTypeOf(createStorage()).toExtend<KeyValueStore>();
  expectTypeOf(prefixStorage(createStorage(), "uploads")).toExtend<KeyValueStore>();
});

test("a call takes only what a caller may tell it", () => {
  type CallOptions = NonNullable<Parameters<MediaApi[keyof MediaApi]>[1]>;
  expectTypeOf<keyof CallOptions>().toEqualTypeOf<"signal" | "onSent">();
});

test("a test may put twelve functions in the place of a MediaManager", () => {
  const empty = () => Promise.resolve({ error: "", message: "", request_id: "1" });
  const opened = async () => ({ ...await empty(), response: { video_upload_id: "1", part_size: 1 } });
  const api: MediaApi = {
    initVideoUpload: opened,
    uploadVideoPart: empty,
    completeVideoUpload: empty,
    getVideoUploadResult: async () => ({ ...await empty(), response: { status: "SUCCEEDED" } }),
    cancelVideoUpload: empty,
    uploadImage: async () => ({ ...await empty(), response: { image_info_list: [] } }),
    initMediaVideoUpload: opened,
    uploadMediaVideoPart: empty,
    completeMediaVideoUpload: empty,
    getMediaVideoUploadResult: async () => ({ ...await empty(), response: { status: "SUCCEEDED" } }),
    cancelMediaVideoUpload: empty,
    uploadMediaImage: async () => ({ ...await empty(), response: { image_list: [] } }),
  };
  const calls = () => [
    uploadVideo(api, file),
    createVideoUploadSink(api),
    uploadImages(api, [file]),
    waitForVideo(api, { module: "media", videoUploadId: "1" }),
  ];
  expectTypeOf(calls).toBeFunction();
  expectTypeOf<MediaManager>().toExtend<MediaApi>();
});

test("a fetch of the caller's may be undici's, the runtime's own, or one that hands on to them", () => {
  expectTypeOf<typeof undiciFetch>().toExtend<Fetch>();
  expectTypeOf<typeof fetch>().toExtend<Fetch>();
  const handOn: Fetch[] = [
    (url, init) => fetch(url, init),
    (url, init) => undiciFetch(url, { ...init, dispatcher: new Agent() }),
  ];
  expectTypeOf(handOn).toEqualTypeOf<Fetch[]>();
});

test("a stream to `media` needs what `media` must be told; a file knows its own", () => {
  const facts = { size: 10, fileName: "a.mp4", duration: 12 };
  const stream = new ReadableStream<Uint8Array>();
  function calls() {
    createVideoUploadSink(media, { module: "media", ...facts });
    // @ts-expect-error: nothing is said of the file.
    createVideoUploadSink(media, { module: "media" });
    // @ts-expect-error: the duration is missing.
    createVideoUploadSink(media, { module: "media", size: 10, fileName: "a.mp4" });
    uploadVideo(media, stream, { module: "media", ...facts });
    // @ts-expect-error: a stream does not know its size.
    uploadVideo(media, stream, { module: "media", fileName: "a.mp4", duration: 12 });
    uploadVideo(media, file, { module: "media" });
  }
  expectTypeOf(calls).toBeFunction();
});

test("an item takes a list of one video", () => {
  const item = { method: "POST", path: "/api/v2/product/add_item" } as const;
  function calls(videoUploadId: string, row: object) {
    media.call({ ...item, body: { item_name: "Shoes", video_upload_id: [videoUploadId] } });
    media.call({ ...item, body: { item_name: "Shoes", video_upload_id: [] } });
    media.call({ ...item, body: row });
    // @ts-expect-error: not the id itself.
    media.call({ ...item, body: { item_name: "Shoes", video_upload_id: videoUploadId } });
    // @ts-expect-error: not two.
    media.call({ ...item, body: { item_name: "Shoes", video_upload_id: [videoUploadId, videoUploadId] } });
  }
  expectTypeOf(calls).toBeFunction();
});

test("what is over when it was uploaded has no video yet", () => {
  async function calls() {
    const sent = await uploadVideo(media, file, { until: "uploaded" });
    expectTypeOf(sent).toEqualTypeOf<SentVideo<"media_space">>();
    const sink = createVideoUploadSink(media, { until: "uploaded" });
    expectTypeOf(await sink.result).toEqualTypeOf<SentVideo<"media_space">>();
    const ready = await waitForVideo(media, sent);
    expectTypeOf(ready.videoInfo).toEqualTypeOf<VideoInfo>();
  }
  expectTypeOf(calls).toBeFunction();
});
