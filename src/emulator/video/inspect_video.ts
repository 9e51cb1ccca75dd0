import type { InputVideoTrack } from "mediabunny";
import type { VideoFacts } from "../session/upload_session.ts";
import { isCutOff } from "./is_cut_off.ts";

/** What was found in a file. */
export interface VideoInspection extends VideoFacts {
  /** Whether it is an MP4, and not QuickTime or WebM. */
  isMp4: boolean;
  /** Whether it has not been cut off. */
  isWhole: boolean;
}

/**
 * Looks at a video.
 *
 * @param path Where it is.
 * @returns What was found, or `undefined` when it is no video at all.
 */
export async function inspectVideo(path: string): Promise<VideoInspection | undefined> {
  // Outside of the `try`: what fails there is no word about the video.
  const cutOff = await isCutOff(path);
  // Loaded on first use: most of the emulator works without it, and it is the largest dependency by far.
  const { EncodedPacketSink, FilePathSource, Input, MATROSKA, MP4, QTFF, WEBM } = await import("mediabunny");
  // Not all formats that it knows: a playlist would make it open whatever files are named in there.
  const input = new Input({ source: new FilePathSource(path), formats: [MP4, QTFF, WEBM, MATROSKA] });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track === null) return undefined;
    return {
      isMp4: await input.getFormat() === MP4,
      duration: await lengthOf(track),
      ...await sidesOf(track),
      isWhole: await new EncodedPacketSink(track).getPacket(Infinity) !== null && !cutOff,
    };
  } catch {
    return undefined;
  } finally {
    input.dispose();
  }
}

/** How long pictures are shown, to the millisecond: neither the sound counts nor what comes before 0. */
async function lengthOf(track: InputVideoTrack): Promise<number> {
  const start = Math.max(0, await track.getFirstTimestamp());
  return Math.round((await track.computeDuration() - start) * 1000) / 1000;
}

/** The stored pixels, the right way up: the shape of a pixel does not count. */
async function sidesOf(track: InputVideoTrack): Promise<Pick<VideoFacts, "width" | "height">> {
  const [width, height] = [await track.getCodedWidth(), await track.getCodedHeight()];
  return await track.getRotation() % 180 === 0 ? { width, height } : { width: height, height: width };
}
