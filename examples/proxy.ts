/**
 * Uploads a product video through a proxy, from a machine that reaches the network in no other way.
 *
 *     npm install undici
 *     HTTPS_PROXY=http://proxy.example:3128 node examples/proxy.ts shoes.mp4
 */

import { isShopeeMediaError, MediaManager, uploadVideo } from "shopee-media";
import { fileSource } from "shopee-media/node";
import { fetch, ProxyAgent } from "undici";
import { credentials } from "./credentials.ts";

const dispatcher = new ProxyAgent(process.env.HTTPS_PROXY ?? "http://localhost:3128");
const media = new MediaManager({
  ...credentials,
  fetch: (url, init) => fetch(url, { ...init, dispatcher }),
});

try {
  const file = await fileSource(process.argv[2] ?? "shoes.mp4");
  const { videoUploadId } = await uploadVideo(media, file);
  console.log("video_upload_id for v2.product.add_item:", videoUploadId);
} catch (error) {
  if (!isShopeeMediaError(error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await dispatcher.close();
}
