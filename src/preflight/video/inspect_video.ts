import type { InspectOptions } from "../inspect_options.ts";
import { sniffImageFormat } from "../image/sniff_image_format.ts";
import { readIndex } from "../mp4/read_index.ts";
import { readRange } from "../read_range.ts";
import type { ReadableFile } from "../readable_file.ts";
import { unreadable } from "../unreadable.ts";
import { isIsoFile } from "./is_iso_file.ts";
import { parseVideo } from "./parse_video.ts";
import type { VideoFileInfo } from "./video_file_info.ts";

/** Bytes of a WebM or Matroska file that are read: it has what is asked here before its media. */
const HEAD_SIZE = 2 ** 18;
const SNIFFED_SIZE = 32;

/**
 * Tells what a video file says of itself. Of an MP4 file it reads the index and none of the media, wherever in the file
 * the index is.
 *
 * @param blob The file, a `Blob` or anything read like one; in Node.js `openAsBlob` of `node:fs` gives one without reading it.
 * @param options A signal.
 * @returns Container, duration, pixels, codecs and size.
 * @throws {InvalidInputError} It is empty, damaged, cut off or no MP4, QuickTime, WebM or Matroska file.
 * @example
 * ```ts
 * import { openAsBlob } from "node:fs";
 * import { inspectVideo } from "shopee-media/preflight";
 *
 * const info = await inspectVideo(await openAsBlob("test/assets/video/ok.mp4"));
 * console.assert(info.duration === 12 && info.width === 320);
 * ```
 */
export async function inspectVideo(blob: ReadableFile, options: InspectOptions = {}): Promise<VideoFileInfo> {
  const { signal } = options;
  if (blob.size === 0) throw unreadable("video", "the file is empty");

  const head = await readRange(blob, { start: 0, end: SNIFFED_SIZE, signal });
  const image = sniffImageFormat(head);
  if (image !== undefined) throw unreadable("video", `it is an image (${image})`);
  const bytes = isIsoFile(head)
    ? await readIndex(blob, signal)
    : await readRange(blob, { start: 0, end: HEAD_SIZE, signal });
  const info = await parseVideo(bytes);
  signal?.throwIfAborted();
  return { ...info, size: blob.size };
}
