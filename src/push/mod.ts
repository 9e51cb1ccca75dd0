/**
 * Shopee's pushes (webhooks) about uploaded videos: `shopee-media/push`.
 *
 * {@linkcode createPushHandler} is a whole `Request` → `Response` function for any server; {@linkcode verifyPush} and
 * {@linkcode parseVideoUploadPush} are its two halves, for servers that want to do the rest themselves.
 * {@linkcode createPushInbox} is what an upload waits on instead of polling; {@linkcode recoverLostPushes} fetches what was
 * missed while the server was down.
 *
 * Nothing here needs more than the web's standards: it runs on Node, Deno, Bun, Workers.
 *
 * @example A server that tells what became of each video
 * ```ts
 * import { createPushHandler } from "shopee-media/push";
 *
 * const handler = createPushHandler({
 *   pushPartnerKey: "the Live Push Partner Key of the console",
 *   callbackUrl: "https://shop.example/shopee/pushes",
 *   onVideoUpload: (push) => console.log(push.videoUploadId, push.status, push.message ?? ""),
 * });
 *
 * // Deno.serve(handler), Bun.serve({ fetch: handler }), export default { fetch: handler },
 * // app.post("/shopee/pushes", (c) => handler(c.req.raw)) in Hono
 * const response = await handler(new Request("http://localhost/shopee/pushes", { method: "POST", body: "forged" }));
 * console.assert(response.status === 401);
 * ```
 * @see https://open.shopee.com/developer-guide/18
 * @module
 */

export type { PushCredentials } from "./verify_push.ts";
export { verifyPush, type VerifyPushOptions } from "./verify_push.ts";
export type {
  MediaSpaceVideoUploadPush,
  MediaVideoUploadPush,
  OtherPush,
  PushFields,
  VideoUploadPush,
  VideoUploadPushFields,
  VideoUploadPushStatus,
} from "./video_upload_push.ts";
export { parseVideoUploadPush } from "./parse_video_upload_push.ts";
export {
  createPushHandler,
  type PushHandler,
  type PushHandlerOptions,
  type PushRejection,
} from "./create_push_handler.ts";
export { type NodeRequest, toWebRequest } from "./to_web_request.ts";
export { createPushInbox, type PushInbox, type PushWaitOptions } from "./create_push_inbox.ts";
export {
  type LostPushCall,
  type LostPushCaller,
  type LostPushRejection,
  type PushTaker,
  type RecoveredPushes,
  recoverLostPushes,
  type RecoverLostPushesOptions,
} from "./recover_lost_pushes.ts";
export type { ImageUrl, VideoInfo, VideoUrl } from "../platform/types/media_space.ts";
export type { MediaVideoInfo } from "../platform/types/media.ts";
