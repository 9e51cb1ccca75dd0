import type { UploadSession } from "../session/upload_session.ts";

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
