import { Buffer } from "node:buffer";
import type { MediaVideoInfo } from "../../platform/types/media.ts";
import type { ImageInfoListEntry, UploadImageResponse, VideoInfo } from "../../platform/types/media_space.ts";
import type { FinishedSession, UploadSession } from "../session/upload_session.ts";

/** Pixels. */
export const THUMBNAIL_WIDTH = 160;
/** Pixels. */
export const THUMBNAIL_HEIGHT = 90;

/** The thumbnail of every video: a plain orange JPEG, since nothing here decodes a frame. */
export const THUMBNAIL: Uint8Array<ArrayBuffer> = Uint8Array.from(Buffer.from(
  [
    "/9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAgoKC8oLzc3Nzc3N0E8QUNDQ0FBQUFDQ0NISEhVVVVI",
    "SEhDQ0hIUFBVVVxfXFdXVVdfX2RkZHh4c3OMjJGsrM//xABNAAEBAAAAAAAAAAAAAAAAAAAAAwEBAQEAAAAAAAAAAAAAAAAAAAYH",
    "EAEAAAAAAAAAAAAAAAAAAAAAEQEAAAAAAAAAAAAAAAAAAAAA/8AAEQgAWgCgAwEiAAIRAAMRAP/aAAwDAQACEQMRAD8AgAlGpgAA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAP/9k=",
  ].join(""),
  "base64",
));

/** Where a finished video is served. */
export function videoUrl(origin: string, session: UploadSession): string {
  return `${origin}/files/videos/${session.id}.mp4`;
}

/** Where the thumbnail of a finished video is served. */
export function thumbnailUrl(origin: string, session: UploadSession): string {
  return `${origin}/files/thumbnails/${session.id}.jpg`;
}

/** Where an image is served. */
export function imageUrl(origin: string, id: string): string {
  return `${origin}/files/images/${id}`;
}

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

/** Tells of a finished product video; its URLs begin with `origin`. */
export function mediaSpaceVideoInfo(session: FinishedSession, origin: string): VideoInfo {
  return {
    video_url_list: [{ video_url_region: "SG", video_url: videoUrl(origin, session) }],
    thumbnail_url_list: [{ image_url_region: "SG", image_url: thumbnailUrl(origin, session) }],
    duration: Math.round(session.facts.duration),
  };
}

/** The response that has these entries; its own `image_info` is that of the first image that was taken. */
export function uploadImageResponse(image_info_list: ImageInfoListEntry[]): UploadImageResponse {
  const image_info = image_info_list.find((entry) => entry.image_info)?.image_info;
  return { ...(image_info && { image_info }), image_info_list };
}
