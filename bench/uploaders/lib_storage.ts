import { S3Client } from "@aws-sdk/client-s3";
import { Upload as S3Upload } from "@aws-sdk/lib-storage";
import { createReadStream } from "node:fs";
import type { Upload, UploadTask } from "./upload_task.ts";

/**
 * `@aws-sdk/lib-storage`: a file's stream to a bucket, in parts. Without checksums, which it would compute by default: it
 * has no digest to compute.
 *
 * @param task What is to be uploaded.
 * @returns The upload.
 */
export function prepareLibStorage(task: UploadTask): Promise<Upload> {
  const client = new S3Client({
    endpoint: `${task.url}/s3/`,
    region: "us-east-1",
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return Promise.resolve(async () => {
    const upload = new S3Upload({
      client,
      params: { Bucket: "bench", Key: "video.mp4", Body: createReadStream(task.path) },
      partSize: task.partSize,
      queueSize: task.concurrency,
    });
    await upload.done();
    client.destroy();
  });
}
