import type { MediaVideoInfo } from "../platform/types/media.ts";
import type { VideoInfo } from "../platform/types/media_space.ts";

/** How an upload ended; others can appear any day. */
export type VideoUploadPushStatus = "SUCCEEDED" | "FAILED" | "CANCELLED" | (string & Record<never, never>);

/** What every push has. */
export interface PushFields {
  /** The shop it is about, where it is about one. */
  shopId?: number | undefined;
  /** When Shopee made the push, in seconds since 1970. */
  timestamp?: number | undefined;
  /** The whole push as Shopee sent it, unknown fields included. */
  raw: Readonly<Record<string, unknown>>;
}

/** What the pushes of both modules tell about an uploaded video. */
export interface VideoUploadPushFields extends PushFields {
  /** Tells this push from {@linkcode OtherPush}. */
  kind: "video_upload";
  /** The session at Shopee. */
  videoUploadId: string;
  /** How the upload ended. */
  status: VideoUploadPushStatus;
  /** Why it failed or was cancelled. */
  message?: string | undefined;
}

/**
 * A `video_upload_push`: what became of a product video.
 *
 * @see https://open.shopee.com/push-mechanism/11
 */
export interface MediaSpaceVideoUploadPush extends VideoUploadPushFields {
  /** The module it was uploaded with. */
  module: "media_space";
  /** Shopee's number for this kind of push. */
  code: 11;
  /** The video, once `SUCCEEDED`, in the shape in which `get_video_upload_result` has it. */
  videoInfo?: VideoInfo | undefined;
}

/**
 * A `video_upload_result_push`: what became of a Shopee Video.
 *
 * @see https://open.shopee.com/push-mechanism/38
 */
export interface MediaVideoUploadPush extends VideoUploadPushFields {
  /** The module it was uploaded with. */
  module: "media";
  /** Shopee's number for this kind of push. */
  code: 38;
  /** The video, once `SUCCEEDED`. */
  videoInfo?: MediaVideoInfo | undefined;
  /** When the upload ended, in seconds since 1970. */
  updateTime?: number | undefined;
}

/** What became of an uploaded video, of either module. */
export type VideoUploadPush = MediaSpaceVideoUploadPush | MediaVideoUploadPush;

/** Any other push that comes to the same callback URL: orders, for example. */
export interface OtherPush extends PushFields {
  /** Tells this push from a {@linkcode VideoUploadPush}. */
  kind: "other";
  /** Shopee's number for this kind of push. */
  code: number;
}
