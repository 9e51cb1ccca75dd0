/**
 * Wire types of the module `media` (Shopee Video and returns images), named and typed as the platform has them.
 *
 * @see https://open.shopee.com/documents/v2/v2.media.init_video_upload?module=130&type=1
 * @module
 */

import type { BinaryInput } from "./envelope.ts";

/** Parameters of `init_video_upload`. */
export interface InitMediaVideoUploadParams {
  /** 3: Video. */
  business: number;
  /** 1: Shopee Video. */
  scene: number;
  /** Name of the file, with its extension. */
  file_name: string;
  /** Bytes in the whole file, at most 1 GB. */
  file_size: number;
  /** Whole seconds, 1 to 180. */
  duration: number;
}

/** Answer of `init_video_upload`. */
export interface InitMediaVideoUploadResponse {
  /** The new session. */
  video_upload_id: string;
  /** Bytes of every part but the last. */
  part_size: number;
}

/** Parameters of `upload_video_part`. */
export interface UploadMediaVideoPartParams {
  /** The session. */
  video_upload_id: string;
  /** Number of the part, from 0. */
  part_seq: number;
  /** Hex MD5 of this part. */
  part_md5: string;
  /** The part's bytes: exactly the session's `part_size`, but for the last part. */
  part_content: BinaryInput;
}

/** Parameters of `complete_video_upload`. */
export interface CompleteMediaVideoUploadParams {
  /** The session. */
  video_upload_id: string;
}

/** Parameters of `get_video_upload_result`. */
export interface GetMediaVideoUploadResultParams {
  /** The session. */
  video_upload_id: string;
}

/** A status of a `media` session; others can appear any day. */
export type MediaVideoUploadStatus =
  | "INITIATED"
  | "UPLOADING"
  | "UPLOADED"
  | "PROCESSING"
  | "SUCCEEDED"
  | "FAILED"
  | "CANCELLED"
  | (string & Record<never, never>);

/** What Shopee made of a Shopee Video. */
export interface MediaVideoInfo {
  /** Where the video is served. */
  video_url: string;
  /** Where its thumbnail is served. */
  video_thumbnail_url: string;
  /** Pixels. */
  thumbnail_width: number;
  /** Pixels. */
  thumbnail_height: number;
  /** Whole seconds. */
  duration: number;
  /** Width and height, such as `960x540`. */
  resolution: string;
}

/** Answer of `get_video_upload_result`. */
export interface GetMediaVideoUploadResultResponse {
  /** Where the session stands. */
  status: MediaVideoUploadStatus;
  /** Why it failed or was cancelled. */
  reason?: string | undefined;
  /** Seconds since 1970. */
  update_time?: number | undefined;
  /** The video, once `SUCCEEDED`. */
  video_info?: MediaVideoInfo | undefined;
}

/** Parameters of `cancel_video_upload`. */
export interface CancelMediaVideoUploadParams {
  /** The session. */
  video_upload_id: string;
}

/** Parameters of `upload_image`. */
export interface UploadMediaImageParams {
  /** 2: Returns. */
  business: number;
  /** 1: Return Seller Self Arrange Pickup Proof Image. */
  scene: number;
  /** Up to 3 JPG, JPEG or PNG files of at most 10 MB each. */
  images: BinaryInput | readonly BinaryInput[];
}

/** An uploaded image. */
export interface MediaImage {
  /** To be used in a return. */
  image_id: string;
  /** Where the image is served. */
  image_url: string;
}

/** Answer of `upload_image`. */
export interface UploadMediaImageResponse {
  /** The images, in the order in which they were sent. */
  image_list: MediaImage[];
}
