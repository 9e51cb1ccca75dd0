/**
 * Uploads a product video from disk, and shows how far it is.
 *
 *     node examples/upload_file.ts shoes.mp4
 */

import { isShopeeMediaError, MediaManager, type UploadProgress, uploadVideo } from "shopee-media";
import { fileSource } from "shopee-media/node";
import { credentials } from "./credentials.ts";

const media = new MediaManager(credentials);

function showProgress({ phase, sent, total }: UploadProgress): void {
  const percent = total ? Math.floor(100 * sent / total) : 0;
  process.stderr.write(`\r${phase}: ${percent} %  `);
  if (phase === "done") process.stderr.write("\n");
}

try {
  const file = await fileSource(process.argv[2] ?? "shoes.mp4");
  const { videoUploadId, videoInfo } = await uploadVideo(media, file, { onProgress: showProgress });
  console.log("video_upload_id for v2.product.add_item:", videoUploadId);
  console.log("It plays at", videoInfo.video_url_list[0]?.video_url);
} catch (error) {
  if (!isShopeeMediaError(error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
