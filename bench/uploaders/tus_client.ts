import { createReadStream } from "node:fs";
import { Upload as TusUpload } from "tus-js-client";
import type { Upload, UploadTask } from "./upload_task.ts";

/**
 * `tus-js-client`: a file's stream, one part after the other, without any digest.
 *
 * @param task What is to be uploaded.
 * @returns The upload.
 */
export function prepareTusClient(task: UploadTask): Promise<Upload> {
  return Promise.resolve(() => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const upload = new TusUpload(createReadStream(task.path), {
      endpoint: `${task.url}/tus`,
      chunkSize: task.partSize,
      uploadSize: task.size,
      retryDelays: null,
      onSuccess: () => resolve(),
      onError: reject,
    });
    upload.start();
    return promise;
  });
}
