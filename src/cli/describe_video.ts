import type { MediaVideoInfo } from "../api/types/media.ts";
import type { VideoInfo } from "../api/types/media_space.ts";

/**
 * Lines about a finished video for a human.
 *
 * @param info What Shopee told of it, in either module's shape.
 * @returns The lines, indented.
 */
export function describeVideo(info: VideoInfo | MediaVideoInfo): string[] {
  if ("video_url" in info) {
    return [
      `  duration: ${info.duration} s, ${info.resolution}`,
      `  video: ${info.video_url}`,
      `  thumbnail: ${info.video_thumbnail_url}`,
    ];
  }
  return [
    `  duration: ${info.duration} s`,
    ...info.video_url_list.map((video) => `  video (${video.video_url_region}): ${video.video_url}`),
    ...info.thumbnail_url_list.map((image) => `  thumbnail (${image.image_url_region}): ${image.image_url}`),
  ];
}
