import type { InputTrack, InputVideoTrack } from "mediabunny";
import { isInvalidInputError } from "../../errors.ts";
import { unreadable } from "../unreadable.ts";
import { boundedReads } from "./bounded_reads.ts";
import type { VideoFileInfo } from "./video_file_info.ts";

/**
 * Has mediabunny parse the index of a video file. It is handed bytes and not the file, because what it reads of a file,
 * and how much of it at once, is decided by numbers in that file.
 *
 * @throws {InvalidInputError} Whatever goes wrong in there.
 */
export async function parseVideo(index: Uint8Array): Promise<Omit<VideoFileInfo, "size">> {
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
