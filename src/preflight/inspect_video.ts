import { isMp4, readMp4 } from "./mp4/read_mp4.ts";
import { type InspectOptions, type ReadableFile, readRange, unreadable } from "./readable_file.ts";
import { sniffImageFormat } from "./sniff_image_format.ts";

/** What a video file says of itself. */
export interface VideoFileInfo {
  /** How the file is packed, by its content and not by its name. */
  container: "mp4" | "mov" | "webm" | "mkv";
  /** Content type of the container, such as `video/mp4`. */
  mimeType: string;
  /**
   * Seconds from the first frame to the end of the last one, rounded to whole milliseconds. The video track counts, and
   * neither the sound nor what the file's header says: sound is stored in pieces of some 20 ms, so that with a video of
   * exactly 60 s it often lasts 60.02 s. `null` without a video track, and for a WebM or Matroska file.
   */
  duration: number | null;
  /** Stored pixels from left to right after the turn that the file asks for; `null` without a video track. */
  width: number | null;
  /** Stored pixels from top to bottom after the turn that the file asks for; `null` without a video track. */
  height: number | null;
  /** Such as `avc` (H.264), `hevc`, `vp9`, `av1`; the file's own name for any other. `null` without a video track. */
  videoCodec: string | null;
  /** Such as `aac`, `mp3`, `opus`; the file's own name for any other. `null` without a sound track. */
  audioCodec: string | null;
  /** Bytes in the file. */
  size: number;
}

const SNIFFED_SIZE = 64;
/** How a WebM or Matroska file begins, and the name of its kind that follows soon. */
const EBML = "\x1aE\xdf\xa3";
const EBML_KIND = /\x42\x82.(webm|matroska)/;

/**
 * Tells what a video file says of itself. Of an MP4 or QuickTime file it reads the index and none of the media, wherever
 * in the file the index is. Of a WebM or Matroska file, which Shopee does not take, it tells that it is one.
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
  const { size } = blob;
  if (size === 0) throw unreadable("video", "the file is empty");

  const head = await readRange(blob, { start: 0, end: SNIFFED_SIZE, signal });
  const image = sniffImageFormat(head);
  if (image !== undefined) throw unreadable("video", `it is an image (${image})`);
  if (await isMp4(blob, head, signal)) {
    const facts = await readMp4(blob, { signal });
    const mimeType = facts.container === "mp4" ? "video/mp4" : "video/quicktime";
    return { ...facts, mimeType, size };
  }

  const text = String.fromCharCode(...head);
  const kind = text.startsWith(EBML) ? EBML_KIND.exec(text)?.[1] : undefined;
  if (kind === undefined) throw unreadable("video", "it is neither MP4 nor QuickTime, WebM or Matroska");
  const unknown = { duration: null, width: null, height: null, videoCodec: null, audioCodec: null };
  return kind === "webm"
    ? { container: "webm", mimeType: "video/webm", ...unknown, size }
    : { container: "mkv", mimeType: "video/x-matroska", ...unknown, size };
}
