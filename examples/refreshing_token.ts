/**
 * Access tokens last four hours, and each refresh token serves once. This uploads a video with tokens that are replaced
 * in time and kept on disk, so that the next run goes on with them. SHOPEE_ACCESS_TOKEN is not needed; the first run
 * needs SHOPEE_REFRESH_TOKEN, from the shop's authorisation.
 *
 *     SHOPEE_REFRESH_TOKEN=… node examples/refreshing_token.ts shoes.mp4
 *     node examples/refreshing_token.ts shoes.mp4
 */

import { createRefreshingToken, MediaManager, uploadVideo } from "shopee-media";
import { createFolderStore, fileSource } from "shopee-media/node";
import { credentials } from "./credentials.ts";

const accessToken = createRefreshingToken({
  ...credentials,
  refreshToken: process.env.SHOPEE_REFRESH_TOKEN,
  // Secret, and readable by its owner alone. Servers that share tokens share a storage of `unstorage`, such as Redis.
  store: createFolderStore(".shopee-media/tokens"),
  onRequest: ({ error }) => console.log(error === "" ? "The tokens were replaced" : `No new tokens: ${error}`),
});

const media = new MediaManager({ ...credentials, accessToken });

const { videoUploadId } = await uploadVideo(media, await fileSource(process.argv[2] ?? "shoes.mp4"));
console.log(`${videoUploadId} is ready`);
