import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { plainCalls } from "./plain_calls.ts";
import { readParts } from "./read_parts.ts";
import type { Upload, UploadTask } from "./upload_task.ts";

/**
 * What one writes first: read a part, hash it with `node:crypto`, send it with `fetch` and `FormData`, and so on.
 *
 * @param task What is to be uploaded.
 * @returns The upload.
 */
export function prepareFetchLoop(task: UploadTask): Promise<Upload> {
  return Promise.resolve(async () => {
    const { call, sendPart } = plainCalls(task);
    if (task.module === "media_space") await hashFile(task.path);
    await call("init_video_upload");
    let seq = 0;
    for await (const bytes of readParts(task.path, task.partSize)) {
      await sendPart({ seq: seq++, bytes, md5: createHash("md5").update(bytes).digest("hex") });
    }
    await call("complete_video_upload");
    await call("get_video_upload_result");
  });
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}
