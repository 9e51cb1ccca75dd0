import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { MediaManager } from "../mod.ts";

/** What one upload of a bench consists of. */
export interface UploadTask {
  /** Path of the file. */
  path: string;
  /** Bytes in it. */
  size: number;
  /** Which of Shopee's modules. */
  module: "media_space" | "media";
  /** Bytes in each part. */
  partSize: number;
  /** Parts in flight. */
  concurrency: number;
  /** Origin of the server. */
  url: string;
}

/** Uploads a file from its first byte to the answer that the video is there. */
export type Upload = () => Promise<void>;

/** Loads modules, and does nothing else. */
export type PrepareUpload = (task: UploadTask) => Promise<Upload>;

/** Name of a way to upload a file. */
export type UploadContenderName = "fileSource" | "pipe" | "naive chain" | "fetch loop" | "SDK";

const CREDENTIALS = { partnerId: 1, partnerKey: "key", shopId: 2, accessToken: "token" };

/** The leanest way of ours: `fileSource`. */
const ours: PrepareUpload = async (task) => {
  const { MediaManager, uploadVideo } = await import("../mod.ts");
  const { fileSource } = await import("../src/node/mod.ts");
  return async () => {
    await uploadVideo(managerFor(MediaManager, task), await fileSource(task.path), optionsFor(task));
  };
};

/** Any other stream, piped into our sink. */
const pipe: PrepareUpload = async (task) => {
  const { createVideoUploadSink, MediaManager } = await import("../mod.ts");
  const { Readable } = await import("node:stream");
  return async () => {
    const source = Readable.toWeb(createReadStream(task.path)) as ReadableStream<Uint8Array<ArrayBuffer>>;
    const sink = createVideoUploadSink(managerFor(MediaManager, task), optionsFor(task));
    await source.pipeTo(sink);
    await sink.result;
  };
};

function managerFor(Manager: typeof MediaManager, { url }: UploadTask): MediaManager {
  return new Manager({ ...CREDENTIALS, baseUrl: url });
}

function optionsFor({ module, size, concurrency }: UploadTask) {
  const name = module === "media" ? { fileName: "video.mp4", duration: 12 } : {};
  return { module, size, concurrency, ...name };
}

/** What one writes who has heard of streams: a part is gathered, hashed, and sent as a form. */
const naiveChain: PrepareUpload = async (task) => {
  const { createMD5 } = await import("hash-wasm");
  const { Readable } = await import("node:stream");
  const { createGatherer } = await import("./gatherer.ts");
  return async () => {
    const call = plainCalls(task);
    const [whole, single] = await Promise.all([createMD5(), createMD5()]);
    whole.init();
    const parts = (Readable.toWeb(createReadStream(task.path)) as ReadableStream<Uint8Array<ArrayBuffer>>)
      .pipeThrough(createGatherer(task.partSize));
    const opened = task.module === "media" ? call.json("init_video_upload") : undefined;
    const inFlight = new Set<Promise<void>>();
    const held: (() => Promise<void>)[] = [];
    const send = async (start: () => Promise<void>) => {
      while (inFlight.size >= task.concurrency) await Promise.race(inFlight);
      const sending = start().finally(() => inFlight.delete(sending));
      inFlight.add(sending);
    };
    await opened;
    let seq = 0;
    for await (const bytes of parts) {
      whole.update(bytes);
      const part = { seq: seq++, bytes, md5: single.init().update(bytes).digest() };
      if (opened === undefined) held.push(() => call.part(part));
      else await send(() => call.part(part));
    }
    whole.digest();
    if (opened === undefined) await call.json("init_video_upload");
    for (const start of held) await send(start);
    await Promise.all(inFlight);
    await call.json("complete_video_upload");
    await call.json("get_video_upload_result");
  };
};

/** What one writes first: read a part, hash it, send it, and so on. `node:crypto`, `fetch` and `FormData`. */
const fetchLoop: PrepareUpload = async (task) => {
  const { createHash } = await import("node:crypto");
  return async () => {
    const call = plainCalls(task);
    if (task.module === "media_space") {
      const whole = createHash("md5");
      for await (const chunk of createReadStream(task.path)) whole.update(chunk);
      whole.digest("hex");
    }
    await call.json("init_video_upload");
    for await (const part of readParts(task)) {
      await call.part({ ...part, md5: createHash("md5").update(part.bytes).digest("hex") });
    }
    await call.json("complete_video_upload");
    await call.json("get_video_upload_result");
  };
};

/** The SDK as its documentation shows it: one part after the other, as a `Buffer`. */
const sdk: PrepareUpload = async (task) => {
  const { ShopeeSDK } = await import("@congminh1254/shopee-sdk");
  const { createHash } = await import("node:crypto");
  const { partnerId, partnerKey, shopId, accessToken } = CREDENTIALS;
  const token = { access_token: accessToken, refresh_token: "", expire_in: 14_400, shop_id: shopId } as const;
  const never = { ...token, request_id: "", error: "", message: "", expired_at: Date.now() + 14_400_000 };
  return async () => {
    const client = new ShopeeSDK(
      { partner_id: partnerId, partner_key: partnerKey, shop_id: shopId, base_url: `${task.url}/api/v2` },
      { get: () => Promise.resolve(never), store: () => Promise.resolve(), clear: () => Promise.resolve() },
    );
    const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");
    const buffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (task.module === "media") {
      const { media } = client;
      const { response } = await media.initVideoUpload({
        business: 3,
        scene: 1,
        file_name: "video.mp4",
        file_size: task.size,
        duration: 12,
      });
      const { video_upload_id } = response;
      for await (const { seq, bytes } of readParts(task)) {
        await media.uploadVideoPart({
          video_upload_id,
          part_seq: seq,
          part_md5: md5(bytes),
          part_content: buffer(bytes),
        });
      }
      await media.completeVideoUpload({ video_upload_id });
      await media.getVideoUploadResult({ video_upload_id });
      return;
    }
    const whole = createHash("md5");
    for await (const chunk of createReadStream(task.path)) whole.update(chunk);
    const { mediaSpace } = client;
    const { response } = await mediaSpace.initVideoUpload({ file_md5: whole.digest("hex"), file_size: task.size });
    const { video_upload_id } = response;
    const startedAt = performance.now();
    const sent: number[] = [];
    for await (const { seq, bytes } of readParts(task)) {
      await mediaSpace.uploadVideoPart({
        video_upload_id,
        part_seq: seq,
        content_md5: md5(bytes),
        part_content: buffer(bytes),
      });
      sent.push(seq);
    }
    const upload_cost = Math.round(performance.now() - startedAt);
    await mediaSpace.completeVideoUpload({ video_upload_id, part_seq_list: sent, report_data: { upload_cost } });
    await mediaSpace.getVideoUploadResult({ video_upload_id });
  };
};
