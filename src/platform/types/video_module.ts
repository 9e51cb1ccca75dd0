import type { MediaVideoInfo } from "./media.ts";
import type { VideoInfo } from "./media_space.ts";

/** `media_space`: product videos, at most 30 MB. `media`: Shopee Video, at most 1 GB. */
export type VideoModule = "media_space" | "media";

/** What each module tells of a finished video. */
export interface VideoInfoByModule {
  /** A product video. */
  media_space: VideoInfo;
  /** A Shopee Video. */
  media: MediaVideoInfo;
}
