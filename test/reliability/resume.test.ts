import { createStorage } from "unstorage";
import { describe, expect, test } from "vitest";
import {
  createMemoryStore,
  isShopeeApiError,
  isSourceChangedError,
  type KeyValueStore,
  type MediaManager,
  type UploadProgress,
  uploadVideo,
  type VideoModule,
} from "../../mod.ts";
import { md5, noise } from "../support/bytes.ts";
import { settle } from "../support/settle.ts";
import { countOf, PART, type Rig, setUp, statuses, uploadBytes, uploadOptions } from "../support/rig.ts";

const KEY = "shoes.mp4";
const SPACE_PART = 4_194_304;
const bytes = noise(6 * PART - 1);

/** Uploads until so many parts were acknowledged, then gives up; answers the error. */
async function interrupt(
  media: MediaManager,
  store: KeyValueStore,
  source = bytes,
  after = 3,
  module: VideoModule = "media",
) {
  const abort = new AbortController();
  const { error } = await settle(uploadBytes(media, source, {
    module,
    concurrency: 1,
    signal: abort.signal,
    checkpoint: { store, key: KEY },
    onProgress: ({ partsAcked }) => partsAcked >= after && abort.abort(new Error("enough")),
  }));
  return error;
}

function resume(media: MediaManager, store: KeyValueStore, source = bytes, module: VideoModule = "media") {
  return uploadBytes(media, source, { module, checkpoint: { store, key: KEY } });
}

/** Numbers of the parts that a session has, as the emulator sees it. */
function partsOf({ emulator }: Rig, session = 0): number[] {
  return emulator.sessions()[session]!.parts.map(({ seq }) => seq);
}

describe("an interrupted upload goes on", () => {
  test.each<[string, () => KeyValueStore]>([
    ["memory", createMemoryStore],
    ["unstorage", () => createStorage()],
  ])("from a checkpoint in %s", async (_, createStore) => {
    const rig = await setUp();
    const store = createStore();
    await interrupt(rig.connect(), store);
    expect(partsOf(rig)).toEqual([0, 1, 2]);
    const { videoUploadId, parts } = await resume(rig.connect(), store);
    expect(parts).toEqual([0, 1, 2, 3, 4, 5]);
    expect(countOf(rig, "upload_video_part")).toBe(6);
    expect(await rig.emulator.content(videoUploadId)).toEqual(bytes);
    expect(statuses(rig)).toEqual(["SUCCEEDED"]);
    expect(await store.get(KEY) ?? null).toBeNull();
  });

  test.each([false, true])("in media_space, with the MD5 known from the start: %s", async (isMd5Known) => {
    const long = noise(2 * SPACE_PART + 7);
    const md5Option = isMd5Known ? { md5: md5(long) } : {};
    const rig = await setUp();
    const options = { concurrency: 1, checkpoint: { store: createMemoryStore(), key: KEY }, ...md5Option };
    const abort = new AbortController();
    const onProgress = ({ partsAcked }: UploadProgress) => partsAcked >= 1 && abort.abort(new Error("enough"));
    await settle(uploadBytes(rig.connect(), long, { ...options, signal: abort.signal, onProgress }));
    const { videoUploadId } = await uploadBytes(rig.connect(), long, options);
    expect(md5(await rig.emulator.content(videoUploadId))).toBe(md5(long));
    expect(countOf(rig, "upload_video_part")).toBe(3);
    expect(countOf(rig, "init_video_upload")).toBe(1);
  });

  test("after a failure that passes", async () => {
    const rig = await setUp({ faults: ["upload_video_part#4+5+6+7:reset-before"] });
    const store = createMemoryStore();
    const options = { module: "media", concurrency: 1, checkpoint: { store, key: KEY } } as const;
    await settle(uploadBytes(rig.connect(), bytes, options));
    await uploadBytes(rig.connect(), bytes, options);
    expect(countOf(rig, "init_video_upload")).toBe(1);
    expect(countOf(rig, "upload_video_part")).toBe(6 + 4);
    expect(countOf(rig, "cancel_video_upload")).toBe(0);
  });

  test("after a passing failure in Shopee's own words", async () => {
    const rig = await setUp({ faults: ["upload_video_part#4+5+6+7:error=error_server"] });
    const store = createMemoryStore();
    const options = { module: "media", concurrency: 1, checkpoint: { store, key: KEY } } as const;
    await settle(uploadBytes(rig.connect(), bytes, options));
    await uploadBytes(rig.connect(), bytes, options);
    expect(statuses(rig)).toEqual(["SUCCEEDED"]);
    expect(countOf(rig, "upload_video_part")).toBe(6 + 4);
  });

  test("when complete was lost with the process: the video is there, and nothing is sent again", async () => {
    const rig = await setUp({ transcodeMs: 100 });
    const store = createMemoryStore();
    const abort = new AbortController();
    await settle(uploadBytes(rig.connect(), bytes, {
      module: "media",
      signal: abort.signal,
      checkpoint: { store, key: KEY },
      onProgress: ({ status }) => status !== undefined && abort.abort(new Error("enough")),
    }));
    const { videoUploadId } = await resume(rig.connect(), store);
    expect(await rig.emulator.content(videoUploadId)).toEqual(bytes);
    expect(countOf(rig, "upload_video_part")).toBe(6);
    expect(statuses(rig)).toEqual(["SUCCEEDED"]);
  });

  test("a final failure leaves nothing to go on with", async () => {
    const rig = await setUp({ faults: ["upload_video_part#4:error=error_data"] });
    const store = createMemoryStore();
    await settle(
      uploadBytes(rig.connect(), bytes, { module: "media", concurrency: 1, checkpoint: { store, key: KEY } }),
    );
    expect(statuses(rig)).toEqual(["CANCELLED"]);
    expect(await store.get(KEY)).toBeUndefined();
  });
});

