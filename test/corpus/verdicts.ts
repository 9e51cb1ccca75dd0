import { inspectImage, inspectVideo } from "../../src/preflight/mod.ts";
import type { CorpusFile } from "./videos.ts";

/** What we say of a video, or of a picture. */
export type OurVerdict = { refused: string } | OurFacts;

interface OurFacts {
  format: string;
  width: number | null;
  height: number | null;
  /** Seconds. */
  duration?: number | null;
  codec?: string | null;
}

/** What the independent tool says of it: `ffprobe` of a video, `sharp` of a picture. */
export interface TheirVerdict {
  /** What it complained of. */
  error?: string;
  /** As shown: turned where the file says so. */
  width?: number;
  height?: number;
  /** Seconds: what it says, and from the first frame to the end of the last one that it found. */
  duration?: number;
  span?: number;
  frames?: number;
  codec?: string;
}

/** What is known of a file of the corpus. */
export interface Entry {
  ours: OurVerdict;
  theirs: TheirVerdict;
  /** Why the two differ. */
  reason?: string;
}

/** The whole corpus by the names of its files. */
export interface Manifest {
  /** What the tools are. */
  tools: { ffprobe: string; sharp: string };
  videos: Record<string, Entry>;
  pictures: Record<string, Entry>;
}

/** Judges a video. */
export async function judgeVideo({ bytes }: CorpusFile): Promise<OurVerdict> {
  try {
    const { container, width, height, duration, videoCodec } = await inspectVideo(new Blob([bytes]));
    return { format: container, width, height, duration, codec: videoCodec };
  } catch (error) {
    return refusal(error);
  }
}

/** Judges a picture. */
export async function judgePicture({ bytes }: CorpusFile): Promise<OurVerdict> {
  try {
    const { format, width, height } = await inspectImage(new Blob([bytes]));
    return { format, width, height };
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): OurVerdict {
  if (!(error instanceof Error) || error.name !== "InvalidInputError") throw error;
  return { refused: error.message };
}

const CODECS: Readonly<Record<string, string>> = { avc: "h264", jpeg: "mjpeg", mp4v: "mpeg4" };

/** Whether two verdicts on a video say the same: it can be read or not, is as large, and as long to the frame. */
export function agreeOnVideo(ours: OurVerdict, theirs: TheirVerdict): boolean {
  const { error, frames = 0, duration = 0, span = 0 } = theirs;
  if ("refused" in ours) return error !== undefined || frames === 0;
  if (ours.codec === null) return frames === 0;
  if (error !== undefined || frames === 0) return false;
  // A slide show has long frames.
  const frame = Math.min(span / frames, 0.1) + 0.001;
  const isAsLong = [duration, span].some((length) => Math.abs(length - ours.duration!) <= frame);
  return isAsLong && isAsLarge(ours, theirs) && (CODECS[ours.codec!] ?? ours.codec) === theirs.codec;
}

/** Whether two verdicts on a picture say the same: it can be decoded or not, and is as large. */
export function agreeOnPicture(ours: OurVerdict, theirs: TheirVerdict): boolean {
  if ("refused" in ours || theirs.error !== undefined) return "refused" in ours === (theirs.error !== undefined);
  return isAsLarge(ours, theirs);
}

function isAsLarge(ours: OurFacts, theirs: TheirVerdict): boolean {
  return ours.width === theirs.width && ours.height === theirs.height;
}
