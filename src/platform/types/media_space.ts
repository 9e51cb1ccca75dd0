/**
 * Wire types of the module `media_space` (product videos and images), named and typed as the platform has them.
 *
 * @see https://open.shopee.com/documents/v2/v2.media_space.init_video_upload?module=91&type=1
 * @module
 */

import type { BinaryInput } from "./envelope.ts";

/** A URL of a video in one region. */
export interface VideoUrl {
  /** Region, such as `SG`. */
  video_url_region: string;
  /** Where the video is served. */
  video_url: string;
}

/** A URL of an image in one region. */
export interface ImageUrl {
  /** Region, such as `SG`. */
  image_url_region: string;
  /** Where the image is served. */
  image_url: string;
}

/** Parameters of `init_video_upload`. */
export interface InitVideoUploadParams {
  /** Hex MD5 of the whole file. */
  file_md5: string;
  /** Bytes in the whole file, at most 31 457 280. */
  file_size: number;
}

/** Answer of `init_video_upload`. */
export interface InitVideoUploadResponse {
  /** The new session. */
  video_upload_id: string;
}

/** Parameters of `upload_video_part`. */
export interface UploadVideoPartParams {
  /** The session. */
  video_upload_id: string;
  /** Number of the part, from 0. */
  part_seq: number;
  /** Hex MD5 of this part. */
  content_md5: string;
  /** The part's bytes: exactly 4 194 304, but for the last part. */
  part_content: BinaryInput;
}

/** Parameters of `complete_video_upload`. */
export interface CompleteVideoUploadParams {
  /** The session. */
  video_upload_id: string;
  /** All part numbers that were uploaded. */
  part_seq_list: number[];
  /** Figures about the upload. */
  report_data: {
    /** Whole milliseconds spent in `upload_video_part`. */
    upload_cost: number;
  };
}

/** Parameters of `get_video_upload_result`. */
export interface GetVideoUploadResultParams {
  /** The session. */
  video_upload_id: string;
}

/** A status of a `media_space` session; others can appear any day. */
export type VideoUploadStatus =
  | "INITIATED"
  | "TRANSCODING"
  | "SUCCEEDED"
  | "FAILED"
  | "CANCELLED"
  | (string & Record<never, never>);

/** What Shopee made of a product video. */
export interface VideoInfo {
  /** The video, by region. */
  video_url_list: VideoUrl[];
  /** Its thumbnail, by region. */
  thumbnail_url_list: ImageUrl[];
  /** Whole seconds. */
  duration: number;
}

/** Answer of `get_video_upload_result`. */
export interface GetVideoUploadResultResponse {
  /** Where the session stands. */
  status: VideoUploadStatus;
  /** Why it failed, such as `Video is too short`. */
  message?: string | undefined;
  /** The video, once `SUCCEEDED`. */
  video_info?: VideoInfo | undefined;
}

/** Parameters of `cancel_video_upload`. */
export interface CancelVideoUploadParams {
  /** The session. */
  video_upload_id: string;
}

/** Parameters of `upload_image`. */
export interface UploadImageParams {
  /** Up to 9 JPG, JPEG or PNG files of at most 10 MB each. */
  image: BinaryInput | readonly BinaryInput[];
  /** `normal` makes the picture square, `desc` leaves it as it is. @default "normal" */
  scene?: "normal" | "desc" | undefined;
  /** Sides of the picture, for whitelisted sellers. @default "1:1" */
  ratio?: "1:1" | "3:4" | undefined;
}

/** An uploaded image. */
export interface ImageInfo {
  /** To be used on an item. */
  image_id: string;
  /** The image, by region. */
  image_url_list: ImageUrl[];
}

/** What became of one image of a batch: each has its own error. */
export interface ImageInfoListEntry {
  /** Index in the batch, from 0. */
  id: number;
  /** `""` on success, else an error code. */
  error?: string | undefined;
  /** Text of the error. */
  message?: string | undefined;
  /** The image, on success. */
  image_info?: ImageInfo | undefined;
}

/** Answer of `upload_image`. */
export interface UploadImageResponse {
  /** The first image. @deprecated Use `image_info_list`. */
  image_info?: ImageInfo | undefined;
  /** One entry for each image sent. */
  image_info_list: ImageInfoListEntry[];
}
