import { ShopeeSDK } from "@congminh1254/shopee-sdk";
import type { AccessToken } from "@congminh1254/shopee-sdk/schemas";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readParts } from "./read_parts.ts";
import type { Upload, UploadTask } from "./upload_task.ts";

const TOKEN: AccessToken = {
  access_token: "token",
  refresh_token: "token",
  expire_in: 14_400,
  shop_id: 2,
  request_id: "",
  error: "",
  message: "",
};

/**
 * `@congminh1254/shopee-sdk`: it has the calls, and leaves reading, hashing and the order of things to its caller, who
 * sends one part after the other. Kinder than its own examples, which read the whole file into memory.
 *
 * @param task What is to be uploaded.
 * @returns The upload.
 */
export function prepareSdkLoop(task: UploadTask): Promise<Upload> {
  const sdk = new ShopeeSDK(
    { partner_id: 1, partner_key: "key", shop_id: 2, base_url: `${task.url}/api/v2` },
    { get: () => Promise.resolve(TOKEN), store: () => Promise.resolve(), clear: () => Promise.resolve() },
  );
  return Promise.resolve(() => task.module === "media" ? uploadToMedia(sdk, task) : uploadToMediaSpace(sdk, task));
}

async function uploadToMedia({ media }: ShopeeSDK, { path, size, partSize }: UploadTask): Promise<void> {
  const video = { business: 3, scene: 1, file_name: "video.mp4", file_size: size, duration: 12 };
  const { response } = await media.initVideoUpload(video);
  const video_upload_id = String(response?.video_upload_id);
  let part_seq = 0;
  for await (const bytes of readParts(path, partSize)) {
    const part_content = bufferOf(bytes);
    await media.uploadVideoPart({ video_upload_id, part_seq: part_seq++, part_md5: md5(bytes), part_content });
  }
  await media.completeVideoUpload({ video_upload_id });
  await media.getVideoUploadResult({ video_upload_id });
}

async function uploadToMediaSpace({ mediaSpace }: ShopeeSDK, { path, size, partSize }: UploadTask): Promise<void> {
  const whole = createHash("md5");
  for await (const chunk of createReadStream(path)) whole.update(chunk);
  const file = { file_md5: whole.digest("hex"), file_size: size };
  const { response } = await mediaSpace.initVideoUpload(file);
  const video_upload_id = String(response?.video_upload_id);
  const startedAt = performance.now();
  const part_seq_list: number[] = [];
  for await (const bytes of readParts(path, partSize)) {
    const part_seq = part_seq_list.length;
    const part_content = bufferOf(bytes);
    await mediaSpace.uploadVideoPart({ video_upload_id, part_seq, content_md5: md5(bytes), part_content });
    part_seq_list.push(part_seq);
  }
  const report_data = { upload_cost: Math.round(performance.now() - startedAt) };
  await mediaSpace.completeVideoUpload({ video_upload_id, part_seq_list, report_data });
  await mediaSpace.getVideoUploadResult({ video_upload_id });
}

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** Other bytes it sends as JSON. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
