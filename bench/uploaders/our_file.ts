import { ourOptions } from "./our_options.ts";
import type { Upload, UploadTask } from "./upload_task.ts";

/**
 * Our leanest way: `fileSource`.
 *
 * @param task What is to be uploaded.
 * @returns The upload.
 */
export async function prepareOurFile(task: UploadTask): Promise<Upload> {
  const { MediaManager, uploadVideo } = await import("../../mod.ts");
  const { fileSource } = await import("../../src/node/mod.ts");
  const options = ourOptions(task);
  // Nobody else here looks at the video first.
  const upload = { ...options.upload, preflight: false };
  return async () => uploadVideo(new MediaManager(options.manager), await fileSource(task.path), upload);
}