describe("a source that has changed gets a fresh session, and nothing wrong is sent", () => {
  const changedAt = (at: number) => {
    const other = bytes.slice();
    other[at]! ^= 1;
    return other;
  };

  test.each<[string, Uint8Array<ArrayBuffer>]>([
    ["in the first part", changedAt(5)],
    ["in a part that was acknowledged", changedAt(2 * PART + 5)],
    ["in its size", noise(6 * PART)],
  ])("%s", async (_, changed) => {
    const rig = await setUp();
    const store = createMemoryStore();
    await interrupt(rig.connect(), store);
    const { videoUploadId } = await resume(rig.connect(), store, changed);
    expect(await rig.emulator.content(videoUploadId)).toEqual(changed);
    expect(statuses(rig)).toEqual(["CANCELLED", "SUCCEEDED"]);
    expect(partsOf(rig, 0)).toEqual([0, 1, 2]);
    expect(countOf(rig, "upload_video_part")).toBe(3 + 6);
    expect(await store.get(KEY)).toBeUndefined();
  });

  test("only in what was not acknowledged: the session is used, with what the source has now", async () => {
    const rig = await setUp();
    const store = createMemoryStore();
    await interrupt(rig.connect(), store);
    const changed = changedAt(4 * PART + 5);
    const { videoUploadId } = await resume(rig.connect(), store, changed);
    expect(await rig.emulator.content(videoUploadId)).toEqual(changed);
    expect(statuses(rig)).toEqual(["SUCCEEDED"]);
  });

  test("in media_space", async () => {
    const long = noise(SPACE_PART + 7);
    const changed = long.slice();
    changed[9]! ^= 1;
    const rig = await setUp();
    const store = createMemoryStore();
    await interrupt(rig.connect(), store, long, 1, "media_space");
    const { videoUploadId } = await resume(rig.connect(), store, changed, "media_space");
    expect(md5(await rig.emulator.content(videoUploadId))).toBe(md5(changed));
    expect(statuses(rig)).toEqual(["CANCELLED", "SUCCEEDED"]);
  });

  test("a stream cannot be rewound: the upload fails and says so, and works when it is made again", async () => {
    const rig = await setUp();
    const store = createMemoryStore();
    await interrupt(rig.connect(), store);
    const changed = changedAt(2 * PART + 5);
    const again = () =>
      uploadVideo(
        rig.connect(),
        new Blob([changed]).stream(),
        uploadOptions({ module: "media", size: changed.length, checkpoint: { store, key: KEY } }),
      );
    const { error } = await settle(again());
    expect(error).toSatisfy(isSourceChangedError);
    expect(statuses(rig)).toEqual(["CANCELLED"]);
    const { videoUploadId } = await again();
    expect(await rig.emulator.content(videoUploadId)).toEqual(changed);
    expect(statuses(rig)).toEqual(["CANCELLED", "SUCCEEDED"]);
  });

  test("a cancel of the old session that fails does not keep the new one from being opened", async () => {
    const rig = await setUp();
    const store = createMemoryStore();
    await interrupt(rig.connect(), store);
    rig.emulator.faults.add("cancel_video_upload:error=error_server");
    const { videoUploadId } = await resume(rig.connect(), store, changedAt(5));
    expect(await rig.emulator.content(videoUploadId)).toEqual(changedAt(5));
  });
});

