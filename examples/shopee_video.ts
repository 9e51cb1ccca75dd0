/**
 * Uploads a video to Shopee Video and posts it, with its first cover, for the user who has authorised the app. One upload
 * becomes at most one post, even when Shopee's answer gets lost.
 *
 *     SHOPEE_USER_ID=… SHOPEE_USER_ACCESS_TOKEN=… node examples/shopee_video.ts shoes.mp4 "Our new shoes"
 */

import { isShopeeMediaError, MediaManager, uploadVideo } from "shopee-media";
import { fileSource } from "shopee-media/node";
import { credentials } from "./credentials.ts";

const [path = "", caption = ""] = process.argv.slice(2);
const { shopId: _, ...app } = credentials;
const { SHOPEE_USER_ID, SHOPEE_USER_ACCESS_TOKEN: accessToken } = process.env;
const media = new MediaManager({ ...app, userId: Number(SHOPEE_USER_ID), accessToken });

const { videoUploadId } = await uploadVideo(media, await fileSource(path), { module: "media" });

const { response: { image_url_list } } = await media.call<{ image_url_list: string[] }>({
  method: "GET",
  path: "/api/v2/video/get_cover_list",
  query: { video_upload_id: videoUploadId },
  auth: "user",
});

/** What a call with a list of videos answers. */
interface Outcome {
  success_list: unknown[];
  failure_list: { fail_video_upload_id: string; failed_reason: string }[];
}

// The draft is made once more by another try, and nothing else.
const draft = await media.call<Outcome>({
  method: "POST",
  path: "/api/v2/video/edit_video_info",
  auth: "user",
  idempotent: true,
  body: {
    video_upload_list: [{
      video_upload_id: videoUploadId,
      caption,
      cover_image_url: image_url_list[0],
      allow_info: { allow_duet: false, allow_stitch: false },
      scheduled_info: { scheduled_post: false },
    }],
    aigc_label: false,
  },
});
const refused = draft.response.failure_list[0];
if (refused !== undefined) throw new Error(`No draft was made: ${refused.failed_reason}`);

console.log(`${videoUploadId}: ${await post()}`);

/** Shopee posts a draft once: when an answer was lost, asking again shows whether it was, and cannot post it twice. */
async function post(hasTried = false): Promise<string> {
  const request = {
    method: "POST",
    path: "/api/v2/video/post_video",
    auth: "user",
    body: { video_upload_id_list: [videoUploadId] },
  } as const;
  try {
    const { response: { success_list, failure_list } } = await media.call<Outcome>(request);
    if (success_list.length > 0) return "posted";
    if (hasTried) return "posted before, and the answer was lost";
    throw new Error(`It was not posted: ${failure_list[0]?.failed_reason}`);
  } catch (error) {
    if (hasTried || !isShopeeMediaError(error) || !error.mayHaveSucceeded) throw error;
    return await post(true);
  }
}
