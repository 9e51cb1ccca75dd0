import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readParts } from "./uploaders/read_parts.ts";
import type { UploadTask } from "./uploaders/upload_task.ts";

const run = promisify(execFile);

/** `md5sum FILE && curl --parallel`, ready to be run. */
export interface CurlUpload {
  /** Runs it once, and tells how many ms it took. */
  run(): Promise<number>;
  /** Removes the parts. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Lays the parts of a file out for `curl`, which cannot take them out of the file by itself. That takes none of the time
 * measured, and neither does it hash the parts, open a session or complete it: a yardstick that has less to do than an
 * upload.
 *
 * @param task What is to be uploaded.
 * @returns What does it.
 */
export async function createCurlUpload(task: UploadTask): Promise<CurlUpload> {
  const folder = await mkdtemp(join(tmpdir(), "shopee-media-bench-curl-"));
  const config = join(folder, "config");
  const requests: string[] = [];
  for await (const part of readParts(task.path, task.partSize)) {
    const seq = requests.length;
    const path = join(folder, `${seq}`);
    await writeFile(path, part);
    requests.push(`url = "${task.url}/api/v2/${task.module}/upload_video_part"
form = "video_upload_id=bench"
form = "part_seq=${seq}"
form = "part_content=@${path}"
header = "Expect:"
output = "/dev/null"
`);
  }
  await writeFile(config, requests.join("next\n"));
  const script = `md5sum "$1" && curl --silent --fail --parallel --parallel-max ${task.concurrency} --config "$2"`;

  return {
    async run() {
      const startedAt = performance.now();
      await run("sh", ["-c", script, "sh", task.path, config]);
      return performance.now() - startedAt;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
