import type { VideoInfo } from "../../platform/types/media_space.ts";
import { thumbnailUrl, videoUrl } from "../files/file_urls.ts";
import type { FinishedSession } from "../session/upload_session.ts";

/** Tells of a finished product video; its URLs begin with `origin`. */
export function mediaSpaceVideoInfo(session: FinishedSession, origin: string): VideoInfo {
  return {
    video_url_list: [{ video_url_region: "SG", video_url: videoUrl(origin, session) }],
    thumbnail_url_list: [{ image_url_region: "SG", image_url: thumbnailUrl(origin, session) }],
    duration: Math.round(session.facts.duration),
  };
}
