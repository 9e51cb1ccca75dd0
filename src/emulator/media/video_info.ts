import type { MediaVideoInfo } from "../../platform/types/media.ts";
import { thumbnailUrl, videoUrl } from "../files/file_urls.ts";
import { THUMBNAIL_HEIGHT, THUMBNAIL_WIDTH } from "../files/thumbnail.ts";
import type { FinishedSession } from "../session/upload_session.ts";

/** Tells of a finished Shopee Video; its URLs begin with `origin`. */
export function mediaVideoInfo(session: FinishedSession, origin: string): MediaVideoInfo {
  const { duration, width, height } = session.facts;
  return {
    video_url: videoUrl(origin, session),
    video_thumbnail_url: thumbnailUrl(origin, session),
    thumbnail_width: THUMBNAIL_WIDTH,
    thumbnail_height: THUMBNAIL_HEIGHT,
    duration: Math.round(duration),
    resolution: `${width}x${height}`,
  };
}
