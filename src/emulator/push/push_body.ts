import type { Clock } from "../clock.ts";
import { mediaSpaceVideoInfo, mediaVideoInfo } from "../files/media_info.ts";
import { isFinished, statusOf, type UploadSession } from "../session/upload_session.ts";

/** What {@linkcode pushBody} needs besides the session. */
export interface PushBodyOptions {
  /** Time of the platform. */
  clock: Clock;
  /** The shop of a video that no shop has signed for. */
  shopId: number;
  /** Where the emulator was called: the URLs of the video begin with it. */
  origin: string;
}

/** The body of the push that tells how an upload has ended. */
export function pushBody(session: UploadSession, { clock, shopId, origin }: PushBodyOptions): string {
  const timestamp = clock.seconds();
  return session.module === "media"
    ? JSON.stringify({ data: mediaData(session, origin), code: 38, timestamp })
    : JSON.stringify({ data: mediaSpaceData(session, origin), shop_id: session.shopId ?? shopId, code: 11, timestamp });
}

function mediaData(session: UploadSession, origin: string): object {
  const { id, message, updateTime } = session;
  return {
    video_upload_id: id,
    status: statusOf(session),
    reason: message,
    update_time: updateTime,
    ...(isFinished(session) && { video_info: mediaVideoInfo(session, origin) }),
  };
}

/** The lists have other names than in the answer of `get_video_upload_result`. */
function mediaSpaceData(session: UploadSession, origin: string): object {
  const { id, message } = session;
  const data = { video_upload_id: id, status: statusOf(session), message };
  if (!isFinished(session)) return data;
  const { video_url_list, thumbnail_url_list, duration } = mediaSpaceVideoInfo(session, origin);
  return {
    ...data,
    video_info: {
      video_id: id.replace(/^sg_/, "sg_video_"),
      video_url: video_url_list,
      thumbnail_url: thumbnail_url_list,
      duration,
    },
  };
}
