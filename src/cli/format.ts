import { getSystemErrorMessage } from "node:util";
import type { MediaVideoInfo, VideoInfo } from "../../mod.ts";

const UNITS = ["bytes", "KiB", "MiB", "GiB"];

/**
 * A number of bytes for human eyes, in binary units as Shopee's own limits are.
 *
 * @param bytes How many.
 * @param total Out of how many.
 * @param separator What stands between the two.
 * @returns Such as `9.3 MiB`, or `2.1 of 9.3 MiB`.
 */
export function formatBytes(bytes: number, total?: number, separator: string = " of "): string {
  const most = total ?? bytes;
  let unit = 0;
  while (most >= 1024 ** (unit + 1) && unit < UNITS.length - 1) unit++;
  const inUnit = (count: number): string => (count / 1024 ** unit).toFixed(unit === 0 ? 0 : 1);
  return `${inUnit(bytes)}${total === undefined ? "" : separator + inUnit(total)} ${UNITS[unit]}`;
}

/**
 * A span of time for human eyes.
 *
 * @param seconds How long.
 * @returns Such as `42 s`, `3 min 05 s` or `2 h 01 min`.
 */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${twoDigits(whole % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/**
 * A span of time in few characters.
 *
 * @param seconds How long.
 * @returns Such as `0:42`, `3:05` or `2:01:00`.
 */
export function formatClock(seconds: number): string {
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  const rest = twoDigits(whole % 60);
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${twoDigits(minutes % 60)}:${rest}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/**
 * Why the operating system refused something, without the name of the system call and the path.
 *
 * @param error What a function of `node:fs` threw.
 * @returns Such as `no such file or directory`.
 */
export function explainSystemError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "errno" in error && typeof error.errno === "number" ? getSystemErrorMessage(error.errno) : error.message;
}

/**
 * Indented lines about a finished video for human eyes.
 *
 * @param info What Shopee says of it, in either module's shape.
 * @param options `hideUrls` leaves out where it can be fetched.
 * @returns The lines.
 */
export function formatVideo(
  info: VideoInfo | MediaVideoInfo,
  { hideUrls = false }: { hideUrls?: boolean } = {},
): string[] {
  const duration = `  duration: ${info.duration} s${"resolution" in info ? `, ${info.resolution}` : ""}`;
  return hideUrls ? [duration] : [duration, ...formatUrls(info)];
}

function formatUrls(info: VideoInfo | MediaVideoInfo): string[] {
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
