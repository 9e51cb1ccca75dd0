import type { CustomSourceOptions, InputTrack, InputVideoTrack } from "mediabunny";
import { isInvalidInputError } from "../errors.ts";
import { readIndex } from "./mp4/read_index.ts";
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
   * exactly 60 s it often lasts 60.02 s. `null` without a video track, and for a WebM or Matroska file that does not tell.
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

/** Bytes of a WebM or Matroska file that are read: it has what is asked here before its media. */
const HEAD_SIZE = 2 ** 18;
const SNIFFED_SIZE = 32;
const FTYP = 0x66747970;

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

/** Whether a file that begins so is an MP4, a QuickTime or another file of their family. */
function isIsoFile(head: Uint8Array): boolean {
  return head.byteLength >= 12 && new DataView(head.buffer, head.byteOffset).getUint32(4) === FTYP;
}

/**
 * Has mediabunny parse the index of a video file. It is handed bytes and not the file, because what it reads of a file,
 * and how much of it at once, is decided by numbers in that file.
 *
 * @throws {InvalidInputError} Whatever goes wrong in there.
 */
async function parseVideo(index: Uint8Array): Promise<Omit<VideoFileInfo, "size">> {
  const { CustomSource, Input, MATROSKA, MP4, QTFF, UnsupportedInputFormatError, WEBM } = await import("mediabunny");
  const containers = new Map([[MP4, "mp4"], [QTFF, "mov"], [WEBM, "webm"], [MATROSKA, "mkv"]] as const);
  const source = new CustomSource(boundedReads(index));
  const input = new Input({ source, formats: [...containers.keys()] });
  try {
    // Once it knows where the bytes end, it does not try to read past them.
    await source.getSize();
    const format = await input.getFormat();
    const container = containers.get(format)!;
    const video = await input.getPrimaryVideoTrack();
    const audio = await input.getPrimaryAudioTrack();
    return {
      container,
      mimeType: format.mimeType,
      ...(video === null ? { duration: null, width: null, height: null } : await measure(video, container)),
      videoCodec: video && await codecOf(video),
      audioCodec: audio && await codecOf(audio),
    };
  } catch (error) {
    if (isInvalidInputError(error)) throw error;
    const reason = error instanceof UnsupportedInputFormatError
      ? "it is neither MP4 nor QuickTime, WebM or Matroska"
      : "its index is damaged";
    throw unreadable("video", reason, error);
  } finally {
    input.dispose();
  }
}

async function measure(
  video: InputVideoTrack,
  container: VideoFileInfo["container"],
): Promise<Pick<VideoFileInfo, "duration" | "width" | "height">> {
  const duration = container === "mp4" || container === "mov" ? await length(video) : await toldLength(video);

  // Stored pixels, not those corrected by the shape of a pixel: players round that, and make 1281 of a file's 1280.
  const stored = { width: await video.getCodedWidth(), height: await video.getCodedHeight() };
  const isTurned = await video.getRotation() % 180 !== 0;
  const { width, height } = isTurned ? { width: stored.height, height: stored.width } : stored;

  if (!(width > 0 && height > 0 && (duration === null || (duration >= 0 && duration < Infinity)))) {
    throw unreadable("video", `its index is damaged: it tells ${width} x ${height} pixels and ${duration} s`);
  }
  return { duration, width, height };
}

/** What a player shows: frames before 0 are there for decoding alone. */
async function length(video: InputVideoTrack): Promise<number> {
  const start = Math.max(0, await video.getFirstTimestamp());
  return toMilliseconds(await video.computeDuration() - start);
}

/** Of a WebM file no media was read to compute it from. */
async function toldLength(video: InputVideoTrack): Promise<number | null> {
  const duration = await video.getDurationFromMetadata();
  return duration === null ? null : toMilliseconds(duration);
}

function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

async function codecOf(track: InputTrack): Promise<string> {
  return await track.getCodec() ?? String(await track.getInternalCodecId());
}

/** Bytes in the smallest box that a parser may have to look at. */
const BOX_SIZE = 8;
const FEW_READS = 1_000;

/**
 * Lets mediabunny read from bytes, but not more often than there can be boxes in them: version 1.61 looks for the next
 * element of some damaged WebM files for ever, in one go, so that not even a timer gets in between.
 */
function boundedReads(bytes: Uint8Array): CustomSourceOptions {
  let readsLeft = FEW_READS + bytes.byteLength / BOX_SIZE;
  return {
    // A cache would answer reads that are then not counted.
    maxCacheSize: 0,
    getSize: () => bytes.byteLength,
    read: (start, end) => {
      readsLeft -= 1;
      if (readsLeft < 0) throw new RangeError("The parser goes round in circles");
      return bytes.subarray(start, end);
    },
  };
}