describe("a session that is of no use any more is replaced", () => {
  test("Shopee does not know it", async () => {
    const [old, rig] = [await setUp(), await setUp()];
    const store = createMemoryStore();
    await interrupt(old.connect(), store);
    const { videoUploadId } = await resume(rig.connect(), store);
    expect(await rig.emulator.content(videoUploadId)).toEqual(bytes);
    expect(statuses(rig)).toEqual(["SUCCEEDED"]);
  });

  test("it was cancelled in the meantime", async () => {
    const rig = await setUp();
    const store = createMemoryStore();
    await interrupt(rig.connect(), store);
    await rig.connect().cancelMediaVideoUpload({ video_upload_id: rig.emulator.sessions()[0]!.id });
    await resume(rig.connect(), store);
    expect(statuses(rig)).toEqual(["CANCELLED", "SUCCEEDED"]);
  });

  test("another module's checkpoint, or none at all, under the key", async () => {
    const rig = await setUp();
    const store = createMemoryStore();
    await store.set(KEY, { module: "media_space", videoUploadId: "x", partSize: 1 });
    await resume(rig.connect(), store);
    expect(statuses(rig)).toEqual(["SUCCEEDED"]);
  });
});

test.each(["error_server", "error_limit", "error_sign", "error_api_permission"])(
  "a session is not given up because its status cannot be asked for (%s)",
  async (code) => {
    const rig = await setUp();
    const store = createMemoryStore();
    await interrupt(rig.connect(), store);
    rig.emulator.faults.add(`get_video_upload_result:error=${code}`);
    const { error } = await settle(resume(rig.connect(), store));
    expect(error).toSatisfy(isShopeeApiError);
    expect(error).toMatchObject({ code });
    expect(rig.emulator.sessions()).toHaveLength(1);
  },
);

test("a checkpoint that cannot be written fails the upload, and no session is left open", async () => {
  const rig = await setUp();
  const store: KeyValueStore = {
    ...createMemoryStore(),
    set() {
      throw new Error("The disk is full");
    },
  };
  const { error } = await settle(resume(rig.connect(), store));
  expect(error).toMatchObject({ cause: { message: "The disk is full" } });
  expect(statuses(rig)).toEqual(["CANCELLED"]);
});

test("a checkpoint holds no secret", async () => {
  const rig = await setUp({ partnerKey: "canary-key", accessToken: "canary-token", refreshToken: "canary-refresh" });
  const written: string[] = [];
  const memory = createMemoryStore();
  const store: KeyValueStore = {
    ...memory,
    set(key, value) {
      written.push(JSON.stringify([key, value]));
      return memory.set(key, value);
    },
  };
  await interrupt(rig.connect(), store, noise(SPACE_PART + 1), 1, "media_space");
  await interrupt(rig.connect(), store);
  expect(written.length).toBeGreaterThan(4);
  const signs = rig.sent.map(({ query }) => query.get("sign")!);
  for (const secret of ["canary", ...signs]) expect(written.join()).not.toContain(secret);
});
