/**
 * A process of its own that uploads a file with a checkpoint in a folder, so that it can be killed. It prints a line for
 * each part that was acknowledged, and the result.
 */

import { MediaManager, uploadVideo, type UploadVideoOptions } from "../../../mod.ts";
import { createFolderStore, fileSource } from "../../../src/node/mod.ts";

/** What the process is told, as JSON in its one argument. */
export interface UploadTask {
  credentials: { partnerId: number; partnerKey: string; shopId: number; accessToken: string };
  baseUrl: string;
  file: string;
  folder: string;
  options: UploadVideoOptions;
}

const task: UploadTask = JSON.parse(process.argv[2]!);
const media = new MediaManager({ ...task.credentials, baseUrl: task.baseUrl });
let printed = -1;
const result = await uploadVideo(media, await fileSource(task.file), {
  ...task.options,
  preflight: false,
  checkpoint: { store: createFolderStore(task.folder), key: task.file },
  onProgress({ partsAcked }) {
    if (partsAcked > printed) console.log(`acked ${printed = partsAcked}`);
  },
});
console.log(`result ${JSON.stringify(result)}`);
