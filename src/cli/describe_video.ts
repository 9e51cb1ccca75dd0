import type { MediaVideoInfo } from "../platform/types/media.ts";
import type { VideoInfo } from "../platform/types/media_space.ts";

/** Options of {@linkcode describeVideo}. */
export interface DescribeVideoOptions {
  /** Whether to leave out where it can be fetched. @default false */
  hideUrls?: boolean;
}

/**
 * Lines about a finished video for a human.
 *
 * @param info What Shopee told of it, in either module's shape.
 * @param options What to leave out.
 * @returns The lines, indented.
 */
export function describeVideo(info: VideoInfo | MediaVideoInfo, options: DescribeVideoOptions = {}): string[] {
  const duration = `  duration: ${info.duration} s${"resolution" in info ? `, ${info.resolution}` : ""}`;
  return options.hideUrls ? [duration] : [duration, ...describeUrls(info)];
}

function describeUrls(info: VideoInfo | MediaVideoInfo): string[] {
  if ("video_url" in info) {
    return [
      `  video: ${info.video_url}`,
      `  thumbnail: ${info.video_thumbnail_url}`,
    ];
  }
  return [
    ...info.video_url_list.map((video) => `  video (${video.video_url_region}): ${video.video_url}`),
    ...info.thumbnail_url_list.map((image) => `  thumbnail (${image.image_url_region}): ${image.image_url}`),
  ];
}
