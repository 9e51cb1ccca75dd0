import { isMp4, readMp4 } from "../../preflight/mp4/read_mp4.ts";
import { type ReadableFile, readRange, UnreadableFileError } from "../../preflight/readable_file.ts";
import type { Module, UploadSession, VideoFacts } from "../session/upload_session.ts";

/** What the emulator thinks of a video. */
export interface Judgement {
  /** Why it is refused, `""` when it is not. */
  reason: string;
  /** What was found in it; `undefined` for what cannot be read. */
  facts?: VideoFacts;
}

interface VideoRules {
  /** Seconds, inclusive. */
  minDuration: number;
  /** Seconds, inclusive. */
  maxDuration: number;
  /** Pixels of either side. */
  maxSide: number;
}

const RULES: Readonly<Record<Module, VideoRules>> = {
  media_space: { minDuration: 10, maxDuration: 60, maxSide: 1280 },
  media: { minDuration: 1, maxDuration: 180, maxSide: Infinity },
};
const WRONG_FORMAT = "Video format is not supported";
/** Bytes that tell a file's format. */
const HEAD_SIZE = 64;

/**
 * Looks at the video of an upload that is complete, and judges it by the rules of the module that it was sent to. What is
 * in a file is read as preflight reads it; what that means is told here, on its own.
 */
export async function judgeVideo(session: UploadSession, signal: AbortSignal): Promise<Judgement> {
  const file = readable(session);
  const head = await readRange(file, { start: 0, end: HEAD_SIZE, signal });
  if (!await isMp4(file, head, signal)) return { reason: WRONG_FORMAT };
  try {
    const { container, duration, width, height } = await readMp4(file, { signal });
    if (duration === null || width === null || height === null) return { reason: WRONG_FORMAT };
    const facts = { duration, width, height };
    return { reason: container === "mp4" ? refuse(facts, RULES[session.module]) : WRONG_FORMAT, facts };
  } catch (error) {
    if (error instanceof UnreadableFileError) return { reason: "Video file is broken" };
    throw error;
  }
}

function refuse({ duration, width, height }: VideoFacts, { minDuration, maxDuration, maxSide }: VideoRules): string {
  if (duration < minDuration) return "Video is too short";
  if (duration > maxDuration) return "Video is too long";
  if (Math.max(width, height) > maxSide) return "Video resolution is too large";
  return "";
}

/** All its bytes are there. */
function readable({ file, size }: UploadSession): ReadableFile {
  return {
    size,
    slice: (start, end) => ({ arrayBuffer: async () => (await file.read(start, Math.min(end, size))).buffer }),
  };
}
